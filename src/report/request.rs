//! What is asked for: which report, of which days, of whom, and how much of it.

use domain::Date;
use serde_json::{Value, json};

use crate::{By, Drift, LedgerReport, Unit, gaps::Gaps, growth::Growth, spend::Spend};

/// Rows that a request over HTTP may name at most.
pub const TOP_MAX: usize = 1_000;

/// Which report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Spend(By),
    Growth(Unit),
    Gaps,
    Drift,
}

/// Every report, as a path names it.
pub const KINDS: [(&str, Kind); 11] = [
    ("spend/by-vendor", Kind::Spend(By::Vendor)),
    ("spend/by-month", Kind::Spend(By::Time(Unit::Month))),
    ("spend/by-quarter", Kind::Spend(By::Time(Unit::Quarter))),
    ("spend/by-year", Kind::Spend(By::Time(Unit::Year))),
    ("spend/by-buyer", Kind::Spend(By::Buyer)),
    ("spend/by-status", Kind::Spend(By::Status)),
    ("growth/by-month", Kind::Growth(Unit::Month)),
    ("growth/by-quarter", Kind::Growth(Unit::Quarter)),
    ("growth/by-year", Kind::Growth(Unit::Year)),
    ("gaps", Kind::Gaps),
    ("drift", Kind::Drift),
];

/// Why there is no report. The text is for whoever asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    #[error("there is no report {asked:?}: there are {}", paths())]
    NoSuch { asked: String },
    #[error("{0}")]
    Parameter(String),
}

fn paths() -> String {
    KINDS.map(|(path, _)| path).join(", ")
}

/// A report with its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub kind: Kind,
    /// First day; `None` for no limit. Growth and gaps count whole the period, and the financial year, that holds it.
    pub from: Option<Date>,
    /// Last day; as `from`.
    pub to: Option<Date>,
    /// Vendor id or GSTIN; `None` for all.
    pub vendor: Option<String>,
    /// Rows at most; `None` for all.
    pub top: Option<usize>,
}

impl Request {
    /// Reads a path as `spend/by-vendor`, and the pairs of a query: `from`, `to`, `vendor`, `top`, each at most once. A pair
    /// without a value counts as not there.
    ///
    /// # Errors
    /// A path or parameter that is not known, a day or number that cannot be read.
    pub fn read(path: &str, pairs: &[(String, String)]) -> Result<Self, Wrong> {
        let asked = path.trim_matches('/');
        let known = KINDS.iter().find(|(path, _)| *path == asked);
        let Some((_, kind)) = known else {
            let asked = asked.chars().take(64).collect();
            return Err(Wrong::NoSuch { asked });
        };
        let mut request = Self {
            kind: *kind,
            from: None,
            to: None,
            vendor: None,
            top: None,
        };
        for (at, (name, value)) in pairs.iter().enumerate() {
            let value = value.trim();
            let given =
                |(other, value): &(String, String)| other == name && !value.trim().is_empty();
            match name.as_str() {
                "from" | "to" | "vendor" | "top" if value.is_empty() => {}
                "from" | "to" | "vendor" | "top" if pairs.iter().take(at).any(given) => {
                    return Err(Wrong::Parameter(format!(
                        "{name} stands there twice: write it once"
                    )));
                }
                "from" => request.from = Some(day("from", value)?),
                "to" => request.to = Some(day("to", value)?),
                "vendor" => request.vendor = Some(value.to_owned()),
                "top" => request.top = Some(top(value)?),
                _ => {
                    let name: String = name.chars().take(64).collect();
                    return Err(Wrong::Parameter(format!(
                        "{name:?} is no parameter of a report: there are from, to, vendor and top"
                    )));
                }
            }
        }
        request.checked()
    }

    /// The request, if its days are in order.
    ///
    /// # Errors
    /// A first day after the last.
    pub fn checked(self) -> Result<Self, Wrong> {
        match (self.from, self.to) {
            (Some(from), Some(to)) if from > to => Err(Wrong::Parameter(format!(
                "from ({from}) lies after to ({to}): turn them round"
            ))),
            _ => Ok(self),
        }
    }

