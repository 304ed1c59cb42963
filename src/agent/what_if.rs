//! What if: facts taken as other than they are, to try one change or to find what would approve.

use domain::{
    Change, EvidenceId, Facts, Irn, Law, Need,
    einvoice::SignedQr,
    facts::Answer,
    finding::Target,
    portal::{IrnRecord, SigningKey},
};
use serde_json::{Map, Value, json};

/// A fact taken as given.
#[derive(Debug, Clone, PartialEq)]
pub struct Assumption {
    pub target: Target,
    /// `Null` removes the member.
    pub value: Value,
}

impl From<&Change> for Assumption {
    fn from(change: &Change) -> Self {
        Self {
            target: change.target.clone(),
            value: change.value.clone(),
        }
    }
}

/// Why `PATH=VALUE` cannot be read or applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetError {
    #[error("--set {0}: write PATH=VALUE, as in DocDtls.Dt=12/11/2026 or @taxpayer/sts=Active")]
    Form(String),
    #[error("--set {0}: @ is followed by one of {1} and a pointer")]
    Need(String, String),
    #[error("{0}: there is no such place")]
    Place(String),
}

impl Assumption {
    /// Reads `DocDtls.Dt=…`, `ItemList[0].Qty=…`, `/ItemList/0/Qty=…` (the invoice), `@taxpayer/sts=…` (what a source
    /// says) or `registration=renewed`. The value is JSON where it reads as JSON, else text.
    ///
    /// # Errors
    /// No `=`, an empty path, an unknown source.
    pub fn parse(text: &str) -> Result<Self, SetError> {
        let (path, value) = text
            .split_once('=')
            .ok_or_else(|| SetError::Form(text.to_owned()))?;
        let path = path.trim();
        let value = serde_json::from_str(value.trim())
            .unwrap_or_else(|_| Value::String(value.trim().to_owned()));
        let target = if path.is_empty() {
            return Err(SetError::Form(text.to_owned()));
        } else if path == "registration" {
            Target::Registration
        } else if let Some(rest) = path.strip_prefix('@') {
            let (name, pointer) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            let need = Need::ALL
                .into_iter()
                .find(|need| need.name() == name)
                .ok_or_else(|| {
                    let names: Vec<&str> = Need::ALL.iter().map(|n| n.name()).collect();
                    SetError::Need(text.to_owned(), names.join(", "))
                })?;
            Target::Observation(need, pointer.to_owned())
        } else if path.starts_with('/') {
            Target::Invoice(path.to_owned())
        } else {
            let dotted = path.replace('[', ".").replace(']', "");
            Target::Invoice(format!("/{}", dotted.replace('.', "/")))
        };
        Ok(Self { target, value })
    }

    /// As `--set` takes it.
    pub fn path(&self) -> String {
        match &self.target {
            Target::Invoice(pointer) => pointer.clone(),
            Target::Observation(need, pointer) => format!("@{}{pointer}", need.name()),
            Target::Registration => "registration".to_owned(),
        }
    }
}

/// Puts a value at a pointer, making the objects on the way; `-` appends to a list; `Null` removes.
///
/// # Errors
/// A step into a text or number, or beyond a list's end.
pub fn set(document: &mut Value, pointer: &str, value: Value) -> Result<(), SetError> {
    let no_place = || SetError::Place(pointer.to_owned());
    let Some((parent, last)) = pointer.rsplit_once('/') else {
        *document = value;
        return Ok(());
    };
    let mut at = document;
    for step in parent.split('/').skip(1) {
        let step = step.replace("~1", "/").replace("~0", "~");
        if at.is_null() {
            *at = Value::Object(Map::new());
        }
        at = match at {
            Value::Object(map) => map.entry(step).or_insert(Value::Null),
            Value::Array(list) => step
                .parse::<usize>()
                .ok()
                .and_then(|index| list.get_mut(index))
                .ok_or_else(no_place)?,
            _ => return Err(no_place()),
        };
    }
    let last = last.replace("~1", "/").replace("~0", "~");
    if at.is_null() {
        *at = Value::Object(Map::new());
    }
    match at {
        Value::Object(map) => {
            if value.is_null() {
                map.shift_remove(&last);
            } else {
                map.insert(last, value);
            }
        }
        Value::Array(list) => {
            if last == "-" {
                list.push(value);
            } else {
                let index = last.parse::<usize>().ok().filter(|i| *i < list.len());
                let index = index.ok_or_else(no_place)?;
                if value.is_null() {
                    list.remove(index);
                } else if let Some(slot) = list.get_mut(index) {
                    *slot = value;
                }
            }
        }
        _ => return Err(no_place()),
    }
    Ok(())
}

