//! An account of a whole claim: every value and every turning word of it against every value that is cited.
//!
//! A claim is proved where nothing is left over on either side: each number, date, identifier and name that it states is
//! one that is cited, or one that cited values come to; each relation, denial, state and sum holds; and each cited value
//! is told, compared or reckoned with. What is not understood is left over, and proves nothing.

mod compare;
mod compute;
mod dates;
mod denials;
mod equation;
mod known_by;
mod licence;
mod measure_up;
mod names;
mod otherwise;
mod places;
mod reckon;
mod refute;
mod state;
mod tell;
mod titles;
mod words;

use std::collections::BTreeSet;

use domain::Decimal;

use crate::{
    Label,
    clause::{Item, relation},
    field::Field,
    fit::is_identity,
    guard,
    index::Index,
    lex::Token,
    mention::is_line_number,
    number::Number,
    parties, read, scope,
    vocabulary::{VOCABULARY, name_parts, of, stem},
    weigh::Weigher,
};

/// What keeps a claim from being proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Gap {
    /// It goes further than what is cited, or turns it.
    Turned(String),
    /// A cited value that the claim does not speak of.
    Untold {
        what: String,
        untold: Vec<usize>,
        /// The claim speaks of what one of them is called, and so says something else of it.
        asked: bool,
    },
    /// A number or a date that nothing cited comes to.
    Value(String),
    /// A word that nothing accounts for.
    Word(String),
    /// A denial of what is no state.
    Denial(String),
    /// What cited values say is something else.
    Refuted(String),
    /// A sum is called what no record has.
    Unborne(String, Label),
}

impl Gap {
    /// Whether a cited value that says something of its own is passed over, and is not among those that bear the claim by
    /// another account.
    pub(crate) fn is_grave(&self, cited: &[Field<'_>], bearing: &BTreeSet<usize>) -> bool {
        match self {
            Self::Turned(_) | Self::Word(_) | Self::Value(_) => false,
            Self::Denial(_) | Self::Refuted(_) | Self::Unborne(..) => true,
            Self::Untold { untold, .. } => untold
                .iter()
                .filter(|n| !bearing.contains(n))
                .filter_map(|n| cited.get(*n))
                .any(says_something),
        }
    }
}

/// Whether a cited value says something by itself, and not only whose it is or what it is measured in.
fn says_something(field: &Field<'_>) -> bool {
    let numbered = field
        .value
        .as_str()
        .is_none_or(|s| s.len() < 40 && s.bytes().any(|b| b.is_ascii_digit()))
        && read::json_date(field.value).is_none()
        && !of(&field.tags, "doc").is_empty();
    let silent = crate::text::is_prose(field)
        || (numbered && !field.value.is_boolean())
        || field.tags.iter().any(|t| {
            (is_identity(t)
                && !matches!(
                    *t,
                    "kind.place" | "kind.name" | "kind.holder" | "kind.period"
                ))
                || matches!(
                    *t,
                    "kind.doctype" | "kind.currency" | "kind.description" | "kind.form"
                )
        })
        || crate::leftover::is_description(field.leaf());
    !silent && !field.value.is_array()
}

impl std::fmt::Display for Gap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Turned(why) | Self::Refuted(why) => f.write_str(why),
            Self::Unborne(what, _) => write!(f, "nothing that is cited bears \"{what}\""),
            Self::Untold { what, .. } => write!(f, "{what} is not told"),
            Self::Value(what) => write!(f, "{what} is nothing that the cited values come to"),
            Self::Denial(what) | Self::Word(what) => write!(f, "\"{what}\" is not accounted for"),
        }
    }
}

/// What has been accounted for of a claim and of what it cites.
pub(crate) struct Proof<'a, 'c> {
    w: Weigher<'a, 'c>,
    /// Cited values that are told, compared or reckoned with.
    told: Vec<bool>,
    /// Items that are accounted for.
    done: Vec<bool>,
    /// The cited value that an item states.
    states: Vec<Option<usize>>,
    /// Something was added up, or taken from another.
    added: bool,
    taken: bool,
    /// What cited values say against the claim.
    against: Option<String>,
}

