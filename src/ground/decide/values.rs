//! Values of a claim that cited fields hold otherwise, under another name, or not all.

use super::{Rest, is_asked, is_key};
use crate::{
    Label,
    clause::{Item, relation, tags_of},
    field::{Class, Field},
    fit::{is_identity, widened},
    lex::Token,
    number::Number,
    read,
    subject::same_shape,
    vocabulary::{Tags, VOCABULARY, group, name_parts, of},
};

/// Classes of words that say that values are reckoned with.
const RECKONS: [&str; 13] = [
    "sum",
    "difference",
    "minus",
    "gap",
    "gap_above",
    "gap_below",
    "above",
    "below",
    "late",
    "early",
    "after",
    "before",
    "share",
];

impl<'a> Rest<'a, '_> {
    /// All that is cited has the one value that is stated, and under another name than the claim's.
    pub(super) fn wrong_field(&self) -> Option<(Label, String)> {
        let mut stated = self.items.iter().filter(|i| {
            matches!(i, Item::Value(Token::Date(_)))
                || i.number()
                    .is_some_and(|n| n.rupees || n.percent || n.value >= domain::Decimal::TEN)
        });
        let one = stated.next().filter(|_| stated.next().is_none())?;
        let compared = self
            .open()
            .any(|(_, i)| relation(i).is_some() && !i.class("neutral"));
        let content: Vec<&Field<'a>> = self
            .cited
            .iter()
            .filter(|f| !is_key(f) || self.is_said(one, f))
            .collect();
        let of_a_term = |f: &&&Field<'a>| {
            name_parts(f.leaf()).iter().any(|p| {
                matches!(
                    p.as_str(),
                    "monthly" | "annual" | "yearly" | "quarterly" | "weekly" | "daily"
                )
            })
        };
        let measured = self
            .untold()
            .any(|f| f.has("kind.unit") || f.has("kind.currency"));
        // "24.5 kg" of tonnes, "is not ₹1,18,000" of what is.
        let unit = self.items.windows(2).find_map(|two| match two {
            [number, unit] if std::ptr::eq(number, one) => VOCABULARY.unit(unit.text()),
            _ => None,
        });
        let in_another_unit = content.iter().any(|f| {
            unit.zip(crate::measure::unit_of(f))
                .is_some_and(|(said, held)| said != held)
        });
        let denied = self.items.iter().any(|i| i.class("not"));
        let all = !content.is_empty()
            && !measured
            && !in_another_unit
            && !denied
            && content.iter().find(of_a_term).is_none()
            && content.iter().all(|f| self.is_said(one, f))
            && content.iter().all(|f| self.untold().any(|u| u.is_at(f)));
        (all && !compared).then(|| {
            (
                Label::Unsupported,
                format!(
                    "{} is nothing that the claim speaks of",
                    content.first().map_or(String::new(), |f| f.pointer())
                ),
            )
        })
    }

    /// A cited field that the claim speaks of holds another value than the one stated.
    pub(super) fn another_value(&self) -> Option<(Label, String)> {
        let why = |f: &Field<'a>, item: &Item| {
            (
                Label::Contradicted,
                format!("{} holds {}, not {}", f.pointer(), f.value, item.shown()),
            )
        };
        self.open().find_map(|(at, item)| match item {
            Item::Value(Token::Number(n)) => self
                .untold()
                .find(|f| {
                    read::json_number(f.value).is_some()
                        && !self.is_said(item, f)
                        && self.could_be(at, n, f)
                })
                .map(|f| why(f, item)),
            Item::Value(Token::Date(_)) => self
                .untold()
                .find(|f| {
                    read::json_date(f.value).is_some()
                        && !self.is_said(item, f)
                        && self.same_event(f)
                })
                .map(|f| {
                    let (label, why) = why(f, item);
                    (
                        if is_asked(f) {
                            Label::Unsupported
                        } else {
                            label
                        },
                        why,
                    )
                }),
            Item::Value(Token::Id(id)) => self
                .untold()
                .find(|f| f.value.as_str().is_some_and(|v| same_shape(id, v)))
                .map(|f| why(f, item)),
            Item::Name(name) if !name.contains('@') => {
                let place = VOCABULARY.place(name).is_some() || !name.contains(' ');
                self.untold()
                    .find(|f| {
                        f.value.is_string()
                            && (f.has("kind.name")
                                || f.has("kind.holder")
                                || f.has("kind.place")
                                || f.has("kind.address")
                                || f.has("kind.bank_name"))
                            && place == (f.has("kind.place") || f.has("kind.address"))
                    })
                    .map(|f| why(f, item))
            }
            _ => None,
        })
    }

    /// Whether a number could be what a field holds, by its sort.
    pub(super) fn could_be(&self, at: usize, number: &Number, field: &Field<'a>) -> bool {
        if is_key(field) || field.tags.iter().any(|t| is_identity(t)) {
            return false;
        }
        let classes = field.classes();
        let rate = classes.contains(&Class::Rate);
        let days = classes.contains(&Class::Days);
        let span = self
            .items
            .get(at + 1)
            .is_some_and(|i| crate::span::unit(i.text()).is_some());
        let sort = if number.percent {
            rate || classes.contains(&Class::Plain)
        } else if number.rupees {
            !days && (!rate || classes.contains(&Class::Price)) && !field.has("kind.quantity")
        } else {
            days == span || classes.contains(&Class::Plain)
        };
        let said = of(&widened(&tags_of(self.items)), "head");
        let held = of(&widened(&field.tags), "head");
        sort && (said.is_empty() || held.is_empty() || !said.is_disjoint(&held))
    }

    pub(super) fn same_event(&self, field: &Field<'a>) -> bool {
        let own: Tags = of(&field.tags, "event")
            .into_iter()
            .filter(|t| *t != "event.issue")
            .collect();
        let said: Tags = of(&widened(&tags_of(self.items)), "event")
            .into_iter()
            .filter(|t| *t != "event.issue")
            .collect();
        own.is_empty() == said.is_empty() || !own.is_disjoint(&said)
    }

    /// All that is cited is told, and what is said to come of it does not.
    pub(super) fn comes_to_something_else(&self) -> Option<(Label, String)> {
        if self.untold().any(|f| !is_key(f)) {
            return None;
        }
        let figures = self
            .told()
            .filter(|f| {
                !is_key(f)
                    && (read::json_number(f.value).is_some() || read::json_date(f.value).is_some())
            })
            .count();
        let reckons = self.items.iter().any(|i| {
            RECKONS.iter().any(|c| i.class(c))
                || relation(i) == Some("equal")
                || i.number().is_some_and(|n| n.percent)
                || matches!(
                    i.text(),
                    "leaving"
                        | "leaves"
                        | "makes"
                        | "make"
                        | "works out to"
                        | "comes to"
                        | "come to"
                        | "gives"
                        | "per"
                        | "each"
                        | "at"
                )
        });
        let (_, number) = self.open_numbers().find(|(at, n)| {
            let measured = self.items.get(at + 1).is_some_and(|i| {
                VOCABULARY.unit(i.text()).is_some() || crate::span::unit(i.text()).is_some()
            });
            (n.rupees || n.percent || measured || n.value >= domain::Decimal::TEN)
                && !self.leaves().any(|f| {
                    !self.is_cited(f) && read::json_number(f.value).is_some_and(|v| n.is(v, false))
                })
        })?;
        let strange = self.open().any(|(_, i)| {
            matches!(
                i,
                Item::Name(_) | Item::Value(Token::Id(_) | Token::Part(_))
            )
        });
        (figures > 0 && reckons && !strange).then(|| {
            (
                Label::Contradicted,
                format!("{} is not what the cited values come to", number.raw),
            )
        })
    }

    /// "All three items attract 18%" of which two are cited.
    pub(super) fn not_all_cited(&self) -> Option<(Label, String)> {
        if self.untold().any(|f| !is_key(f) && f.element().is_none()) {
            return None;
        }
        let whole = self
            .items
            .iter()
            .any(|i| i.class("all") || i.text().starts_with("all"));
        let many = self.items.iter().filter_map(Item::number).find(|n| {
            !n.rupees
                && !n.percent
                && n.value.fract().is_zero()
                && n.value < domain::Decimal::from(50)
        });
        let said = many.and_then(|n| n.raw.parse::<usize>().ok()).or_else(|| {
            self.items.iter().find_map(|i| match i.text() {
                "both" => Some(2),
                "all three" => Some(3),
                "all four" => Some(4),
                "all five" => Some(5),
                _ => None,
            })
        })?;
        let first = self
            .cited
            .iter()
            .find(|f| f.element().is_some() && !is_key(f))?;
        let cited: Vec<&Field<'a>> = self
            .cited
            .iter()
            .filter(|f| f.doc == first.doc && f.leaf() == first.leaf() && f.element().is_some())
            .collect();
        let alike = cited.iter().all(|f| f.value == first.value);
        (whole && alike && cited.len() < said).then(|| {
            (
                Label::Partial,
                format!("{} of {said} are cited", cited.len()),
            )
        })
    }

    /// "Was approved by Mr. Gill" where what was done is cited, and not who did it.
    pub(super) fn done_by_somebody(&self) -> Option<(Label, String)> {
        if self.untold().any(|f| !is_key(f)) || !self.told().any(|f| !is_key(f)) {
            return None;
        }
        let (_, name) = self.open().find(|(at, i)| {
            let by = (1..=2).any(|back| {
                at.checked_sub(back)
                    .and_then(|n| self.items.get(n))
                    .is_some_and(|i| i.text() == "by")
            });
            by && matches!(i, Item::Name(_) | Item::Unknown(_))
        })?;
        let figures = self.open().any(|(_, i)| {
            matches!(i, Item::Value(_)) || relation(i).is_some() && !i.class("neutral")
        });
        (!figures).then(|| {
            (
                Label::Partial,
                format!("\"{}\" stands in nothing that is cited", name.shown()),
            )
        })
    }

    /// "Equals the order's price" where one side alone is cited.
    pub(super) fn one_side_only(&self) -> Option<(Label, String)> {
        if self.untold().any(|f| !is_key(f)) {
            return None;
        }
        let (at, item) = self
            .open()
            .find(|(_, i)| relation(i) == Some("equal") && !i.class("neutral"))?;
        let told = self.told().filter(|f| !is_key(f)).count();
        let paper = self
            .items
            .get(at + 1..)
            .unwrap_or_default()
            .iter()
            .any(|i| {
                i.tags()
                    .is_some_and(|t| t.iter().any(|t| group(t) == "doc"))
            });
        (told == 1 && paper).then(|| {
            (
                Label::Partial,
                format!("what it \"{}\" is not cited", item.text()),
            )
        })
    }
}
