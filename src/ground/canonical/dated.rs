//! A day that a claim sets as a bound, "filed by 20 May 2026": where the one day that is cited lies within it, the claim is read
//! as telling that day; where it does not, as it stands.

use std::sync::LazyLock;

use domain::Date;
use regex::Regex;

use crate::{Case, lex, lex::Token, read};

static BOUND: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x),?\s+(?P<op>on\s+or\s+before|no\s+later\s+than|not\s+later\s+than|by|before|on\s+or\s+after|after|later\s+than)\s+
        (?:the\s+due\s+date\s+of\s+|the\s+due\s+date,?\s+)?
        (?P<day>\d{4}-\d{2}-\d{2}|\d{1,2}[\s-][A-Za-z]{3,9}[\s-]\d{4}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|[A-Z][a-z]{2,8}\s\d{1,2},\s\d{4})\b",
    )
    .ok()
});

/// What is done on a day.
const DONE: [&str; 14] = [
    "filed",
    "registered",
    "received",
    "acknowledged",
    "accepted",
    "paid",
    "issued",
    "reported",
    "made",
    "placed",
    "dated",
    "cancelled",
    "posted",
    "raised",
];

/// The claim with the cited day in the place of its bound; none where there is no bound, or it is not kept.
pub(super) fn within(case: &Case) -> Option<String> {
    let pattern = BOUND.as_ref()?;
    let mut found = pattern.captures_iter(&case.claim);
    let (bound, None) = (found.next()?, found.next()) else {
        return None;
    };
    let days: Vec<Date> = case
        .citations
        .iter()
        .filter_map(|c| read::json_date(&c.value))
        .collect();
    let [own] = days[..] else { return None };
    let most = told(bound.name("day")?.as_str())?;
    let op = bound.name("op")?.as_str();
    let kept = match op.split_whitespace().last()? {
        "by" => own <= most,
        "before" if op.starts_with("on") => own <= most,
        "after" if op.starts_with("on") => own >= most,
        "than" if op.starts_with('n') => own <= most,
        "before" => own < most,
        _ => own > most,
    };
    if !kept || own == most {
        return None;
    }
    let whole = bound.get(0)?;
    let (head, tail) = (
        case.claim.get(..whole.start())?,
        case.claim.get(whole.end()..)?,
    );
    // "Filed on 17 May 2026, before 20 May 2026": the day itself is told.
    let is_told = head.ends_with(|c: char| c.is_ascii_digit())
        && lex::tokens(head).contains(&Token::Date(own));
    // "Payable by 1 December" tells a day, and no bound; what was done by then was done on a day.
    let last = head
        .rsplit(|c: char| !c.is_alphabetic())
        .find(|w| !w.is_empty())?;
    (is_told || DONE.contains(&last)).then(|| {
        if is_told {
            format!("{head}{tail}")
        } else {
            format!("{head} on {own}{tail}")
        }
    })
}

/// A day as it is written.
fn told(text: &str) -> Option<Date> {
    lex::tokens(text).into_iter().find_map(|t| match t {
        Token::Date(day) => Some(day),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::frame::tests::check;

    #[test]
    fn a_day_is_within_the_bound_that_is_told() {
        let docs = [(
            "returns",
            json!({"gstin": "24JZZCC3017C2Z5", "EFiledlist": [
                {"rtntype": "GSTR3B", "ret_prd": "082026", "dof": "19-09-2026", "status": "Filed"}]}),
        )];
        let cites = [
            ("returns", "/gstin"),
            ("returns", "/EFiledlist/0/rtntype"),
            ("returns", "/EFiledlist/0/ret_prd"),
            ("returns", "/EFiledlist/0/dof"),
            ("returns", "/EFiledlist/0/status"),
        ];
        let claim =
            |end: &str| format!("The GSTR-3B of 24JZZCC3017C2Z5 for August 2026 was filed {end}.");
        for (end, want) in [
            ("by 20 September 2026", true),
            ("on 19 September 2026, before 20 September 2026", true),
            ("by 18 September 2026", false),
            ("after 20 September 2026", false),
            ("after 18 September 2026", true),
        ] {
            check(&docs, &cites, &[(claim(end).as_str(), want)]);
        }
    }
}
