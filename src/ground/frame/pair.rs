//! Two values of two records that are told by what they are and not by their figures: "line 1 of invoice A/1 bills no more than
//! GRN-9 accepted on its line 1", "is billed at the price of line 1 of order PO-7", "keeps to the payment days of the contract".

use domain::Decimal;

use super::Frame;
use crate::{
    field::{Class, Field},
    fit::widened,
    lex::Token,
    measure,
    mention::Mention,
    pairing, read,
    vocabulary::{Tags, VOCABULARY, group, of},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Op {
    AtMost,
    AtLeast,
    Above,
    Below,
    Equal,
    Unequal,
}

impl Op {
    fn holds(self, x: Decimal, y: Decimal) -> bool {
        match self {
            Self::AtMost => x <= y,
            Self::AtLeast => x >= y,
            Self::Above => x > y,
            Self::Below => x < y,
            Self::Equal => x == y,
            Self::Unequal => x != y,
        }
    }
}

/// Words that set two values against each other, longest first.
const OPS: [(&[&str], Op); 35] = [
    (&["no", "more", "than"], Op::AtMost),
    (&["not", "more", "than"], Op::AtMost),
    (&["no", "higher", "than"], Op::AtMost),
    (&["not", "exceed"], Op::AtMost),
    (&["not", "above"], Op::AtMost),
    (&["at", "or", "below"], Op::AtMost),
    (&["covered", "by"], Op::AtMost),
    (&["at", "most"], Op::AtMost),
    (&["at", "least"], Op::AtLeast),
    (&["is", "the", "same", "as"], Op::Equal),
    (&["the", "same", "as"], Op::Equal),
    (&["same", "as"], Op::Equal),
    (&["is", "equal", "to"], Op::Equal),
    (&["matches"], Op::Equal),
    (&["differs", "from"], Op::Unequal),
    (&["is", "the", "price", "of"], Op::Equal),
    (&["the", "price", "of"], Op::Equal),
    (&["the", "rate", "of"], Op::Equal),
    (&["no", "less", "than"], Op::AtLeast),
    (&["not", "less", "than"], Op::AtLeast),
    (&["no", "fewer", "than"], Op::AtLeast),
    (&["not", "below"], Op::AtLeast),
    (&["more", "than"], Op::Above),
    (&["higher", "than"], Op::Above),
    (&["exceeds"], Op::Above),
    (&["exceed"], Op::Above),
    (&["above"], Op::Above),
    (&["less", "than"], Op::Below),
    (&["fewer", "than"], Op::Below),
    (&["lower", "than"], Op::Below),
    (&["below"], Op::Below),
    (&["at", "the"], Op::Equal),
    (&["keeps", "to"], Op::Equal),
    (&["equals"], Op::Equal),
    (&["agrees", "with"], Op::Equal),
];

const WORDS: [&str; 49] = [
    "accepted", "ordered", "received", "bill", "price", "rate", "under", "most", "least", "same",
    "as", "equal", "matches", "differs", "from", "unit", "a", "quantity", "goods", "no", "not",
    "more", "than", "higher", "exceed", "exceeds", "above", "below", "at", "or", "covered", "by",
    "less", "fewer", "lower", "keeps", "to", "equals", "agrees", "with", "bills", "billed",
    "priced", "its", "what", "line", "lines", "item", "does",
];

pub(super) fn reads(frame: &mut Frame<'_, '_>) -> Option<()> {
    let values: Vec<(usize, Decimal)> = (0..frame.cited.len())
        .filter(|n| {
            frame
                .cited
                .get(*n)
                .is_some_and(|f| read::json_date(f.value).is_none())
        })
        .filter_map(|n| Some((n, frame.value(n)?)))
        .collect();
    let [(a, x), (b, y)] = values[..] else {
        return None;
    };
    let (one, two) = (frame.cited.get(a)?, frame.cited.get(b)?);
    let (unit, other) = (measure::unit_of(one), measure::unit_of(two));
    if unit.is_some() && other.is_some() && unit != other {
        return None;
    }
    if one.doc == two.doc || !pairing::alike(one, two) || classes(one) != classes(two) {
        return None;
    }
    if frame
        .tokens
        .iter()
        .any(|t| matches!(t, Token::Date(_) | Token::Part(_)))
    {
        return None;
    }
    let (at, many, op) = op_of(frame)?;
    let end = frame.tokens.len();
    let (left, right) = (
        side(frame, 0..at, one, two),
        side(frame, at + many..end, one, two),
    );
    // Where one side names its record, the other is of the other.
    let (left, right) = (left.or(right.map(|r| !r))?, right.or(left.map(|l| !l))?);
    if left == right {
        return None;
    }
    let (x, y) = if left { (x, y) } else { (y, x) };
    // "Exceeds it by 5 KGS": how far the two lie apart.
    let gaps: Vec<(usize, bool)> = frame
        .open_numbers()
        .into_iter()
        .filter(|(n, _)| n.checked_sub(1).is_some_and(|n| frame.is_word(n, &["by"])))
        .map(|(n, number)| {
            (
                n,
                x.checked_sub(y)
                    .is_some_and(|gap| number.is(gap.abs(), false)),
            )
        })
        .collect();
    let apart = gaps.iter().all(|(_, so)| *so);
    let per_cent = frame.open_numbers().iter().any(|(_, n)| n.percent);
    if gaps.len() > 1 || !gaps.is_empty() && (per_cent || !matches!(op, Op::Above | Op::Below)) {
        return None;
    }
    for (n, _) in &gaps {
        let unit = match frame.tokens.get(n + 1) {
            Some(Token::Word(word)) => VOCABULARY.unit(word),
            _ => None,
        };
        let held = measure::unit_of(one).or(measure::unit_of(two));
        match (unit, held) {
            (Some(said), Some(held)) if said == held => frame.take(n + 1),
            (Some(_), _) => return None,
            (None, _) => {}
        }
        frame.take(*n);
    }
    // A figure that is told is that of the side on which it stands.
    let crossed = frame.open_numbers().into_iter().any(|(n, number)| {
        let own = if n < at { x } else { y };
        let ordinal = n
            .checked_sub(1)
            .is_some_and(|n| frame.is_word(n, &["line", "item"]));
        !ordinal && !number.is(own, false)
    });
    if crossed && !frame.contrary {
        return None;
    }
    if !frame.is_as_read(op.holds(x, y) && apart)
        || !are_of_their_lines(frame, [a, b])?
        || !is_called(frame, one, two)
    {
        return None;
    }
    frame.tell_where(|n, f| n == a || n == b || f.has("kind.unit"));
    frame.take_words(&WORDS);
    Some(())
}

fn op_of(frame: &Frame<'_, '_>) -> Option<(usize, usize, Op)> {
    let (at, many, op) = frame.find_op(&OPS)?;
    // A second relation, or another denial, is another statement.
    let spare = |n: usize| !(at..at + many).contains(&n);
    let other = (0..frame.words.len()).any(|n| {
        spare(n)
            && !frame.is_short_for_number(n)
            && frame.is_word(
                n,
                &[
                    "not", "no", "more", "less", "exceeds", "above", "below", "never", "without",
                    "nor",
                ],
            )
    });
    (!other).then_some((at, many, op))
}

/// Which of the two records a part of the claim names by its number, or as the only one of its sort: `true` for the first.
fn side(
    frame: &Frame<'_, '_>,
    range: std::ops::Range<usize>,
    one: &Field<'_>,
    two: &Field<'_>,
) -> Option<bool> {
    let keyed = |f: &Field<'_>, other: &Field<'_>| {
        frame.keys.iter().any(|(k, docs)| {
            range.contains(k)
                && docs.contains(&f.doc)
                && (!docs.contains(&other.doc) || is_own_number(frame, *k, f, other))
        })
    };
    let said: Tags = of(&frame.tags(range.clone()), "doc");
    let named = |f: &Field<'_>, other: &Field<'_>| {
        let (own, theirs) = (frame.index.kinds(f.doc), frame.index.kinds(other.doc));
        said.iter().any(|t| own.contains(t) && !theirs.contains(t))
    };
    match (
        keyed(one, two) || named(one, two),
        keyed(two, one) || named(two, one),
    ) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        // A number that stands in both, beside one that stands in one.
        _ => match (keyed(one, two), keyed(two, one)) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            _ => None,
        },
    }
}

