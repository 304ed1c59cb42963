//! Which label a claim gets that is not borne as it stands: what is left over of it and of what it cites says which.
//!
//! A statement about another record, or by a value of another name, is unsupported. One of which the record holds the rest
//! and it is not cited is partial. One whose own cited field says something else, or whose reckoning does not come out, is
//! contradicted.

mod records;
mod values;

use crate::{
    Judgement, Label,
    clause::{Item, relation},
    field::Field,
    fit::is_identity,
    index::Index,
    lex::Token,
    mention::Mention,
    number::Number,
    proof::Residue,
    read,
    subject::same_shape,
    vocabulary::{VOCABULARY, folded_words, name_parts, of, stem},
};

/// A claim that is not borne as it stands, with what is left over of it and of what it cites.
pub(crate) struct Rest<'a, 'c> {
    pub(crate) cited: &'c [Field<'a>],
    pub(crate) index: &'c Index<'a>,
    pub(crate) items: &'c [Item],
    pub(crate) claim: &'c str,
    pub(crate) residue: &'c Residue,
}

/// Whether a field says whose a record is, or only in what it is counted, and nothing of it.
fn is_key(field: &Field<'_>) -> bool {
    let named = field.value.is_string()
        && (field.leaf_is_party() || !of(&field.tags, "doc").is_empty())
        && read::json_date(field.value).is_none();
    let identity = field.tags.iter().any(|t| {
        is_identity(t)
            && !matches!(
                *t,
                "kind.place" | "kind.address" | "kind.section" | "kind.hsn"
            )
    });
    named
        || identity
        || field.has("kind.unit")
        || field.has("kind.currency")
        || field.has("kind.description")
        || crate::leftover::is_description(field.leaf())
}

/// Whether a field says what a search was for.
pub(crate) fn is_asked(field: &Field<'_>) -> bool {
    field.path.iter().any(|s| {
        matches!(
            s.to_lowercase().as_str(),
            "query" | "search" | "scope" | "params" | "criteria" | "request" | "filter" | "filters"
        )
    })
}

fn is_name(field: &Field<'_>) -> bool {
    field.has("kind.name") || field.has("kind.holder") || field.leaf_is_party()
}

