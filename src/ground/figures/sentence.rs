//! What stands around the figures of a claim: the words and numbers beside each, and what is said between them.

use domain::Decimal;

use super::{
    FIGURES_MAX, Figure, Worth, held,
    said::{ADDS, AGAINST, GIVES, TAKES, says},
};
use crate::{
    clause::{Item, is_specific, relation, tags_of},
    field::{Class, Field},
    fit::{Asked, Fit, fits},
    index::Index,
    leftover::is_descriptive,
    lex::Token,
    measure::unit_of,
    mention::Mention,
    number::Number,
    read,
    vocabulary::{VOCABULARY, folded_words, name_parts, of, stem},
};

/// Classes of words whose sentences are read elsewhere.
const ELSEWHERE: [&str; 13] = [
    "not",
    "all",
    "each",
    "cause",
    "opinion",
    "most",
    "least",
    "between",
    "crossing",
    "within_state",
    "late",
    "early",
    "difference",
];

/// A claim with what it cites.
pub(super) struct Sentence<'a, 'c> {
    pub(super) cited: &'c [Field<'a>],
    pub(super) index: &'c Index<'a>,
    pub(super) items: &'c [Item],
    pub(super) claim: &'c str,
    pub(super) figures: Vec<(usize, Worth<'c>)>,
    pub(super) words: std::collections::BTreeSet<String>,
}

