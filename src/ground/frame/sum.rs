//! What adds up: a total and its parts, what is left of one, a tax and its halves, a list and what is stated of it.

mod gap;
mod halves;
mod lines;

use domain::Decimal;

use super::Frame;
use crate::{
    lex::Token,
    number::Number,
    vocabulary::{group, name_parts, of},
};

const PLUS: [&str; 3] = ["plus", "and", "with"];
const MINUS: [&str; 4] = ["minus", "less", "deducting", "subtracting"];
const RESULT: [&str; 22] = [
    "equals",
    "equal",
    "makes",
    "make",
    "making",
    "gives",
    "give",
    "giving",
    "leaves",
    "leave",
    "leaving",
    "is",
    "totals",
    "totalling",
    "so",
    "comes",
    "come",
    "works",
    "work",
    "add",
    "adds",
    "yields",
];
const PARTS: [&str; 10] = [
    "made",
    "consists",
    "consisting",
    "comprises",
    "comprising",
    "composed",
    "breaks",
    "broken",
    "split",
    "splits",
];
/// What a weighing calls its figures, by the member that holds them.
const WEIGHED: [(&str, &[&str]); 3] = [
    ("gross", &["gross", "loaded", "laden"]),
    ("tare", &["tare", "empty", "unladen"]),
    ("net", &["net", "material", "load", "goods"]),
];
const COMPARED: [&str; 16] = [
    "higher",
    "more",
    "exceeds",
    "exceed",
    "excess",
    "above",
    "over",
    "greater",
    "larger",
    "lower",
    "less",
    "short",
    "below",
    "under",
    "smaller",
    "shortfall",
];

pub(super) fn reads(frame: &mut Frame<'_, '_>) -> Option<()> {
    // What is rounded off may be below nothing, and a credit note names its invoice.
    let own = lines::rounded(frame)
        .or_else(|| lines::credited(frame))
        .or_else(|| lines::discount(frame))
        .or_else(|| lines::agree(frame));
    if own.is_some() {
        return own;
    }
    let numeric = |n: usize| frame.value(n).is_some_and(|v| v >= Decimal::ZERO);
    if frame.cited.len() < 2 {
        return None;
    }
    let silent: Vec<usize> = (0..frame.cited.len())
        .filter(|n| frame.cited.get(*n).is_some_and(|f| f.has("kind.unit")))
        .collect();
    if !(0..frame.cited.len()).all(|n| numeric(n) || silent.contains(&n)) {
        return None;
    }
    for n in silent {
        frame.tell(n);
        // The unit that is cited is the one of the sentence.
        let unit = frame.cited.get(n)?.value.as_str()?;
        let said = (0..frame.tokens.len()).any(|at| {
            crate::vocabulary::VOCABULARY
                .unit(frame.word(at))
                .is_some_and(|u| crate::vocabulary::VOCABULARY.unit(unit) == Some(u))
        });
        if !said {
            return None;
        }
    }
    let percents = frame
        .open_numbers()
        .iter()
        .filter(|(_, n)| n.percent)
        .count();
    match percents {
        0 => against_lines(frame)
            .or_else(|| equation(frame))
            .or_else(|| heads(frame))
            .or_else(|| gap::reads(frame)),
        1 => halves::reads(frame),
        _ => None,
    }
}

/// The words that go with a figure: from the one before it or a mark or joining word, up to the next.
fn chunk(frame: &Frame<'_, '_>, at: usize) -> std::ops::Range<usize> {
    let ends = |n: usize| {
        frame.number(n).is_some()
            || matches!(
                frame.tokens.get(n),
                Some(Token::Mark(',' | ';' | ':' | '+' | '=' | '.'))
            )
            || frame.is_word(n, &PLUS)
            || frame.is_word(n, &MINUS)
            || frame.is_word(n, &["so", "into", "which", "leaves", "leaving", "half"])
    };
    let from = (0..at).rev().find(|n| ends(*n)).map_or(0, |n| n + 1);
    let to = (at + 1..frame.tokens.len())
        .find(|n| ends(*n))
        .unwrap_or(frame.tokens.len());
    from..to
}

