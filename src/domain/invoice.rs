//! The invoice: INV-01 (GST e-invoice schema 1.1) read without loss, with typed views on what rules need.
//!
//! *Invariant:* a missing or odd particular is a finding, not an error; only what cannot be an invoice at all, or a
//! number that no decimal holds, is refused.

use std::sync::Arc;

use rust_decimal::Decimal;
use serde_json::{Map, Value};

use crate::{
    civil::{Date, FinancialYear, parse_date},
    evidence::{Cite, EvidenceId, member, value_at},
    gstin::{Gstin, GstinError},
    money::decimal,
};

mod fields;

/// Why a JSON value is no readable invoice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvoiceError {
    #[error("not an invoice: {0}")]
    NotAnInvoice(&'static str),
    #[error("{pointer} is {found}; {wanted} is needed")]
    Type {
        pointer: String,
        found: String,
        wanted: &'static str,
    },
    #[error("{pointer}: {problem}")]
    Number { pointer: String, problem: String },
    #[error("{pointer}: written twice, as {first} and {second}")]
    Twice {
        pointer: String,
        first: String,
        second: String,
    },
    #[error("{count} lines; at most {max} are read (limits.items)")]
    TooManyItems { count: usize, max: usize },
}

/// `TranDtls.SupTyp`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SupplyType {
    B2b,
    /// To a SEZ unit or developer, with and without payment of tax.
    SezWithPayment,
    SezWithoutPayment,
    ExportWithPayment,
    ExportWithoutPayment,
    DeemedExport,
    /// Absent or none of the above.
    Unknown,
}

impl SupplyType {
    fn read(text: Option<&str>) -> Self {
        match text.map(str::trim) {
            Some("B2B") => Self::B2b,
            Some("SEZWP") => Self::SezWithPayment,
            Some("SEZWOP") => Self::SezWithoutPayment,
            Some("EXPWP") => Self::ExportWithPayment,
            Some("EXPWOP") => Self::ExportWithoutPayment,
            Some("DEXP") => Self::DeemedExport,
            _ => Self::Unknown,
        }
    }

    pub fn is_sez(self) -> bool {
        matches!(self, Self::SezWithPayment | Self::SezWithoutPayment)
    }

    pub fn is_export(self) -> bool {
        matches!(self, Self::ExportWithPayment | Self::ExportWithoutPayment)
    }

    /// Zero-rated under LUT or bond: no tax is charged.
    pub fn is_without_payment(self) -> bool {
        matches!(self, Self::SezWithoutPayment | Self::ExportWithoutPayment)
    }
}

/// `DocDtls.Typ`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentType {
    Invoice,
    CreditNote,
    DebitNote,
    /// Absent or none of the above.
    Unknown,
}

/// Whether a supply crosses a State border.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SupplyKind {
    InterState,
    IntraState,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Party {
    /// As written, trimmed; `None` when absent or empty, here and below.
    pub gstin: Option<String>,
    pub legal_name: Option<String>,
    pub trade_name: Option<String>,
    pub address: Option<String>,
    pub location: Option<String>,
    pub pin: Option<String>,
    /// `Stcd`, two digits.
    pub state: Option<String>,
    /// The GSTIN parsed: some thirty questions about an invoice ask for it.
    parsed: Option<Result<Gstin, GstinError>>,
}

impl Party {
    /// The GSTIN parsed; `None` when absent.
    pub fn parsed_gstin(&self) -> Option<Result<Gstin, GstinError>> {
        self.parsed
    }

    /// The GSTIN when it is valid.
    pub fn valid_gstin(&self) -> Option<Gstin> {
        self.parsed_gstin().and_then(Result::ok)
    }
}

