//! How far two cited values may lie apart, by a bound that the claim states: "agrees with GSTR-2B within ₹1.00", "no more than
//! 2% over the ₹2,300.00 of order PO-26-08194", "registered more than 30 days after its date".
//!
//! The bound is the claim's own: what is asked of the records is that the two values lie so far apart and no farther.

use domain::{Date, Decimal, civil::days_between};

use super::Frame;
use crate::{
    field::{Class, Field},
    fit::widened,
    lex::Token,
    mention::Mention,
    number::Number,
    pairing, read,
    vocabulary::{Tags, group, name_parts, of},
};

/// How the stated bound is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bound {
    AtMost,
    Below,
    Above,
    AtLeast,
    Exactly,
}

impl Bound {
    fn is_met(self, far: Decimal, most: Decimal) -> bool {
        match self {
            Self::AtMost => far <= most,
            Self::Below => far < most,
            Self::Above => far > most,
            Self::AtLeast => far >= most,
            Self::Exactly => far == most,
        }
    }
}

/// Which of the two is the greater, or the later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Either,
    Up,
    Down,
}

const OVER: [&str; 8] = [
    "over", "above", "higher", "exceeds", "exceed", "after", "later", "dearer",
];
const UNDER: [&str; 6] = ["below", "lower", "before", "earlier", "cheaper", "short"];
/// Words of holding two values against each other.
const WORDS: [&str; 51] = [
    "stays",
    "policy",
    "policy's",
    "allows",
    "that",
    "line",
    "goods",
    "differ",
    "differs",
    "difference",
    "agree",
    "agrees",
    "match",
    "matches",
    "tolerance",
    "permitted",
    "allowed",
    "allowance",
    "limit",
    "within",
    "more",
    "less",
    "than",
    "most",
    "least",
    "not",
    "no",
    "by",
    "rupee",
    "rupees",
    "day",
    "days",
    "against",
    "priced",
    "billed",
    "ordered",
    "registered",
    "acknowledged",
    "reported",
    "lies",
    "lie",
    "each",
    "other",
    "between",
    "only",
    "one",
    "carries",
    "while",
    "filed",
    "to",
    "up",
];
/// Words that deny, beside "not more than".
const DENIED: [&str; 6] = ["never", "neither", "nor", "without", "cannot", "outside"];

/// Where the bound stands, and how it is met.
fn bound_of(frame: &Frame<'_, '_>) -> Option<(usize, Bound)> {
    let mut found = None;
    for at in 0..frame.tokens.len() {
        if frame.number(at).is_none() || !frame.is_open(at) {
            continue;
        }
        // "Within the tolerance of ₹1.00", "within a 2% tolerance".
        let before: Vec<&str> = (0..at)
            .rev()
            .take_while(|n| matches!(frame.tokens.get(*n), Some(Token::Word(_))))
            .map(|n| frame.word(n))
            .filter(|w| {
                !matches!(
                    *w,
                    "the"
                        | "a"
                        | "an"
                        | "of"
                        | "tolerance"
                        | "permitted"
                        | "allowed"
                        | "by"
                        | "only"
                        | "price"
                        | "policy"
                        | "policy's"
                        | "unit"
                        | "document"
                )
            })
            .take(3)
            .collect();
        let bound = match before[..] {
            ["within", "not", ..] => return None,
            ["within", ..]
            | ["than", "more", "not" | "no"]
            | ["most", "at", ..]
            | ["to", "up", ..] => Bound::AtMost,
            ["than", "more", ..] => Bound::Above,
            ["than", "less", "not" | "no"] | ["least", "at", ..] => Bound::AtLeast,
            ["than", "less" | "fewer", ..] => Bound::Below,
            // "Registered 12 days after its date", "8 days lie between the receipt and the invoice".
            _ if frame.is_word(at + 1, &["day", "days"])
                && frame.is_word(at + 2, &["after", "lie", "passed", "elapsed"]) =>
            {
                Bound::Exactly
            }
            _ => continue,
        };
        if found.is_some() {
            return None;
        }
        found = Some((at, bound));
    }
    found
}

