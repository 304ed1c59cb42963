//! Return tracking cut by financial year, without reading more of an entry than its period.

use bytes::Bytes;
use domain::{FinancialYear, TaxPeriod};
use serde::Deserialize;
use serde_json::value::RawValue;

/// The list of filed returns of one GSTIN, its entries kept as their own JSON text.
#[derive(Debug)]
pub struct Tracking<'a> {
    entries: Vec<(Option<FinancialYear>, &'a str)>,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, rename = "EFiledlist")]
    list: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Period {
    ret_prd: Option<String>,
}

fn list(json: &str, envelopes_left: u8) -> Result<Vec<&RawValue>, serde_json::Error> {
    if json.trim_start().starts_with('[') {
        return serde_json::from_str(json);
    }
    let envelope: Envelope<'_> = serde_json::from_str(json)?;
    match (envelope.list, envelope.data) {
        (Some(list), _) => Ok(list),
        (None, Some(data)) if envelopes_left > 0 => list_in(data, envelopes_left),
        _ => Err(serde::de::Error::missing_field("EFiledlist")),
    }
}

fn list_in(data: &RawValue, envelopes_left: u8) -> Result<Vec<&RawValue>, serde_json::Error> {
    list(data.get(), envelopes_left - 1)
}

impl<'a> Tracking<'a> {
    /// Reads `{"EFiledlist": […]}`, the same under `data`, or the list alone.
    ///
    /// # Errors
    /// No JSON, or no list in it.
    pub fn read(json: &'a str) -> Result<Self, serde_json::Error> {
        let entries = list(json, 2)?
            .into_iter()
            .map(|entry| {
                let period = serde_json::from_str::<Period>(entry.get())
                    .ok()
                    .and_then(|period| TaxPeriod::parse(&period.ret_prd?));
                (
                    period.map(|period| FinancialYear::of(period.day(1))),
                    entry.get(),
                )
            })
            .collect();
        Ok(Self { entries })
    }

    /// The financial years in which the list has entries.
    pub fn years(&self) -> std::collections::BTreeSet<FinancialYear> {
        self.entries.iter().filter_map(|(year, _)| *year).collect()
    }

    /// The body for one year, or for all. An entry whose period cannot be read stands in every year, so that the
    /// reader meets it and does not take its return for unfiled.
    pub fn body(&self, year: Option<FinancialYear>) -> Bytes {
        let mut body = String::from("{\"EFiledlist\":[");
        let mut first = true;
        for (of, entry) in &self.entries {
            if year.is_none() || of.is_none() || *of == year {
                if !first {
                    body.push(',');
                }
                first = false;
                body.push_str(entry);
            }
        }
        body.push_str("]}");
        Bytes::from(body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = r#"[{"rtntype":"GSTR3B","ret_prd":"032026"},{"rtntype":"GSTR3B","ret_prd":"042026"},{"ret_prd":7}]"#;

    #[test]
    fn a_year_holds_april_to_march_and_what_cannot_be_dated() {
        let tracking = Tracking::read(LIST).unwrap();
        let periods = |year: Option<i16>| {
            let body = tracking.body(year.map(FinancialYear));
            let value: serde_json::Value = serde_json::from_slice(&body).unwrap();
            value["EFiledlist"]
                .as_array()
                .unwrap()
                .iter()
                .map(|e| e["ret_prd"].to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(periods(Some(2025)), ["\"032026\"", "7"]);
        assert_eq!(periods(Some(2026)), ["\"042026\"", "7"]);
        assert_eq!(periods(Some(2024)), ["7"]);
        assert_eq!(periods(None).len(), 3);
        assert_eq!(tracking.years().len(), 2);
    }

    #[test]
    fn every_exported_shape_reads() {
        for shape in [
            "{\"EFiledlist\":L}",
            "{\"data\":{\"EFiledlist\":L}}",
            "{\"data\":L}",
            "L",
        ] {
            let json = shape.replace('L', LIST);
            assert_eq!(Tracking::read(&json).unwrap().entries.len(), 3, "{shape}");
        }
        for no_list in [
            "{}",
            "{\"EFiledlist\":7}",
            "7",
            "",
            "{\"data\":{\"data\":{\"data\":[]}}}",
        ] {
            assert!(Tracking::read(no_list).is_err(), "{no_list}");
        }
    }
}
