//! What the GST portal and the registration portals say, read from their own JSON. Unknown members stay in the
//! evidence; these types hold what rules need.

use jiff::civil::DateTime;
use rust_decimal::Decimal;
use serde_json::Value;

use crate::civil::{Date, TaxPeriod, parse_date};

/// Why a portal's record cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{pointer}: {problem}")]
pub struct RecordError {
    /// Where, RFC 6901.
    pub pointer: String,
    pub problem: &'static str,
}

fn fault(pointer: impl Into<String>, problem: &'static str) -> RecordError {
    RecordError {
        pointer: pointer.into(),
        problem,
    }
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value
        .get(key)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .trim()
}

/// A number as JSON number or as digits in a string.
pub fn amount(value: &Value) -> Option<Decimal> {
    match value {
        Value::Number(n) => crate::money::decimal(&n.to_string()).ok(),
        Value::String(s) => crate::money::decimal(s).ok(),
        _ => None,
    }
}

/// A taxpayer as the search by GSTIN gives it.
#[derive(Debug, Clone, PartialEq)]
pub struct Taxpayer {
    pub gstin: String,
    /// `lgnm`.
    pub legal_name: String,
    /// `tradeNam`.
    pub trade_name: String,
    /// `sts`: Active, Cancelled, Suspended, Inactive, Provisional.
    pub status: String,
    /// `dty`: Regular, Composition, SEZ Unit, …
    pub kind: String,
    /// `ctb`.
    pub constitution: String,
    /// `rgdt`.
    pub registered: Option<Date>,
    /// `cxdt`; `None` for an empty text or `NA`.
    pub cancelled: Option<Date>,
    /// `einvoiceStatus`; `None` when the portal does not say.
    pub e_invoices: Option<bool>,
    /// Aggregate annual turnover in rupees, the lower end of its slab, where the record states it
    /// (`aato`, `aggreTurnOver`, `aggreTurnOverFY`).
    pub turnover: Option<Decimal>,
    /// Whether the taxpayer files GSTR-3B by quarter (QRMP), where the record says so
    /// (`filingFrequency`, `compliance.filingFrequency`, `qrmp`).
    pub quarterly: Option<bool>,
}

impl Taxpayer {
    /// # Errors
    /// A record without `gstin` or without `sts`.
    pub fn read(value: &Value) -> Result<Self, RecordError> {
        let gstin = text(value, "gstin");
        if gstin.is_empty() {
            return Err(fault("/gstin", "a taxpayer record names its GSTIN"));
        }
        let status = text(value, "sts");
        if status.is_empty() {
            return Err(fault("/sts", "a taxpayer record has a status"));
        }
        Ok(Self {
            gstin: gstin.to_uppercase(),
            legal_name: text(value, "lgnm").to_owned(),
            trade_name: text(value, "tradeNam").to_owned(),
            status: status.to_owned(),
            kind: text(value, "dty").to_owned(),
            constitution: text(value, "ctb").to_owned(),
            registered: parse_date(text(value, "rgdt")),
            cancelled: parse_date(text(value, "cxdt")),
            e_invoices: match text(value, "einvoiceStatus").to_ascii_lowercase().as_str() {
                "yes" | "y" | "true" => Some(true),
                "no" | "n" | "false" => Some(false),
                _ => value.get("einvoiceStatus").and_then(Value::as_bool),
            },
            turnover: ["aato", "aggreTurnOver", "aggreTurnOverFY"]
                .iter()
                .find_map(|key| value.get(*key).and_then(turnover)),
            quarterly: quarterly(value),
        })
    }

    /// Whether the tax office lists this taxpayer under the composition levy.
    pub fn is_composition(&self) -> bool {
        self.kind.to_ascii_lowercase().contains("composition")
    }
}

fn quarterly(value: &Value) -> Option<bool> {
    let said = [
        "/filingFrequency",
        "/compliance/filingFrequency",
        "/qrmp",
        "/prefernce",
        "/preference",
    ]
    .iter()
    .find_map(|pointer| value.pointer(pointer).filter(|v| !v.is_null()))?;
    if let Some(flag) = said.as_bool() {
        return Some(flag);
    }
    match said.as_str()?.trim().to_ascii_lowercase().as_str() {
        "quarterly" | "q" | "qrmp" | "y" | "yes" => Some(true),
        "monthly" | "m" | "n" | "no" => Some(false),
        _ => None,
    }
}