pub(super) fn reads(frame: &mut Frame<'_, '_>) -> Option<()> {
    let (at, bound) = bound_of(frame)?;
    let number = frame.number(at)?.clone();
    if frame.says(&DENIED) {
        return None;
    }
    let nots = (0..frame.tokens.len())
        .filter(|n| frame.is_word(*n, &["not", "no"]) && !frame.is_short_for_number(*n))
        .count();
    let own = (1..4)
        .filter_map(|b| at.checked_sub(b))
        .any(|n| frame.is_word(n, &["not", "no"]));
    if nots > usize::from(own) {
        return None;
    }
    let way = way(frame, at)?;
    let far = if frame.is_word(at + 1, &["day", "days"]) && !number.rupees && !number.percent {
        days(frame, at, way)?
    } else {
        apart(frame, at, &number, way)?
    };
    if !frame.is_as_read(bound.is_met(far, number.value)) {
        return None;
    }
    // Numbers and names by which the records are known, and the month of a return.
    for n in 0..frame.cited.len() {
        let text = frame.cited.get(n).and_then(|f| f.value.as_str());
        if text.is_some_and(|t| frame.value(n).is_none() && frame.names(t)) {
            frame.tell(n);
        }
    }
    for n in 0..frame.tokens.len() {
        if let Some(Token::Part(part)) = frame.tokens.get(n) {
            let mention = Mention::Period(*part);
            let own = (frame.cited.iter()).any(|c| {
                let leaves = frame.index.leaves(c.doc).iter();
                leaves
                    .filter(|f| f.has("kind.period"))
                    .any(|f| mention.is(f.value, ""))
            });
            if !own {
                return None;
            }
            frame.take(n);
        }
    }
    frame.take(at);
    frame.take_words(&WORDS);
    frame.take_words(&OVER);
    frame.take_words(&UNDER);
    if frame.docs().contains("doc.irn") {
        frame.take_words(&["irn", "irp", "portal", "ack"]);
    }
    Some(())
}

impl Frame<'_, '_> {
    /// "Line 1": where what is held against each other stands in its list.
    fn is_line(&self, at: usize, number: &Number, sides: [usize; 2]) -> bool {
        let told = at
            .checked_sub(1)
            .is_some_and(|n| self.is_word(n, &["line", "item"]));
        let Some(nth) = number.raw.parse().ok().filter(|_| told) else {
            return false;
        };
        let mention = Mention::Ordinal(nth);
        let listed: Vec<_> = (sides.iter().filter_map(|n| self.cited.get(*n)))
            .filter(|f| f.element().is_some())
            .collect();
        !listed.is_empty() && listed.iter().all(|f| mention.binds(f, ""))
    }
}

/// Which way the first lies off the second, as the words right behind the bound say, or "exceeds by" before it.
fn way(frame: &Frame<'_, '_>, at: usize) -> Option<Way> {
    let near = |n: usize| {
        (at + 1..at + 4).contains(&n) || n < at && frame.is_word(n, &["exceeds", "exceed"])
    };
    let (mut up, mut down) = (false, false);
    for n in 0..frame.tokens.len() {
        up |= frame.is_word(n, &OVER) && near(n);
        down |= frame.is_word(n, &UNDER) && near(n);
        // What is said elsewhere of more and less is another statement.
        if (frame.is_word(n, &OVER) || frame.is_word(n, &UNDER)) && !near(n) {
            return None;
        }
    }
    match (up, down) {
        (false, false) => Some(Way::Either),
        (true, false) => Some(Way::Up),
        (false, true) => Some(Way::Down),
        (true, true) => None,
    }
}

/// What a value is a sum of, by its name: `head.igst`, `head.taxable`.
fn heads(field: &Field<'_>) -> Tags {
    of(&widened(&field.tags), "head")
}

/// Whether a member holds a bound, and no value that lies within one.
fn is_bound(field: &Field<'_>) -> bool {
    // `/tolerances/price_percent`: what it bounds, in an object of bounds.
    let path = field.pointer();
    path.split('/').flat_map(name_parts).any(|p| {
        matches!(
            p.as_str(),
            "tolerance" | "tolerances" | "variance" | "allowed" | "permitted"
        )
    })
}

