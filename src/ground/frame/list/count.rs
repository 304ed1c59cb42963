//! How many of the lines of a list a claim speaks of, and which.

use crate::{frame::Frame, lex::Token};

const NONE: [&str; 4] = ["no", "none", "neither", "nothing"];
const ALL: [&str; 7] = [
    "all",
    "every",
    "each",
    "both",
    "throughout",
    "entire",
    "any",
];
const ONLY: [&str; 8] = [
    "only",
    "just",
    "alone",
    "solely",
    "exactly",
    "confined",
    "limited",
    "restricted",
];
/// Whether as many lines are so as the claim says.
#[expect(
    clippy::too_many_lines,
    reason = "one list of ways, each short by itself"
)]
pub(super) fn quantified(
    frame: &mut Frame<'_, '_>,
    holds: &[bool],
    range: std::ops::Range<usize>,
) -> Option<bool> {
    let many = holds.len();
    let so = holds.iter().filter(|h| **h).count();
    let find = |frame: &Frame<'_, '_>, any: &[&str]| {
        range
            .clone()
            .find(|n| frame.is_open(*n) && frame.is_word(*n, any))
    };
    let ordinals = ordinals(frame, range.clone());
    let counts: Vec<(usize, usize)> = frame
        .open_numbers()
        .into_iter()
        .filter(|(n, number)| {
            range.contains(n)
                && !ordinals.iter().any(|(at, _)| at == n)
                && !number.rupees
                && !number.percent
        })
        .map(|(n, number)| Some((n, number.value.to_string().parse().ok()?)))
        .collect::<Option<_>>()?;
    // "Nothing on any of the lines": the one denial.
    let denied = find(frame, &NONE);
    if let Some(at) = range
        .clone()
        .find(|n| denied.is_some_and(|d| d < *n) && frame.is_word(*n, &["any"]))
    {
        frame.take(at);
    }
    let (none, all, only) = (find(frame, &NONE), find(frame, &ALL), find(frame, &ONLY));
    let except = (range.start..range.end).find(|n| {
        (frame.is_word(*n, &["other"]) && frame.is_word(n + 1, &["than"]))
            || frame.is_word(*n, &["but", "except", "besides", "excluding", "barring"])
            || (frame.is_word(*n, &["different"]) && frame.is_word(n + 1, &["from"]))
    });
    // "All but line 2": the lines that are not meant.
    let apart = except.filter(|at| ordinals.iter().any(|(n, _)| n > at));
    let bound = range
        .clone()
        .find(|n| frame.is_word(*n, &["at"]) && frame.is_word(n + 1, &["least", "most"]));
    for (n, _) in &ordinals {
        frame.take(*n);
    }
    if ordinals.iter().any(|(_, k)| *k == 0 || *k > many) {
        return Some(false);
    }
    let named = |at: usize| ordinals.iter().any(|(_, k)| *k == at + 1);
    let alone = || (0..many).all(|n| holds.get(n) == Some(&named(n)));
    let total = |of: &[(usize, usize)]| of.iter().all(|(_, k)| *k == many);
    let take = |frame: &mut Frame<'_, '_>, at: Option<usize>| {
        if let Some(n) = at {
            frame.take(n);
        }
    };
    if let Some(at) = except {
        frame.take(at);
        if frame.is_word(at + 1, &["than", "from"]) {
            frame.take(at + 1);
        }
        frame.take_words(&["any", "rate"]);
    }
    let verdict = match (none, all, only, bound) {
        (Some(at), None, None, None) if ordinals.is_empty() => {
            frame.take(at);
            let so = if except.is_some() {
                so == many
            } else {
                so == 0
            };
            so && total(&counts)
        }
        (None, Some(at), None, None) if apart.is_some() => {
            frame.take(at);
            (0..many).all(|n| holds.get(n) == Some(&!named(n))) && total(&counts)
        }
        (None, Some(at), None, None) if except.is_none() && ordinals.is_empty() => {
            frame.take(at);
            let both = !frame.is_word(at, &["both"]) || many == 2;
            both && so == many && total(&counts)
        }
        (None, None, Some(at), None) if except.is_none() => {
            frame.take(at);
            match (&ordinals[..], &counts[..]) {
                ([], [(_, k)]) => so == *k && *k < many,
                ([], [(_, k), (_, n)]) => so == *k && *n == many && k < n,
                ([_, ..], []) => alone(),
                ([_], [(_, 1)]) => so == 1 && alone(),
                _ => return None,
            }
        }
        (None, None, None, Some(at)) if ordinals.is_empty() && except.is_none() => {
            let least = frame.is_word(at + 1, &["least"]);
            take(frame, Some(at));
            take(frame, Some(at + 1));
            let fits = |k: usize| if least { so >= k } else { so <= k };
            match counts[..] {
                [(_, k)] => fits(k),
                [(_, k), (_, n)] => fits(k) && n == many,
                _ => return None,
            }
        }
        (None, None, None, None) if ordinals.is_empty() && except.is_none() => match counts[..] {
            [(_, k), (_, n)] => so == k && n == many,
            _ => return None,
        },
        _ => return None,
    };
    for (n, _) in &counts {
        frame.take(*n);
    }
    Some(verdict)
}

/// Lines that are told by their places: "line 3", "lines 1 and 2", "the second item".
fn ordinals(frame: &Frame<'_, '_>, range: std::ops::Range<usize>) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    let mut listing = false;
    for at in range {
        if frame.is_word(
            at,
            &[
                "line", "lines", "item", "items", "row", "rows", "number", "no", "nos", "serial",
                "position",
            ],
        ) {
            listing = true;
            continue;
        }
        let Some(number) = frame.number(at).filter(|n| !n.percent && !n.rupees) else {
            listing &= frame.is_word(at, &["and", "number", "no"])
                || matches!(frame.tokens.get(at), Some(Token::Mark(',' | '.')));
            continue;
        };
        if let (true, Ok(place)) = (listing, number.value.to_string().parse::<usize>()) {
            out.push((at, place));
        }
    }
    out
}
