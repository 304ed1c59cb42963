//! What a claim says between its figures: what it sets against what, what it adds up and takes away, and what that comes to.

use domain::Decimal;

use super::{Figure, Worth, held, sentence::Sentence};
use crate::{
    clause::{Item, relation, tags_of},
    field::{Class, Field},
    fit::widened_public,
    mention::Mention,
    read,
    vocabulary::folded_words,
};

/// Words by which something is added.
pub(super) const ADDS: [&str; 6] = [
    "plus", "added to", "together", "combined", "make up", "makes up",
];

/// Words by which something is taken away.
pub(super) const TAKES: [&str; 15] = [
    "less",
    "minus",
    "net of",
    "reduced by",
    "taken off",
    "off",
    "deducted",
    "deducting",
    "deduction",
    "withheld",
    "set off",
    "discount",
    "knocked off",
    "subtracting",
    "after",
];

/// Words behind which stands what is reckoned.
pub(super) const GIVES: [&str; 24] = [
    "gives",
    "give",
    "giving",
    "makes",
    "make",
    "making",
    "made",
    "total",
    "totals",
    "leaves",
    "leave",
    "leaving",
    "left",
    "comes to",
    "come to",
    "works out to",
    "explain",
    "explains",
    "remains",
    "remain",
    "payable",
    "outstanding",
    "makes up",
    "make up",
];

/// Words that set one statement against another without reckoning.
pub(super) const AGAINST: [&str; 12] = [
    "although", "though", "while", "whereas", "where", "against", "but", "whilst", "yet",
    "of which", "which", "and",
];

/// Whether an item is one of some words, or holds one of them.
pub(super) fn says(item: &Item, words: &[&str]) -> bool {
    words.contains(&item.text())
        || matches!(item, Item::Phrase(..))
            && relation(item).is_none()
            && folded_words(item.text())
                .iter()
                .any(|w| words.contains(&w.as_str()))
}

/// Whether a claim adds up, and whether it takes away.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Reckons {
    pub(super) adds: bool,
    pub(super) takes: bool,
    gives: bool,
}

impl Reckons {
    pub(super) fn any(self) -> bool {
        self.adds || self.takes || self.gives
    }
}