/// Whether a number that both records hold is the first's own: an order's, on the bill that refers to it.
fn is_own_number(frame: &Frame<'_, '_>, at: usize, one: &Field<'_>, other: &Field<'_>) -> bool {
    let own = |f: &Field<'_>| {
        let kinds = frame.index.kinds(f.doc);
        frame.index.leaves(f.doc).iter().any(|leaf| {
            let papers = leaf.docs();
            leaf.element().is_none()
                && papers.iter().any(|t| kinds.contains(t))
                && (leaf.value.as_str())
                    .is_some_and(|t| t.bytes().any(|b| b.is_ascii_digit()) && frame.key_from(at, t))
        })
    };
    own(one) && !own(other)
}

/// Lines that are told are those in which the values stand.
fn are_of_their_lines(frame: &mut Frame<'_, '_>, sides: [usize; 2]) -> Option<bool> {
    let fields: Vec<&Field<'_>> = sides
        .iter()
        .filter_map(|n| frame.cited.get(*n))
        .filter(|f| f.element().is_some())
        .collect();
    let (mut told, mut figures) = (Vec::new(), Vec::new());
    for (at, number) in frame.open_numbers() {
        let own = sides
            .iter()
            .any(|n| frame.value(*n).is_some_and(|v| number.is(v, false)));
        let ordinal = at
            .checked_sub(1)
            .is_some_and(|n| frame.is_word(n, &["line", "item"]));
        if own && !ordinal {
            figures.push(at);
            continue;
        }
        let line = at
            .checked_sub(1)
            .is_some_and(|n| frame.is_word(n, &["line", "item"]));
        let nth: usize = number.raw.parse().ok().filter(|_| line)?;
        if !fields.iter().any(|f| Mention::Ordinal(nth).binds(f, "")) {
            return None;
        }
        told.push((at, nth));
    }
    let whole = fields
        .iter()
        .all(|f| told.is_empty() || told.iter().any(|(_, n)| Mention::Ordinal(*n).binds(f, "")));
    for at in told.into_iter().map(|(at, _)| at).chain(figures) {
        frame.take(at);
    }
    Some(whole)
}

