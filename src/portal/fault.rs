//! Misbehaviour on demand, so that what reads a portal can be tried against a bad one.

use std::{fmt, str::FromStr};

use serde::Deserialize;
use serde_json::{Value, json};

/// One way of misbehaving.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// HTTP 500 with the portal's error body.
    #[serde(rename = "500")]
    Internal,
    /// HTTP 503 with an HTML page, as a proxy gives it.
    #[serde(rename = "503")]
    Unavailable,
    /// HTTP 429 with `Retry-After: 1`.
    #[serde(rename = "429")]
    TooMany,
    /// No answer at all; the connection stays open.
    Timeout,
    /// The connection is closed without an answer.
    Drop,
    /// HTTP 200 with an HTML page in place of JSON.
    Garbage,
    /// The right answer, cut off in its middle.
    Truncate,
    /// A well-formed record of somebody else.
    WrongRecord,
    /// The record as it stood long ago: active, not cancelled, the latest returns missing.
    Stale,
    /// The right envelope around an empty record.
    Empty,
}

/// The names by which requests and settings call the faults.
const NAMES: [(&str, Fault); 10] = [
    ("500", Fault::Internal),
    ("503", Fault::Unavailable),
    ("429", Fault::TooMany),
    ("timeout", Fault::Timeout),
    ("drop", Fault::Drop),
    ("garbage", Fault::Garbage),
    ("truncate", Fault::Truncate),
    ("wrong-record", Fault::WrongRecord),
    ("stale", Fault::Stale),
    ("empty", Fault::Empty),
];

/// A text that names no fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a fault is one of 500, 503, 429, timeout, drop, garbage, truncate, wrong-record, stale, empty"
)]
pub struct UnknownFault;

impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(text: &str) -> Result<Self, UnknownFault> {
        NAMES
            .iter()
            .find_map(|(name, fault)| (*name == text).then_some(*fault))
            .ok_or(UnknownFault)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = NAMES
            .iter()
            .find_map(|(name, fault)| (fault == self).then_some(*name));
        f.write_str(name.unwrap_or_default())
    }
}

/// How a whole server misbehaves. The default is not at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// Milliseconds before each answer.
    pub latency_ms: u64,
    /// Every n-th request answers 500; 0 is never.
    pub fail_every_n: u64,
    /// Requests a second beyond which the answer is 429 with `Retry-After`; 0 is no limit.
    pub rate_limit_per_s: u64,
    /// A fault in every answer. A request that names its own fault overrides it.
    pub fault: Option<Fault>,
}

/// What kind of record an answer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Taxpayer,
    Returns,
    Statement,
    Irn,
    Keys,
}

/// Where a statement keeps its name: under `data`, or bare.
fn statement_name(record: &mut Value) -> &mut Value {
    if record.get("data").is_some() {
        &mut record["data"]
    } else {
        record
    }
}

/// Replaces the record by what the fault makes of it. Faults that concern the transport leave it as it is.
pub(crate) fn distort(fault: Fault, kind: Kind, record: &mut Value) {
    match fault {
        Fault::Empty => {
            *record = match kind {
                Kind::Taxpayer | Kind::Irn => json!({}),
                Kind::Returns => json!({"EFiledlist": []}),
                Kind::Statement => {
                    let mut empty = record.clone();
                    statement_name(&mut empty)["docdata"] = json!({});
                    empty
                }
                Kind::Keys => json!({"keys": []}),
            };
        }
        Fault::WrongRecord => wrong(kind, record),
        Fault::Stale => stale(kind, record),
        _ => {}
    }
}

/// Another public company, so that nothing of the asked record is left in the answer.
const SOMEBODY_ELSE: &str = "24AAACR5055K2ZC";

fn wrong(kind: Kind, record: &mut Value) {
    match kind {
        Kind::Taxpayer => {
            record["gstin"] = json!(SOMEBODY_ELSE);
            record["lgnm"] = json!("SOMEBODY ELSE LIMITED");
            record["tradeNam"] = json!("SOMEBODY ELSE");
        }
        // Return tracking names no GSTIN; somebody else's returns show by periods nobody asked for.
        Kind::Returns => {
            *record = json!({"EFiledlist": [
                {"rtntype": "GSTR3B", "ret_prd": "072017", "dof": "20-08-2017", "status": "Filed"}]});
        }
        Kind::Statement => statement_name(record)["gstin"] = json!(SOMEBODY_ELSE),
        Kind::Irn => record["Irn"] = json!("0".repeat(64)),
        Kind::Keys => {
            for key in record["keys"].as_array_mut().into_iter().flatten() {
                key["kid"] = json!("0".repeat(40));
            }
        }
    }
}

fn stale(kind: Kind, record: &mut Value) {
    match kind {
        Kind::Taxpayer => {
            record["sts"] = json!("Active");
            record["cxdt"] = json!("");
            record["lstupdt"] = json!("01/07/2017");
        }
        Kind::Returns => {
            if let Some(list) = record["EFiledlist"].as_array_mut() {
                let period =
                    |entry: &Value| entry["ret_prd"].as_str().and_then(domain::TaxPeriod::parse);
                let newest = list.iter().filter_map(period).max();
                let cut = newest.map(|newest| (0..6).fold(newest, |p, _| p.previous()));
                list.retain(|entry| period(entry) <= cut);
            }
        }
        Kind::Statement => statement_name(record)["gendt"] = json!("14-08-2017"),
        Kind::Irn => {
            record["Status"] = json!("ACT");
            if let Some(record) = record.as_object_mut() {
                record.shift_remove("CnlDt");
            }
        }
        Kind::Keys => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for (name, fault) in NAMES {
            assert_eq!(name.parse(), Ok(fault));
            assert_eq!(fault.to_string(), name);
            assert_eq!(serde_json::from_value::<Fault>(json!(name)).unwrap(), fault);
        }
        assert_eq!("".parse::<Fault>(), Err(UnknownFault));
        assert!(UnknownFault.to_string().ends_with("empty"));
    }

    #[test]
    fn a_stale_list_lacks_its_newest_six_months() {
        let mut record = json!({"EFiledlist": [
            {"ret_prd": "022026"}, {"ret_prd": "082025"}, {"ret_prd": "092025"}, {"ret_prd": "122024"}]});
        distort(Fault::Stale, Kind::Returns, &mut record);
        assert_eq!(
            record,
            json!({"EFiledlist": [{"ret_prd": "082025"}, {"ret_prd": "122024"}]})
        );
    }

    #[test]
    fn an_empty_answer_keeps_its_envelope() {
        let mut record = json!({"data": {"gstin": "27AAACR5055K1Z7", "docdata": {"b2b": [1]}}});
        distort(Fault::Empty, Kind::Statement, &mut record);
        assert_eq!(
            record,
            json!({"data": {"gstin": "27AAACR5055K1Z7", "docdata": {}}})
        );
    }

    #[test]
    fn a_record_in_an_odd_shape_does_not_panic() {
        for fault in [Fault::WrongRecord, Fault::Stale, Fault::Empty] {
            for kind in [
                Kind::Taxpayer,
                Kind::Returns,
                Kind::Statement,
                Kind::Irn,
                Kind::Keys,
            ] {
                distort(
                    fault,
                    kind,
                    &mut json!({"data": {}, "keys": [{}], "EFiledlist": [{}]}),
                );
            }
        }
    }
}