/// Whether what goes with a figure names the cited value that it is; `None` of a field is what others come to.
fn named_so(frame: &Frame<'_, '_>, at: usize, n: Option<usize>) -> bool {
    let range = chunk(frame, at);
    let field = n.and_then(|n| frame.cited.get(n));
    let weighed = range.clone().all(|w| {
        let sort = WEIGHED
            .iter()
            .find(|(_, words)| words.contains(&frame.word(w)));
        let Some((sort, _)) = sort else { return true };
        let weighing = frame.cited.iter().any(|f| {
            name_parts(f.leaf())
                .iter()
                .any(|p| p == "gross" || p == "tare")
        });
        match field {
            Some(f) if weighing => name_parts(f.leaf()).iter().any(|p| p == sort),
            Some(f) => {
                *sort != "net" && *sort != "tare" && *sort != "gross"
                    || f.has("head.taxable")
                        && matches!(frame.word(w), "goods" | "material" | "net")
            }
            None => weighing && *sort == "net",
        }
    });
    let heads: Vec<_> = frame
        .tags(range.clone())
        .into_iter()
        .filter(|t| matches!(group(t), "head" | "stage" | "event"))
        .filter(|t| {
            !matches!(
                *t,
                "event.issue" | "event.receipt" | "stage.received" | "head.gst"
            )
        })
        .collect();
    let weighing = WEIGHED
        .iter()
        .any(|(_, words)| range.clone().any(|w| words.contains(&frame.word(w))));
    let headed = heads.is_empty()
        || weighing
        || match field {
            Some(f) => {
                let own = crate::fit::widened(&f.tags);
                heads.iter().any(|t| own.contains(t))
            }
            None => false,
        };
    weighed && headed
}

/// Each stated figure with the cited value that it is; what is stated and not cited last.
fn stated(
    frame: &Frame<'_, '_>,
    numbers: &[(usize, Number)],
) -> Option<Vec<(usize, Option<usize>)>> {
    let mut used: Vec<usize> = Vec::new();
    let mut out = Vec::new();
    for (at, number) in numbers {
        let of = (0..frame.cited.len()).find(|n| {
            !used.contains(n)
                && frame.value(*n).is_some_and(|v| number.is(v, false))
                && named_so(frame, *at, Some(*n))
        });
        used.extend(of);
        if of.is_none() && !named_so(frame, *at, None) {
            return None;
        }
        out.push((*at, of));
    }
    Some(out)
}

fn between(frame: &Frame<'_, '_>, a: usize, b: usize, words: &[&str], marks: &[char]) -> bool {
    (a + 1..b).any(|n| {
        frame.is_word(n, words)
            || matches!(frame.tokens.get(n), Some(Token::Mark(m)) if marks.contains(m))
    })
}

