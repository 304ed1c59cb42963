//! Whether a claim says something else of what it cites.

use super::{Proof, answers, same_root, says_something};
use crate::{
    clause::{Item, relation, tags_of},
    field::Field,
    fit::{is_identity, widened},
    lex::Token,
    mention::Mention,
    read,
    vocabulary::{Tag, Tags, VOCABULARY, group, name_parts},
    weigh::Weigher,
};

/// Whether a field holds what somebody wrote beside the values.
fn is_remark(field: &Field<'_>) -> bool {
    let written = name_parts(field.leaf()).iter().any(|p| {
        matches!(
            p.as_str(),
            "footer" | "terms" | "remark" | "remarks" | "note" | "notes" | "narration" | "comment"
        )
    });
    written && field.value.as_str().is_some_and(|s| s.contains(' '))
}

impl<'a> Proof<'a, '_> {
    /// Whether the claim says something else of one of the cited values that it does not tell.
    pub(super) fn says_otherwise(&self, untold: &[usize]) -> bool {
        let fields = || untold.iter().filter_map(|n| self.field(*n));
        // Of somebody else, or by a search that was cut off, nothing is said at all.
        let strange = (0..self.w.items.len()).any(|at| {
            !self.is_done(at)
                && match self.item(at) {
                    Some(Item::Name(_)) => true,
                    Some(Item::Value(Token::Id(id))) => !fields().any(|f| {
                        f.value
                            .as_str()
                            .is_some_and(|v| crate::subject::same_shape(id, v))
                    }),
                    _ => false,
                }
        });
        let denies = self.w.items.iter().any(|i| i.class("not"));
        let cut_off = fields().any(|f| !Weigher::is_complete(f)) && denies;
        if strange || cut_off {
            return false;
        }
        let turned = (0..self.w.items.len()).any(|at| {
            !self.is_done(at)
                && self.item(at).is_some_and(|i| {
                    i.state().is_some()
                        || i.class("not")
                        || matches!(i, Item::Value(Token::Number(_) | Token::Date(_)))
                })
        });
        fields().any(|f| {
            says_something(f)
                && !self.holds_what_is_stated(f)
                && (self.says_another(f)
                    || (!f.leaf_is_party()
                        && !f.has("kind.name")
                        && !crate::decide::is_asked(f)
                        && !is_remark(f)
                        && (self.asks_of(f) || answers(f, turned) && turned)
                        && self.may_be_denied(f, turned)))
        }) || self.compares_in_vain()
    }

    /// A part of the claim is told, and a value that is passed over says nothing against the rest, where nothing of it is a
    /// figure, a state or a denial.
    pub(super) fn may_be_denied(&self, field: &Field<'a>, turned: bool) -> bool {
        turned || !self.told.iter().any(|t| *t) || field.value.is_boolean()
    }

    /// Whether a field holds a value that the claim states of something else.
    pub(super) fn holds_what_is_stated(&self, field: &Field<'a>) -> bool {
        self.w.items.iter().any(|i| match i {
            Item::Value(Token::Number(n)) => {
                read::json_number(field.value).is_some_and(|v| n.is(v, false))
            }
            Item::Value(Token::Date(d)) => read::json_date(field.value) == Some(*d),
            _ => Mention::of(i).is_some_and(|m| m.is(field.value, self.w.claim)),
        })
    }

    /// An identifier of the claim that is of the sort that a cited record is known by, and is not that record's.
    pub(super) fn other_record(&self) -> Option<String> {
        let heads: Vec<&str> = self
            .w
            .cited
            .iter()
            .filter_map(|f| {
                let (key, value) = f.chain.first()?.as_object()?.iter().next()?;
                let (tags, _) = VOCABULARY.member(key);
                tags.iter()
                    .any(|t| group(t) == "doc" || *t == "kind.number")
                    .then(|| value.as_str())
                    .flatten()
            })
            .collect();
        self.w.items.iter().find_map(|i| match i {
            Item::Value(Token::Id(id)) => {
                let own = read::identifier(id);
                let other = heads
                    .iter()
                    .any(|h| crate::subject::same_shape(id, h) && read::identifier(h) != own);
                let same = heads.iter().any(|h| read::identifier(h) == own)
                    || self
                        .w
                        .cited
                        .iter()
                        .any(|f| f.value.as_str().is_some_and(|v| read::identifier(v) == own));
                (other && !same).then(|| id.clone())
            }
            _ => None,
        })
    }

    /// Whether a value of the claim that nothing accounts for is of the sort that a field holds.
    pub(super) fn says_another(&self, field: &Field<'a>) -> bool {
        (0..self.w.items.len())
            .filter(|at| !self.is_done(*at))
            .any(|at| match self.item(at) {
                Some(Item::Value(Token::Number(n))) => {
                    let held = read::json_number(field.value);
                    held.is_some()
                        && !field.tags.iter().any(|t| is_identity(t))
                        && !self.clashes(at, n, field)
                }
                Some(Item::Value(Token::Date(_))) => {
                    read::json_date(field.value).is_some() && self.is_own_date(field)
                }
                Some(Item::Value(Token::Id(id))) => field
                    .value
                    .as_str()
                    .is_some_and(|v| crate::subject::same_shape(id, v)),
                _ => false,
            })
    }

    /// Whether a relation of the claim is left over between two cited values that could stand in it.
    pub(super) fn compares_in_vain(&self) -> bool {
        let related = (0..self.w.items.len()).any(|at| {
            !self.is_done(at)
                && self
                    .item(at)
                    .filter(|i| !i.class("neutral"))
                    .and_then(relation)
                    .is_some()
        });
        related
            && self.w.cited.iter().enumerate().any(|(n, a)| {
                self.w
                    .cited
                    .iter()
                    .skip(n + 1)
                    .any(|b| crate::pairing::alike(a, b))
            })
    }

    /// Whether the claim speaks of what a field is called.
    pub(super) fn asks_of(&self, field: &Field<'a>) -> bool {
        let said = tags_of(self.w.items);
        let narrow = |t: &Tag| {
            matches!(group(t), "head" | "stage" | "event" | "variant")
                || (group(t) == "kind"
                    && !matches!(
                        *t,
                        "kind.amount"
                            | "kind.number"
                            | "kind.date"
                            | "kind.status"
                            | "kind.name"
                            | "kind.count"
                    ))
        };
        let own: Tags = Self::spoken_as(field).into_iter().filter(narrow).collect();
        let wide = widened(&said);
        !own.is_disjoint(&wide)
            || name_parts(field.leaf())
                .iter()
                .filter(|p| {
                    p.len() > 3
                        && !matches!(p.as_str(), "date" | "name" | "code" | "number" | "value")
                })
                .any(|p| self.w.words.iter().any(|w| same_root(w, p)))
    }
}
