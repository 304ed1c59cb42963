//! What a claim that is not supported is called where that can be reckoned: a sum that does not come out and a span of days that
//! is another are contradicted; where one side of them is not cited, nothing speaks of it.

use domain::{Date, Decimal};

use crate::{
    Judgement, Label,
    clause::{Item, relation},
    field::{Class, Field},
    read,
    vocabulary::folded_words,
};

/// Words that say that values are added up.
const ADDED: [&[&str]; 9] = [
    &["together"],
    &["add", "up"],
    &["adds", "up"],
    &["added", "up"],
    &["sum", "to"],
    &["sums", "to"],
    &["combined"],
    &["put", "together"],
    &["between", "them"],
];

/// What a claim is by what its cited values come to, where that says it.
pub(crate) fn label(cited: &[Field<'_>], items: &[Item], claim: &str) -> Option<Judgement> {
    let words = folded_words(claim);
    beyond_the_search(cited, &words)
        .or_else(|| added_up(cited, items, &words))
        .or_else(|| apart(cited, items))
        .or_else(|| over_the_bound(cited, items))
        .map(|(label, why)| Judgement { label, why })
}

fn says(words: &[String], phrase: &[&str]) -> bool {
    words
        .windows(phrase.len())
        .any(|w| w.iter().zip(phrase).all(|(a, b)| a == b))
}

/// "In the last three years" of a search from one day to another.
fn beyond_the_search(cited: &[Field<'_>], words: &[String]) -> Option<(Label, String)> {
    let searched = cited
        .iter()
        .any(|f| crate::decide::is_asked(f) && read::json_date(f.value).is_some());
    let past = words.windows(2).any(|two| match two {
        [a, b] => {
            matches!(a.as_str(), "last" | "past" | "previous")
                && (b.parse::<u32>().is_ok()
                    || matches!(
                        b.as_str(),
                        "two" | "three" | "four" | "five" | "six" | "ten" | "few"
                    ))
        }
        _ => false,
    });
    let unbounded = words
        .iter()
        .any(|w| matches!(w.as_str(), "never" | "ever" | "always"));
    (searched && (past || unbounded)).then(|| {
        (
            Label::Unsupported,
            "the search that is cited does not go as far".to_owned(),
        )
    })
}

/// Sums of money that are cited, each once.
fn sums<'f, 'a>(cited: &'f [Field<'a>]) -> Vec<(&'f Field<'a>, Decimal)> {
    cited
        .iter()
        .filter(|f| {
            let classes = f.classes();
            classes.contains(&Class::Amount) && !classes.contains(&Class::Rate)
        })
        .filter_map(|f| Some((f, read::json_number(f.value)?)))
        .collect()
}

fn total(mut values: impl Iterator<Item = Decimal>) -> Option<Decimal> {
    values.try_fold(Decimal::ZERO, Decimal::checked_add)
}

/// "CGST and SGST together come to ₹9,000": by both of them, or by one.
fn added_up(cited: &[Field<'_>], items: &[Item], words: &[String]) -> Option<(Label, String)> {
    if !ADDED.iter().any(|phrase| says(words, phrase)) || items.iter().any(|i| i.class("not")) {
        return None;
    }
    let stated: Vec<&crate::number::Number> = items
        .iter()
        .filter_map(Item::number)
        .filter(|n| n.rupees)
        .collect();
    let result = stated.last()?;
    let sums = sums(cited);
    if sums.len() != cited.iter().filter(|f| f.value.is_number()).count() {
        return None;
    }
    match sums.len() {
        0 => None,
        1 => {
            let two = words
                .iter()
                .any(|w| w == "and" || w == "two" || w == "both");
            (two && stated.len() == 1).then(|| {
                (
                    Label::Unsupported,
                    "only one of what is added up is cited".to_owned(),
                )
            })
        }
        _ => {
            let all = total(sums.iter().map(|(_, v)| *v))?;
            let others = total(sums.iter().map(|(_, v)| *v).filter(|v| *v != result.value))?;
            let out = |sum: Decimal| result.is(sum, true);
            let told = stated
                .iter()
                .rev()
                .skip(1)
                .all(|n| sums.iter().any(|(_, v)| n.is(*v, false)));
            (told && !out(all) && !out(others)).then(|| {
                (
                    Label::Contradicted,
                    format!("the cited values come to {}", all.normalize()),
                )
            })
        }
    }
}

/// "30 days after the order": by both days, or by one.
fn apart(cited: &[Field<'_>], items: &[Item]) -> Option<(Label, String)> {
    let at = items
        .iter()
        .position(|i| matches!(relation(i), Some("after" | "before")))?;
    let days: Vec<Date> = cited
        .iter()
        .filter(|f| !crate::decide::is_asked(f))
        .filter_map(|f| read::json_date(f.value))
        .collect();
    let dated = items.iter().any(|i| {
        matches!(
            i,
            Item::Value(crate::lex::Token::Date(_) | crate::lex::Token::Part(_))
        )
    });
    let span = (1..=2).find_map(|back| {
        let unit = crate::span::unit(items.get(at.checked_sub(back)?)?.text())?;
        let number = items.get(at.checked_sub(back + 1)?)?.number()?;
        Some((number, unit))
    });
    let others = cited.iter().any(|f| f.value.is_number());
    match (&days[..], span) {
        ([_], None) if !dated && !others && cited.len() == 1 => Some((
            Label::Unsupported,
            "the day that it is compared with is not cited".to_owned(),
        )),
        ([one, other], Some((number, unit)))
            if !dated && matches!(unit, crate::span::Span::Days(1)) =>
        {
            let between = one.duration_until(*other).as_hours().abs() / 24;
            (!number.is(Decimal::from(between), true)).then(|| {
                (
                    Label::Contradicted,
                    format!("the cited days lie {between} days apart"),
                )
            })
        }
        _ => None,
    }
}

/// "₹57,000 does not exceed the ceiling of ₹56,000": both are told, and it does.
fn over_the_bound(cited: &[Field<'_>], items: &[Item]) -> Option<(Label, String)> {
    let at = items
        .iter()
        .position(|i| i.class("at_most") && !i.class("not"))?;
    if items.iter().filter(|i| i.class("not")).count() > 0 {
        return None;
    }
    let told = |number: &crate::number::Number| {
        cited
            .iter()
            .any(|f| read::json_number(f.value).is_some_and(|v| number.is(v, false)))
    };
    let before = items.get(..at)?.iter().rev().find_map(Item::number)?;
    let behind = items.get(at + 1..)?.iter().find_map(Item::number)?;
    let alike = before.rupees == behind.rupees && before.percent == behind.percent;
    (alike && told(before) && told(behind) && before.value > behind.value).then(|| {
        (
            Label::Contradicted,
            format!("{} is more than {}", before.raw, behind.raw),
        )
    })
}