fn classes(field: &Field<'_>) -> &'static str {
    let classes = field.classes();
    let is = |c| classes.contains(&c);
    if is(Class::Price) {
        "price"
    } else if is(Class::Days) {
        "days"
    } else if is(Class::Quantity) {
        "quantity"
    } else {
        "sum"
    }
}

/// Whether the claim calls the two values what they are.
fn is_called(frame: &Frame<'_, '_>, one: &Field<'_>, two: &Field<'_>) -> bool {
    let said = frame.tags(0..frame.tokens.len());
    let says = |any: &[&str]| frame.words.iter().any(|w| any.contains(&w.as_str()));
    let heads = |f: &Field<'_>| -> Tags { of(&widened(&f.tags), "head") };
    let stages = |f: &Field<'_>| -> Tags { of(&widened(&f.tags), "stage") };
    let told: Tags = said
        .iter()
        .copied()
        .filter(|t| group(t) == "head")
        .collect();
    let staged: Tags = said
        .iter()
        .copied()
        .filter(|t| group(t) == "stage")
        .collect();
    let both = |t: &&str| heads(one).contains(*t) && heads(two).contains(*t);
    match classes(one) {
        "price" => says(&["price", "priced", "rate", "unit"]) && told.is_empty(),
        "days" => says(&["days", "terms", "credit"]),
        "quantity" => {
            // "Accepted" of what was accepted, and of nothing else.
            let own: Tags = stages(one).union(&stages(two)).copied().collect();
            told.is_empty()
                && own.iter().all(|t| staged.contains(t))
                && staged
                    .iter()
                    .all(|t| own.contains(t) || matches!(*t, "stage.billed" | "stage.ordered"))
                && says(&[
                    "bills", "billed", "quantity", "ordered", "orders", "accepted", "received",
                    "bill",
                ])
        }
        _ => !told.is_empty() && told.iter().all(both),
    }
}