/// Takes the invoice as registered, signed and active as it now stands: IRN, signed QR and status all fit.
pub(crate) fn assume_registered(facts: &mut Facts, law: &Law) {
    let invoice = std::sync::Arc::make_mut(&mut facts.invoice);
    let (Some(year), Some(number)) = (invoice.financial_year(), invoice.number.clone()) else {
        return;
    };
    let supplier = invoice.supplier.gstin.clone().unwrap_or_default();
    let kind = invoice.document_type_text().to_owned();
    let upper = invoice.date.is_some_and(|date| law.irn_upper_case(date));
    let hashed = if upper {
        number.to_uppercase()
    } else {
        number.clone()
    };
    let irn = Irn::compute(&supplier, year, &kind, &hashed).to_string();
    invoice.irn = Some(irn.clone());
    let main = invoice
        .items
        .iter()
        .max_by_key(|i| i.taxable.unwrap_or_default().abs());
    let date = invoice.date.map(|d| d.strftime("%d/%m/%Y").to_string());
    let data = json!({
        "SellerGstin": supplier,
        "BuyerGstin": invoice.buyer.gstin,
        "DocNo": number,
        "DocTyp": kind,
        "DocDt": date,
        "TotInvVal": invoice.totals.total.map(|t| t.to_string()),
        "ItemCnt": invoice.items.len(),
        "MainHsnCode": main.and_then(|i| i.hsn.clone()),
        "Irn": irn,
        "IrnDt": invoice.date.map(|d| format!("{d} 00:00:00")),
    });
    let evidence = facts.qr.as_ref().map_or(EvidenceId::INVOICE, |(id, _)| *id);
    facts.qr = Some((evidence, SignedQr::assumed(data)));
    facts.signing_key = Answer::Found(
        evidence,
        SigningKey {
            kid: String::new(),
            modulus: Vec::new(),
            exponent: Vec::new(),
        },
    );
    facts.irn_status = Answer::Found(
        evidence,
        IrnRecord {
            status: "ACT".to_owned(),
            registered: None,
            cancelled: None,
        },
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_as_people_write_them() {
        for (text, path, value) in [
            ("DocDtls.Dt=12/11/2026", "/DocDtls/Dt", json!("12/11/2026")),
            ("ItemList[0].Qty=2", "/ItemList/0/Qty", json!(2)),
            (
                "/ValDtls/TotInvVal=1.50",
                "/ValDtls/TotInvVal",
                serde_json::from_str("1.50").unwrap(),
            ),
            ("BuyerDtls.Pos=07", "/BuyerDtls/Pos", json!("07")),
            ("@taxpayer/sts=Active", "@taxpayer/sts", json!("Active")),
            ("registration=renewed", "registration", json!("renewed")),
            ("Irn=null", "/Irn", Value::Null),
        ] {
            let read = Assumption::parse(text).unwrap();
            assert_eq!(
                (read.path().as_str(), &read.value),
                (path, &value),
                "{text}"
            );
        }
        assert!(Assumption::parse("DocDtls.Dt").is_err());
        assert!(Assumption::parse("=1").is_err());
        assert!(
            Assumption::parse("@nowhere/x=1")
                .unwrap_err()
                .to_string()
                .contains("taxpayer")
        );
    }

    #[test]
    fn a_value_goes_where_it_is_put() {
        let mut document = json!({"a": [1, {"b": 2}]});
        set(&mut document, "/a/1/b", json!(3)).unwrap();
        set(&mut document, "/c/d", json!("new")).unwrap();
        set(&mut document, "/a/-", json!(9)).unwrap();
        set(&mut document, "/a/0", Value::Null).unwrap();
        assert_eq!(document, json!({"a": [{"b": 3}, 9], "c": {"d": "new"}}));
        assert!(set(&mut document, "/c/d/e", json!(1)).is_err());
        assert!(set(&mut document, "/a/7", json!(1)).is_err());
    }
}