/// Whether a claim and what it cites account for each other.
pub(crate) fn proves<'a>(
    cited: &[Field<'a>],
    index: &Index<'a>,
    items: &[Item],
    claim: &str,
) -> Result<(), Gap> {
    if let Some(why) = scope::wider(items, cited)
        .or_else(|| guard::turned(items, cited))
        .or_else(|| parties::turned(items, cited))
        .or_else(|| guard::signs(claim, cited))
    {
        return Err(Gap::Turned(why));
    }
    accounted(cited, index, items, claim).settle()
}

/// What is left over of a claim and of what it cites, after all that can be has been accounted for.
pub(crate) struct Residue {
    /// Cited values that the claim does not tell.
    pub(crate) untold: Vec<usize>,
    /// Items that nothing accounts for.
    pub(crate) open: Vec<usize>,
}

/// What is left over of a claim.
pub(crate) fn residue<'a>(
    cited: &[Field<'a>],
    index: &Index<'a>,
    items: &[Item],
    claim: &str,
) -> Residue {
    let proof = accounted(cited, index, items, claim);
    Residue {
        untold: (0..cited.len()).filter(|n| !proof.is_told(*n)).collect(),
        open: (0..items.len()).filter(|at| !proof.is_done(*at)).collect(),
    }
}

fn accounted<'a, 'c>(
    cited: &'c [Field<'a>],
    index: &'c Index<'a>,
    items: &'c [Item],
    claim: &'c str,
) -> Proof<'a, 'c> {
    let mut proof = Proof::new(cited, index, items, claim);
    proof.tell_titles();
    proof.state_values();
    proof.tell_texts();
    proof.tell_flags();
    proof.tell_nothings();
    proof.tell_links();
    proof.compare_equals();
    proof.compute_values();
    proof.compare_validity();
    proof.compare_extremes();
    proof.compare_order();
    proof.compute_values();
    proof.tell_operands();
    proof.compare_results();
    proof.tell_nothings();
    proof.finish_terms();
    proof.finish_reached_bounds();
    proof.tell_bases();
    proof.tell_charged();
    proof.finish_equations();
    proof.finish_told_terms();
    proof.tell_own_days();
    proof.tell_crossing();
    proof.finish_alls();
    proof
}

