//! A line as it comes out of its own quantity, price, discount and rate.

use domain::{
    Change, Decimal, Item, inr,
    invoice::SupplyKind,
    money::{to_json, to_paise_half_up},
};

use super::recompute::{Heads, heads, share};
use crate::{Context, listing::Part};

/// Changes of the members that are off; those within the tolerance stay. `None` when an amount is out of range.
pub(super) fn corrected(context: &Context, index: usize, item: &Item) -> Option<Vec<Change>> {
    let invoice = &context.facts.invoice;
    let tolerance = context.policy.tolerance.line;
    let keep = |is: Option<Decimal>, should: Decimal| {
        let near = |is: &Decimal| is.checked_sub(should).is_some_and(|d| d.abs() <= tolerance);
        is.or(Some(Decimal::ZERO)).filter(near).unwrap_or(should)
    };
    let gross = match (item.quantity.filter(|q| !q.is_zero()), item.unit_price) {
        (Some(quantity), Some(price)) => Some(keep(
            item.gross,
            to_paise_half_up(quantity.checked_mul(price)?),
        )),
        _ => item.gross,
    };
    let taxable = match gross {
        Some(gross) => keep(
            item.taxable,
            gross.checked_sub(item.discount.unwrap_or_default())?,
        ),
        None => item.taxable?,
    };
    let rate = item.rate.unwrap_or_default();
    let whole = to_paise_half_up(share(taxable, rate)?);
    let half = to_paise_half_up(share(taxable, rate / Decimal::TWO)?);
    let untaxed = invoice.reverse_charge || invoice.supply_type.is_without_payment();
    let integrated = match heads(item) {
        Heads::Halves => false,
        Heads::Integrated => true,
        // Nothing, or everything, is charged: what is due decides.
        Heads::None | Heads::Mixed => {
            invoice.supply_kind() != Some(SupplyKind::IntraState) || invoice.igst_on_intra
        }
    };
    let zero = Decimal::ZERO;
    let (igst, cgst, sgst) = match (untaxed, integrated) {
        (true, _) => (zero, zero, zero),
        (false, true) => (whole, zero, zero),
        (false, false) => (zero, half, half),
    };
    let (igst, cgst, sgst) = (
        keep(item.igst, igst),
        keep(item.cgst, cgst),
        keep(item.sgst, sgst),
    );
    let cess = |amount: Option<Decimal>, rate: Option<Decimal>| match rate.filter(|r| !r.is_zero())
    {
        Some(rate) => Some(Some(keep(amount, to_paise_half_up(share(taxable, rate)?)))),
        None => Some(amount),
    };
    let ad_valorem = cess(item.cess, item.cess_rate)?;
    let of_state = cess(item.state_cess, item.state_cess_rate)?;
    let parts = [taxable, igst, cgst, sgst].map(Some);
    let rest = [
        ad_valorem,
        item.cess_fixed,
        of_state,
        item.state_cess_fixed,
        item.other_charges,
    ];
    let total = parts
        .into_iter()
        .chain(rest)
        .try_fold(Decimal::ZERO, |sum, amount| {
            sum.checked_add(amount.unwrap_or_default())
        })?;
    let label = Part::of_line(invoice, index).1;
    let wanted = [
        ("TotAmt", "gross amount", item.gross, gross),
        ("AssAmt", "taxable value", item.taxable, Some(taxable)),
        ("IgstAmt", "IGST", item.igst, Some(igst)),
        ("CgstAmt", "CGST", item.cgst, Some(cgst)),
        ("SgstAmt", "SGST", item.sgst, Some(sgst)),
        ("CesAmt", "cess", item.cess, ad_valorem),
        ("StateCesAmt", "State cess", item.state_cess, of_state),
        (
            "TotItemVal",
            "line total",
            item.total,
            Some(keep(item.total, total)),
        ),
    ];
    let changes = wanted.into_iter().filter_map(|(member, name, is, should)| {
        let should = should.filter(|should| is.unwrap_or_default() != *should)?;
        let text = format!("correct the {name} of {label} to {}", inr(should));
        Some(Change::invoice(
            format!("/ItemList/{index}/{member}"),
            to_json(should),
            text,
        ))
    });
    Some(changes.collect())
}
