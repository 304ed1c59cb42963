//! A month of the buyer's GSTR-2B, parsed once and found again by supplier and document number.

use std::{collections::HashMap, sync::Arc};

use domain::{DocNumber, TaxPeriod};
use serde_json::{Map, Value, json};

/// The members that hold a supplier's documents: invoices, notes, and the documents of input service distributors.
const LISTS: [&str; 4] = ["inv", "nt", "doclist", "docs"];
/// A document's number in GSTR-2B and GSTR-2A. A note's own comes before that of the invoice it refers to.
const NUMBERS: [&str; 4] = ["ntnum", "nt_num", "inum", "docnum"];
/// The number of the document that an amendment replaces.
const ORIGINALS: [&str; 4] = ["ontnum", "ont_num", "oinum", "odocnum"];

#[derive(Debug)]
struct Listed {
    section: String,
    document: Value,
}

/// The documents of one statement.
#[derive(Debug, Default)]
pub(crate) struct Statement {
    /// By GSTIN of the supplier and folded number. An amendment stands under the number that it replaces too.
    by_document: HashMap<(String, String), Vec<Arc<Listed>>>,
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value
        .get(key)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .trim()
}

/// A number as text; some exports write digits as a JSON number.
fn number(document: &Value, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| match document.get(*key)? {
        Value::String(text) if !text.trim().is_empty() => Some(DocNumber::fold(text)),
        Value::Number(number) => Some(DocNumber::fold(&number.to_string())),
        _ => None,
    })
}

/// What a statement says about itself: under `data`, or bare.
fn inside(record: &Value) -> &Value {
    record
        .get("data")
        .filter(|data| data.is_object())
        .unwrap_or(record)
}

/// In how many files the statement comes: `fc`, where it comes in several.
pub(crate) fn files(record: &Value) -> Option<u32> {
    let count = [inside(record), record]
        .into_iter()
        .find_map(|level| level.get("fc"))?;
    let count = match count {
        Value::String(text) => text.trim().parse().ok()?,
        number => number.to_string().parse().ok()?,
    };
    (count > 0).then_some(count)
}

/// Whether the statement is the one that was asked for, as far as it names itself.
pub(crate) fn names(record: &Value, gstin: &str, period: TaxPeriod) -> bool {
    let head = inside(record);
    let of = text(head, "gstin");
    let month = [text(head, "rtnprd"), text(head, "fp")]
        .into_iter()
        .find(|text| !text.is_empty());
    (of.is_empty() || of.eq_ignore_ascii_case(gstin))
        && month.is_none_or(|month| TaxPeriod::parse(month) == Some(period))
}

impl Statement {
    /// Adds the documents of one file. Sections stand in `docdata`, or bare in the older GSTR-2A; each is a list of
    /// suppliers. Anything else (imports, sums) is passed over.
    pub(crate) fn add(&mut self, record: Value) {
        let Value::Object(mut level) = record else {
            return;
        };
        for key in ["data", "docdata"] {
            if let Some(Value::Object(inner)) = level.get_mut(key).map(Value::take) {
                level = inner;
            }
        }
        for (section, suppliers) in level {
            let Value::Array(suppliers) = suppliers else {
                continue;
            };
            for supplier in suppliers {
                if let Value::Object(supplier) = supplier {
                    self.add_supplier(&section, supplier);
                }
            }
        }
    }

    fn add_supplier(&mut self, section: &str, mut supplier: Map<String, Value>) {
        let ctin = match supplier.get("ctin") {
            Some(Value::String(ctin)) => ctin.trim().to_uppercase(),
            _ => return,
        };
        for list in LISTS {
            let Some(Value::Array(documents)) = supplier.get_mut(list).map(Value::take) else {
                continue;
            };
            for document in documents {
                let own = number(&document, &NUMBERS);
                let original = number(&document, &ORIGINALS).filter(|o| own.as_ref() != Some(o));
                let listed = Arc::new(Listed {
                    section: section.to_owned(),
                    document,
                });
                for number in [own, original].into_iter().flatten() {
                    self.by_document
                        .entry((ctin.clone(), number))
                        .or_default()
                        .push(Arc::clone(&listed));
                }
            }
        }
    }

    /// The supplier's documents of that number, as entries of the tool's record.
    pub(crate) fn find(&self, supplier: &str, number: &str, period: TaxPeriod) -> Vec<Value> {
        let key = (supplier.to_owned(), number.to_owned());
        let found = self.by_document.get(&key).into_iter().flatten();
        found
            .map(|listed| {
                json!({"section": listed.section, "period": period, "document": listed.document})
            })
            .collect()
    }
}