/// A line. Amounts are rupees as written; absent ones are `None`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Item {
    pub serial: Option<String>,
    pub description: Option<String>,
    /// `IsServc`.
    pub is_service: Option<bool>,
    pub hsn: Option<String>,
    pub quantity: Option<Decimal>,
    pub free_quantity: Option<Decimal>,
    pub unit: Option<String>,
    pub unit_price: Option<Decimal>,
    /// `TotAmt`: quantity × price.
    pub gross: Option<Decimal>,
    pub discount: Option<Decimal>,
    /// `PreTaxVal`.
    pub pre_tax_value: Option<Decimal>,
    /// `AssAmt`: the taxable value.
    pub taxable: Option<Decimal>,
    /// `GstRt`: the full rate in percent.
    pub rate: Option<Decimal>,
    pub igst: Option<Decimal>,
    pub cgst: Option<Decimal>,
    pub sgst: Option<Decimal>,
    /// Ad valorem compensation cess.
    pub cess_rate: Option<Decimal>,
    pub cess: Option<Decimal>,
    /// Cess by quantity.
    pub cess_fixed: Option<Decimal>,
    pub state_cess_rate: Option<Decimal>,
    pub state_cess: Option<Decimal>,
    pub state_cess_fixed: Option<Decimal>,
    pub other_charges: Option<Decimal>,
    /// `TotItemVal`.
    pub total: Option<Decimal>,
    /// The line of the purchase order.
    pub order_line: Option<String>,
}

/// Whether an amount or a rate is stated and is not nought.
pub fn is_charged(amount: Option<Decimal>) -> bool {
    amount.is_some_and(|a| !a.is_zero())
}

impl Item {
    /// Whether the line is of a service: as the invoice marks it, else by its SAC (chapter 99).
    pub fn is_of_service(&self) -> bool {
        let by_code = || {
            self.hsn
                .as_deref()
                .is_some_and(|code| code.trim().starts_with("99"))
        };
        self.is_service.unwrap_or_else(by_code)
    }

    /// Every tax and cess that the line may charge, of its value, quantity or State: head, member, amount.
    pub fn charges(&self) -> [(&'static str, &'static str, Option<Decimal>); 7] {
        [
            ("IGST", "IgstAmt", self.igst),
            ("CGST", "CgstAmt", self.cgst),
            ("SGST", "SgstAmt", self.sgst),
            ("cess", "CesAmt", self.cess),
            ("cess", "CesNonAdvlAmt", self.cess_fixed),
            ("State cess", "StateCesAmt", self.state_cess),
            ("State cess", "StateCesNonAdvlAmt", self.state_cess_fixed),
        ]
    }
}

/// `ValDtls`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Totals {
    pub taxable: Option<Decimal>,
    pub cgst: Option<Decimal>,
    pub sgst: Option<Decimal>,
    pub igst: Option<Decimal>,
    pub cess: Option<Decimal>,
    pub state_cess: Option<Decimal>,
    pub discount: Option<Decimal>,
    pub other_charges: Option<Decimal>,
    pub round_off: Option<Decimal>,
    pub total: Option<Decimal>,
}

/// `PayDtls`.
#[derive(Clone, PartialEq, Default)]
pub struct Payment {
    pub account: Option<String>,
    pub ifsc: Option<String>,
    pub terms: Option<String>,
    pub credit_days: Option<Decimal>,
}

impl std::fmt::Debug for Payment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Payment")
            .field("credit_days", &self.credit_days)
            .finish_non_exhaustive()
    }
}

/// A document that a credit or debit note refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preceding {
    pub number: Option<String>,
    pub date: Option<Date>,
    pub pointer: String,
}

/// An order named by the invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderReference {
    pub number: String,
    pub pointer: String,
}

/// One invoice, credit note or debit note.
#[derive(Debug, Clone, PartialEq)]
pub struct Invoice {
    /// The whole document with registered members under their registered names; `ev_0`.
    pub raw: Arc<Value>,
    pub supply_type: SupplyType,
    pub reverse_charge: bool,
    pub igst_on_intra: bool,
    /// The e-commerce operator through whom the supply is made.
    pub operator_gstin: Option<String>,
    pub document_type: DocumentType,
    pub number: Option<String>,
    /// As written.
    pub date_text: Option<String>,
    /// `None` when absent or no date of the calendar.
    pub date: Option<Date>,
    pub supplier: Party,
    pub buyer: Party,
    /// `BuyerDtls.Pos`, two digits.
    pub place_of_supply: Option<String>,
    pub items: Vec<Item>,
    pub totals: Totals,
    pub payment: Payment,
    pub preceding: Vec<Preceding>,
    pub orders: Vec<OrderReference>,
    pub irn: Option<String>,
    /// `AckDt` as written, IST.
    pub acknowledged: Option<String>,
    pub signed_qr: Option<String>,
}

