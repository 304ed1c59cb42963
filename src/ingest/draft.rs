//! An invoice as a reader has it, before it is INV-01: what the payload states, under the field's names.
//!
//! *Invariant:* a member that nobody stated is absent from what is written. Nothing is made up to fill the schema.

use std::collections::BTreeSet;

use domain::{Decimal, civil::parse_date, money::to_json};
use serde_json::{Map, Value, json};

use crate::{
    head::Head,
    number::{near, percent},
    states,
};

mod settle;

/// `DocDtls.Typ`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Kind {
    #[default]
    Invoice,
    CreditNote,
    DebitNote,
}

/// Who sent the document, and what it is there. It is shown and never trusted.
#[derive(Debug, Default)]
pub(crate) struct Source {
    pub(crate) system: &'static str,
    /// The kind of document there: "Purchase Invoice", "bill".
    pub(crate) kind: Option<String>,
    /// Its own number or key there: never the supplier's number.
    pub(crate) document: Option<String>,
    /// What changes when the document is changed there.
    pub(crate) revision: Option<String>,
}

#[derive(Debug, Default)]
pub(crate) struct Party {
    pub(crate) gstin: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) addresses: Vec<String>,
    pub(crate) place: Option<String>,
    pub(crate) pin: Option<String>,
    /// Two digits.
    pub(crate) state: Option<String>,
}

/// Tax by head; rupees.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Heads {
    pub(crate) igst: Decimal,
    pub(crate) cgst: Decimal,
    pub(crate) sgst: Decimal,
    pub(crate) cess: Decimal,
    pub(crate) state_cess: Decimal,
}

impl Heads {
    pub(crate) fn add(&mut self, head: Head, amount: Decimal) {
        let place = match head {
            Head::Igst => &mut self.igst,
            Head::Cgst => &mut self.cgst,
            Head::Sgst => &mut self.sgst,
            Head::Cess => &mut self.cess,
            Head::StateCess => &mut self.state_cess,
        };
        *place += amount;
    }

    pub(crate) fn sum(&self) -> Decimal {
        self.igst + self.cgst + self.sgst + self.cess + self.state_cess
    }

    /// GST at a full rate on a value, half of it to each of CGST and SGST within a State.
    pub(crate) fn of_rate(value: Decimal, rate: Decimal, within_state: bool) -> Option<Self> {
        let mut heads = Self::default();
        if within_state {
            heads.cgst = percent(value, rate.checked_div(Decimal::TWO)?)?;
            heads.sgst = heads.cgst;
        } else {
            heads.igst = percent(value, rate)?;
        }
        Some(heads)
    }
}

/// A line; what is not known is `None`.
#[derive(Debug, Default)]
pub(crate) struct Line {
    pub(crate) description: Option<String>,
    pub(crate) is_service: Option<bool>,
    pub(crate) hsn: Option<String>,
    pub(crate) quantity: Option<Decimal>,
    pub(crate) unit: Option<String>,
    pub(crate) unit_price: Option<Decimal>,
    /// Quantity × price.
    pub(crate) gross: Option<Decimal>,
    pub(crate) discount: Option<Decimal>,
    pub(crate) taxable: Option<Decimal>,
    /// The full rate in percent.
    pub(crate) rate: Option<Decimal>,
    pub(crate) heads: Option<Heads>,
    pub(crate) cess_rate: Option<Decimal>,
    /// Cess by quantity.
    pub(crate) cess_fixed: Option<Decimal>,
    /// Whether cess is charged, and how much of it on this line is not stated.
    pub(crate) cess_is_open: bool,
    /// Whether some tax of the line is not stated, so that its total is not known.
    pub(crate) total_is_open: bool,
    pub(crate) batch: Option<String>,
}

impl Line {
    /// Goods and services are told apart by the HSN where nobody says it: chapter 99 is services.
    fn is_service(&self) -> Option<bool> {
        self.is_service
            .or_else(|| self.hsn.as_deref().map(|hsn| hsn.starts_with("99")))
    }
}

#[derive(Debug, Default)]
pub(crate) struct Totals {
    pub(crate) taxable: Option<Decimal>,
    pub(crate) heads: Option<Heads>,
    pub(crate) other_charges: Decimal,
    /// Off the sum of lines and taxes.
    pub(crate) discount: Decimal,
    /// Whether something may be a discount and may be something else.
    pub(crate) discount_is_open: bool,
    pub(crate) round_off: Option<Decimal>,
    pub(crate) total: Option<Decimal>,
    /// In the currency of the bill, where that is another one.
    pub(crate) total_foreign: Option<Decimal>,
}