/// How far the two cited sums or prices lie apart, in rupees or in per cent of the second.
fn apart(frame: &mut Frame<'_, '_>, at: usize, limit: &Number, way: Way) -> Option<Decimal> {
    let mut sides: Vec<(usize, Decimal)> = Vec::new();
    for n in 0..frame.cited.len() {
        let Some(value) = frame.value(n) else {
            continue;
        };
        let field = frame.cited.get(n)?;
        if is_bound(field) {
            // A bound that is cited is the one that is stated.
            if !limit.is(value, false) {
                return None;
            }
            frame.tell(n);
        } else if read::json_date(field.value).is_none() {
            sides.push((n, value));
        }
    }
    let [(a, x), (b, y)] = sides[..] else {
        return None;
    };
    let (one, two) = (frame.cited.get(a)?, frame.cited.get(b)?);
    if one.doc == two.doc || !pairing::alike(one, two) {
        return None;
    }
    let priced = |f: &Field<'_>| f.classes().contains(&Class::Price);
    let (of_one, of_two) = (heads(one), heads(two));
    let said = of(&frame.tags(0..frame.tokens.len()), "head");
    let alike = priced(one) && priced(two) || !of_one.is_disjoint(&of_two);
    let meant = (said.iter())
        .filter(|h| !matches!(**h, "head.tolerance" | "head.limit"))
        .all(|h| of_one.contains(h) && of_two.contains(h));
    if !alike || !meant {
        return None;
    }
    // Figures that are told, in the order in which they are.
    let mut told: Vec<usize> = Vec::new();
    for (n, number) in frame.open_numbers() {
        if n == at {
            continue;
        }
        if frame.is_line(n, &number, [a, b]) {
            frame.take(n - 1);
            frame.take(n);
            continue;
        }
        let is = |value: Decimal| !number.percent && number.is(value, false);
        let side = match (is(x), is(y)) {
            (false, false) => return None,
            (true, false) => a,
            (true, true) if !told.contains(&a) => a,
            _ => b,
        };
        if told.contains(&side) {
            return None;
        }
        told.push(side);
        frame.take(n);
    }
    let (subject, base) = if let [first, _] = told[..] {
        (first, if first == a { b } else { a })
    } else {
        // The order and the contract are what a bill is held against.
        let agreed = |f: &Field<'_>| {
            let kinds = frame.index.kinds(f.doc);
            ["doc.order", "doc.contract"]
                .iter()
                .any(|t| kinds.contains(t) || f.docs().contains(t))
        };
        match (agreed(one), agreed(two)) {
            (true, false) => (b, a),
            (false, true) => (a, b),
            _ if way == Way::Either && !limit.percent => (a, b),
            _ => return None,
        }
    };
    let (subject, base) = (frame.value(subject)?, frame.value(base)?);
    let gap = subject.checked_sub(base)?;
    let gap = match way {
        Way::Either => gap.abs(),
        Way::Up => gap,
        Way::Down => Decimal::ZERO.checked_sub(gap)?,
    };
    frame.tell(a);
    frame.tell(b);
    if limit.percent {
        gap.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(base)
    } else if limit.rupees || frame.is_word(at + 1, &["rupee", "rupees"]) {
        Some(gap)
    } else {
        None
    }
}

/// How many days the later of two cited days lies behind the day of the paper.
fn days(frame: &mut Frame<'_, '_>, at: usize, way: Way) -> Option<Decimal> {
    let dates: Vec<(usize, Date)> = (0..frame.cited.len())
        .filter_map(|n| Some((n, read::json_date(frame.cited.get(n)?.value)?)))
        .collect();
    let [(a, first), (b, second)] = dates[..] else {
        return None;
    };
    if (0..frame.cited.len()).any(|n| n != a && n != b && frame.value(n).is_some()) {
        return None;
    }
    // What is registered is the bill that the claim tells, by the number that the portal has.
    let of_another = |n: usize| {
        frame.cited.get(n).is_some_and(|f| {
            let mut numbers = frame.index.leaves(f.doc).iter().filter(|l| {
                matches!(
                    l.leaf().to_lowercase().as_str(),
                    "docno" | "inum" | "doc_no"
                )
            });
            numbers.any(|l| l.value.as_str().is_some_and(|t| !frame.names(t)))
        })
    };
    if of_another(a) || of_another(b) {
        return None;
    }
    let issued = |n: usize| {
        frame.cited.get(n).is_some_and(|f| {
            let other = f
                .tags
                .iter()
                .any(|t| group(t) == "event" && *t != "event.issue");
            !other && !f.has("kind.ack") && frame.index.kinds(f.doc).contains("doc.invoice")
        })
    };
    let (paper, other) = match (issued(a), issued(b)) {
        _ if frame.says(&["between"]) => (first.min(second), first.max(second)),
        (true, false) => (first, second),
        (false, true) => (second, first),
        _ => return None,
    };
    frame.take_days([first, second])?;
    if frame.open_numbers().iter().any(|(n, _)| *n != at) || way == Way::Down || other < paper {
        return None;
    }
    // "Of its date", "after the invoice date": what is counted from.
    let between = frame.says(&["between"]);
    let from_the_paper = between
        || (at + 1..frame.tokens.len())
            .any(|n| frame.is_word(n, &["date", "dated", "issue", "invoice", "bill"]));
    let done = between
        || (0..at).any(|n| {
            frame.is_word(
                n,
                &[
                    "registered",
                    "acknowledged",
                    "reported",
                    "filed",
                    "received",
                ],
            )
        });
    if !from_the_paper || !done {
        return None;
    }
    frame.tell(a);
    frame.tell(b);
    Some(Decimal::from(days_between(paper, other)))
}