/// "A plus B makes C", "A less B leaves C", "C is made of A and B": the figures are stated, and the greatest is the sum of the rest.
#[expect(
    clippy::too_many_lines,
    reason = "one list of ways, each short by itself"
)]
fn equation(frame: &mut Frame<'_, '_>) -> Option<()> {
    let numbers = frame.open_numbers();
    let pairs = stated(frame, &numbers)?;
    // Parts of one whole stand side by side.
    let beside = |n: usize| {
        frame
            .cited
            .get(n)
            .and_then(|f| Some((f.doc, f.path.split_last()?.1)))
    };
    if (0..frame.cited.len()).any(|n| beside(n) != beside(0)) {
        return None;
    }
    let open = pairs.iter().filter(|(_, n)| n.is_none()).count();
    let cited = (0..frame.cited.len())
        .filter(|n| frame.value(*n).is_some())
        .count();
    if pairs.len() < 3 || open > 1 || pairs.len() - open != cited {
        return None;
    }
    let exact: Vec<Decimal> = pairs
        .iter()
        .zip(&numbers)
        .map(|((_, n), (_, number))| n.and_then(|n| frame.value(n)).unwrap_or(number.value))
        .collect();
    let greatest = *exact.iter().max()?;
    let total = exact
        .iter()
        .try_fold(Decimal::ZERO, |sum, v| sum.checked_add(*v))?;
    if total != greatest.checked_add(greatest)? {
        return None;
    }
    let place = exact.iter().position(|v| *v == greatest)?;
    let ats: Vec<usize> = pairs.iter().map(|(at, _)| *at).collect();
    let last = ats.len() - 1;
    let op = |n: usize, words: &[&str], marks: &[char]| {
        ats.get(n)
            .zip(ats.get(n + 1))
            .is_some_and(|(a, b)| between(frame, *a, *b, words, marks))
    };
    let minus = (0..last).find(|n| op(*n, &MINUS, &['-', '−', '–']));
    let resulting = op(last - 1, &RESULT, &['=']);
    let listed = op(0, &PARTS, &[':', '=']) && (1..last).all(|n| op(n, &PLUS, &[',', '+']));
    let stacked = (0..last - 1).all(|n| op(n, &PLUS, &['+', ',']));
    let weighed = frame.says(&["loaded", "gross", "laden"]);
    let fits = match minus {
        Some(n) => place == n && (resulting || n > 0 || op(last - 1, &[], &['('])) && last == 2,
        None if listed => place == 0,
        None if resulting && stacked => {
            let plain = (0..last).all(|n| !op(n, &["plus"], &['+']));
            place == last || (weighed && plain && last == 2 && place < last)
        }
        None => false,
    };
    if !fits {
        return None;
    }
    for (at, n) in &pairs {
        frame.take(*at);
        if let Some(n) = n {
            frame.tell(*n);
        }
    }
    let top = pairs.get(place).and_then(|(_, n)| *n);
    let is_total = top
        .and_then(|n| frame.cited.get(n))
        .is_some_and(|f| f.has("head.total"));
    if is_total {
        let tail = *ats.get(last)?;
        for n in tail..frame.tokens.len() {
            if frame.is_word(
                n,
                &[
                    "matching", "matches", "agreeing", "tallying", "billed", "amount", "total",
                ],
            ) {
                frame.take(n);
            }
        }
    }
    frame.take_words(&MINUS);
    frame.take_words(&RESULT);
    frame.take_words(&PARTS);
    frame.take_words(&[
        "up",
        "plus",
        "out",
        "sum",
        "together",
        "truck",
        "lorry",
        "vehicle",
        "weighed",
        "weight",
        "weighs",
        "slip",
        "weighbridge",
    ]);
    if weighed {
        frame.take_words(&["came", "received", "in"]);
    }
    for (_, words) in WEIGHED {
        frame.take_words(words);
    }
    for n in 0..frame.tokens.len() {
        if matches!(frame.tokens.get(n), Some(Token::Mark('+' | '=' | '−'))) {
            frame.take(n);
        }
    }
    Some(())
}

/// "CGST and SGST combined": the sum of what is cited, each part of it by its name.
fn heads(frame: &mut Frame<'_, '_>) -> Option<()> {
    let numbers = frame.open_numbers();
    let [(at, number)] = &numbers[..] else {
        return None;
    };
    let total = (0..frame.cited.len())
        .try_fold(Decimal::ZERO, |sum, n| sum.checked_add(frame.value(n)?))?;
    let said = frame.tags(0..frame.tokens.len());
    let named = frame.cited.iter().all(|f| {
        let own = of(&f.tags, "head");
        !own.is_empty() && own.iter().all(|t| said.contains(t))
    });
    let apart = frame.cited.iter().enumerate().all(|(n, f)| {
        frame
            .cited
            .iter()
            .skip(n + 1)
            .all(|g| f.doc == g.doc && f.leaf() != g.leaf())
    });
    let adding = [
        "combined",
        "together",
        "plus",
        "sum",
        "aggregate",
        "jointly",
        "altogether",
        "added",
        "total",
    ];
    let only_tax = frame.cited.iter().all(crate::field::Field::is_only_tax);
    let known = of(&said, "head")
        .iter()
        .all(|t| frame.cited.iter().any(|f| f.tags.contains(t)) || (only_tax && *t == "head.gst"));
    if !number.is(total, false) || !named || !apart || !known || !frame.says(&adding) {
        return None;
    }
    let at = *at;
    frame.take(at);
    frame.take_words(&adding);
    frame.take_words(&["in", "question", "taken", "up", "adds", "comes", "amounts"]);
    if only_tax {
        frame.take_words(&["input", "credit", "itc", "tax", "taxes", "gst"]);
    }
    frame.tell_all();
    Some(())
}