impl<'a> Sentence<'a, '_> {
    /// Words that set figures against each other, with where they stand.
    pub(super) fn relations(&self) -> Vec<(usize, &'static str)> {
        (0..self.items.len())
            .filter_map(|at| {
                let item = self.items.get(at)?;
                // "Bills 600 rolls where 500 were ordered": what is set against something is not the same.
                let against = match item.text() {
                    "although" | "though" | "whereas" => Some("differ"),
                    "while" | "where" | "whilst" | "but" | "against" => {
                        Some(super::BESIDE).filter(|_| self.between_figures(at))
                    }
                    _ => None,
                };
                let op = relation(item).or(against)?;
                // Where it takes away, or says from when on days are counted, it is read there.
                let reckoned = TAKES.contains(&item.text()) && !self.between_days(at)
                    || matches!(
                        item.text(),
                        "as per"
                            | "one and"
                            | "follows"
                            | "following"
                            | "as billed"
                            | "as ordered"
                            | "as agreed"
                            | "as contracted"
                    );
                // "Before tax": what is no day stands in no order of days.
                let of_days = matches!(op, "before" | "after");
                let behind = self.figures.iter().find(|f| f.0 > at);
                let undated = of_days && !behind.is_some_and(|(_, w)| matches!(w, Worth::Day(_)));
                (!reckoned && !undated && !self.joins_days(at)).then_some((at, op))
            })
            .collect()
    }

    /// Where two figures are told beside each other: "240 billed while 210 were accepted", "196 of the 200".
    pub(super) fn set_beside(&self) -> Vec<usize> {
        let against = self
            .relations()
            .into_iter()
            .filter(|r| r.1 == super::BESIDE)
            .map(|r| r.0);
        let of = self.figures.windows(2).filter_map(|two| {
            let [(a, _), (b, _)] = two else { return None };
            let between = self.items.get(a + 1..*b)?;
            let words: Vec<String> = between
                .iter()
                .flat_map(|i| folded_words(i.text()))
                .collect();
            matches!(
                words.iter().map(String::as_str).collect::<Vec<_>>()[..],
                ["of"] | ["of", "the"] | [_, "of", "the"]
            )
            .then_some(*b - 1)
        });
        against.chain(of).collect()
    }

    /// What the figures nearest to a word are worth, before it and behind it.
    fn around(&self, at: usize) -> Option<(Worth<'_>, Worth<'_>)> {
        let before = self.figures.iter().rfind(|f| f.0 < at)?;
        let behind = self.figures.iter().find(|f| f.0 > at)?;
        Some((before.1, behind.1))
    }

    /// Whether numbers stand on both sides of a word.
    fn between_figures(&self, at: usize) -> bool {
        matches!(
            self.around(at),
            Some((Worth::Number(..), Worth::Number(..)))
        )
    }

    /// Whether days stand on both sides of a word.
    fn between_days(&self, at: usize) -> bool {
        matches!(self.around(at), Some((Worth::Day(_), Worth::Day(_))))
    }

    /// "45 days after the bill date": what lies between, and no relation of its own.
    fn joins_days(&self, at: usize) -> bool {
        let before = self.figures.iter().rev().find(|f| f.0 < at);
        let days = before.is_some_and(|(n, w)| {
            matches!(w, Worth::Number(..))
                && self
                    .items
                    .get(n + 1..at)
                    .unwrap_or_default()
                    .iter()
                    .any(|i| i.text().starts_with("day"))
        });
        days && self
            .items
            .get(at)
            .is_some_and(|i| matches!(i.text(), "after" | "later" | "following"))
    }

    /// Whether a figure says how far two others lie apart: it stands behind "by".
    pub(super) fn is_gap(&self, figures: &[Figure<'_>], n: usize) -> bool {
        figures.get(n).is_some_and(|f| {
            f.field.is_none()
                && f.at
                    .checked_sub(1)
                    .and_then(|b| self.items.get(b))
                    .is_some_and(|i| i.text() == "by")
        })
    }

    /// The figure that limits how far two others lie apart: "by less than 2%".
    pub(super) fn limit_of_a_gap<'f, 'n>(
        &self,
        figures: &'f [Figure<'n>],
        at: usize,
    ) -> Option<(&'f Figure<'n>, usize)> {
        let by = at
            .checked_sub(1)
            .and_then(|b| self.items.get(b))
            .is_some_and(|i| i.text() == "by");
        let n = figures.iter().position(|f| f.at > at).filter(|_| by)?;
        Some((figures.get(n)?, n))
    }

    /// Whether a figure is a number of days.
    pub(super) fn counts_days(&self, figure: &Figure<'_>) -> bool {
        let behind = self.items.get(figure.at + 1).map_or("", Item::text);
        behind.starts_with("day")
    }

    /// Whether the words behind a number of days count them from a day on: "45 days later, on D", "45 days after D".
    pub(super) fn runs_from(&self, figures: &[Figure<'_>], days: usize, from: usize) -> bool {
        let at = figures.get(days).map_or(0, |f| f.at);
        let day = |behind: bool| {
            let dated = |f: &&Figure<'_>| f.day().is_some();
            let found = if behind {
                figures.iter().find(|f| f.at > at && dated(f))
            } else {
                figures.iter().rev().find(|f| f.at < at && dated(f))
            };
            found.map(|f| f.at)
        };
        let start = figures.get(from).map(|f| f.at);
        let behind = self
            .items
            .get(at + 1..(at + 5).min(self.items.len()))
            .unwrap_or_default();
        let word = behind
            .iter()
            .take_while(|i| !matches!(i, Item::Value(_)))
            .find_map(|i| {
                folded_words(i.text()).into_iter().find(|w| {
                    matches!(
                        w.as_str(),
                        "later"
                            | "hence"
                            | "after"
                            | "from"
                            | "earlier"
                            | "before"
                            | "prior"
                            | "ahead"
                    )
                })
            });
        match word.as_deref() {
            Some("after" | "from") => day(true) == start,
            Some("before" | "prior" | "ahead") => day(true).is_some() && day(true) != start,
            Some("later" | "hence") => day(false) == start || day(true) != start,
            Some(_) => false,
            None => true,
        }
    }

    /// Whether the claim says when something is due.
    pub(super) fn falls_due(&self) -> bool {
        let words = folded_words(self.claim);
        words.iter().any(|w| {
            matches!(
                w.as_str(),
                "due"
                    | "payable"
                    | "matures"
                    | "mature"
                    | "matured"
                    | "maturity"
                    | "deadline"
                    | "expires"
                    | "later"
                    | "after"
                    | "terms"
                    | "credit"
            )
        })
    }

    pub(super) fn reckons(&self) -> Reckons {
        let mut out = Reckons::default();
        let relations = self.relations();
        for (at, item) in self.items.iter().enumerate() {
            let text = item.text();
            let compared = relations.iter().any(|(n, _)| *n == at);
            let dated = text == "after" && (self.between_days(at) || self.joins_days(at));
            out.adds |= says(item, &ADDS) || item.class("sum") || matches!(item, Item::Mark('+'));
            out.takes |= !compared && !dated && says(item, &TAKES);
            out.gives |= says(item, &GIVES);
        }
        // "18% tax on ₹2,10,000 is ₹37,800."
        let shares = self
            .figures
            .iter()
            .filter(|(_, w)| matches!(w, Worth::Number(n, _) if n.percent))
            .count();
        out.gives |= shares == 1
            && self.figures.len() == 3
            && self.items.iter().any(|i| matches!(i.text(), "of" | "on"));
        let money = self
            .figures
            .iter()
            .filter(|(_, w)| matches!(w, Worth::Number(..)))
            .count();
        if money < 3 && !out.adds {
            out.takes = false;
            out.gives = false;
        }
        out
    }

    /// The figure that the claim says the others come to.
    pub(super) fn result(&self, figures: &[Figure<'_>]) -> Option<usize> {
        let gives = (0..self.items.len()).rev().find(|at| {
            self.items.get(*at).is_some_and(|i| {
                says(i, &GIVES)
                    || i.class("sum") && i.text().ends_with("to")
                    || relation(i) == Some("equal")
                    || matches!(i.text(), "is" | "was" | "are" | "stands at" | "at")
            })
        })?;
        let item = self.items.get(gives)?;
        let behind = figures.iter().position(|f| f.at > gives);
        let before = figures.iter().rposition(|f| f.at < gives);
        // "₹58,275 remains payable": what is said of the figure right before it.
        let left = ["remains", "remain", "payable", "outstanding", "left"];
        let near = before.filter(|n| figures.get(*n).is_some_and(|f| gives - f.at <= 3));
        if says(item, &left) && near.is_some() {
            return near;
        }
        // "X equals Y less Z": what stands alone on its side.
        if relation(item) == Some("equal") && before == Some(0) {
            return before;
        }
        behind.or(before)
    }

    /// Figures that two cited records hold, where the claim says that they are the same in both.
    pub(super) fn twice(&self, figures: &[Figure<'_>], related: &mut [bool]) -> bool {
        let all = self.items.iter().any(|i| {
            i.class("all")
                && !matches!(
                    i.text(),
                    "whole" | "full" | "entire" | "the whole" | "the full"
                )
        });
        let same = self.items.iter().any(|i| {
            matches!(i.text(), "exactly" | "the very" | "precisely" | "exact")
                || relation(i) == Some("equal")
        });
        if !all && !same {
            return true;
        }
        let mut found = false;
        for (figure, slot) in figures.iter().zip(related) {
            if self.is_in_both(figure) {
                found = true;
                *slot = true;
            }
        }
        found || !all
    }

    /// "After the advance of ₹5 lakh, ₹17,30,200 remains": the sum from which it was taken, which is cited and not told.
    pub(super) fn whole(&self, figures: &[Figure<'_>]) -> Option<usize> {
        const REMAINS: [&str; 11] = [
            "remains",
            "remain",
            "leaves",
            "left",
            "outstanding",
            "payable",
            "due",
            "balance",
            "open",
            "unpaid",
            "remaining",
        ];
        let leaves = self.items.iter().any(|i| says(i, &REMAINS));
        let taken = self
            .items
            .iter()
            .any(|i| says(i, &TAKES) || says(i, &["paid", "of"]));
        let sums: Vec<(&Figure<'_>, Decimal)> = figures
            .iter()
            .filter_map(|f| match f.worth {
                Worth::Number(n, None) if n.rupees => Some((f, n.value)),
                _ => None,
            })
            .collect();
        let [(a, x), (b, y)] = sums[..] else {
            return None;
        };
        let all = x.checked_add(y).filter(|_| leaves && taken)?;
        let told = [a.field, b.field];
        // All of one record, or of records that hold the number that the claim tells.
        let ours = |doc: usize| {
            (self.items.iter().filter_map(Mention::of))
                .any(|m| matches!(m, Mention::Id(_)) && self.index.holds(doc, &m, self.claim))
        };
        let docs: Vec<usize> = [a, b]
            .iter()
            .filter_map(|f| self.cited.get(f.field?))
            .map(|f| f.doc)
            .collect();
        (0..self.cited.len()).find(|n| {
            self.cited.get(*n).is_some_and(|field| {
                !told.contains(&Some(*n))
                    && read::json_number(field.value) == Some(all)
                    && field.classes().contains(&Class::Amount)
                    && docs
                        .iter()
                        .all(|d| *d == field.doc || ours(*d) && ours(field.doc))
            })
        })
    }

    /// Whether a figure is what two cited records hold, of both of which the claim speaks.
    pub(super) fn is_in_both(&self, figure: &Figure<'_>) -> bool {
        let Some(own) = figure.field.and_then(|f| self.cited.get(f)) else {
            return false;
        };
        held(self.cited, figure.worth)
            .into_iter()
            .filter_map(|m| self.cited.get(m))
            .any(|f| f.doc != own.doc && self.is_spoken_of(f) && self.is_spoken_of(own))
    }

    /// Whether the claim names the record of a value by its number, or by what paper it is.
    pub(super) fn is_spoken_of(&self, field: &Field<'a>) -> bool {
        let numbered = self
            .items
            .iter()
            .filter_map(Mention::of)
            .any(|m| matches!(m, Mention::Id(_)) && m.binds(field, self.claim));
        let said = widened_public(&tags_of(self.items));
        numbered
            || field
                .docs()
                .iter()
                .chain(&self.index.kinds(field.doc))
                .any(|t| said.contains(t))
    }
}