impl Invoice {
    /// Reads INV-01. Registered members are found whatever the case of their names (`GSTIN`, `POS`); nulls count as
    /// absent; numbers in quotes are numbers; unknown members stay in `raw`. An envelope as the registration portal's
    /// clients keep it (`request_data` with `response_data.result`) is opened.
    ///
    /// # Errors
    /// What is no invoice, a section of another type, a number that is none or out of range, too many lines.
    pub fn read(value: Value, items_max: usize) -> Result<Self, InvoiceError> {
        let value = fields::open_envelope(value);
        let Value::Object(members) = value else {
            return Err(InvoiceError::NotAnInvoice("an invoice is a JSON object"));
        };
        let members = fields::canonical(members)?;
        let sections = ["DocDtls", "SellerDtls", "BuyerDtls", "ValDtls"];
        if !sections
            .iter()
            .any(|name| members.get(*name).is_some_and(Value::is_object))
        {
            return Err(InvoiceError::NotAnInvoice(
                "none of DocDtls, SellerDtls, BuyerDtls and ValDtls is there (GST e-invoice schema INV-01 1.1)",
            ));
        }
        let read = Reader { root: &members };
        let items = read.items(items_max)?;
        let invoice = Self {
            supply_type: SupplyType::read(read.text("TranDtls", "SupTyp").as_deref()),
            reverse_charge: read.flag("TranDtls", "RegRev"),
            igst_on_intra: read.flag("TranDtls", "IgstOnIntra"),
            operator_gstin: read.text("TranDtls", "EcmGstin"),
            document_type: match read
                .text("DocDtls", "Typ")
                .map(|kind| kind.to_uppercase())
                .as_deref()
            {
                Some("INV") => DocumentType::Invoice,
                Some("CRN") => DocumentType::CreditNote,
                Some("DBN") => DocumentType::DebitNote,
                _ => DocumentType::Unknown,
            },
            number: read.text("DocDtls", "No"),
            date: read.text("DocDtls", "Dt").as_deref().and_then(parse_date),
            date_text: read.text("DocDtls", "Dt"),
            supplier: read.party("SellerDtls"),
            buyer: read.party("BuyerDtls"),
            place_of_supply: read.text("BuyerDtls", "Pos").map(two_digits),
            items,
            totals: read.totals()?,
            payment: Payment {
                account: read.text("PayDtls", "AccDet"),
                ifsc: read.text("PayDtls", "FinInsBr"),
                terms: read.text("PayDtls", "PayTerm"),
                credit_days: read.amount("PayDtls", "CrDay")?,
            },
            preceding: read.preceding(),
            orders: read.orders(),
            irn: read.root_text("Irn"),
            acknowledged: read.root_text("AckDt"),
            signed_qr: read.root_text("SignedQRCode"),
            raw: Arc::new(Value::Null),
        };
        Ok(Self {
            raw: Arc::new(Value::Object(members)),
            ..invoice
        })
    }

    /// A place in the invoice; where it is absent, the nearest place above it that exists.
    pub fn cite(&self, pointer: &str) -> Cite {
        let mut at = pointer;
        while value_at(&self.raw, at).is_none() {
            at = at
                .rfind('/')
                .and_then(|slash| at.get(..slash))
                .unwrap_or("");
        }
        Cite::new(EvidenceId::INVOICE, at)
    }

    /// A place in a line, counted from zero.
    pub fn cite_line(&self, index: usize, member: &str) -> Cite {
        self.cite(&format!("/ItemList/{index}/{member}"))
    }

    /// The State whose GSTIN the supplier holds: from the GSTIN's digits, else from its address.
    pub fn supplier_state(&self) -> Option<&str> {
        let by_gstin = self
            .supplier
            .gstin
            .as_deref()
            .and_then(|g| g.get(..2))
            .filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
        by_gstin.or(self.supplier.state.as_deref())
    }