/// `"Slab: Rs. 5 Cr. to 25 Cr."`, `"above 10 crore"` or plain rupees.
fn turnover(value: &Value) -> Option<Decimal> {
    if let Some(plain) = amount(value) {
        return Some(plain);
    }
    let said = value.as_str()?.to_ascii_lowercase();
    let digits: String = said
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
        .filter(|c| *c != ',')
        .collect();
    let number = crate::money::decimal(digits.trim_end_matches('.')).ok()?;
    // A slab that only has an upper end ("up to 40 lakhs") begins at nothing.
    if said.contains("up to") || said.contains("upto") {
        return Some(Decimal::ZERO);
    }
    let after = said
        .split_once(digits.as_str())
        .map_or("", |(_, rest)| rest);
    let unit = if after.trim_start().starts_with("lakh") {
        100_000
    } else if after.contains("cr") {
        10_000_000
    } else if after.contains("lakh") {
        100_000
    } else {
        1
    };
    number.checked_mul(Decimal::from(unit))
}

/// A filed return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FiledReturn {
    /// `GSTR1`, `GSTR3B`, …
    pub kind: String,
    pub period: TaxPeriod,
    /// `dof`; `None` when the portal gives none.
    pub filed_on: Option<Date>,
    /// Where it stands in the observation.
    pub pointer: String,
}

/// Return tracking of one GSTIN.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Returns {
    pub filed: Vec<FiledReturn>,
}

impl Returns {
    /// Reads `{"EFiledlist": [...]}`, also inside `data`. Entries that the portal marks as anything but filed, or as
    /// invalid, are left out; a missing status counts as filed, as some providers drop it.
    ///
    /// # Errors
    /// No list, or an entry without a readable period or type.
    pub fn read(value: &Value) -> Result<Self, RecordError> {
        let (prefix, list) = ["", "/data"]
            .iter()
            .find_map(|prefix| {
                let list = value.pointer(&format!("{prefix}/EFiledlist"))?.as_array()?;
                Some((*prefix, list))
            })
            .ok_or_else(|| fault("/EFiledlist", "return tracking is a list"))?;
        let mut filed = Vec::with_capacity(list.len());
        for (index, entry) in list.iter().enumerate() {
            let pointer = format!("{prefix}/EFiledlist/{index}");
            let period = TaxPeriod::parse(text(entry, "ret_prd"))
                .ok_or_else(|| fault(format!("{pointer}/ret_prd"), "a period is written mmyyyy"))?;
            let kind = text(entry, "rtntype");
            if kind.is_empty() {
                return Err(fault(format!("{pointer}/rtntype"), "a return has a type"));
            }
            let status = text(entry, "status");
            if !(status.is_empty() || status.eq_ignore_ascii_case("filed")) {
                continue;
            }
            if text(entry, "valid").eq_ignore_ascii_case("n") {
                continue;
            }
            filed.push(FiledReturn {
                kind: kind.to_ascii_uppercase(),
                period,
                filed_on: parse_date(text(entry, "dof")),
                pointer,
            });
        }
        Ok(Self { filed })
    }
}

/// A document of the supplier as the buyer's GSTR-2B lists it.
#[derive(Debug, Clone, PartialEq)]
pub struct StatementDocument {
    /// `b2b`, `b2ba`, `cdnr`, `cdnra`, …
    pub section: String,
    pub period: TaxPeriod,
    /// `ntnum` (`nt_num` in GSTR-2A, where `inum` beside it is the invoice that the note refers to), `inum`, or
    /// `docnum` of an input service distributor's document.
    pub number: String,
    /// The original number that an amendment replaces.
    pub original_number: Option<String>,
    pub date: Option<Date>,
    /// For notes: `C` or `D`.
    pub note_kind: Option<String>,
    /// Sums over its items, in rupees.
    pub taxable: Decimal,
    pub igst: Decimal,
    pub cgst: Decimal,
    pub sgst: Decimal,
    pub cess: Decimal,
    /// `itcavl`.
    pub itc_available: Option<String>,
    /// Where it stands in the observation.
    pub pointer: String,
    /// Where the parts of each sum stand, in the order taxable value, IGST, CGST, SGST, cess.
    pub parts: [Vec<String>; 5],
}

/// What the buyer's statements say about one document: `{"gstin", "supplier", "periods": ["102026", …],
/// "documents": [{"section", "period", "document": {…}}]}`; `periods` are the statements that were read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Statement {
    pub periods: Vec<TaxPeriod>,
    pub documents: Vec<StatementDocument>,
}

