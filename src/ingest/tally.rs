//! TallyPrime's vouchers in XML: an export, or what is fetched from its HTTP port.
//!
//! `VOUCHERNUMBER` and `DATE` are the buyer's own; the supplier's number and date are `REFERENCE` and `REFERENCEDATE`.
//! Debits are negative: goods and taxes of a purchase are debits, the supplier is credited. A debit note turns all signs
//! round; it is how a buyer books the supplier's credit note. Names of ledgers are each firm's own, their words tell.

use domain::Decimal;

use crate::{
    Limits, Problem,
    draft::{Draft, Kind, Party, Source},
    head::{self, Row},
    states,
};

mod lines;
mod nobodys;
mod party;
mod quantity;
mod unnamed;
mod xml;

use nobodys::{Nobodys, Said};
use party::Signs;
use xml::Element;

/// A voucher's place, and what was read of it.
type Voucher = (String, Result<Draft, Problem>);

/// The vouchers of a document, each with its place: one that cannot be read does not stop the others.
pub(crate) fn read(text: &str, limits: &Limits) -> Result<Vec<Voucher>, Problem> {
    let root = xml::parse(text, limits)?;
    let vouchers = root.descendants("VOUCHER");
    if vouchers.is_empty() {
        return Err(Problem::at(
            String::new(),
            "no VOUCHER in it; export purchase vouchers, or a day book, as XML with all details",
        ));
    }
    if vouchers.len() > limits.invoices {
        let problem = format!(
            "{} vouchers; at most {} are read (limits.invoices)",
            vouchers.len(),
            limits.invoices
        );
        return Err(Problem::limit(String::new(), problem));
    }
    let company = root.descendants("STATICVARIABLES");
    let company = company.first().and_then(|v| v.text_of("SVCURRENTCOMPANY"));
    let read = |v: &&Element| (v.at.clone(), voucher(v, company));
    Ok(vouchers.iter().map(read).collect())
}

/// The ledger entries, whichever of its two lists the voucher's view fills.
fn ledgers(voucher: &Element) -> Vec<&Element> {
    let all: Vec<_> = voucher.children("ALLLEDGERENTRIES.LIST").collect();
    let entries: Vec<_> = voucher.children("LEDGERENTRIES.LIST").collect();
    let named = |list: &[&Element]| list.iter().any(|e| e.text_of("LEDGERNAME").is_some());
    let mut list = if named(&entries) { entries } else { all };
    list.retain(|entry| entry.text_of("LEDGERNAME").is_some());
    list
}

fn kind(type_name: &str, signs: &Signs) -> Kind {
    let name = type_name.to_lowercase();
    if name.contains("credit note") {
        Kind::DebitNote
    } else if name.contains("debit note") || signs.side.is_sign_negative() {
        Kind::CreditNote
    } else {
        Kind::Invoice
    }
}

/// Why a voucher is no bill, with what it says of itself.
fn why_nobodys(voucher: &Element, type_name: &str) -> Option<String> {
    let said = Said {
        types: [
            voucher.attribute("VCHTYPE").unwrap_or_default(),
            voucher.text_of("VOUCHERTYPENAME").unwrap_or_default(),
        ],
        action: if voucher.says_yes("ISDELETED") {
            "Delete"
        } else {
            voucher.attribute("ACTION").unwrap_or_default()
        },
        cancelled: voucher.says_yes("ISCANCELLED"),
        optional: voucher.says_yes("ISOPTIONAL"),
    };
    Some(match said.why_nobodys()? {
        Nobodys::OtherType => {
            let name = voucher.text_of("VOUCHERTYPENAME").unwrap_or(type_name);
            format!("a {name} voucher; purchases, debit notes and credit notes are read")
        }
        Nobodys::Deleted => format!("this {type_name} voucher is deleted in Tally"),
        Nobodys::Cancelled => format!("this {type_name} voucher is cancelled in Tally"),
        Nobodys::Optional => format!(
            "this {type_name} voucher is optional in Tally (ISOPTIONAL): it is not in the books"
        ),
    })
}

