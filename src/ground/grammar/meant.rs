//! Whether a cited value is what a phrase names: all that the phrase says is so of it, every word of the phrase is one by
//! which it may be called, and no other value of the record answers to it as well.

use super::{
    Grammar,
    phrase::{Named, Said, Worth},
};
use crate::{
    clause::Item,
    field::{Class, Field, SORTS},
    fit::{Asked, Fit, fits, heads, is_identity, widened, widened_public},
    leftover::{is_descriptive, scope_tags},
    lex::Token,
    measure::unit_of,
    mention::Mention,
    number::Number,
    read,
    vocabulary::{Tags, VOCABULARY, folded_words, group, name_parts, of, stem},
};

impl<'a> Grammar<'a, '_> {
    pub(super) fn asked<'n>(&self, said: &Said<'n>) -> Asked<'n> {
        let mut tags = said.tags.clone();
        // "At ₹5": at which price.
        let price = said.number.is_some_and(|(at, n)| {
            n.rupees
                && heads(&tags).is_empty()
                && at
                    .checked_sub(1)
                    .and_then(|b| self.items.get(b))
                    .is_some_and(|i| matches!(i.text(), "at" | "at the rate of"))
        });
        if price {
            tags.insert("kind.price");
        }
        if said.unit.is_some() {
            tags.insert("kind.quantity");
        }
        // Of the one party that the sentence speaks of, and in the one paper.
        let whole = crate::clause::tags_of(self.items);
        let from = |wanted: &str| {
            let own = of(&tags, wanted);
            let all = of(&whole, wanted);
            if own.is_empty() && all.len() == 1 {
                all
            } else {
                own
            }
        };
        Asked {
            docs: of(&tags, "doc"),
            roles: from("role"),
            clause: whole,
            words: self.words.clone(),
            run: read::identifier(self.claim),
            number: said.number.map(|(_, n)| n),
            line: said
                .mentions
                .iter()
                .any(|m| matches!(m, Mention::Ordinal(_)))
                || tags.contains("doc.line")
                || !said.words.is_empty(),
            days: said.days,
            tags,
        }
    }

    /// A cited value as what the phrase names, where all that it says is so of it, and of no other value of the record.
    pub(super) fn named(
        &self,
        n: usize,
        said: &Said<'_>,
        worth: Worth,
        told: bool,
    ) -> Option<Named> {
        let field = self.cited.get(n)?;
        let asked = self.asked(said);
        let fit = self.fit(&asked, said, field);
        if fit == Fit::No || !self.is_meant(said, field) {
            return None;
        }
        let mut beside: Vec<usize> = Vec::new();
        for (m, other) in self.cited.iter().enumerate() {
            let spoken = m != n
                && other.doc == field.doc
                && (self.is_mentioned(said, other) || is_told_beside(said, other, field));
            if spoken {
                beside.push(m);
            }
        }
        if !(self.is_called(said, field) || self.is_licensed(said, field, &beside))
            || self.is_ambiguous(&asked, fit, said, field, told)
        {
            return None;
        }
        Some(Named {
            field: Some(n),
            beside,
            told,
            worth,
        })
    }

    pub(super) fn fit(&self, asked: &Asked<'_>, said: &Said<'_>, field: &Field<'a>) -> Fit {
        if self.is_called(said, field) {
            // A line's value is not the document's.
            let line = field.element().is_some() && field.sources.contains("doc.line");
            if line && !asked.line {
                Fit::Loose
            } else {
                Fit::Exact
            }
        } else {
            fits(asked, field)
        }
    }

    /// Whether the phrase is the name of the member, word for word, and says of which paper at most: "the net disbursed
    /// amount" is `net_disbursed`.
    fn is_called(&self, said: &Said<'_>, field: &Field<'a>) -> bool {
        let key = field.called();
        let sorts = |stems: &[String]| stems.iter().all(|s| SORTS.contains(&s.as_str()));
        let in_key = |stems: &[String]| stems.iter().all(|s| key.contains(s));
        let spoken = |part: &String| {
            said.spoken.iter().any(|(stems, _)| stems.contains(part)) || said.small.contains(part)
        };
        let of_paper = |tags: Option<&Tags>| {
            let own = widened_public(&{
                let mut own = field.docs();
                own.extend(field.roles());
                own.extend(self.index.kinds(field.doc));
                own
            });
            tags.is_some_and(|t| {
                !t.is_empty()
                    && t.iter()
                        .all(|t| matches!(group(t), "doc" | "role") && own.contains(t))
            })
        };
        let named = said
            .spoken
            .iter()
            .any(|(stems, _)| !sorts(stems) && in_key(stems));
        named
            && key.iter().all(spoken)
            && said.spoken.iter().all(|(stems, tags)| {
                in_key(stems)
                    || sorts(stems)
                    || of_paper(*tags)
                    || stems.iter().all(|s| VOCABULARY.unit(s).is_some())
            })
            && said.number.is_none_or(|(_, n)| signed(n, said.days, field))
    }

    /// Whether each name and number of the phrase is of the record that a value stands in, or is the value.
    fn is_meant(&self, said: &Said<'_>, field: &Field<'a>) -> bool {
        (said.mentions.iter()).all(|m| self.index.picks_out(m, field, self.claim))
    }

    /// Whether a name or a number of the phrase is what a cited field holds.
    fn is_mentioned(&self, said: &Said<'_>, field: &Field<'a>) -> bool {
        let line = said.mentions.iter().any(|m| {
            matches!(m, Mention::Ordinal(_))
                && m.is(field.value, self.claim)
                && m.binds(field, self.claim)
        });
        line || said.mentions.iter().any(|m| m.is(field.value, self.claim))
            && fits(
                &Asked {
                    tags: of(&said.tags, "variant"),
                    roles: self.asked(said).roles,
                    words: self.words.clone(),
                    ..Asked::default()
                },
                field,
            ) != Fit::No
    }

    /// Whether every word of the phrase is one by which the value, or its record, may be called.
    fn is_licensed(&self, said: &Said<'_>, field: &Field<'a>, beside: &[usize]) -> bool {
        let mut own = widened(&field.tags);
        own.extend(field.class_tags());
        own.extend(field.docs());
        own.extend(field.sources.iter().copied());
        own.extend(field.roles());
        own.extend(self.index.kinds(field.doc));
        own.extend(scope_tags(field, &["doc"]));
        own.insert("role.supplier");
        let classes = field.classes();
        if classes.contains(&Class::Price) {
            own.insert("kind.rate");
        }
        if name_parts(field.leaf())
            .iter()
            .any(|p| matches!(p.as_str(), "value" | "amount" | "amt" | "val"))
        {
            own.insert("kind.amount");
        }
        if field.element().is_some() {
            own.insert("doc.line");
        }
        // "The GSTIN was cancelled", "the IRN was generated": of the record that holds it.
        if said.number.is_none() {
            own.extend(
                scope_tags(field, &["kind"])
                    .into_iter()
                    .filter(|t| matches!(*t, "kind.gstin" | "kind.irn" | "kind.udyam")),
            );
        }
        for other in beside.iter().filter_map(|m| self.cited.get(*m)) {
            own.extend(other.tags.iter().copied());
        }
        for mention in &said.mentions {
            own.extend(match mention {
                Mention::Id(_) => ["kind.number", "kind.form"],
                Mention::Name(_) => ["kind.name", "kind.holder"],
                Mention::Ordinal(_) => ["doc.line", "kind.number"],
                Mention::Period(_) => ["kind.period", "kind.date"],
            });
        }
        let day = classes.contains(&Class::Date);
        let text = said.number.is_none() && !day;
        let phrase = |tags: &&Tags| {
            tags.iter().any(|t| {
                let reckoned = match group(t) {
                    // What a sum is, fits() has compared; and when a day was.
                    "head" => !text && !day,
                    // An e-invoice's own day is not the one on which it was acknowledged.
                    "event" if *t == "event.ack" => day && field.has("event.ack"),
                    "event" => day || *t == "event.issue",
                    _ => false,
                };
                reckoned || *t != "event.ack" && !widened_public(&[*t].into()).is_disjoint(&own)
            })
        };
        let unit = unit_of(field);
        let parts: Vec<String> = field.path.iter().flat_map(|s| name_parts(s)).collect();
        let word = |word: &&&str| {
            let stem = stem(word);
            VOCABULARY.unit(word).is_some_and(|u| unit == Some(u) || said.unit == Some(u))
                || (word.len() > 2 && parts.iter().any(|p| super::super::vocabulary::stem(p) == stem))
                || is_goods(word, field)
                || said.mentions.iter().any(|m| matches!(m, Mention::Name(name) if folded_words(name).contains(&word.to_lowercase())))
        };
        // What is counted or priced in a unit is so in its own.
        let measured = said.units.iter().all(|(u, word)| {
            unit == Some(*u)
                || said.unit == Some(*u)
                || *u == "piece" && unit.is_none()
                || is_goods(word, field)
        });
        measured && said.phrases.iter().all(phrase) && said.words.iter().all(|w| word(&w))
    }

    /// Whether another value of the record answers to the phrase as well.
    fn is_ambiguous(
        &self,
        asked: &Asked<'_>,
        fit: Fit,
        said: &Said<'_>,
        field: &Field<'a>,
        told: bool,
    ) -> bool {
        let lines: Vec<Mention> = self
            .items
            .iter()
            .filter_map(Mention::of)
            .filter(|m| matches!(m, Mention::Ordinal(_)))
            .collect();
        // The same member of another line: a value that is told is the cited one, and "line 1" holds for the sentence.
        let twin = |other: &Field<'a>| {
            let alike = other.leaf() == field.leaf()
                && other.element().is_some()
                && !other.same_element(field);
            let lined = matches!(&lines[..], [line] if line.binds(field, self.claim) && !line.binds(other, self.claim));
            let goods = self.items.iter().any(
                |i| matches!(i, Item::Unknown(w) if is_goods(w, field) && !is_goods(w, other)),
            );
            alike && (told || lined || goods)
        };
        let sort = |f: &Field<'a>| {
            if read::json_date(f.value).is_some() {
                1
            } else if f.tags.iter().any(|t| is_identity(t)) {
                2
            } else if read::json_number(f.value).is_some() {
                3
            } else {
                4
            }
        };
        // Of two that the phrase may name, the one of which the sentence says more.
        let whole = crate::clause::tags_of(self.items);
        let spoken = |f: &Field<'a>| f.tags.iter().filter(|t| whole.contains(*t)).count();
        let classes = field.classes();
        let own = sort(field);
        let called = self.is_called(said, field);
        if own == 2 || own == 4 {
            return false;
        }
        self.index.leaves(field.doc).iter().any(|other| {
            let same = || {
                let theirs = self.fit(asked, said, other);
                theirs != Fit::No
                    && theirs >= fit
                    && (self.is_called(said, other)
                        || !called && self.is_licensed(said, other, &[]))
                    && self.is_meant(said, other)
                    && said
                        .words
                        .iter()
                        .all(|w| !is_goods(w, field) || is_goods(w, other))
            };
            other.path != field.path
                && (own != 3 || other.classes().iter().any(|c| classes.contains(c)))
                && !twin(other)
                && spoken(other) >= spoken(field)
                && sort(other) == own
                && !read::same(other.value, field.value)
                && same()
        })
    }

    /// Whether a cited value needs no word of its own: the unit of one that is named, its currency.
    pub(super) fn goes_along(&self, n: usize, read: &super::Read) -> bool {
        let Some(field) = self.cited.get(n) else {
            return true;
        };
        // The number of a line that the claim names.
        let line = self.items.iter().filter_map(Mention::of).any(|m| {
            matches!(m, Mention::Ordinal(_))
                && m.is(field.value, self.claim)
                && m.binds(field, self.claim)
        });
        // What a record is known by, beside what it says.
        let key = [
            "kind.gstin",
            "role.supplier",
            "doc.invoice",
            "doc.order",
            "doc.receipt",
        ]
        .iter()
        .any(|t| field.has(t))
            && field
                .tags
                .iter()
                .any(|t| matches!(*t, "kind.gstin" | "kind.number"))
            && !self.items.iter().any(|i| match i {
                Item::Value(Token::Id(id)) => field.value.as_str().is_some_and(|v| {
                    crate::subject::same_shape(id, v) && read::identifier(id) != read::identifier(v)
                }),
                _ => false,
            });
        let silent = line
            || key
            || field.has("kind.unit")
            || (field.has("kind.currency")
                && field
                    .value
                    .as_str()
                    .is_some_and(|s| s.eq_ignore_ascii_case("INR")));
        silent
            && read
                .named
                .iter()
                .enumerate()
                .any(|(m, named)| *named && self.cited.get(m).is_some_and(|f| f.doc == field.doc))
    }
}

