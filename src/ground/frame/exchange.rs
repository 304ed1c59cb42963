//! A sum in another currency and what it comes to in rupees, at a rate that is cited.

use domain::Decimal;

use super::{Frame, told::currencies};
use crate::vocabulary::name_parts;

#[expect(
    clippy::too_many_lines,
    reason = "one list of ways, each short by itself"
)]
pub(super) fn reads(frame: &mut Frame<'_, '_>) -> Option<()> {
    let said = currencies(frame);
    let (mut rate, mut pair, mut money, mut code) = (None, None, None, None);
    for (n, field) in frame.cited.iter().enumerate() {
        let parts = name_parts(field.leaf());
        let quoted = frame.index.root(field.doc)?.get("pair").is_some();
        let slot = if quoted && parts.iter().any(|p| p == "pair") {
            &mut pair
        } else if quoted && parts.iter().any(|p| p == "rate") {
            &mut rate
        } else if field.has("kind.currency") {
            &mut code
        } else if frame.value(n).is_some() {
            &mut money
        } else {
            return None;
        };
        if slot.replace(n).is_some() {
            return None;
        }
    }
    let (rate, money) = (rate?, money?);
    let paid = frame.cited.get(money)?;
    let held = paid
        .scope()
        .into_iter()
        .filter(|(key, _)| key.to_lowercase().contains("currency"))
        .find_map(|(_, v)| v.as_str())?
        .to_uppercase();
    let rated = frame.cited.get(rate)?.doc;
    let quoted: String = (frame.index.root(rated)?.get("pair")?.as_str()?.chars())
        .filter(char::is_ascii_alphabetic)
        .collect();
    let one = said.iter().all(|(_, c)| *c == held);
    let beside = code.is_none_or(|n| frame.cited.get(n).is_some_and(|f| f.doc == paid.doc))
        && pair.is_none_or(|n| frame.cited.get(n).is_some_and(|f| f.doc == rated));
    if said.is_empty() || !one || !beside || quoted.to_uppercase() != format!("{held}INR") {
        return None;
    }
    let (per, sum) = (frame.value(rate)?, frame.value(money)?);
    let comes = per.checked_mul(sum)?;
    let (mut rupees, mut at_rate) = (0, 0);
    for (at, number) in frame.open_numbers() {
        let signed = said.iter().any(|(n, _)| {
            *n + 1 == at || *n == at + 1 || *n == at + 2 && frame.is_word(at + 1, &["us"])
        });
        if number.percent || number.value == Decimal::ONE && !number.rupees && signed {
            return None;
        } else if number.rupees && number.is(comes, false) {
            rupees += 1;
        } else if number.value == per {
            // What one unit costs is said to be so, or is no sum of its own.
            let led = at > 0
                && (frame.is_word(at - 1, &["at", "taking", "using", "applying"])
                    || frame.is_word(at - 1, &["of"])
                        && frame.is_word(at.saturating_sub(2), &["rate"]));
            let each = (at + 1..at + 3).any(|n| frame.is_word(n, &["a", "per"]));
            if !led && !each {
                return None;
            }
            at_rate += 1;
        } else if number.value == sum && !number.rupees && signed {
        } else {
            return None;
        }
        frame.take(at);
    }
    if rupees != 1 || at_rate != 1 {
        return None;
    }
    for (at, _) in said {
        frame.take(at);
        if at > 0 && frame.is_word(at - 1, &["us"]) {
            frame.take(at - 1);
        }
    }
    frame.take_words(&[
        "import",
        "invoice",
        "bill",
        "namely",
        "cited",
        "rate",
        "exchange",
        "conversion",
        "rupee",
        "rupees",
        "inr",
        "converts",
        "converted",
        "convert",
        "equal",
        "equals",
        "worth",
        "works",
        "out",
        "amounts",
        "taking",
        "using",
        "applying",
        "translates",
        "value",
        "valued",
        "i",
        "e",
        "or",
        "makes",
        "gives",
        "means",
    ]);
    frame.tell_all();
    Some(())
}
