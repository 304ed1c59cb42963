//! How long a contract is in force: "valid from 1 April 2026 to 31 March 2027", "effective 1 April 2026 for a period of two years".

use domain::{Date, agreement::Term, civil::plus_months, read};

use crate::{
    sentence::Sentence,
    value::{Kind, Typed},
};

pub(crate) fn read(sentence: &Sentence) -> Vec<Term> {
    let run = run(sentence);
    run.map(|(from, until)| Term::Runs { from, until })
        .into_iter()
        .collect()
}

fn run(sentence: &Sentence) -> Option<(Option<Date>, Option<Date>)> {
    // What one document says of the whole of it: not of a price, a quotation, a licence or a guarantee.
    let other = sentence.has(&[
        "price",
        "rate",
        "quotation",
        "offer",
        "licen",
        "terminated",
        "rescinded",
        "guarantee",
        "warrant",
        "policy",
        "certificate",
        "discount",
        "insurance",
        "order",
        "invoice",
        "bill",
        "clause",
        "substitut",
        "whereas",
        "dealt",
        "deliver",
        "holiday",
    ]) && !sentence.says("rate contract");
    let renewed = sentence.has(&["renew", "extend", "extension", "continu"]);
    if other || (sentence.is(&["unless", "not", "if", "except"]) && !renewed) {
        return None;
    }
    let dates = dates(sentence);
    let term = sentence.is_under(&["term", "validity", "duration", "period", "commencement"]);
    let begins = term
        || sentence.has(&[
            "effective",
            "commenc",
            "begin",
            "start",
            "valid",
            "from",
            "force",
            "term",
            "period",
            "effect",
        ]);
    let ends = sentence.has(&["until", "till", "expir", "end", "upto", "through", "valid"])
        || sentence.says("up to");
    let length = length(sentence);
    let (from, until) = match dates[..] {
        [from, until] if from < until && (begins || ends) => (Some(from), Some(until)),
        [from] if begins && (!ends || length.is_some()) => {
            (Some(from), length.and_then(|length| after(from, length)))
        }
        [until] if ends => (None, Some(until)),
        // "From 1 April 2026 to 31 March 2028; it supersedes the agreement of 28 March 2023."
        [from, until, _] if from < until && sentence.has(&["supersed"]) => {
            (Some(from), Some(until))
        }
        _ => return None,
    };
    Some((from, until.filter(|_| !renewed)))
}

fn dates(sentence: &Sentence) -> Vec<Date> {
    let found = Kind::Date.all(&sentence.text).into_iter();
    found
        .filter_map(|value| match value {
            Typed::Date(date) => Some(date),
            _ => None,
        })
        .collect()
}

/// The day on which a contract was made: "Dated: 4 May 2026", "made at Pune on 4 May 2026".
pub(crate) fn made(sentence: &Sentence) -> Vec<Term> {
    let label = sentence
        .words
        .first()
        .is_some_and(|word| matches!(word.as_str(), "date" | "dated" | "signed"))
        || [
            "made at",
            "made on",
            "entered into",
            "signed on",
            "date of contract",
            "executed on",
        ]
        .iter()
        .any(|phrase| sentence.says(phrase));
    match dates(sentence)[..] {
        [day] if label && !sentence.has(&["invoice", "bill", "quotation"]) => vec![Term::Made(day)],
        _ => Vec::new(),
    }
}

/// The day from which contracts made before are ended: "stands terminated with effect from 31 August 2026".
pub(crate) fn ended(sentence: &Sentence) -> Vec<Term> {
    let says = sentence.is(&["terminated", "rescinded", "cancelled"])
        && sentence.is(&["stands", "stand", "hereby", "effect"]);
    match dates(sentence)[..] {
        [day] | [.., day] if says && !sentence.bends() => vec![Term::Ended(day)],
        _ => Vec::new(),
    }
}

/// From which date of an invoice until which a sentence binds: "for invoices dated on or after 1 December 2026", "with effect from
/// 1 July 2026", "for invoices dated up to 30 September 2026".
pub(crate) fn binds(sentence: &Sentence) -> (Option<Date>, Option<Date>) {
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| sentence.says(phrase));
    let since = says(&[
        "on or after",
        "with effect from",
        "w.e.f",
        "dated from",
        "dated after",
        "issued from",
    ]);
    let until = says(&[
        "dated up to",
        "dated upto",
        "dated until",
        "dated till",
        "dated before",
        "dated on or before",
        "issued up to",
    ]);
    match dates(sentence)[..] {
        [day] if since && !until => (Some(day), None),
        [day] if until && !since => (None, Some(day)),
        _ => (None, None),
    }
}

/// How long it runs: "two years", "24 months", in months.
fn length(sentence: &Sentence) -> Option<i64> {
    let number = |word: &String| {
        read::small(word)
            .map(i64::from)
            .or_else(|| word.parse().ok())
    };
    // "two (2) years": the number nearest to its unit.
    sentence.words.windows(2).find_map(|pair| {
        let [count, unit] = pair else { return None };
        let months = match unit.as_str() {
            "year" | "years" => 12,
            "month" | "months" => 1,
            _ => return None,
        };
        number(count)
            .filter(|count| (1..=120).contains(count))?
            .checked_mul(months)
    })
}

/// The last day of so many months that begin on a day.
fn after(from: Date, months: i64) -> Option<Date> {
    plus_months(from, months).yesterday().ok()
}