fn voucher(voucher: &Element, company: Option<&str>) -> Result<Draft, Problem> {
    let type_name = voucher
        .attribute("VCHTYPE")
        .or_else(|| voucher.text_of("VOUCHERTYPENAME"))
        .unwrap_or("Purchase");
    if let Some(why) = why_nobodys(voucher, type_name) {
        return Err(Problem::at(voucher.at.clone(), why));
    }
    let ledgers = ledgers(voucher);
    let inventory = lines::inventory(voucher, &ledgers);
    // Stock that hangs under a ledger is in that ledger's amount already.
    let apart: Vec<_> = inventory
        .iter()
        .filter(|i| !i.within_ledger)
        .map(|i| i.entry)
        .collect();
    let entries: Vec<_> = ledgers.iter().copied().chain(apart).collect();
    let supplier = party::find(voucher, type_name, &ledgers, &entries);
    let party = supplier.map(|found| found.entry);
    let signs = Signs::of(&entries, party, party::is_debited(type_name));
    let kind = kind(type_name, &signs);
    let mut draft = Draft {
        source: Source {
            system: "TallyPrime",
            kind: Some(type_name.to_owned()),
            document: voucher
                .text_of("GUID")
                .or_else(|| voucher.attribute("REMOTEID"))
                .or_else(|| voucher.text_of("VOUCHERNUMBER"))
                .map(str::to_owned),
            revision: voucher.text_of("ALTERID").map(str::to_owned),
        },
        kind,
        supply_type: supply_type(voucher),
        number: voucher.text_of("REFERENCE").map(str::to_owned),
        date: voucher.text_of("REFERENCEDATE").map(date),
        seller: Party {
            gstin: voucher.text_of("PARTYGSTIN").map(str::to_owned),
            name: voucher
                .first_of(&[
                    "PARTYMAILINGNAME",
                    "PARTYNAME",
                    "PARTYLEDGERNAME",
                    "BASICBASEPARTYNAME",
                ])
                .or_else(|| supplier?.name())
                .map(str::to_owned),
            addresses: texts(voucher, "ADDRESS.LIST", "ADDRESS"),
            pin: voucher.text_of("PARTYPINCODE").map(str::to_owned),
            state: state(voucher, "STATENAME"),
            ..Party::default()
        },
        buyer: Party {
            gstin: voucher.text_of("CMPGSTIN").map(str::to_owned),
            name: voucher
                .text_of("BASICBUYERNAME")
                .or(company)
                .map(str::to_owned),
            addresses: texts(voucher, "BASICBUYERADDRESS.LIST", "BASICBUYERADDRESS"),
            pin: voucher.text_of("CONSIGNEEPINCODE").map(str::to_owned),
            state: state(voucher, "CMPGSTSTATE"),
            ..Party::default()
        },
        place_of_supply: state(voucher, "PLACEOFSUPPLY"),
        orders: orders(voucher, &inventory),
        ..Draft::default()
    };
    if kind != Kind::Invoice {
        draft.preceding = preceding(voucher, party, draft.number.as_deref());
    }
    draft.totals.total = party.and_then(|p| signs.booked(p)).map(|a| a * signs.side);
    draft.reverse_charge = is_reverse(voucher);
    lines::read(&inventory, &ledgers, party, &signs, &mut draft);
    if draft.totals.heads.is_some_and(|h| !h.sum().is_zero()) {
        draft.supply_type = draft.supply_type.map(with_payment);
    }
    Ok(draft)
}

/// "Yes", or "Applicable" as Tally's own lists have it.
fn is_reverse(element: &Element) -> bool {
    element
        .first_of(&["GSTOVRDNISREVCHARGEAPPL", "ISREVERSECHARGEAPPLICABLE"])
        .is_some_and(|t| t.eq_ignore_ascii_case("yes") || t.eq_ignore_ascii_case("applicable"))
}

fn state(voucher: &Element, name: &str) -> Option<String> {
    voucher
        .text_of(name)
        .and_then(states::code)
        .map(str::to_owned)
}

fn texts(voucher: &Element, list: &str, name: &str) -> Vec<String> {
    let lists = voucher.children(list);
    lists
        .flat_map(|l| l.texts(name))
        .map(str::to_owned)
        .collect()
}