    /// Inter-State or intra-State by IGST Act s.7 and s.8: to or from a SEZ and exports always cross the border.
    /// `None` when supplier's State or place of supply is missing. `IgstOnIntra` is for the rule to weigh.
    pub fn supply_kind(&self) -> Option<SupplyKind> {
        if self.supply_type.is_sez() || self.supply_type.is_export() {
            return Some(SupplyKind::InterState);
        }
        let place = self.place_of_supply.as_deref()?;
        Some(if self.supplier_state()? == place {
            SupplyKind::IntraState
        } else {
            SupplyKind::InterState
        })
    }

    /// The financial year of the invoice date.
    pub fn financial_year(&self) -> Option<FinancialYear> {
        self.date.map(FinancialYear::of)
    }

    /// Whether this is a credit or a debit note.
    pub fn is_note(&self) -> bool {
        matches!(
            self.document_type,
            DocumentType::CreditNote | DocumentType::DebitNote
        )
    }

    /// `INV`, `CRN` or `DBN` as written; `INV` when absent.
    pub fn document_type_text(&self) -> &str {
        self.raw
            .pointer("/DocDtls/Typ")
            .and_then(Value::as_str)
            .unwrap_or("INV")
            .trim()
    }

    /// Whether any tax or cess is charged, in lines or totals.
    pub fn charges_tax(&self) -> bool {
        let charged = |amount: &Option<Decimal>| amount.is_some_and(|a| !a.is_zero());
        let t = &self.totals;
        [&t.igst, &t.cgst, &t.sgst].into_iter().any(charged)
            || self
                .items
                .iter()
                .any(|i| [&i.igst, &i.cgst, &i.sgst].into_iter().any(charged))
    }
}

fn two_digits(code: String) -> String {
    if code.len() == 1 && code.bytes().all(|b| b.is_ascii_digit()) {
        format!("0{code}")
    } else {
        code
    }
}

/// Reads typed members from canonical JSON.
struct Reader<'a> {
    root: &'a Map<String, Value>,
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(s) => {
            let trimmed = s.trim();
            (!trimmed.is_empty()).then(|| trimmed.to_owned())
        }
        Value::Number(n) => Some(n.to_string()),
        _ => None,
    }
}

fn amount_of(
    value: Option<&Value>,
    pointer: impl FnOnce() -> String,
) -> Result<Option<Decimal>, InvoiceError> {
    let digits = match value {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Number(n)) => n.as_str(),
        Some(Value::String(s)) if s.trim().is_empty() => return Ok(None),
        Some(Value::String(s)) => s,
        Some(other) => {
            return Err(InvoiceError::Type {
                pointer: pointer(),
                found: fields::kind(other).to_owned(),
                wanted: "a number",
            });
        }
    };
    decimal(digits)
        .map(Some)
        .map_err(|error| InvoiceError::Number {
            pointer: pointer(),
            problem: error.to_string(),
        })
}