impl<'a> Rest<'a, '_> {
    /// The label by what is left over, where a rule says so. `turned`: what is cited is known to say something else.
    pub(crate) fn judgement(&self, turned: bool) -> Option<Judgement> {
        self.another_record()
            .or_else(|| self.stated_uncited())
            .or_else(|| self.not_all_cited())
            .or_else(|| self.wrong_field().filter(|_| !turned))
            .or_else(|| self.another_value())
            .or_else(|| self.another_state())
            .or_else(|| self.not_the_same())
            .or_else(|| self.state_left())
            .or_else(|| self.comes_to_something_else())
            .or_else(|| self.one_side_only())
            .or_else(|| self.done_by_somebody())
            .map(|(label, why)| Judgement { label, why })
    }

    /// Whether the rest of a claim says that what is cited comes to something that it does not come to.
    pub(crate) fn reckons_otherwise(&self, rest: &str) -> bool {
        const SAYS: [&str; 16] = [
            "short", "excess", "leav", "remain", "balance", "deduct", "differ", "total", "sum",
            "due", "average", "net", "less", "more", "payable", "left",
        ];
        let words = folded_words(rest);
        let says = words.iter().any(|w| SAYS.iter().any(|s| w.starts_with(s)));
        let figure = words
            .iter()
            .any(|w| w.starts_with(|c: char| c.is_ascii_digit()));
        let operands = self
            .told()
            .filter(|f| !is_key(f) && read::json_number(f.value).is_some())
            .count();
        says && figure && operands > 1 && self.comes_to_something_else().is_some()
    }

    fn open(&self) -> impl Iterator<Item = (usize, &Item)> {
        self.residue
            .open
            .iter()
            .filter_map(|at| Some((*at, self.items.get(*at)?)))
    }

    fn untold(&self) -> impl Iterator<Item = &Field<'a>> {
        self.residue
            .untold
            .iter()
            .filter_map(|n| self.cited.get(*n))
    }

    fn told(&self) -> impl Iterator<Item = &Field<'a>> {
        self.cited
            .iter()
            .enumerate()
            .filter(|(n, _)| !self.residue.untold.contains(n))
            .map(|(_, f)| f)
    }

    fn leaves(&self) -> impl Iterator<Item = &Field<'a>> {
        self.index.leaves_of(self.cited)
    }

    fn is_cited(&self, field: &Field<'_>) -> bool {
        self.cited.iter().any(|c| c.is_at(field))
    }

    fn open_numbers(&self) -> impl Iterator<Item = (usize, &Number)> {
        self.open().filter_map(|(at, i)| Some((at, i.number()?)))
    }

    /// Whether a value is what an item states.
    fn is_said(&self, item: &Item, field: &Field<'_>) -> bool {
        match item {
            Item::Value(Token::Number(n)) => {
                let tail = read::json_text(field.value).is_some_and(|t| {
                    !n.rupees && n.raw.len() > 3 && t.len() > n.raw.len() && t.ends_with(&n.raw)
                });
                tail || read::json_number(field.value).is_some_and(|v| n.is(v, false))
            }
            Item::Value(Token::Date(d)) => read::json_date(field.value) == Some(*d),
            _ => Mention::of(item)
                .is_some_and(|m| m.is(field.value, self.claim) || m.tells(field.value)),
        }
    }

    /// What is left of the claim stands in the record and is not cited, beside what is cited and told.
    fn stated_uncited(&self) -> Option<(Label, String)> {
        let compared = self
            .open()
            .any(|(_, i)| relation(i).is_some_and(|r| r != "equal") && !i.class("neutral"));
        if compared || self.untold().any(|f| !is_key(f)) {
            return None;
        }
        // What a record is known by is borne by the record.
        let knows = |f: &Field<'a>| {
            is_key(f)
                && ![
                    "kind.section",
                    "kind.utr",
                    "kind.account",
                    "kind.ifsc",
                    "kind.udyam",
                ]
                .iter()
                .any(|t| f.has(t))
        };
        let found = self.open().find_map(|(_, item)| {
            if Mention::of(item).is_some_and(|m| {
                matches!(m, Mention::Id(_))
                    && self
                        .untold()
                        .any(|f| f.value.as_str().is_some_and(|v| same_shape(item.text(), v)))
            }) {
                return None;
            }
            let whole = matches!(item, Item::Value(Token::Number(n)) if n.rupees || n.raw.len() > 1)
                || matches!(
                    item,
                    Item::Value(Token::Date(_) | Token::Id(_)) | Item::Name(_)
                );
            let field = self
                .leaves()
                .find(|f| whole && !self.is_cited(f) && self.is_said(item, f) && !knows(f))?;
            Some((item, field))
        });
        let (item, field) = found?;
        let label = if self
            .told()
            .any(|f| !is_key(f) || f.has("kind.ifsc") || f.has("kind.udyam") || f.has("kind.utr"))
        {
            Label::Partial
        } else {
            Label::Unsupported
        };
        Some((
            label,
            format!(
                "\"{}\" stands in {}, which is not cited",
                item.shown(),
                field.pointer()
            ),
        ))
    }

    /// A cited state, flag or count that the claim asks for says otherwise.
    fn another_state(&self) -> Option<(Label, String)> {
        let denies = self.items.iter().any(|i| i.class("not"))
            || self
                .items
                .iter()
                .any(|i| matches!(i.text(), "empty" | "clean"));
        let states: Vec<&'static str> = self.items.iter().filter_map(Item::state).collect();
        let words: Vec<String> = folded_words(self.claim).iter().map(|w| stem(w)).collect();
        let named = |f: &Field<'a>| {
            name_parts(f.leaf()).iter().any(|p| {
                p.len() > 3
                    && !matches!(
                        p.as_str(),
                        "status" | "date" | "name" | "type" | "code" | "number" | "state"
                    )
                    && words.iter().any(|w| {
                        *w == stem(p) || (w.len() > 4 && p.len() > 4 && w.get(..5) == p.get(..5))
                    })
            })
        };
        self.untold().find_map(|f| {
            let other = match f.value {
                serde_json::Value::Bool(truth) => {
                    named(f)
                        || (!truth
                            && name_parts(f.leaf())
                                .iter()
                                .any(|p| matches!(p.as_str(), "complete" | "exhaustive"))
                            && states.contains(&"complete"))
                }
                serde_json::Value::String(text) => {
                    let held = VOCABULARY.state(text);
                    let unknown = held.is_none()
                        && !states.is_empty()
                        && (f.has("kind.status")
                            || name_parts(f.leaf())
                                .iter()
                                .any(|p| matches!(p.as_str(), "status" | "state")))
                        && !f.has("kind.place")
                        && text.len() < 24;
                    let turned = ["in", "un", "non", "dis"]
                        .iter()
                        .any(|p| words.contains(&stem(&format!("{p}{}", text.to_lowercase()))));
                    unknown
                        || turned
                        || held.is_some_and(|h| {
                            states.iter().any(|s| {
                                VOCABULARY.exclusive(s, h) || VOCABULARY.complementary(s, h)
                            }) || (states.iter().any(|s| VOCABULARY.alike(s, h)) && denies)
                        })
                        || (named(f)
                            && read::json_date(f.value).is_none()
                            && !is_key(f)
                            && text.len() < 24)
                }
                serde_json::Value::Number(_) => {
                    crate::nil::is_brought_up(f)
                        && denies
                        && read::json_number(f.value).is_some_and(|v| !v.is_zero())
                }
                serde_json::Value::Array(list) => {
                    crate::nil::is_brought_up(f) && denies && !list.is_empty()
                }
                _ => false,
            };
            other.then(|| {
                (
                    Label::Contradicted,
                    format!(
                        "{} holds {}, and the claim says otherwise",
                        f.pointer(),
                        f.value
                    ),
                )
            })
        })
    }

    /// "Classify the motor under the same code" of two codes.
    fn not_the_same(&self) -> Option<(Label, String)> {
        let says = |class: &str| self.items.iter().any(|i| relation(i) == Some(class));
        let alike = says("equal")
            || self
                .items
                .iter()
                .any(|i| matches!(i.text(), "both" | "all" | "all three" | "same" | "very one"));
        let denies = self.items.iter().any(|i| i.class("not")) || says("differ");
        if !alike || denies || says("above") || says("below") {
            return None;
        }
        self.untold().find_map(|f| {
            let other = self.cited.iter().find(|g| {
                g.doc != f.doc
                    && (g.leaf() == f.leaf() || crate::pairing::alike(f, g))
                    && !read::same(g.value, f.value)
                    && g.value.is_number() == f.value.is_number()
                    && !is_name(g)
                    && !is_name(f)
                    && f.classes() == g.classes()
            })?;
            Some((
                Label::Contradicted,
                format!("{} and {} are not the same", f.pointer(), other.pointer()),
            ))
        })
    }

    /// "Is still awaiting release" of an order that is cited as released.
    fn state_left(&self) -> Option<(Label, String)> {
        if self.untold().any(|f| !is_key(f)) {
            return None;
        }
        let (_, item) = self.open().find(|(_, i)| i.state().is_some())?;
        let field = self.told().find(|f| f.value.is_boolean())?;
        let strange = self
            .open()
            .any(|(_, i)| matches!(i, Item::Name(_) | Item::Value(_)));
        (!strange).then(|| {
            (
                Label::Contradicted,
                format!(
                    "{} holds {}, and not \"{}\"",
                    field.pointer(),
                    field.value,
                    item.text()
                ),
            )
        })
    }
}
