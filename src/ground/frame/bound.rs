//! A value held against a bound that the claim itself tells: "the taxable value, ₹1,43,836.68, is at least ₹86,000.00".

use domain::Decimal;

use super::{
    Frame,
    adds::{is_named, spoken, told_heads},
};
use crate::field::Class;

const OPS: [(&[&str], Op); 10] = [
    (&["at", "least"], Op::AtLeast),
    (&["not", "less", "than"], Op::AtLeast),
    (&["no", "less", "than"], Op::AtLeast),
    (&["at", "most"], Op::AtMost),
    (&["not", "more", "than"], Op::AtMost),
    (&["no", "more", "than"], Op::AtMost),
    (&["does", "not", "exceed"], Op::AtMost),
    (&["more", "than"], Op::Above),
    (&["exceeds"], Op::Above),
    (&["less", "than"], Op::Below),
];

#[derive(Debug, Clone, Copy)]
enum Op {
    AtLeast,
    AtMost,
    Above,
    Below,
}

pub(super) fn reads(frame: &mut Frame<'_, '_>) -> Option<()> {
    let values: Vec<(usize, Decimal)> = (0..frame.cited.len())
        .filter_map(|n| Some((n, frame.value(n)?)))
        .collect();
    let [(own, value)] = values[..] else {
        return None;
    };
    let field = frame.cited.get(own)?;
    if field.classes() != [Class::Amount] || field.element().is_some() {
        return None;
    }
    let (at, many, op) = frame.find_op(&OPS)?;
    let spare = |n: usize| !(at..at + many).contains(&n);
    let other = (0..frame.words.len()).any(|n| {
        spare(n)
            && frame.is_word(
                n,
                &["not", "never", "by", "and", "or", "but", "less", "more"],
            )
    });
    let numbers = frame.open_numbers();
    let (bound, told) = match &numbers[..] {
        [(n, bound)] if *n == at + many => (bound, None),
        [(n, told), (m, bound)] if n < &at && *m == at + many => (bound, Some(told)),
        _ => return None,
    };
    let said = spoken(frame, 0..at);
    let named = is_named(field, &said) && told_heads(&said.0).all(|t| field.has(t));
    if other || bound.percent || !named {
        return None;
    }
    let holds = match op {
        Op::AtLeast => value >= bound.value,
        Op::AtMost => value <= bound.value,
        Op::Above => value > bound.value,
        Op::Below => value < bound.value,
    } && told.is_none_or(|n| n.is(value, false));
    if !frame.is_as_read(holds) {
        return None;
    }
    for (n, _) in numbers {
        frame.take(n);
    }
    for n in at..at + many {
        frame.take(n);
    }
    frame.tell_where(|n, _| n == own);
    frame.take_words(&[
        "is", "the", "of", "comes", "to", "amounts", "stands", "rupees",
    ]);
    Some(())
}