/// `20261112` as day, month and year.
fn date(written: &str) -> String {
    let part = |range| written.get(range).unwrap_or_default();
    if written.len() == 8 && written.bytes().all(|b| b.is_ascii_digit()) {
        format!("{}/{}/{}", part(6..8), part(4..6), part(0..4))
    } else {
        written.to_owned()
    }
}

type Reference = (String, Option<String>);

/// Orders by their own list, by the batches of the stock, and failing both the field for other references.
fn orders(voucher: &Element, inventory: &[lines::Stock]) -> Vec<Reference> {
    let mut found: Vec<Reference> = Vec::new();
    for list in voucher.children("INVOICEORDERLIST.LIST") {
        if let Some(number) = list.text_of("BASICPURCHASEORDERNO") {
            found.push((number.to_owned(), list.text_of("BASICORDERDATE").map(date)));
        }
    }
    let own = voucher.texts("BASICPURCHASEORDERNO");
    let batches = inventory
        .iter()
        .flat_map(|stock| stock.entry.children("BATCHALLOCATIONS.LIST"))
        .filter_map(|batch| batch.text_of("ORDERNO"));
    let numbers = own.into_iter().chain(batches);
    found.extend(numbers.map(|number| (number.to_owned(), None)));
    if found.is_empty()
        && let Some(number) = voucher.text_of("BASICORDERREF")
    {
        found.push((number.to_owned(), None));
    }
    found
}

/// The supplier's invoices that a note corrects: as stated, or as its bill-wise entries are set against them.
fn preceding(voucher: &Element, party: Option<&Element>, own: Option<&str>) -> Vec<Reference> {
    let stated = voucher
        .children("ORIGINALINVOICEDETAILS.LIST")
        .filter_map(|list| {
            let number = list.first_of(&["REFNUM", "ORIGINALINVOICENO"])?;
            Some((
                number.to_owned(),
                list.first_of(&["DATE", "ORIGINALINVOICEDATE"]).map(date),
            ))
        });
    let against = party
        .into_iter()
        .flat_map(|p| p.children("BILLALLOCATIONS.LIST"))
        .filter(|bill| bill.text_of("BILLTYPE") == Some("Agst Ref"))
        .filter_map(|bill| Some((bill.text_of("NAME")?.to_owned(), None)));
    let known = |reference: &Reference| Some(reference.0.as_str()) != own;
    stated.chain(against).filter(known).collect()
}

/// SEZ, deemed exports and imports, by the party's type and the nature of the transaction.
fn supply_type(voucher: &Element) -> Option<&'static str> {
    let words = voucher.first_of(&["GSTPARTYTYPE", "PARTYTYPE"]);
    let registration = voucher.text_of("GSTREGISTRATIONTYPE");
    let natures = voucher.descendants("GSTOVRDNNATURE");
    let nature = natures.iter().find_map(|n| n.own_text());
    let text = [words, registration, nature]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase();
    let taxed = ledgers(voucher)
        .iter()
        .any(|entry| matches!(row(entry), Row::Tax(_)));
    if text.contains("sez") {
        Some(if taxed { "SEZWP" } else { "SEZWOP" })
    } else if text.contains("deemed export") {
        Some("DEXP")
    } else if text.contains("overseas") || text.contains("import") {
        Some(if taxed { "EXPWP" } else { "EXPWOP" })
    } else {
        None
    }
}

/// A tax that no ledger's name told was paid all the same.
fn with_payment(kind: &'static str) -> &'static str {
    match kind {
        "SEZWOP" => "SEZWP",
        "EXPWOP" => "EXPWP",
        other => other,
    }
}

/// What a ledger entry is. A ledger that rounds says so by its method, whatever its name.
fn row(entry: &Element) -> Row {
    let name = entry.text_of("LEDGERNAME").unwrap_or_default();
    let group = entry.first_of(&["PARENT", "LEDGERPARENT", "LEDGERGROUP"]);
    match Row::of_ledger(name, group) {
        Row::Other if entry.text_of("ROUNDTYPE").is_some() => Row::RoundOff,
        found => found,
    }
}

/// The rate that a ledger's name states.
fn named_rate(entry: &Element) -> Option<Decimal> {
    head::rate(entry.text_of("LEDGERNAME")?)
}
