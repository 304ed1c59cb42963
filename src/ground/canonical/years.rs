//! A financial year that a search is told of, as the days that it runs from and to: "in FY 2026-27" as "between 1 April 2026
//! and 31 March 2027".

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::{Case, calendar::fiscal_year, read, vocabulary::name_parts};

/// A financial year with what leads up to it, and the day up to which it is meant.
static YEAR: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x)\b(?i:in|for|during|of|over|within|through|throughout|across)\s+(?i:the\s+)?(?i:whole\s+(?:of\s+)?)?(?i:the\s+)?
        (?:(?i:financial\s+year|fiscal\s+year|fiscal)\s+|FY\s?-?)?(?P<year>\d{4}[-–/]\d{2,4})\b
        (?:,?\s+up\s+to\s+(?P<upto>\d{4}-\d{2}-\d{2}|\d{1,2}[\s-][A-Za-z]+[\s-]\d{4}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}))?",
    )
    .ok()
});

/// The claim with the days of the years that it tells; none where what it cites is no search over days.
pub(super) fn told(case: &Case) -> Option<String> {
    let searched = case.citations.iter().any(|c| {
        (case.evidence.iter().find(|e| e.id == c.evidence)).is_some_and(|e| runs_over_days(&e.json))
    });
    let found = YEAR.as_ref().filter(|_| searched)?.captures(&case.claim)?;
    let whole = found.get(0)?;
    let first = fiscal_year(&found.name("year")?.as_str().replace('–', "-"))?;
    let until = match found.name("upto") {
        Some(day) => day.as_str().to_owned(),
        None => format!("31 March {}", first + 1),
    };
    let mut claim = case.claim.clone();
    claim.replace_range(
        whole.range(),
        &format!("between 1 April {first} and {until}"),
    );
    Some(claim)
}

/// "12% a year" of a rate of interest, which is so much a year unless its name says otherwise.
static YEARLY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?P<rate>(?:%|per\s?cent|percent))\s+(?i:a\s+year|per\s+year|per\s+annum|p\.\s?a\.|yearly|annually)").ok()
});

/// The claim without the year over which interest runs; none where no rate of interest is cited.
pub(super) fn of_interest(case: &Case) -> Option<String> {
    let yearly = case.citations.iter().any(|c| {
        let parts = name_parts(c.pointer.rsplit('/').next().unwrap_or_default());
        let has = |any: &[&str]| parts.iter().any(|p| any.contains(&p.as_str()));
        has(&["interest"])
            && has(&["pct", "percent", "rate", "percentage"])
            && !has(&["month", "monthly", "day", "daily"])
    });
    let pattern = YEARLY
        .as_ref()
        .filter(|p| yearly && p.is_match(&case.claim))?;
    Some(pattern.replace(&case.claim, "$rate").into_owned())
}

static DAYS_TO_PAY: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?P<days>\d+\s+days)\s+to\s+pay\b").ok());

/// "Gives the buyer 45 days to pay" as 45 days: what a term of so many days is for; none where it is not told.
pub(super) fn of_credit(case: &Case) -> Option<String> {
    let pattern = DAYS_TO_PAY.as_ref().filter(|p| p.is_match(&case.claim))?;
    Some(pattern.replace(&case.claim, "$days").into_owned())
}

/// Whether a record is the answer of a search that was asked from one day to another.
fn runs_over_days(record: &Value) -> bool {
    let asked = record.get(super::ASKED).and_then(Value::as_object);
    let days = asked.into_iter().flatten().filter(|(key, value)| {
        read::json_date(value).is_some()
            && name_parts(key).iter().any(|p| {
                matches!(
                    p.as_str(),
                    "from" | "to" | "since" | "start" | "end" | "until" | "till"
                )
            })
    });
    let named = asked.into_iter().flatten().any(|(_, v)| {
        v.as_str()
            .is_some_and(|t| t.len() < 12 && fiscal_year(t).is_some())
    });
    days.count() == 2 && !named
}
