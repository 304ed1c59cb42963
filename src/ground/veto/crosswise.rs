//! Two values told the other way round: "the buttons at 5% and the ribbon at 18%" where it is the ribbon that is at 5%.

use std::collections::BTreeSet;

use super::{Borne, Veto, belongs::singular};
use crate::{
    Label,
    clause::{Item, relation},
    field::Field,
    fit::is_identity,
    lex::Token,
    mention::Mention,
    read,
    vocabulary::{VOCABULARY, folded_words, stem},
};

impl<'a> Borne<'a, '_> {
    /// A part of the claim that tells one element's value of what another is called.
    pub(super) fn told_crosswise(&self) -> Option<Veto> {
        let groups = self.groups();
        let parts = self.items.split(|i| {
            matches!(i, Item::Mark(',' | ';'))
                || matches!(i.text(), "and" | "while" | "whereas" | "but" | "against")
        });
        parts
            .into_iter()
            .find_map(|part| groups.iter().find_map(|group| crossed(part, group)))
    }

    /// "Dated 10 March and acknowledged on 26 February" where it is the acknowledgement that is of March.
    pub(super) fn days_crosswise(&self) -> Option<Veto> {
        let of_ack = |f: &Field<'a>| {
            let mut parts = crate::vocabulary::name_parts(f.leaf()).into_iter();
            parts
                .next()
                .is_some_and(|p| p == "ack" || p.starts_with("acknowledg"))
        };
        let dated: Vec<&Field<'a>> = (self.cited.iter())
            .filter(|f| read::json_date(f.value).is_some())
            .collect();
        let ([ack], [other]) = (
            &dated.iter().filter(|f| of_ack(f)).collect::<Vec<_>>()[..],
            &dated.iter().filter(|f| !of_ack(f)).collect::<Vec<_>>()[..],
        ) else {
            return None;
        };
        let (acked, own) = (read::json_date(ack.value)?, read::json_date(other.value)?);
        let parts = self.items.split(|i| {
            matches!(i, Item::Mark(',' | ';')) || matches!(i.text(), "and" | "while" | "but")
        });
        let mut crossed = parts.filter_map(|part| {
            let mut days = part.iter().filter_map(|i| match i {
                Item::Value(Token::Date(day)) => Some(*day),
                _ => None,
            });
            let (day, None) = (days.next()?, days.next()) else {
                return None;
            };
            let spoken = (part.iter())
                .flat_map(|i| folded_words(i.text()))
                .any(|w| w.starts_with("ack"));
            Some(day == if spoken { own } else { acked })
        });
        let both = crossed.next() == Some(true) && crossed.next() == Some(true);
        (both && acked != own).then(|| {
            let why = format!("{} holds {}", ack.pointer(), ack.value);
            (Label::Contradicted, why)
        })
    }

    /// "Freight of ₹500 plus detention of ₹2,500" where it is the detention that is ₹500.
    pub(super) fn members_crosswise(&self) -> Option<Veto> {
        let told_by = |f: &'_ Field<'a>| -> BTreeSet<String> {
            let mut words: BTreeSet<String> = f.called().into_iter().collect();
            words.retain(|w| !matches!(w.as_str(), "total" | "charge" | "kg" | "mt"));
            words
        };
        let members: Vec<(&Field<'a>, BTreeSet<String>)> = (self.cited.iter())
            .filter(|f| read::json_number(f.value).is_some())
            .map(|f| (f, told_by(f)))
            .filter(|(_, words)| !words.is_empty())
            .collect();
        let parts = self.items.split(|i| {
            matches!(i, Item::Mark(',' | ';' | '+'))
                || i.class("sum")
                || relation(i).is_some()
                || matches!(
                    i.text(),
                    "and"
                        | "plus"
                        | "less"
                        | "minus"
                        | "while"
                        | "but"
                        | "gives"
                        | "makes"
                        | "leaves"
                )
        });
        parts.into_iter().find_map(|part| {
            let mut numbers = part.iter().filter_map(Item::number);
            let number = numbers.next().filter(|_| numbers.next().is_none())?;
            // What stands right beside the number.
            let at = part.iter().position(|i| i.number().is_some())?;
            let near = part.get(at.saturating_sub(3)..(at + 2).min(part.len()))?;
            let words: BTreeSet<String> = near
                .iter()
                .flat_map(|i| folded_words(i.text()))
                .map(|w| stem(&w))
                .collect();
            let told =
                |f: &Field<'a>| read::json_number(f.value).is_some_and(|v| number.is(v, false));
            let beside = |a: &Field<'a>, b: &Field<'a>| match (a.chain.last(), b.chain.last()) {
                (Some(a), Some(b)) => std::ptr::eq(*a, *b),
                _ => false,
            };
            let (named, _) = members
                .iter()
                .filter(|(f, _)| !crate::mention::is_line_number(f.leaf()))
                .find(|(_, own)| own.is_subset(&words))?;
            let other = members.iter().find(|(f, own)| {
                told(f)
                    && beside(f, named)
                    && !f.tags.iter().any(|t| is_identity(t))
                    && own.is_disjoint(&words)
            });
            (other.is_some()
                && !members
                    .iter()
                    .any(|(f, own)| told(f) && own.is_subset(&words)))
            .then(|| {
                (
                    Label::Contradicted,
                    format!("{} holds {}", named.pointer(), named.value),
                )
            })
        })
    }

    /// "T is the contractor and P the employer" of what the record has the other way round.
    pub(super) fn named_crosswise(&self) -> Option<Veto> {
        let parties: Vec<(&Field<'a>, String)> =
            self.cited
                .iter()
                .filter(|f| f.value.as_str().is_some_and(|t| t.contains(' ')))
                .filter_map(|f| {
                    // What the member is called by one word, or the object that it stands in: `employer`, `payer/name`.
                    let part = f.path.iter().rev().find(|s| {
                        !matches!(s.as_str(), "name" | "legal_name" | "lglnm" | "LglNm")
                    })?;
                    let mut parts = crate::vocabulary::name_parts(part)
                        .into_iter()
                        .filter(|p| p != "name");
                    let word = parts.next()?;
                    parts.next().is_none().then_some((f, word))
                })
                .collect();
        let parts = self.items.split(|i| {
            matches!(i, Item::Mark(',' | ';'))
                || matches!(i.text(), "and" | "while" | "whereas" | "but")
        });
        parts.into_iter().find_map(|part| {
            let names: Vec<Mention> = part
                .iter()
                .filter_map(Mention::of)
                .filter(|m| matches!(m, Mention::Name(_)))
                .collect();
            let [name] = &names[..] else { return None };
            let words: Vec<String> = part
                .iter()
                .filter(|i| !matches!(i, Item::Name(_)))
                .flat_map(|i| folded_words(i.text()))
                .collect();
            let called: Vec<&(&Field<'a>, String)> = parties
                .iter()
                .filter(|(_, word)| words.contains(word))
                .collect();
            let [(field, word)] = called[..] else {
                return None;
            };
            let other = parties
                .iter()
                .any(|(f, _)| f.path != field.path && name.is(f.value, self.claim));
            (other
                && !name.is(field.value, self.claim)
                && !words
                    .iter()
                    .any(|w| matches!(w.as_str(), "not" | "by" | "to" | "for" | "from" | "of")))
            .then(|| {
                (
                    Label::Contradicted,
                    format!("the {word} is {}", field.value),
                )
            })
        })
    }
}

/// A value of one element that is told with the name of another.
fn crossed(part: &[Item], group: &[&Field<'_>]) -> Option<Veto> {
    let value = |f: &Field<'_>| read::json_number(f.value);
    let mut numbers = part.iter().filter_map(Item::number);
    let number = numbers.next().filter(|_| numbers.next().is_none())?;
    let told: Vec<bool> = group
        .iter()
        .map(|f| value(f).is_some_and(|v| number.is(v, false)))
        .collect();
    if !told.contains(&true) || !told.contains(&false) {
        return None;
    }
    let called: Vec<BTreeSet<String>> = group.iter().map(|f| names_of(f)).collect();
    let words: BTreeSet<String> = part
        .iter()
        .flat_map(|i| folded_words(i.text()))
        .chain(part.iter().filter_map(|i| match i {
            Item::Value(crate::lex::Token::Id(id)) => Some(read::identifier(id)),
            _ => None,
        }))
        .map(|w| singular(&w))
        .collect();
    // Words by which one element of the list is called, and no other.
    let alone = |n: usize| {
        called.get(n).is_some_and(|own| {
            own.iter().any(|w| {
                words.contains(w)
                    && called
                        .iter()
                        .enumerate()
                        .all(|(m, other)| m == n || !other.contains(w))
            })
        })
    };
    let named: Vec<usize> = (0..group.len()).filter(|n| alone(*n)).collect();
    let [one] = named[..] else { return None };
    (!told.get(one).copied().unwrap_or_default()).then(|| {
        let why = group.get(one).map_or(String::new(), |f| f.pointer());
        (
            Label::Contradicted,
            format!("{why} holds another value than the one that is told of it"),
        )
    })
}

/// What the element that a value stands in is called: words of its texts, and its codes.
fn names_of(field: &Field<'_>) -> BTreeSet<String> {
    let Some((at, list)) = field.element() else {
        return BTreeSet::new();
    };
    let members = list.get(at).and_then(serde_json::Value::as_object);
    members
        .into_iter()
        .flatten()
        .filter_map(|(_, v)| v.as_str())
        .filter(|t| read::date(t).is_none() && t.len() <= 200)
        .flat_map(|t| {
            let mut words = folded_words(t);
            words.push(read::identifier(t));
            words
        })
        .filter(|w| {
            w.len() > 2 && VOCABULARY.unit(w).is_none() && !w.bytes().all(|b| b.is_ascii_digit())
        })
        .map(|w| singular(&w))
        .collect()
}