impl Reader<'_> {
    fn section(&self, name: &str) -> Option<&Map<String, Value>> {
        member(self.root, name).and_then(Value::as_object)
    }

    fn text(&self, section: &str, name: &str) -> Option<String> {
        member(self.section(section)?, name).and_then(text_of)
    }

    fn root_text(&self, name: &str) -> Option<String> {
        member(self.root, name).and_then(text_of)
    }

    fn flag(&self, section: &str, member: &str) -> bool {
        // Written otherwise than Y or N, it says that something is so: what is not is left out, or denied.
        let denied = ["", "n", "no", "false", "0"];
        match self.section(section).and_then(|s| s.get(member)) {
            None | Some(Value::Null) => false,
            Some(Value::Bool(flag)) => *flag,
            Some(Value::String(text)) => !denied.contains(&text.trim().to_lowercase().as_str()),
            Some(other) => other.as_i64() != Some(0),
        }
    }

    fn amount(&self, section: &str, name: &str) -> Result<Option<Decimal>, InvoiceError> {
        let value = self.section(section).and_then(|s| member(s, name));
        amount_of(value, || format!("/{section}/{name}"))
    }

    fn party(&self, section: &str) -> Party {
        let gstin = self.text(section, "Gstin");
        Party {
            parsed: gstin.as_deref().map(str::parse),
            gstin,
            legal_name: self.text(section, "LglNm"),
            trade_name: self.text(section, "TrdNm"),
            address: self.text(section, "Addr1"),
            location: self.text(section, "Loc"),
            pin: self.text(section, "Pin"),
            state: self.text(section, "Stcd").map(two_digits),
        }
    }

    fn totals(&self) -> Result<Totals, InvoiceError> {
        let amount = |member| self.amount("ValDtls", member);
        Ok(Totals {
            taxable: amount("AssVal")?,
            cgst: amount("CgstVal")?,
            sgst: amount("SgstVal")?,
            igst: amount("IgstVal")?,
            cess: amount("CesVal")?,
            state_cess: amount("StCesVal")?,
            discount: amount("Discount")?,
            other_charges: amount("OthChrg")?,
            round_off: amount("RndOffAmt")?,
            total: amount("TotInvVal")?,
        })
    }

    fn items(&self, items_max: usize) -> Result<Vec<Item>, InvoiceError> {
        let Some(list) = self.root.get("ItemList").and_then(Value::as_array) else {
            return Ok(Vec::new());
        };
        if list.len() > items_max {
            return Err(InvoiceError::TooManyItems {
                count: list.len(),
                max: items_max,
            });
        }
        list.iter()
            .enumerate()
            .map(|(index, value)| item(index, value))
            .collect()
    }

    fn references(&self, list: &str) -> impl Iterator<Item = (String, &Map<String, Value>)> {
        let at = format!("/RefDtls/{list}");
        self.section("RefDtls")
            .and_then(|s| s.get(list))
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .enumerate()
            .filter_map(move |(i, v)| Some((format!("{at}/{i}"), v.as_object()?)))
    }

    fn preceding(&self) -> Vec<Preceding> {
        self.references("PrecDocDtls")
            .map(|(pointer, entry)| Preceding {
                number: entry.get("InvNo").and_then(text_of),
                date: entry
                    .get("InvDt")
                    .and_then(Value::as_str)
                    .and_then(parse_date),
                pointer,
            })
            .collect()
    }

    fn orders(&self) -> Vec<OrderReference> {
        let mut orders: Vec<OrderReference> = Vec::new();
        for (pointer, entry) in self.references("ContrDtls") {
            if let Some(number) = entry.get("PORefr").and_then(text_of)
                && !orders.iter().any(|o| o.number == number)
            {
                orders.push(OrderReference {
                    number,
                    pointer: format!("{pointer}/PORefr"),
                });
            }
        }
        orders
    }
}

