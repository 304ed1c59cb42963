//! Two figures that a claim tells and holds against each other in words, and that do not stand so: "47 litres are billed, fewer
//! than the 35 that were accepted", "₹321.20, inside the tolerance of ₹1", "30 days, but it asks for 60, which is sooner".

use domain::Decimal;

use super::{Borne, Veto};
use crate::{
    Label,
    clause::{Item, relation},
    mention::is_line_number,
    number::Number,
    read,
    vocabulary::{VOCABULARY, folded_words},
};

/// How far behind a comparing word its figure may stand, in items.
const REACH: usize = 7;

/// What a bound is called between the word that holds a figure to it and its figure.
const BOUNDS: [&str; 8] = [
    "tolerance",
    "limit",
    "allowed",
    "allowance",
    "ceiling",
    "cap",
    "permitted",
    "threshold",
];

/// A figure that is told and cited.
struct Told<'i> {
    at: usize,
    number: &'i Number,
    unit: Option<&'static str>,
}

impl Told<'_> {
    fn is_of_a_sort_with(&self, other: &Self) -> bool {
        self.number.rupees == other.number.rupees
            && (self.unit == other.unit || self.unit.is_none() || other.unit.is_none())
    }

    /// Without its sign: a round-off of -₹0.40 is held to a limit by how large it is.
    fn size(&self) -> Decimal {
        self.number.value.abs()
    }
}

impl Borne<'_, '_> {
    /// The first two figures that do not stand to each other as the words between them, or behind them, say.
    pub(super) fn ordered_otherwise(&self) -> Option<Veto> {
        let turned = self.items.iter().any(|i| i.class("not"))
            || self.has(&["no", "not", "never", "neither", "nor", "nothing", "without"]);
        if turned {
            return None;
        }
        let told = self.told_figures();
        let [a, b] = &told[..] else { return None };
        if !a.is_of_a_sort_with(b) {
            return None;
        }
        let so = self
            .held_against(a, b)
            .or_else(|| self.held_to_a_bound(a, b))
            .or_else(|| self.said_behind(a, b))?;
        (!so).then(|| {
            let why = format!(
                "{} and {} do not stand so",
                a.number.raw.trim(),
                b.number.raw.trim()
            );
            (Label::Contradicted, why)
        })
    }

    /// The figures of the claim, each a cited one; none where one of them is not, or where one is told twice.
    fn told_figures(&self) -> Vec<Told<'_>> {
        let mut out = Vec::new();
        for (at, number) in self.numbers() {
            let before = at.checked_sub(1).and_then(|n| self.items.get(n));
            let line = before.is_some_and(|i| {
                matches!(
                    i.text(),
                    "line" | "item" | "row" | "lines" | "clause" | "key"
                )
            });
            if line {
                continue;
            }
            let held = self.cited.iter().any(|f| {
                !is_line_number(f.leaf())
                    && read::json_number(f.value)
                        .is_some_and(|v| number.is(v, false) || number.is(-v, false))
            });
            if !held || number.percent {
                return Vec::new();
            }
            let unit = self
                .items
                .get(at + 1)
                .and_then(|i| VOCABULARY.unit(i.text()).or_else(|| days(i)));
            out.push(Told { at, number, unit });
        }
        out
    }

    /// "A, fewer than the B".
    fn held_against(&self, a: &Told<'_>, b: &Told<'_>) -> Option<bool> {
        let between = self.items.get(a.at + 1..b.at)?;
        let mut ops = between
            .iter()
            .enumerate()
            .filter_map(|(n, i)| Some((n, relation(i)?)));
        let (op, None) = (ops.next()?, ops.next()) else {
            return None;
        };
        let behind = between.get(op.0 + 1..)?;
        let apart = behind.len() > REACH
            || behind
                .iter()
                .any(|i| matches!(i, Item::Mark('.' | ';' | ',')) || i.text() == "by");
        if apart {
            return None;
        }
        let (x, y) = (a.size(), b.size());
        // "The total less the credit note" takes one from the other.
        if between
            .get(op.0)
            .is_some_and(|i| matches!(i.text(), "less" | "short" | "under"))
        {
            return None;
        }
        Some(match op.1 {
            "above" => x > y,
            "below" => x < y,
            "at_least" => x >= y,
            "at_most" => x <= y,
            _ => return None,
        })
    }

    /// "A, inside the tolerance of B".
    fn held_to_a_bound(&self, a: &Told<'_>, b: &Told<'_>) -> Option<bool> {
        let between: Vec<String> = self
            .items
            .get(a.at + 1..b.at)?
            .iter()
            .flat_map(|i| folded_words(i.text()))
            .collect();
        let within = between
            .iter()
            .rposition(|w| matches!(w.as_str(), "within" | "inside"));
        let beyond = between
            .iter()
            .rposition(|w| matches!(w.as_str(), "beyond" | "outside"));
        let from = within.or(beyond)?;
        let bound = between
            .get(from..)?
            .iter()
            .any(|w| BOUNDS.contains(&w.as_str()));
        if !bound || within.is_some() == beyond.is_some() || between.len() - from > REACH {
            return None;
        }
        Some((a.size() <= b.size()) == within.is_some())
    }

    /// "A, but it asks for B, which is sooner": what is said behind both is said of the later one.
    fn said_behind(&self, a: &Told<'_>, b: &Told<'_>) -> Option<bool> {
        let behind: Vec<String> = self
            .items
            .get(b.at + 1..)?
            .iter()
            .flat_map(|i| folded_words(i.text()))
            .collect();
        let at = behind.iter().position(|w| w == "which" || w == "that")?;
        let [verb, word] = behind.get(at + 1..)? else {
            return None;
        };
        if !matches!(verb.as_str(), "is" | "was" | "are") {
            return None;
        }
        Some(match word.as_str() {
            "sooner" | "shorter" | "less" | "lower" | "fewer" | "smaller" | "earlier" => {
                b.size() < a.size()
            }
            "later" | "longer" | "more" | "higher" | "greater" | "larger" => b.size() > a.size(),
            _ => return None,
        })
    }
}

/// Days are what credit is counted in.
fn days(item: &Item) -> Option<&'static str> {
    folded_words(item.text())
        .iter()
        .any(|w| matches!(w.as_str(), "day" | "days"))
        .then_some("days")
}