#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub(crate) source: Source,
    pub(crate) kind: Kind,
    pub(crate) supply_type: Option<&'static str>,
    pub(crate) reverse_charge: bool,
    pub(crate) number: Option<String>,
    /// As the system writes it.
    pub(crate) date: Option<String>,
    pub(crate) seller: Party,
    pub(crate) buyer: Party,
    pub(crate) place_of_supply: Option<String>,
    pub(crate) lines: Vec<Line>,
    pub(crate) totals: Totals,
    /// A discount of the whole document, of which it is not said where it is taken off.
    pub(crate) document_discount: Option<Decimal>,
    /// Tax that the payer keeps back, which some systems take off the total.
    pub(crate) withheld: Decimal,
    /// The supplier's bank account that is to be paid.
    pub(crate) account: Option<String>,
    /// Numbers of purchase orders and their dates, as written.
    pub(crate) orders: Vec<(String, Option<String>)>,
    /// The supplier's own numbers of the invoices that a note corrects, and their dates.
    pub(crate) preceding: Vec<(String, Option<String>)>,
    pub(crate) currency: Option<String>,
}

/// A member that is written only when it is known.
fn put(map: &mut Map<String, Value>, name: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        map.insert(name.to_owned(), value.into());
    }
}

fn amount(value: Decimal) -> Value {
    to_json(value.normalize())
}

fn money(map: &mut Map<String, Value>, name: &str, value: Option<Decimal>) {
    put(map, name, value.map(amount));
}

fn flag(yes: bool) -> &'static str {
    if yes { "Y" } else { "N" }
}

/// A date in the schema's form; what is no date stays as written, for a check to find.
fn date(written: &str) -> String {
    parse_date(written).map_or_else(
        || written.to_owned(),
        |date| date.strftime("%d/%m/%Y").to_string(),
    )
}

impl Draft {
    /// The invoice in INV-01.
    pub(crate) fn into_inv01(mut self) -> Value {
        self.settle();
        let mut root = Map::new();
        put(&mut root, "Version", Some("1.1"));
        root.insert(
            "TranDtls".to_owned(),
            json!({"TaxSch": "GST", "SupTyp": self.supply_type.unwrap_or("B2B"),
                "RegRev": flag(self.reverse_charge), "IgstOnIntra": "N"}),
        );
        let mut document = Map::new();
        put(
            &mut document,
            "Typ",
            Some(match self.kind {
                Kind::Invoice => "INV",
                Kind::CreditNote => "CRN",
                Kind::DebitNote => "DBN",
            }),
        );
        put(&mut document, "No", self.number.take());
        put(&mut document, "Dt", self.date.as_deref().map(date));
        root.insert("DocDtls".to_owned(), Value::Object(document));
        let seller = party(&self.seller, None);
        let buyer = party(&self.buyer, self.place_of_supply.as_deref());
        for (name, section) in [("SellerDtls", seller), ("BuyerDtls", buyer)] {
            if !section.is_empty() {
                root.insert(name.to_owned(), Value::Object(section));
            }
        }
        if !self.lines.is_empty() {
            let lines = self.lines.iter().enumerate();
            let lines = lines.map(|(index, line)| item(index, line)).collect();
            root.insert("ItemList".to_owned(), Value::Array(lines));
        }
        let totals = totals(&self.totals);
        if !totals.is_empty() {
            root.insert("ValDtls".to_owned(), Value::Object(totals));
        }
        if let Some(account) = &self.account {
            root.insert("PayDtls".to_owned(), json!({ "AccDet": account }));
        }
        let references = self.references();
        if !references.is_empty() {
            root.insert("RefDtls".to_owned(), Value::Object(references));
        }
        if let Some(currency) = &self.currency {
            root.insert("ExpDtls".to_owned(), json!({ "ForCur": currency }));
        }
        let mut source = Map::new();
        put(&mut source, "System", Some(self.source.system));
        put(&mut source, "Type", self.source.kind);
        put(&mut source, "Document", self.source.document);
        put(&mut source, "Revision", self.source.revision);
        root.insert("Source".to_owned(), Value::Object(source));
        Value::Object(root)
    }

    fn references(&self) -> Map<String, Value> {
        let list = |entries: &[(String, Option<String>)], number: &str, day: &str| {
            let mut seen: BTreeSet<&str> = BTreeSet::new();
            let mut out = Vec::new();
            for (value, on) in entries {
                if !seen.insert(value) {
                    continue;
                }
                let mut entry = Map::new();
                put(&mut entry, number, Some(value.as_str()));
                put(&mut entry, day, on.as_deref().map(date));
                out.push(Value::Object(entry));
            }
            (!out.is_empty()).then_some(Value::Array(out))
        };
        let mut references = Map::new();
        let preceding = list(&self.preceding, "InvNo", "InvDt");
        put(&mut references, "PrecDocDtls", preceding);
        let orders = list(&self.orders, "PORefr", "PORefDt");
        put(&mut references, "ContrDtls", orders);
        references
    }
}