    /// The report's name.
    pub fn name(&self) -> &'static str {
        match self.kind {
            Kind::Spend(_) => "spend",
            Kind::Growth(_) => "growth",
            Kind::Gaps => "gaps",
            Kind::Drift => "drift",
        }
    }

    /// Whether a day lies in what is asked for, both ends included.
    pub(crate) fn holds(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    /// The parameters that were given, as a table tells them.
    pub(crate) fn told(&self) -> Vec<(&'static str, Value)> {
        let by = match self.kind {
            Kind::Spend(by) => Some(by.name()),
            Kind::Growth(unit) => Some(unit.name()),
            Kind::Gaps | Kind::Drift => None,
        };
        let mut told = Vec::new();
        told.extend(by.map(|by| ("by", json!(by))));
        told.extend(self.from.map(|day| ("from", json!(day.to_string()))));
        told.extend(self.to.map(|day| ("to", json!(day.to_string()))));
        told.extend(self.vendor.as_ref().map(|vendor| ("vendor", json!(vendor))));
        told.extend(self.top.map(|top| ("top", json!(top))));
        told
    }

    /// The fold over the ledger; `None` where the report is over verdicts.
    pub fn over_ledger(&self) -> Option<Box<dyn LedgerReport>> {
        let request = self.clone();
        match self.kind {
            Kind::Spend(by) => Some(Box::new(Spend::new(request, by))),
            Kind::Growth(unit) => Some(Box::new(Growth::new(request, unit))),
            Kind::Gaps => Some(Box::new(Gaps::new(request))),
            Kind::Drift => None,
        }
    }

    /// The fold over verdicts, of these GSTINs alone where some are given; `None` where the report is over the ledger.
    pub fn over_verdicts(&self, gstins: Option<Vec<String>>) -> Option<Drift> {
        (self.kind == Kind::Drift).then(|| Drift::new(self.clone(), gstins))
    }
}

fn day(name: &str, text: &str) -> Result<Date, Wrong> {
    // A longer text may hold a time, which has no place here.
    let day = (text.len() == 10).then(|| text.parse().ok()).flatten();
    let shown: String = text.chars().take(32).collect();
    day.ok_or_else(|| {
        Wrong::Parameter(format!(
            "{name} is {shown:?}: a day is written YYYY-MM-DD, as in 2026-11-21"
        ))
    })
}

fn top(text: &str) -> Result<usize, Wrong> {
    let top = text.parse().ok().filter(|top| (1..=TOP_MAX).contains(top));
    let shown: String = text.chars().take(32).collect();
    top.ok_or_else(|| {
        Wrong::Parameter(format!(
            "top is {shown:?}: write a whole number from 1 to {TOP_MAX}"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str, query: &[(&str, &str)]) -> Result<Request, String> {
        let pairs: Vec<_> = query
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Request::read(path, &pairs).map_err(|wrong| wrong.to_string())
    }

    #[test]
    fn every_path_is_read_and_names_its_report() {
        for (path, kind) in KINDS {
            let request = read(path, &[]).unwrap();
            assert_eq!(request.kind, kind);
            assert!(path.starts_with(request.name()), "{path}");
            let by = request.told();
            let by = by.first().and_then(|(_, by)| by.as_str());
            assert!(path.ends_with(by.unwrap_or_default()), "{path}: {by:?}");
        }
    }

    #[test]
    fn parameters() {
        let query = [
            ("from", "2026-04-01"),
            ("to", ""),
            ("vendor", " V001 "),
            ("top", "3"),
        ];
        let request = read("/spend/by-month/", &query).unwrap();
        assert_eq!(request.from, "2026-04-01".parse().ok());
        assert_eq!((request.to, request.top), (None, Some(3)));
        assert_eq!(request.vendor.as_deref(), Some("V001"));
        let same_day = [("from", "2026-04-01"), ("to", "2026-04-01")];
        assert!(read("gaps", &same_day).is_ok());
    }

    #[test]
    fn what_cannot_be_read_is_named_with_what_there_is() {
        let missing = read("spend/by-week", &[]).unwrap_err();
        assert!(
            missing
                .starts_with("there is no report \"spend/by-week\": there are spend/by-vendor, ")
        );
        for (path, query, want) in [
            (
                "gaps",
                ("top", "0"),
                "top is \"0\": write a whole number from 1 to 1000",
            ),
            (
                "gaps",
                ("top", "1001"),
                "top is \"1001\": write a whole number from 1 to 1000",
            ),
            (
                "drift",
                ("from", "2026-02-30"),
                "from is \"2026-02-30\": a day is written YYYY-MM-DD, as in 2026-11-21",
            ),
            (
                "drift",
                ("to", "2026-02-20T10:00"),
                "to is \"2026-02-20T10:00\": a day is written YYYY-MM-DD, as in 2026-11-21",
            ),
            (
                "drift",
                ("bottom", "3"),
                "\"bottom\" is no parameter of a report: there are from, to, vendor and top",
            ),
            (
                "drift",
                ("bottom", ""),
                "\"bottom\" is no parameter of a report: there are from, to, vendor and top",
            ),
        ] {
            assert_eq!(read(path, &[query]).unwrap_err(), want);
        }
        let twice = read("gaps", &[("top", "1"), ("top", "2")]).unwrap_err();
        assert_eq!(twice, "top stands there twice: write it once");
        let round = read("gaps", &[("from", "2026-04-02"), ("to", "2026-04-01")]).unwrap_err();
        assert_eq!(
            round,
            "from (2026-04-02) lies after to (2026-04-01): turn them round"
        );
    }
}