impl<'a, 'c> Sentence<'a, 'c> {
    /// None where the claim has no figures, too many, or words that are read elsewhere.
    pub(super) fn read(
        cited: &'c [Field<'a>],
        index: &'c Index<'a>,
        items: &'c [Item],
        claim: &'c str,
    ) -> Option<Self> {
        // "All 1,850 metres": as many as there are, which two records have to say.
        let counted = |at: usize| items.get(at + 1).is_some_and(|i| i.number().is_some());
        let elsewhere = items.iter().enumerate().any(|(at, i)| {
            ELSEWHERE.iter().any(|c| {
                let bound = *c == "not" && matches!(relation(i), Some("at_most" | "at_least"))
                    || matches!(*c, "late" | "early") && relation(i).is_some();
                i.class(c) && !(*c == "all" && counted(at)) && !bound
            })
        });
        if elsewhere {
            return None;
        }
        let mut figures = Vec::new();
        for (at, item) in items.iter().enumerate() {
            match item {
                // "16 mm bars": what the goods are called.
                Item::Value(Token::Number(n))
                    if held(cited, Worth::Number(n, None)).is_empty() && is_called(cited, n) => {}
                // "The two allocations": as many as are cited.
                Item::Value(Token::Number(n))
                    if held(cited, Worth::Number(n, None)).is_empty() && counts(cited, n) => {}
                Item::Value(Token::Number(n)) => {
                    let unit = items.get(at + 1).and_then(|i| VOCABULARY.unit(i.text()));
                    figures.push((at, Worth::Number(n, unit.filter(|_| !n.rupees))));
                }
                Item::Value(Token::Date(d)) => figures.push((at, Worth::Day(*d))),
                Item::Value(Token::Id(_) | Token::Part(_)) => {}
                Item::Value(_) => return None,
                _ => {}
            }
        }
        if figures.is_empty() || figures.len() > FIGURES_MAX {
            return None;
        }
        let words = folded_words(claim).iter().map(|w| stem(w)).collect();
        Some(Self {
            cited,
            index,
            items,
            claim,
            figures,
            words,
        })
    }

    /// The ways to take each figure as a cited value that fits the words beside it.
    pub(super) fn choices(&self) -> Vec<Vec<Figure<'c>>> {
        let mut out: Vec<Vec<Figure<'c>>> = vec![Vec::new()];
        for (n, (at, worth)) in self.figures.iter().enumerate() {
            let mut fields: Vec<(Option<usize>, bool)> = held(self.cited, *worth)
                .into_iter()
                .filter_map(|f| Some((Some(f), self.fits(n, self.cited.get(f)?)?)))
                .collect();
            if fields.is_empty() {
                fields.push((None, false));
            }
            fields.truncate(3);
            out = out
                .iter()
                .flat_map(|so_far| {
                    fields.iter().map(move |(field, silent)| {
                        let mut next = so_far.clone();
                        next.push(Figure {
                            at: *at,
                            field: *field,
                            silent: *silent,
                            worth: *worth,
                        });
                        next
                    })
                })
                .collect();
            out.truncate(24);
        }
        out
    }

    /// Where the words beside a figure begin and end that are of it alone.
    pub(super) fn window(&self, n: usize) -> (usize, usize) {
        let at = self.figures.get(n).map_or(0, |f| f.0);
        let before = n
            .checked_sub(1)
            .and_then(|b| self.figures.get(b))
            .map_or(0, |f| f.0 + 1);
        let behind = self.figures.get(n + 1).map_or(self.items.len(), |f| f.0);
        let parts = |i: usize| self.parts(i);
        let from = (before..at).rev().find(|i| parts(*i)).map(|i| i + 1);
        let to = (at + 1..behind).find(|i| parts(*i));
        // Words between two figures that nothing parts may be of either.
        let shared_before = n > 0 && from.is_none();
        let shared_behind = n + 1 < self.figures.len() && to.is_none();
        (
            if shared_before {
                at
            } else {
                from.unwrap_or(before)
            },
            if shared_behind {
                at + 1
            } else {
                to.unwrap_or(behind)
            },
        )
    }

    /// Whether an item ends what is said of a figure.
    fn parts(&self, at: usize) -> bool {
        self.items.get(at).is_some_and(|i| {
            matches!(i, Item::Mark(',' | ';' | '(' | ')' | '—' | '–' | ':' | '='))
                || relation(i).is_some()
                || i.class("sum")
                || AGAINST.contains(&i.text())
                || says(i, &ADDS)
                || says(i, &TAKES)
                || says(i, &GIVES)
                || i.text() == "by"
        })
    }

    /// Whether the words beside a figure may be said of a value, and the numbers there are of its record; where no word is
    /// said of it, `Some(true)`.
    fn fits(&self, n: usize, field: &Field<'a>) -> Option<bool> {
        let (at, worth) = *self.figures.get(n)?;
        if field.docs().contains("doc.calculation") && field.value.is_string() {
            return Some(true);
        }
        if !is_written_so(worth, field) {
            return None;
        }
        let (from, to) = self.window(n);
        let reckoned = self.index.kinds(field.doc).contains("doc.calculation");
        let ours = |items: &[Item]| {
            items.iter().filter_map(Mention::of).all(|m| {
                reckoned || self.index.picks_out(&m, field, self.claim) || self.is_party(&m)
            })
        };
        // With the words that it may share with the figure before it, or behind it.
        let before = n
            .checked_sub(1)
            .and_then(|b| self.figures.get(b))
            .map_or(from, |f| f.0 + 1);
        let behind = self.figures.get(n + 1).map_or(to, |f| f.0);
        let windows = [
            (from, to),
            (if from == at { before } else { from }, to),
            (from, if to == at + 1 { behind } else { to }),
        ];
        let own = self.items.get(from..to).unwrap_or_default();
        // "Gross 11,590 kg" of the tare: what is called so stands beside it.
        let called = |f: &Field<'a>| names(own, f);
        let another = !called(field)
            && self.index.leaves(field.doc).iter().any(|other| {
                other.chain.len() == field.chain.len()
                    && other.path != field.path
                    && called(other)
                    && read::json_number(other.value).is_some()
                    && read::json_date(field.value).is_none()
            });
        if !ours(own)
            || another
            || !is_priced_so(
                self.items.get(at + 1..behind).unwrap_or_default(),
                worth,
                field,
            )
        {
            return None;
        }
        let windows_fit = |windows: &[(usize, usize)]| {
            windows.iter().any(|(from, to)| {
                let beside = self.items.get(*from..*to).unwrap_or_default();
                let mut asked = self.asked(beside, worth);
                asked.words.extend(field.unknown.iter().map(|u| stem(u)));
                ours(beside) && fits(&asked, field) != Fit::No
            })
        };
        let borne = windows.into_iter().any(|(from, to)| {
            let beside = self.items.get(from..to).unwrap_or_default();
            let asked = self.asked(beside, worth);
            let days = !asked.days
                || field.classes().contains(&Class::Days)
                || name_parts(field.leaf()).iter().any(|p| p == "days");
            ours(beside) && days && (names(beside, field) || fits(&asked, field) != Fit::No)
        });
        if borne {
            return Some(false);
        }
        // A member may be told by less than its whole name, "the limit" of `sanctioned_limit`, where the figures bear it out.
        let known = windows_fit(&windows);
        if known {
            return Some(true);
        }
        // What says nothing of what a value is does not speak against it.
        (!is_specific(&tags_of(own)) && of(&tags_of(own), "kind").is_empty()).then_some(true)
    }

    /// Somebody whose name stands by itself in the record, beside what is told of a paper of his.
    fn is_party(&self, mention: &Mention) -> bool {
        matches!(mention, Mention::Name(_))
            && self.cited.iter().any(|f| mention.is(f.value, self.claim))
    }

    fn asked(&self, beside: &'c [Item], worth: Worth<'c>) -> Asked<'c> {
        let mut tags = tags_of(beside);
        // What is said of the whole sentence is no event of each figure.
        tags.retain(|t| !matches!(*t, "kind.number"));
        let number = match worth {
            Worth::Number(n, unit) => {
                if unit.is_some() {
                    tags.insert("kind.quantity");
                }
                Some(n)
            }
            Worth::Day(_) => None,
        };
        let days = number.is_some_and(|n| !n.rupees && !n.percent)
            && beside
                .iter()
                .any(|i| matches!(i.text(), "days" | "day" | "days of" | "days'"));
        Asked {
            docs: of(&tags, "doc"),
            roles: of(&tags, "role"),
            clause: tags_of(self.items),
            words: self.words.clone(),
            run: read::identifier(self.claim),
            number,
            line: true,
            days,
            tags,
        }
    }
}