fn item(index: usize, value: &Value) -> Result<Item, InvoiceError> {
    let Value::Object(members) = value else {
        return Err(InvoiceError::Type {
            pointer: format!("/ItemList/{index}"),
            found: fields::kind(value).to_owned(),
            wanted: "an object",
        });
    };
    let text = |name| member(members, name).and_then(text_of);
    let amount = |name| {
        amount_of(member(members, name), || {
            format!("/ItemList/{index}/{name}")
        })
    };
    Ok(Item {
        serial: text("SlNo"),
        description: text("PrdDesc"),
        is_service: text("IsServc").map(|t| t.eq_ignore_ascii_case("Y")),
        hsn: text("HsnCd"),
        quantity: amount("Qty")?,
        free_quantity: amount("FreeQty")?,
        unit: text("Unit"),
        unit_price: amount("UnitPrice")?,
        gross: amount("TotAmt")?,
        discount: amount("Discount")?,
        pre_tax_value: amount("PreTaxVal")?,
        taxable: amount("AssAmt")?,
        rate: amount("GstRt")?,
        igst: amount("IgstAmt")?,
        cgst: amount("CgstAmt")?,
        sgst: amount("SgstAmt")?,
        cess_rate: amount("CesRt")?,
        cess: amount("CesAmt")?,
        cess_fixed: amount("CesNonAdvlAmt")?,
        state_cess_rate: amount("StateCesRt")?,
        state_cess: amount("StateCesAmt")?,
        state_cess_fixed: amount("StateCesNonAdvlAmt")?,
        other_charges: amount("OthChrg")?,
        total: amount("TotItemVal")?,
        order_line: text("OrdLineRef"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(value: Value) -> Result<Invoice, InvoiceError> {
        Invoice::read(value, 1000)
    }

    #[test]
    fn upper_case_names_nulls_and_quoted_numbers_are_read() {
        let invoice = read(json!({"SellerDtls": {"GSTIN": "24AAGCC7144L6ZE", "Stcd": "24"}, "BuyerDtls": {"POS": "4"},
            "ItemList": [{"Qty": "2", "UnitPrice": null, "IgstAmt": ""}], "Colour": "blue"}))
        .unwrap();
        assert_eq!(invoice.supplier.gstin.as_deref(), Some("24AAGCC7144L6ZE"));
        assert_eq!(
            invoice.raw.pointer("/SellerDtls/Gstin"),
            Some(&json!("24AAGCC7144L6ZE"))
        );
        assert_eq!(invoice.place_of_supply.as_deref(), Some("04"));
        assert_eq!(invoice.items[0].quantity, Some(Decimal::TWO));
        assert_eq!(invoice.items[0].unit_price, None);
        assert_eq!(invoice.raw.pointer("/Colour"), Some(&json!("blue")));
    }

    #[test]
    fn what_is_no_invoice_is_refused_with_its_place() {
        for (value, needle) in [
            (json!([1, 2]), "JSON object"),
            (json!({"hello": "world"}), "DocDtls"),
            (json!({"Version": "1.1", "ItemList": []}), "DocDtls"),
            (json!({"DocDtls": {}, "ItemList": {}}), "/ItemList"),
            (json!({"DocDtls": [], "SellerDtls": {}}), "/DocDtls"),
            (json!({"DocDtls": {}, "ItemList": [7]}), "/ItemList/0"),
            (
                json!({"DocDtls": {}, "ItemList": [{"Qty": "twelve"}]}),
                "/ItemList/0/Qty",
            ),
            (
                json!({"DocDtls": {}, "ItemList": [{"Qty": [1]}]}),
                "/ItemList/0/Qty",
            ),
            (
                json!({"DocDtls": {}, "ValDtls": {"AssVal": 1e30}}),
                "/ValDtls/AssVal",
            ),
        ] {
            let error = read(value).unwrap_err().to_string();
            assert!(error.contains(needle), "{error}");
        }
    }

    #[test]
    fn one_member_under_two_names_is_refused() {
        let error = read(json!({"SellerDtls": {"Gstin": "A", "GSTIN": "B"}}))
            .unwrap_err()
            .to_string();
        assert!(error.contains("written twice"), "{error}");
    }

    #[test]
    fn a_missing_place_is_cited_by_what_is_above_it() {
        let invoice = read(json!({"DocDtls": {"Typ": "INV"}})).unwrap();
        assert_eq!(invoice.cite("/DocDtls/Typ").pointer, "/DocDtls/Typ");
        assert_eq!(invoice.cite("/DocDtls/No").pointer, "/DocDtls");
        assert_eq!(invoice.cite("/PayDtls/AccDet").pointer, "");
    }

    #[test]
    fn supply_kind_follows_state_and_type() {
        use SupplyKind::{InterState, IntraState};
        for (kind, pos, want) in [
            ("B2B", json!("27"), Some(IntraState)),
            ("B2B", json!("29"), Some(InterState)),
            ("SEZWP", json!("27"), Some(InterState)),
            ("EXPWOP", json!("96"), Some(InterState)),
            ("DEXP", json!("27"), Some(IntraState)),
            ("B2B", Value::Null, None),
        ] {
            let invoice = read(json!({"TranDtls": {"SupTyp": kind},
                "SellerDtls": {"Gstin": "27AAACR5055K1Z7"}, "BuyerDtls": {"Pos": pos}}))
            .unwrap();
            assert_eq!(invoice.supply_kind(), want, "{kind}");
        }
    }
}