/// Whether a number is written as what the field holds is: in rupees, in per cent, in days.
fn signed(number: &Number, days: bool, field: &Field<'_>) -> bool {
    let is = |class| field.classes().contains(&class);
    let part = |wanted: &[&str]| {
        name_parts(field.leaf())
            .iter()
            .any(|p| wanted.contains(&p.as_str()))
    };
    if number.percent {
        is(Class::Rate) || part(&["pct", "percent", "percentage"])
    } else if number.rupees {
        is(Class::Amount)
            || is(Class::Price)
            || is(Class::Plain) && !part(&["pct", "percent", "days", "count", "qty"])
    } else if days {
        is(Class::Days) || part(&["days"])
    } else {
        true
    }
}

/// Whether a cited field says in what the named one is measured, or what its goods are called.
fn is_told_beside(said: &Said<'_>, other: &Field<'_>, field: &Field<'_>) -> bool {
    let beside = other.path.len() == field.path.len()
        && other.path.split_last().map(|p| p.1) == field.path.split_last().map(|p| p.1);
    let Some(text) = other.value.as_str().filter(|_| beside) else {
        return false;
    };
    if other.has("kind.unit") {
        let own = VOCABULARY.unit(text);
        return said.unit.is_none()
            || own == said.unit
            || own.is_some_and(|o| said.unit.is_some_and(|s| VOCABULARY.ratio(s, o).is_some()));
    }
    if other.has("kind.currency") {
        return text.eq_ignore_ascii_case("INR");
    }
    let words: Vec<String> = folded_words(text).iter().map(|w| stem(w)).collect();
    is_descriptive(other.leaf()) && said.words.iter().any(|w| words.contains(&stem(w)))
}

/// Whether a word stands in what the goods of a value's record are called, or in the name of somebody of it.
fn is_goods(word: &str, field: &Field<'_>) -> bool {
    let wanted = stem(word);
    field
        .chain
        .iter()
        .rev()
        .filter_map(|h| h.as_object())
        .flatten()
        .filter(|(key, _)| is_descriptive(key))
        .filter_map(|(_, v)| v.as_str())
        .any(|text| folded_words(text).iter().any(|w| stem(w) == wanted))
}