impl<'a, 'c> Proof<'a, 'c> {
    fn new(
        cited: &'c [Field<'a>],
        index: &'c Index<'a>,
        items: &'c [Item],
        claim: &'c str,
    ) -> Self {
        let mut w = Weigher::new(cited, index, items, &[], items, claim);
        w.line = true;
        Self {
            told: vec![false; cited.len()],
            done: vec![false; items.len()],
            states: vec![None; items.len()],
            added: false,
            taken: false,
            against: None,
            w,
        }
    }

    fn item(&self, at: usize) -> Option<&'c Item> {
        self.w.items.get(at)
    }

    fn field(&self, n: usize) -> Option<&'c Field<'a>> {
        self.w.cited.get(n)
    }

    /// The cited values of a record's lists that have the name of one of them.
    fn in_list_with(&self, field: &Field<'_>) -> Vec<usize> {
        (0..self.w.cited.len())
            .filter(|n| {
                self.field(*n).is_some_and(|f| {
                    f.doc == field.doc && f.leaf() == field.leaf() && f.element().is_some()
                })
            })
            .collect()
    }

    fn is_told(&self, n: usize) -> bool {
        self.told.get(n).copied().unwrap_or(true)
    }

    fn is_done(&self, at: usize) -> bool {
        self.done.get(at).copied().unwrap_or(true)
    }

    fn finish(&mut self, at: usize) {
        if let Some(slot) = self.done.get_mut(at) {
            *slot = true;
        }
    }

    fn tell(&mut self, n: usize) {
        if let Some(slot) = self.told.get_mut(n) {
            *slot = true;
        }
        self.w.bearing.insert(n);
    }

    fn state(&mut self, at: usize, n: usize) {
        self.finish(at);
        self.tell(n);
        if let Some(slot) = self.states.get_mut(at) {
            *slot = Some(n);
        }
    }

    fn class_at(&self, at: Option<usize>, class: &str) -> bool {
        at.and_then(|n| self.item(n))
            .is_some_and(|i| i.class(class))
    }

    /// The part of the sentence around an item: from one comma or joining word to the next.
    fn scope_of(&self, at: usize) -> std::ops::Range<usize> {
        let bounds = |n: &usize| {
            self.item(*n).is_some_and(|i| {
                matches!(i, Item::Mark(',' | '.' | ';' | ':' | '—' | '–')) || i.class("split")
            })
        };
        let from = (0..at).rev().find(bounds).map_or(0, |n| n + 1);
        let to = (at..self.w.items.len())
            .find(bounds)
            .unwrap_or(self.w.items.len());
        from..to.max(from)
    }

    /// Whether "about" or the like stands right before a number.
    fn is_about(&self, at: usize) -> bool {
        (1..=2).any(|back| self.class_at(at.checked_sub(back), "about"))
    }

    fn side_number(&self, n: usize) -> Option<Decimal> {
        let field = self.field(n)?;
        let identity = field.tags.iter().any(|t| is_identity(t)) || is_line_number(field.leaf());
        read::json_number(field.value).filter(|_| !identity)
    }

    /// Whether all is accounted for, or what is not.
    fn settle(mut self) -> Result<(), Gap> {
        if let Some(why) = self.refuted() {
            return Err(Gap::Refuted(why));
        }
        if let Some(id) = self.other_record() {
            return Err(Gap::Unborne(id, Label::Unsupported));
        }
        if let Some((why, label)) = self.unborne() {
            return Err(Gap::Unborne(why, label));
        }
        let untold: Vec<usize> = (0..self.told.len()).filter(|n| !self.is_told(*n)).collect();
        let asked = self.says_otherwise(&untold);
        if let Some(field) = untold.first().and_then(|n| self.field(*n)) {
            return Err(Gap::Untold {
                what: field.pointer(),
                untold,
                asked,
            });
        }
        for at in 0..self.w.items.len() {
            if self.is_done(at) {
                continue;
            }
            let Some(item) = self.item(at) else { continue };
            let loud = relation(item).filter(|_| !item.class("neutral"));
            if matches!(item, Item::Value(_) | Item::Name(_) | Item::Ordinal(_))
                || loud.is_some()
                || item.class("not")
            {
                let stateless = !self.scope_of(at).any(|n| {
                    self.item(n)
                        .is_some_and(|i| i.state().is_some() || i.class("predicate"))
                });
                let told = self.scope_of(at).any(|n| {
                    n > at
                        && self.item(n).is_some_and(|i| {
                            matches!(i, Item::Name(_) | Item::Value(_) | Item::Ordinal(_))
                        })
                });
                if item.class("not") && stateless && told {
                    return Err(Gap::Denial(item.shown()));
                }
                return Err(
                    if matches!(item, Item::Value(Token::Number(_) | Token::Date(_))) {
                        Gap::Value(item.shown())
                    } else {
                        Gap::Word(item.shown())
                    },
                );
            }
        }
        self.settle_words()
    }
}

/// Whether a number has so many digits that no other field holds it by chance.
fn stands_out(number: &Number) -> bool {
    let digits = number.raw.replace('.', "");
    digits.trim_start_matches('0').trim_end_matches('0').len() > 2 || digits.len() > 4
}

/// Whether a field's name says that its value is another than the plain one: the opening balance, the planned hours.
fn is_qualified(field: &Field<'_>) -> bool {
    field.unknown.iter().any(|p| {
        matches!(
            p.as_str(),
            "original"
                | "amended"
                | "opening"
                | "closing"
                | "old"
                | "previous"
                | "prior"
                | "estimated"
                | "planned"
                | "proposed"
                | "revised"
                | "required"
                | "expected"
                | "notice"
                | "max"
                | "min"
                | "budget"
                | "budgeted"
                | "earlier"
                | "alternate"
                | "other"
                | "reversed"
        )
    })
}

/// Whether two words begin alike, as `verified` and `verification` do.
fn same_root(a: &str, b: &str) -> bool {
    let (a, b) = (stem(a), stem(b));
    a == b || (a.len() > 4 && b.len() > 4 && a.get(..5) == b.get(..5))
}

/// Whether a field is what a record says of itself in one word, so that a claim which does not tell it says another.
fn answers(field: &Field<'_>, turned: bool) -> bool {
    let state = field
        .value
        .as_str()
        .is_some_and(|s| VOCABULARY.state(s).is_some());
    let named = name_parts(field.leaf()).iter().any(|p| {
        matches!(
            p.as_str(),
            "type"
                | "category"
                | "class"
                | "mode"
                | "terms"
                | "condition"
                | "basis"
                | "typ"
                | "borne"
        )
    });
    (state && turned) || (named && field.value.is_string() && !state)
}
