//! Interest on what is paid late: "Interest of 12% a year accrues after the due date".

use domain::{Decimal, agreement::Term};

use crate::{
    sentence::{Sentence, words},
    value::{Kind, Typed},
};

pub(crate) fn read(sentence: &Sentence) -> Vec<Term> {
    let late = [
        "late",
        "overdue",
        "delay",
        "due",
        "unpaid",
        "outstanding",
        "beyond",
        "belated",
    ];
    let speaks = sentence.is_under(&late) || sentence.has(&late);
    if !speaks || sentence.has(&["advance", "deposit", "loan"]) {
        return Vec::new();
    }
    // "No interest is payable on delayed payment."
    let none = sentence.says("no interest")
        || (sentence.words.first().is_some_and(|word| word == "no") && sentence.has(&["interest"]));
    let percent = if none && Kind::Percent.all(&sentence.text).is_empty() {
        Some(Decimal::ZERO)
    } else {
        asked(&sentence.text).filter(|_| {
            let paid_late = sentence.text.to_lowercase().replace("not paid", "unpaid");
            !sentence.with_text(&paid_late).bends()
        })
    };
    percent
        .map(|percent| Term::LateInterest { percent })
        .into_iter()
        .collect()
}

/// The interest that a text asks for, in per cent a year. `None` where it speaks of none, of two rates, or of no time.
pub fn asked(text: &str) -> Option<Decimal> {
    let said = words(text);
    let speaks = said
        .iter()
        .any(|word| word.starts_with("interest") || word == "int");
    match Kind::Percent
        .only(&text.to_lowercase())
        .filter(|_| speaks)?
    {
        Typed::Percent(percent) => yearly(percent, &said),
        _ => None,
    }
}

/// A rate a year, of one that is said a year, a month or a day.
fn yearly(percent: Decimal, words: &[String]) -> Option<Decimal> {
    let is = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let year = is(&["year", "annum", "p.a", "pa", "yearly", "annual", "annually"]);
    let month = is(&["month", "p.m", "pm", "monthly", "mensem"]);
    let day = is(&["day", "daily", "diem"]);
    match (year, month, day) {
        (true, false, _) => Some(percent),
        (false, true, false) => percent.checked_mul(Decimal::from(12)),
        (false, false, true) => percent.checked_mul(Decimal::from(365)),
        _ => None,
    }
}
