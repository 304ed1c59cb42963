//! Days within which an invoice is paid: "The buyer pays each undisputed invoice within 45 days of its date", "Payment: Net 30".

use domain::{
    agreement::{Supply, Term},
    read,
};

use crate::{
    sentence::{Sentence, words},
    value::{Kind, Typed},
};

/// Of what a sentence with days speaks, where it does not speak of paying an invoice in full, or of what is agreed now.
const OTHER: [&str; 49] = [
    "43b",
    "acknowledg",
    "advance",
    "appeal",
    "audit",
    "balance",
    "beyond",
    "cancel",
    "claim",
    "confirm",
    "cure",
    "default",
    "delay",
    "delete",
    "disallow",
    "discount",
    "dispute",
    "early",
    "escalat",
    "former",
    "guarantee",
    "instal",
    "interest",
    "micro",
    "milestone",
    "msme",
    "notice",
    "overdue",
    "penal",
    "previous",
    "prompt",
    "propos",
    "rebate",
    "reconcil",
    "refund",
    "reimburs",
    "request",
    "retention",
    "section",
    "statement",
    "terminat",
    "trial",
    "validity",
    "warrant",
    "whereas",
    "import",
    "others",
    "withh",
    "certificate",
];

/// What is delivered, raised or looked at within days, and not paid.
const DONE: [&str; 11] = [
    "deliver", "dispatch", "despatch", "ship", "inspect", "reject", "replac", "repair", "raise",
    "submit", "supplie",
];

/// By which paying is spoken of.
const PAID: [&str; 8] = [
    "pymt", "pay", "paid", "remit", "settle", "credit", "clear", "honour",
];

/// Longest sentence that says no more than its heading: "Within 30 days of receipt of the invoice".
const SHORT: usize = 14;

pub(crate) fn read(sentence: &Sentence) -> Vec<Term> {
    let main = main_clause(sentence);
    let term = days(&main).filter(|_| is_of_payment(&main));
    let term = term.map(|days| Term::Credit {
        days,
        of: supply(sentence),
    });
    term.into_iter().collect()
}

/// What is agreed as a rule, without what is agreed for a case besides: "60 days from the invoice, unless it is discounted".
fn main_clause(sentence: &Sentence) -> Sentence {
    let cut = [
        " unless ",
        ", provided ",
        ", except ",
        ", save ",
        " provided that ",
    ];
    let lower = sentence.text.to_lowercase();
    let at = cut.iter().filter_map(|mark| lower.find(mark)).min();
    let text = at
        .and_then(|at| sentence.text.get(..at))
        .unwrap_or(&sentence.text);
    sentence.with_text(text)
}

/// The one number of days; a month is thirty of them. Of the earlier or the later of two days, the fewer.
fn days(sentence: &Sentence) -> Option<u32> {
    let lower = sentence.text.to_lowercase();
    let found: Vec<u32> = Kind::Days
        .all(&lower)
        .into_iter()
        .filter_map(|value| match value {
            Typed::Days(days) => u32::try_from(days).ok(),
            _ => None,
        })
        .collect();
    let said = &sentence.words;
    match found[..] {
        [days] => Some(days),
        [] if sentence.is(&["fortnight"]) => Some(15),
        [] => said.windows(2).find_map(|pair| {
            let [count, unit] = pair else { return None };
            let count: u32 = match read::small(count) {
                Some(named) => named,
                None if count == "calendar" => 1,
                None => count.parse().ok()?,
            };
            let count = Some(count).filter(|count| (1..60).contains(count))?;
            match unit.as_str() {
                "month" | "months" => count.checked_mul(30),
                "week" | "weeks" => count.checked_mul(7),
                _ => None,
            }
        }),
        [a, b] if sentence.says("earlier of") || sentence.says("later of") => Some(a.min(b)),
        _ => None,
    }
}

fn is_of_payment(sentence: &Sentence) -> bool {
    let at = |stems: &[&str]| {
        sentence
            .words
            .iter()
            .position(|word| stems.iter().any(|stem| word.starts_with(stem)))
    };
    let net = sentence.words.iter().position(|word| word == "net");
    let due = sentence.says("due date") && sentence.has(&["invoice", "bill"]);
    let paid = at(&PAID).or(net).or(due.then_some(0));
    let short = sentence.words.len() <= SHORT && sentence.cells.is_empty();
    let under = short
        && sentence.is_under(&["payment", "credit"])
        && !sentence.is_under(&["late", "delay", "advance"]);
    // "…; for services it is 75 days".
    let before = words(&sentence.before);
    let goes_on = short
        && sentence.is(&["it", "is"])
        && before
            .iter()
            .any(|word| PAID.iter().any(|stem| word.starts_with(stem)));
    // "100%" is all of it.
    let part = sentence.text.replace("100%", "").contains('%');
    // What is delivered within days is paid later; what is paid within days of a delivery is paid.
    let done = at(&DONE).is_some_and(|done| paid.is_none_or(|paid| done < paid))
        && !sentence.has(&["bill", "invoice"]);
    let whose = [
        "receipt of payment",
        "days of payment",
        "date of payment",
        "proof of payment",
    ];
    let other = sentence.has(&OTHER)
        || sentence.is(&["act", "late", "tds", "until", "was", "were"])
        || (sentence.has(&["expir"]) && !sentence.says("the expiry of"))
        || (sentence.has(&["earlier"]) && !sentence.says("earlier of"))
        || whose.iter().any(|phrase| sentence.says(phrase));
    (paid.is_some() || under || goes_on) && !other && !part && !done && !bends(sentence)
}

/// Whether it says so with a condition or a denial. Whichever day is later, the buyer has these days; and who need not pay before has
/// them too.
fn bends(sentence: &Sentence) -> bool {
    let without: String = sentence
        .text
        .to_lowercase()
        .replace("whichever is later", "")
        .replace("and not otherwise", "")
        .replace("not be obliged to pay", "pay")
        .replace("not be bound to pay", "pay")
        .replace("not be required to pay", "pay");
    sentence.with_text(&without).bends()
}

/// For what it is paid so.
fn supply(sentence: &Sentence) -> Option<Supply> {
    let told = |text: &str| {
        let said = format!(" {} ", words(text).join(" "));
        let is = |phrases: &[&str]| {
            phrases
                .iter()
                .any(|phrase| said.contains(&format!(" {phrase} ")))
        };
        let goods = is(&[
            "for goods",
            "for supply of goods",
            "for material",
            "for materials",
            "supplies of goods",
        ]);
        let services = is(&[
            "for services",
            "for supply of services",
            "for service",
            "supplies of services",
        ]);
        match (goods, services) {
            (true, false) => Some(Supply::Goods),
            (false, true) => Some(Supply::Services),
            _ => None,
        }
    };
    told(&sentence.text).or_else(|| told(&sentence.heading))
}