fn party(party: &Party, place_of_supply: Option<&str>) -> Map<String, Value> {
    let mut section = Map::new();
    put(&mut section, "Gstin", party.gstin.as_deref());
    put(&mut section, "LglNm", party.name.as_deref());
    put(&mut section, "Pos", place_of_supply);
    let mut addresses = party.addresses.iter();
    put(&mut section, "Addr1", addresses.next().map(String::as_str));
    let rest: Vec<&str> = addresses.map(String::as_str).collect();
    put(
        &mut section,
        "Addr2",
        (!rest.is_empty()).then(|| rest.join(", ")),
    );
    put(&mut section, "Loc", party.place.as_deref());
    // A PIN is a number in the schema; what is none stays a text.
    let pin = party.pin.as_deref().map(|pin| {
        pin.parse::<u32>()
            .map_or_else(|_| Value::from(pin), Value::from)
    });
    put(&mut section, "Pin", pin);
    let state = party.state.clone();
    let state = state.or_else(|| states::of_gstin(party.gstin.as_deref()?));
    put(&mut section, "Stcd", state);
    section
}

fn item(index: usize, line: &Line) -> Value {
    let mut item = Map::new();
    put(&mut item, "SlNo", Some((index + 1).to_string()));
    put(&mut item, "PrdDesc", line.description.as_deref());
    put(&mut item, "IsServc", line.is_service().map(flag));
    put(&mut item, "HsnCd", line.hsn.as_deref());
    money(&mut item, "Qty", line.quantity);
    put(&mut item, "Unit", line.unit.as_deref());
    money(&mut item, "UnitPrice", line.unit_price);
    money(&mut item, "TotAmt", line.gross);
    money(&mut item, "Discount", line.discount);
    money(&mut item, "AssAmt", line.taxable);
    money(&mut item, "GstRt", line.rate);
    money(&mut item, "IgstAmt", line.heads.map(|h| h.igst));
    money(&mut item, "CgstAmt", line.heads.map(|h| h.cgst));
    money(&mut item, "SgstAmt", line.heads.map(|h| h.sgst));
    if !line.cess_is_open {
        let cess = line.heads.map_or(Decimal::ZERO, |h| h.cess);
        // A rate of nought is known where there is no cess.
        let rate = line.cess_rate.or(cess.is_zero().then_some(cess));
        money(&mut item, "CesRt", rate);
        money(&mut item, "CesAmt", Some(cess));
    }
    let fixed = line.cess_fixed.filter(|c| !c.is_zero());
    money(&mut item, "CesNonAdvlAmt", fixed);
    let state_cess = line.heads.map(|h| h.state_cess).filter(|c| !c.is_zero());
    money(&mut item, "StateCesAmt", state_cess);
    // Charges stand beside the lines in all of these systems.
    money(&mut item, "OthChrg", Some(Decimal::ZERO));
    let total = line
        .taxable
        .zip(line.heads)
        .filter(|_| !line.cess_is_open && !line.total_is_open)
        .map(|(taxable, heads)| taxable + heads.sum() + fixed.unwrap_or_default());
    money(&mut item, "TotItemVal", total);
    if let Some(batch) = &line.batch {
        item.insert("BchDtls".to_owned(), json!({ "Nm": batch }));
    }
    Value::Object(item)
}

fn totals(totals: &Totals) -> Map<String, Value> {
    let mut section = Map::new();
    if totals.taxable.is_none() && totals.total.is_none() {
        money(&mut section, "TotInvValFc", totals.total_foreign);
        return section;
    }
    money(&mut section, "AssVal", totals.taxable);
    money(&mut section, "IgstVal", totals.heads.map(|h| h.igst));
    money(&mut section, "CgstVal", totals.heads.map(|h| h.cgst));
    money(&mut section, "SgstVal", totals.heads.map(|h| h.sgst));
    money(&mut section, "CesVal", totals.heads.map(|h| h.cess));
    let state_cess = totals.heads.map(|h| h.state_cess).filter(|c| !c.is_zero());
    money(&mut section, "StCesVal", state_cess);
    // Of a payload that has nothing but a total it is not known that nothing stands beside the lines.
    let is_whole = totals.taxable.is_some();
    let beside = |amount: Decimal| Some(amount).filter(|a| is_whole || !a.is_zero());
    let discount = Some(totals.discount).filter(|_| !totals.discount_is_open);
    money(&mut section, "Discount", discount.and_then(beside));
    money(&mut section, "OthChrg", beside(totals.other_charges));
    money(&mut section, "RndOffAmt", totals.round_off);
    money(&mut section, "TotInvVal", totals.total);
    money(&mut section, "TotInvValFc", totals.total_foreign);
    section
}