/// Whether a number stands in what the goods of a cited record are called.
fn is_called(cited: &[Field<'_>], number: &Number) -> bool {
    cited
        .iter()
        .filter(|f| is_descriptive(f.leaf()))
        .filter_map(|f| f.value.as_str())
        .any(|text| !number.rupees && !number.percent && folded_words(text).contains(&number.raw))
}

/// Whether a number is that of the elements of a list that are cited.
fn counts(cited: &[Field<'_>], number: &Number) -> bool {
    let mut lists: std::collections::BTreeMap<(usize, String, &str), usize> =
        std::collections::BTreeMap::new();
    for field in cited.iter().filter(|f| f.element().is_some()) {
        let list = field
            .path
            .iter()
            .take_while(|s| !s.bytes().all(|b| b.is_ascii_digit()));
        let key = (
            field.doc,
            list.cloned().collect::<Vec<_>>().join("/"),
            field.leaf(),
        );
        *lists.entry(key).or_default() += 1;
    }
    let plain = !number.rupees && !number.percent && number.scale == 0;
    plain
        && lists
            .values()
            .any(|n| *n > 1 && Decimal::from(*n) == number.value)
}

/// Whether a price is told of the unit that it is of: "₹104.50 per kg", "₹31,000 a tonne".
fn is_priced_so(behind: &[Item], worth: Worth<'_>, field: &Field<'_>) -> bool {
    let Worth::Number(number, _) = worth else {
        return true;
    };
    let words: Vec<String> = behind
        .iter()
        .take(3)
        .flat_map(|i| folded_words(i.text()))
        .collect();
    let told = match &words[..] {
        [per, unit, ..] if number.rupees && matches!(per.as_str(), "per" | "a" | "an") => {
            VOCABULARY.unit(unit)
        }
        _ => None,
    };
    told.is_none_or(|unit| {
        unit_of(field) == Some(unit) || unit == "piece" && unit_of(field).is_none()
    })
}

/// Whether a figure is written as what a value is: in rupees, in a unit that it has, or by itself.
fn is_written_so(worth: Worth<'_>, field: &Field<'_>) -> bool {
    let named = |wanted: &[&str]| {
        name_parts(field.leaf())
            .iter()
            .any(|p| wanted.contains(&p.as_str()))
    };
    let is = |class| field.classes().contains(&class);
    match worth {
        Worth::Number(number, _) if number.percent => {
            is(Class::Rate) || named(&["pct", "percent", "percentage", "pa"])
        }
        Worth::Number(number, _) if number.rupees => {
            !named(&["pct", "percent", "percentage", "days", "qty", "quantity"]) && !is(Class::Days)
        }
        Worth::Number(_, Some(_)) => {
            unit_of(field).is_some() || is(Class::Quantity) || is(Class::Plain)
        }
        _ => true,
    }
}

/// Whether the words beside a figure are those by which a member is called.
fn names(beside: &[Item], field: &Field<'_>) -> bool {
    let words: Vec<String> = beside
        .iter()
        .flat_map(|i| folded_words(i.text()))
        .map(|w| stem(&w))
        .collect();
    let own = field.called();
    // "The advance" is `advance_adjusted`.
    let done = |p: &String| own.len() > 1 && own.last() == Some(p) && p.ends_with("ed");
    let adjusted = |p: &String| {
        done(p)
            || own.len() > 1
                && matches!(
                    p.as_str(),
                    "adjust" | "deduct" | "charg" | "paid" | "bill" | "withheld"
                )
    };
    own.iter().any(|p| words.contains(p)) && own.iter().all(|p| words.contains(p) || adjusted(p))
}