impl Statement {
    /// # Errors
    /// A member that is missing or not in the portal's form.
    pub fn read(value: &Value) -> Result<Self, RecordError> {
        let periods = value
            .get("periods")
            .and_then(Value::as_array)
            .ok_or_else(|| fault("/periods", "a statement names its periods"))?
            .iter()
            .map(|p| p.as_str().and_then(TaxPeriod::parse))
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| fault("/periods", "a period is written mmyyyy"))?;
        let list = value
            .get("documents")
            .and_then(Value::as_array)
            .ok_or_else(|| fault("/documents", "a statement lists documents"))?;
        let mut documents = Vec::with_capacity(list.len());
        for (index, entry) in list.iter().enumerate() {
            documents.push(document(entry, format!("/documents/{index}"))?);
        }
        Ok(Self { periods, documents })
    }
}

fn document(entry: &Value, at: String) -> Result<StatementDocument, RecordError> {
    let body = entry
        .get("document")
        .ok_or_else(|| fault(format!("{at}/document"), "a listed document has a body"))?;
    let number = ["ntnum", "nt_num", "inum", "docnum"]
        .map(|key| text(body, key))
        .into_iter()
        .find(|n| !n.is_empty())
        .ok_or_else(|| fault(format!("{at}/document/inum"), "a document has a number"))?
        .to_owned();
    let mut sums = [Decimal::ZERO; 5];
    let mut parts: [Vec<String>; 5] = Default::default();
    let list = if body.get("items").is_some() {
        "items"
    } else {
        "itms"
    };
    let items = body
        .get(list)
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    for (index, item) in items.iter().enumerate() {
        // Both shapes of the portal: flat 2B items, and 2A's `itm_det` with its own names.
        let (detail, inside) = item.get("itm_det").map_or((item, ""), |d| (d, "/itm_det"));
        for ((slot, places), keys) in sums.iter_mut().zip(&mut parts).zip([
            ["txval", "txval"],
            ["igst", "iamt"],
            ["cgst", "camt"],
            ["sgst", "samt"],
            ["cess", "csamt"],
        ]) {
            let found = keys
                .iter()
                .find_map(|key| Some((*key, detail.get(*key).and_then(amount)?)));
            let Some((key, value)) = found else { continue };
            *slot = slot
                .checked_add(value)
                .ok_or_else(|| fault(format!("{at}/document/items"), "amounts overflow"))?;
            places.push(format!("{at}/document/{list}/{index}{inside}/{key}"));
        }
    }
    // Without items some providers put the sums on the document itself.
    if items.is_empty() {
        for ((slot, places), key) in sums
            .iter_mut()
            .zip(&mut parts)
            .zip(["txval", "igst", "cgst", "sgst", "cess"])
        {
            if let Some(value) = body.get(key).and_then(amount) {
                *slot = value;
                places.push(format!("{at}/document/{key}"));
            }
        }
    }
    let [taxable, igst, cgst, sgst, cess] = sums;
    let optional = |keys: &[&str]| {
        keys.iter()
            .map(|k| text(body, k))
            .find(|v| !v.is_empty())
            .map(str::to_owned)
    };
    Ok(StatementDocument {
        section: text(entry, "section").to_owned(),
        period: TaxPeriod::parse(text(entry, "period"))
            .ok_or_else(|| fault(format!("{at}/period"), "a period is written mmyyyy"))?,
        number,
        original_number: optional(&["ontnum", "ont_num", "oinum", "odocnum"]),
        date: optional(&["dt", "ntdt", "nt_dt", "idt", "docdt"]).and_then(|d| parse_date(&d)),
        note_kind: if ["ntnum", "nt_num"]
            .iter()
            .any(|key| body.get(key).is_some())
        {
            optional(&["typ", "ntty"])
        } else {
            None
        },
        taxable,
        igst,
        cgst,
        sgst,
        cess,
        itc_available: optional(&["itcavl"]),
        pointer: at,
        parts,
    })
}

/// The registration portal's word on an IRN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IrnRecord {
    /// `ACT` or `CNL`.
    pub status: String,
    /// `AckDt`, in IST.
    pub registered: Option<DateTime>,
    /// `CnlDt`.
    pub cancelled: Option<Date>,
}

impl IrnRecord {
    /// # Errors
    /// A record without a status.
    pub fn read(value: &Value) -> Result<Self, RecordError> {
        let status = text(value, "Status");
        if status.is_empty() {
            return Err(fault("/Status", "an IRN record has a status"));
        }
        Ok(Self {
            status: status.to_ascii_uppercase(),
            registered: text(value, "AckDt").replacen(' ', "T", 1).parse().ok(),
            cancelled: parse_date(text(value, "CnlDt")),
        })
    }
}

