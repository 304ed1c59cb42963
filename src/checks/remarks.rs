//! What an invoice says in words beside its typed members.

use domain::{Invoice, evidence::value_at};

/// Where it says how it wants to be paid, and what the supplier remarks.
const PLACES: [&str; 4] = [
    "/PayDtls/PayTerm",
    "/PayDtls/PayInstr",
    "/PayDtls/CrTrn",
    "/RefDtls/InvRm",
];

/// The texts, each with its place.
pub(crate) fn remarks(invoice: &Invoice) -> impl Iterator<Item = (String, &str)> {
    let text =
        |pointer: String| Some((pointer.clone(), value_at(&invoice.raw, &pointer)?.as_str()?));
    let documents = value_at(&invoice.raw, "/AddlDocDtls").and_then(|list| list.as_array());
    let count = documents.map_or(0, Vec::len);
    let further = (0..count).map(|at| format!("/AddlDocDtls/{at}/Info"));
    PLACES
        .iter()
        .map(|place| (*place).to_owned())
        .chain(further)
        .filter_map(text)
}