/// "The total is ₹1,800 higher than the sum of the three lines."
fn against_lines(frame: &mut Frame<'_, '_>) -> Option<()> {
    let listed: Vec<usize> = (0..frame.cited.len())
        .filter(|n| frame.cited.get(*n).is_some_and(|f| f.element().is_some()))
        .collect();
    let mut whole = (0..frame.cited.len()).filter(|n| !listed.contains(n));
    let other = whole.next()?;
    if whole.next().is_some() || listed.len() < 2 {
        return None;
    }
    let first = frame.cited.get(*listed.first()?)?;
    let many = first.element()?.1.as_array()?.len();
    // The total of what the lines hold, and of nothing else.
    let heads = of(&first.tags, "head");
    let said = frame.tags(0..frame.tokens.len());
    let whole_heads = of(&frame.cited.get(other)?.tags, "head");
    let called = heads.contains("head.total") || heads.iter().any(|t| said.contains(t));
    if heads != whole_heads || !called {
        return None;
    }
    let alike = listed.iter().all(|n| {
        frame
            .cited
            .get(*n)
            .is_some_and(|f| f.leaf() == first.leaf() && f.doc == first.doc)
    });
    if !alike || many != listed.len() {
        return None;
    }
    let sum = listed
        .iter()
        .try_fold(Decimal::ZERO, |sum, n| sum.checked_add(frame.value(*n)?))?;
    let gap = frame.value(other)?.checked_sub(sum)?;
    let numbers = frame.open_numbers();
    let count = |(n, number): &&(usize, Number)| {
        !number.rupees
            && number.value == Decimal::from(u32::try_from(many).unwrap_or(0))
            && frame.is_word(n + 1, &["lines", "items", "rows", "line"])
    };
    let counts: Vec<usize> = numbers.iter().filter(count).map(|(n, _)| *n).collect();
    let mut said = numbers.iter().filter(|(n, _)| !counts.contains(n));
    let (at, number) = said.next()?;
    if said.next().is_some() || !number.is(gap.abs(), false) || gap.is_zero() {
        return None;
    }
    // What is held against what: the last word of comparing stands before what it is held against.
    let comparing: Vec<usize> = (0..frame.tokens.len())
        .filter(|n| frame.is_word(*n, &COMPARED))
        .collect();
    let up = |n: &usize| {
        frame.is_word(
            *n,
            &[
                "higher", "more", "exceeds", "exceed", "excess", "above", "over", "greater",
                "larger",
            ],
        )
    };
    let (low, high) = (comparing.iter().any(|n| !up(n)), comparing.iter().any(up));
    if low == high {
        return None;
    }
    let held = *comparing.last()?;
    let lines = frame.find(&["lines", "items", "rows"])?;
    let total = frame.find(&["total", "header"])?;
    let subject_is_total = match (total < held, lines < held) {
        (true, false) => true,
        (false, true) => false,
        _ => return None,
    };
    let so = if subject_is_total {
        (gap > Decimal::ZERO) == high
    } else {
        (gap < Decimal::ZERO) == high
    };
    if !so {
        return None;
    }
    let at = *at;
    frame.take(at);
    for n in counts {
        frame.take(n);
    }
    frame.take_words(&COMPARED);
    frame.take_words(&[
        "than", "sum", "total", "header", "lines", "items", "rows", "together", "up", "add", "adds",
    ]);
    frame.tell_all();
    Some(())
}