/// A registration portal's public key, as a JWK: `{"kid", "kty": "RSA", "n", "e"}` in base64url.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningKey {
    pub kid: String,
    /// Big-endian modulus.
    pub modulus: Vec<u8>,
    /// Big-endian exponent.
    pub exponent: Vec<u8>,
}

impl SigningKey {
    /// # Errors
    /// Another key type, or members that are not base64url.
    pub fn read(value: &Value) -> Result<Self, RecordError> {
        use base64::Engine;
        if text(value, "kty") != "RSA" {
            return Err(fault("/kty", "a signing key is an RSA key"));
        }
        let decode = |key: &'static str| {
            base64::engine::general_purpose::URL_SAFE_NO_PAD
                .decode(text(value, key).trim_end_matches('='))
                .ok()
                .filter(|bytes| !bytes.is_empty())
        };
        Ok(Self {
            kid: text(value, "kid").to_owned(),
            modulus: decode("n").ok_or_else(|| fault("/n", "a modulus is base64url"))?,
            exponent: decode("e").ok_or_else(|| fault("/e", "an exponent is base64url"))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_taxpayer_reads_with_na_dates_and_slabs() {
        let t = Taxpayer::read(
            &json!({"gstin": "27ABCFE1234F1ZW", "sts": "Active", "rgdt": "01/07/2017", "cxdt": "NA",
            "einvoiceStatus": "Yes", "aggreTurnOver": "Slab: Rs. 5 Cr. to 25 Cr."}),
        )
        .unwrap();
        assert_eq!(t.cancelled, None);
        assert_eq!(t.e_invoices, Some(true));
        assert_eq!(t.turnover, Some(Decimal::from(50_000_000)));
        assert!(Taxpayer::read(&json!({"gstin": "27ABCFE1234F1ZW"})).is_err());
        assert!(Taxpayer::read(&json!([])).is_err());
    }

    #[test]
    fn both_item_shapes_sum_to_the_same() {
        let statement = |items: Value| {
            Statement::read(
                &json!({"periods": ["102026"], "documents": [{"section": "b2b", "period": "102026",
                "document": {"inum": "A/1", "dt": "24-10-2026", "items": items}}]}),
            )
            .unwrap()
            .documents
            .remove(0)
        };
        let flat =
            statement(json!([{"txval": 100.5, "cgst": 9, "sgst": 9}, {"txval": 1, "igst": 0.18}]));
        let nested = statement(
            json!([{"itm_det": {"txval": 100.5, "camt": 9, "samt": 9}}, {"itm_det": {"txval": 1, "iamt": 0.18}}]),
        );
        assert_eq!(
            (flat.taxable, flat.igst, flat.cgst),
            (nested.taxable, nested.igst, nested.cgst)
        );
        assert_eq!(flat.taxable, Decimal::new(1015, 1));
        assert_eq!(flat.parts[1], ["/documents/0/document/items/1/igst"]);
        assert_eq!(
            nested.parts[2],
            ["/documents/0/document/items/0/itm_det/camt"]
        );
    }

    #[test]
    fn a_note_of_the_older_shape_keeps_its_own_number_and_date() {
        let statement = Statement::read(&json!({"periods": ["032020"], "documents": [{"section": "cdn", "period": "032020",
            "document": {"ntty": "C", "nt_num": "533515", "nt_dt": "23-09-2018", "inum": "915914", "idt": "23-09-2016",
                "itms": []}}]}))
        .unwrap();
        let note = &statement.documents[0];
        assert_eq!(
            (note.number.as_str(), note.note_kind.as_deref()),
            ("533515", Some("C"))
        );
        assert_eq!(note.date, parse_date("23-09-2018"));
    }

    #[test]
    fn returns_of_either_date_style() {
        let r = Returns::read(&json!({"data": {"EFiledlist": [
            {"rtntype": "GSTR3B", "ret_prd": "072026", "dof": "20/08/2026"},
            {"rtntype": "GSTR3B", "ret_prd": "082026", "dof": "20-09-2026", "status": "Not Filed"}]}}))
        .unwrap();
        assert_eq!(r.filed.len(), 1);
        assert_eq!(r.filed[0].filed_on, parse_date("20-08-2026"));
        assert_eq!(r.filed[0].pointer, "/data/EFiledlist/0");
    }
}
