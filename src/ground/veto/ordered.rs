//! Two figures that a claim tells and holds against each other in words, and that do not stand so: "47 litres are billed, fewer
//! than the 35 that were accepted", "₹321.20, inside the tolerance of ₹1", "30 days, but it asks for 60, which is sooner".

use domain::{Date, Decimal};

use super::{Borne, Veto};
use crate::{
    Label,
    clause::{Item, relation},
    field::Field,
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

impl<'a> Borne<'a, '_> {
    /// The first two figures that do not stand to each other as the words between them, or behind them, say.
    pub(super) fn ordered_otherwise(&self) -> Option<Veto> {
        let turned = self.items.iter().any(|i| i.class("not"))
            || self.has(&["no", "not", "never", "neither", "nor", "nothing", "without"]);
        if turned {
            return None;
        }
        if let Some(veto) = self.days_told_otherwise() {
            return Some(veto);
        }
        if let Some(veto) = self.day_that_is_another() {
            return Some(veto);
        }
        let told = self.told_figures();
        let [a, b] = &told[..] else { return None };
        if !a.is_of_a_sort_with(b) {
            return None;
        }
        let so = self
            .held_against(a, b)
            .or_else(|| self.held_to_a_bound(a, b))
            .or_else(|| self.said_behind(a, b))
            .or_else(|| self.but_only(a, b))?;
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
            // "230, 1 fewer than the 229": how far they lie apart.
            let gap = self.items.get(at + 1..).is_some_and(|rest| {
                rest.iter()
                    .take(2)
                    .any(|i| matches!(relation(i), Some("above" | "below")))
            });
            // "75" of "A4 paper 75 gsm" is no figure of the claim.
            let of_a_name = self.cited.iter().any(|f| {
                f.value
                    .as_str()
                    .is_some_and(|t| t.contains(' ') && folded_words(t).contains(&number.raw))
            });
            let directly = self
                .items
                .get(at + 1)
                .is_some_and(|i| matches!(relation(i), Some("above" | "below")));
            if directly && !out.is_empty() || !held && (gap || of_a_name) {
                continue;
            }
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
        // "Bills A against B, which stays above the quantity": of the first, which is billed.
        let stays = behind
            .iter()
            .position(|w| matches!(w.as_str(), "stays" | "remains" | "runs"))
            .and_then(|n| behind.get(n + 1));
        match stays.map(String::as_str) {
            Some("above" | "over" | "beyond") => return Some(a.size() > b.size()),
            Some("below" | "under" | "within" | "inside") => return Some(a.size() <= b.size()),
            _ => {}
        }
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

    /// "Totals A, but only B was paid".
    fn but_only(&self, a: &Told<'_>, b: &Told<'_>) -> Option<bool> {
        let between: Vec<String> = self
            .items
            .get(a.at + 1..b.at)?
            .iter()
            .flat_map(|i| folded_words(i.text()))
            .collect();
        between
            .ends_with(&["but".to_owned(), "only".to_owned()])
            .then(|| b.size() < a.size())
    }

    /// "Earlier than the invoice date, 30 September" of an invoice of the 28th: of two days that are cited and two that are told,
    /// one is another.
    fn day_that_is_another(&self) -> Option<Veto> {
        let told: Vec<Date> = self.told_days().into_iter().map(|(_, day)| day).collect();
        let held: Vec<(&Field<'a>, Date)> = self
            .cited
            .iter()
            .filter_map(|f| Some((f, read::json_date(f.value)?)))
            .collect();
        let ([_, _], [_, _]) = (&told[..], &held[..]) else {
            return None;
        };
        let loose: Vec<&Date> = told
            .iter()
            .filter(|d| held.iter().all(|(_, h)| h != *d))
            .collect();
        let untold: Vec<_> = held.iter().filter(|(_, h)| !told.contains(h)).collect();
        let ([day], [(field, own)]) = (&loose[..], &untold[..]) else {
            return None;
        };
        // A day that is reckoned from another is told with how far it lies from it.
        let reckoned = self.numbers().count() > 0
            || self
                .index
                .leaves(field.doc)
                .iter()
                .any(|f| read::json_date(f.value) == Some(**day));
        (!reckoned).then(|| {
            let why = format!("{} holds {own}, and not {day}", field.pointer());
            (Label::Contradicted, why)
        })
    }

    /// "Paid on 18 January, past its due date of 19 January", "dated 6 November; the order was placed earlier, on 25 November".
    fn days_told_otherwise(&self) -> Option<Veto> {
        let days = self.told_days();
        let [(one, first), (other, second)] = days[..] else {
            return None;
        };
        let cited = |day: Date| {
            self.cited
                .iter()
                .any(|f| read::json_date(f.value) == Some(day))
        };
        if !cited(first) || !cited(second) || first == second {
            return None;
        }
        let between = self.items.get(one + 1..other)?;
        let words: Vec<String> = between
            .iter()
            .flat_map(|i| folded_words(i.text()))
            .collect();
        let counted = between.iter().any(|i| i.number().is_some());
        // "Earlier, on D": the day that follows is the earlier one.
        let itself = match words.iter().rev().take(3).collect::<Vec<_>>()[..] {
            [on, word, ..] | [on, _, word] if on == "on" => match word.as_str() {
                "earlier" | "before" => Some(second < first),
                "later" | "afterwards" => Some(second > first),
                _ => None,
            },
            _ => None,
        };
        // "Cancelled on D; the invoice of E is earlier": said behind both, of the second.
        let behind: Vec<String> = self
            .items
            .get(other + 1..)?
            .iter()
            .flat_map(|i| folded_words(i.text()))
            .collect();
        let itself = itself.or(match behind.last().map(String::as_str) {
            Some("earlier") if behind.len() <= 3 => Some(second < first),
            Some("later") if behind.len() <= 3 => Some(second > first),
            _ => None,
        });
        let mut ops = words.iter().enumerate().filter_map(|(n, w)| {
            let later = match w.as_str() {
                "after" | "later" | "past" | "beyond" => true,
                "before" | "earlier" | "prior" | "ahead" => false,
                _ => return None,
            };
            Some((n, later))
        });
        let op = match (ops.next(), ops.next()) {
            (Some(op), None) => Some(op),
            _ => None,
        };
        let leads = op.filter(|(n, _)| {
            let behind = words.get(n + 1..).unwrap_or_default();
            behind.len() <= REACH
                && !behind
                    .iter()
                    .any(|w| matches!(w.as_str(), "which" | "and" | "but"))
        });
        let so = itself.or_else(|| leads.map(|(_, later)| (first > second) == later))?;
        (!so && !counted).then(|| {
            let why = format!("{first} and {second} do not lie so");
            (Label::Contradicted, why)
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
