//! Relations of a claim: what is the same, more, less, before or after what.

use super::Proof;
use crate::{
    clause::{Item, relation},
    field::Field,
    fit::is_identity,
    lex::Token,
    pairing::alike,
    read,
    relation::Side,
};

/// Two and two of the cited fields.
type Pairs = Vec<(usize, usize)>;

impl<'a> Proof<'a, '_> {
    /// Of two fields, the one that is compared: the words before a relation speak of it, and those behind of the other.
    pub(super) fn leans(&self, op: usize, a: usize, b: usize) -> Option<usize> {
        let (first, second) = (self.field(a)?, self.field(b)?);
        let than = (op..self.w.items.len())
            .find(|n| {
                matches!(
                    self.item(*n).map(Item::text),
                    Some("than" | "against" | "to")
                )
            })
            .unwrap_or(op);
        let lean = |n: usize| {
            self.item(n).map_or(0, |i| {
                self.tells_apart(i, first) - self.tells_apart(i, second)
            })
        };
        // What is named first behind is what the other is held against; what is named before is compared.
        let behind = (than + 1..self.w.items.len()).map(lean).find(|l| *l != 0);
        let before: i32 = (0..op).map(lean).sum();
        match (behind, before) {
            (Some(with), of) if of == 0 || (with > 0) != (of > 0) => {
                Some(if with > 0 { b } else { a })
            }
            (None, of) if of != 0 => Some(if of > 0 { a } else { b }),
            _ => None,
        }
    }

    /// How much an item speaks of the record or the stage that a field is of, and not of values of its sort.
    fn tells_apart(&self, item: &Item, field: &Field<'a>) -> i32 {
        let mut own = Self::spoken_as(field);
        own.extend(field.docs());
        own.extend(field.roles());
        let tags = item
            .tags()
            .into_iter()
            .flatten()
            .filter(|t| {
                matches!(
                    crate::vocabulary::group(t),
                    "doc" | "stage" | "event" | "head" | "role" | "variant"
                ) && !matches!(**t, "head.total" | "event.issue")
                    && own.contains(*t)
            })
            .count();
        let agreed = matches!(
            item.text(),
            "agreed"
                | "contracted"
                | "agreed rate"
                | "agreed price"
                | "contract price"
                | "stipulated"
        ) && (own.contains("doc.contract") || own.contains("doc.order"));
        let mentioned =
            crate::mention::Mention::of(item).is_some_and(|m| m.binds(field, self.w.claim));
        let stated = match (item, Side::of(field)) {
            (Item::Value(Token::Number(n)), Some(Side::Number(v))) => n.is(v, false),
            (Item::Value(Token::Date(d)), Some(Side::Date(v))) => *d == v,
            _ => false,
        };
        let parts: Vec<String> = crate::vocabulary::name_parts(field.leaf());
        let spelled = !matches!(item, Item::Value(_))
            && crate::vocabulary::folded_words(item.text())
                .iter()
                .any(|w| {
                    w.len() > 3
                        && !matches!(
                            w.as_str(),
                            "rate"
                                | "price"
                                | "amount"
                                | "value"
                                | "total"
                                | "date"
                                | "quantity"
                                | "unit"
                                | "number"
                        )
                        && parts.iter().any(|p| super::same_root(p, w))
                });
        i32::try_from(tags.min(2)).unwrap_or(0) * 2
            + i32::from(agreed) * 2
            + i32::from(mentioned) * 2
            + i32::from(stated) * 4
            + i32::from(spelled)
    }

    fn side(&self, n: usize) -> Option<Side> {
        let field = self.field(n)?;
        if field.value.is_array() || field.value.is_object() {
            return None;
        }
        Side::of(field)
    }

    #[expect(clippy::many_single_char_names, reason = "two of each, side by side")]
    fn same(&self, a: usize, b: usize) -> bool {
        let (Some(x), Some(y)) = (self.field(a), self.field(b)) else {
            return false;
        };
        let pan =
            x.has("kind.pan") != y.has("kind.pan") && (x.has("kind.gstin") || y.has("kind.gstin"));
        if pan {
            let (p, q) = (
                read::identifier(x.value.as_str().unwrap_or_default()),
                read::identifier(y.value.as_str().unwrap_or_default()),
            );
            return p.len().min(q.len()) == 10
                && (p.get(2..12) == Some(&q) || q.get(2..12) == Some(&p));
        }
        let texts = matches!(
            (self.side(a), self.side(b)),
            (Some(Side::Text(_)), Some(Side::Text(_)))
        );
        let (one, two) = (
            read::json_text(x.value).unwrap_or_default(),
            read::json_text(y.value).unwrap_or_default(),
        );
        let tails = self.w.items.iter().any(|i| {
            matches!(
                i.text(),
                "last" | "last four digits" | "ending" | "ends with" | "ending in" | "ends in"
            )
        });
        if tails && one.len().min(two.len()) == 4 && one.len() != two.len() {
            return one.ends_with(&two) || two.ends_with(&one);
        }
        // 2.5 tonnes are 2,500 kg.
        let converted = self
            .in_one_unit(a, b)
            .zip(self.side_number(b))
            .is_some_and(|(one, two)| one == two);
        let measured = crate::measure::unit_of(x)
            .zip(crate::measure::unit_of(y))
            .is_some_and(|(a, b)| a != b);
        if measured && self.side_number(a).is_some() && self.side_number(b).is_some() {
            return converted;
        }
        (alike(x, y) || texts)
            && self
                .side(a)
                .zip(self.side(b))
                .is_some_and(|(l, r)| l.same(&r))
    }

    /// Two cited identifiers that are one link the records they stand in.
    pub(super) fn tell_links(&mut self) {
        for a in 0..self.w.cited.len() {
            for b in 0..self.w.cited.len() {
                let identity = |n: usize| {
                    self.field(n).is_some_and(|f| {
                        f.tags
                            .iter()
                            .any(|t| is_identity(t) || crate::vocabulary::group(t) == "doc")
                    })
                };
                let apart = self
                    .field(a)
                    .zip(self.field(b))
                    .is_some_and(|(x, y)| x.doc != y.doc);
                if a != b && apart && identity(a) && identity(b) && self.same(a, b) {
                    let named = self
                        .field(a)
                        .is_some_and(|f| f.has("kind.name") || f.has("kind.holder"));
                    if !named {
                        self.tell(a);
                        self.tell(b);
                    }
                }
            }
        }
    }

    /// "The same as", "agrees with", "differs from".
    pub(super) fn compare_equals(&mut self) {
        for at in 0..self.w.items.len() {
            let Some(op) = self
                .item(at)
                .filter(|i| !i.class("neutral"))
                .and_then(relation)
                .filter(|op| matches!(*op, "equal" | "differ" | "inside") && !self.is_done(at))
            else {
                continue;
            };
            if op == "equal" && self.is_the_same_again(at) {
                self.finish(at);
                continue;
            }
            let pairs = self.pairs();
            let (same, other): (Pairs, Pairs) =
                pairs.into_iter().partition(|(a, b)| self.same(*a, *b));
            let (held, against) = if op == "differ" {
                (other, same)
            } else {
                (same, other)
            };
            let denied = self
                .scope_of(at)
                .any(|n| n < at && self.class_at(Some(n), "not"));
            if held.is_empty() || !against.is_empty() || denied {
                continue;
            }
            self.finish(at);
            for (a, b) in held {
                self.tell(a);
                self.tell(b);
            }
        }
    }

    /// Cited values of one sort from two records, or under one name.
    fn pairs(&self) -> Pairs {
        let mut out = Vec::new();
        for a in 0..self.w.cited.len() {
            for b in a + 1..self.w.cited.len() {
                let (Some(x), Some(y)) = (self.field(a), self.field(b)) else {
                    continue;
                };
                let (Some(left), Some(right)) = (self.side(a), self.side(b)) else {
                    continue;
                };
                let texts = matches!((&left, &right), (Side::Text(_), Side::Text(_)));
                let kinds = |f: &Field<'a>| {
                    let mut tags = crate::vocabulary::of(&f.tags, "kind");
                    if tags.contains("kind.holder") {
                        tags.insert("kind.name");
                    }
                    tags
                };
                let pan = (x.has("kind.pan") && y.has("kind.gstin"))
                    || (y.has("kind.pan") && x.has("kind.gstin"));
                // The state of an account is no account.
                if x.has("kind.status") != y.has("kind.status") {
                    continue;
                }
                let of_a_sort = x.leaf() == y.leaf()
                    || pan
                    || (texts && !kinds(x).is_disjoint(&kinds(y)))
                    || (texts
                        && !crate::vocabulary::of(&x.tags, "doc")
                            .is_disjoint(&crate::vocabulary::of(&y.tags, "doc")))
                    || (!texts && alike(x, y));
                if of_a_sort && (x.doc != y.doc || !texts || pan) {
                    out.push((a, b));
                }
            }
        }
        out
    }

    /// What a literal of the claim is worth, and whether it is a share.
    pub(super) fn literal(&self, at: usize) -> Option<(Side, bool)> {
        let share = self.item(at).and_then(Item::number);
        let share = share.is_some_and(|number| number.percent);
        Some((self.w.literal_side(at)?, share))
    }

    /// "Exceeds", "before", "at most": what stands on the two sides of it, in order.
    pub(super) fn compare_order(&mut self) {
        for at in 0..self.w.items.len() {
            let Some(op) = self
                .item(at)
                .filter(|i| !i.class("neutral"))
                .and_then(relation)
                .filter(|op| !matches!(*op, "equal" | "differ" | "inside") && !self.is_done(at))
            else {
                continue;
            };
            self.compare_at(at, op);
        }
    }

    /// Words for a bound right before a figure that a field holds as a bound: "within 30 days", "up to ₹60 lakh"; and
    /// "after TDS" of what is net of it.
    pub(super) fn finish_terms(&mut self) {
        for at in 0..self.w.items.len() {
            if self.is_done(at) {
                continue;
            }
            let Some(op) = self
                .item(at)
                .filter(|i| !i.class("neutral"))
                .and_then(relation)
            else {
                continue;
            };
            let held = (at + 1..(at + 4).min(self.w.items.len()))
                .find(|n| self.literal(*n).is_some())
                .and_then(|n| self.states.get(n).copied().flatten())
                .and_then(|n| self.field(n));
            let bound = held.is_some_and(|f| is_bound(f, op));
            let dated = self
                .w
                .cited
                .iter()
                .any(|f| read::json_date(f.value).is_some());
            let off = (1..=4).any(|n| {
                self.item(at + n).is_some_and(|i| {
                    ["round", "deduct", "discount", "adjust", "rounding"]
                        .iter()
                        .any(|w| i.text().starts_with(w))
                })
            });
            let net = matches!(op, "after" | "below")
                && !dated
                && (self.taken
                    || off
                    || self.w.bearers().any(|f| {
                        f.has("head.payable")
                            || crate::vocabulary::name_parts(f.leaf())
                                .iter()
                                .any(|p| matches!(p.as_str(), "net" | "available" | "balance"))
                    }))
                && op == "after";
            if bound || net {
                self.finish(at);
            }
            if net {
                // "After deductions": what is taken off needs no value of its own.
                let scope = self.scope_of(at);
                let upto = (at..scope.end)
                    .find(|n| matches!(self.item(*n), Some(Item::Value(_))))
                    .unwrap_or(scope.end);
                for n in at..upto {
                    self.finish(n);
                }
            }
        }
    }

    #[expect(
        clippy::too_many_lines,
        reason = "one list of ways, each short by itself"
    )]
    fn compare_at(&mut self, at: usize, op: &str) {
        let denied = self
            .scope_of(at)
            .any(|n| n < at && self.class_at(Some(n), "not"));
        // "More than half of" is no relation between the two.
        let fraction = (1..=3).any(|n| {
            self.item(at + n).is_some_and(|i| {
                matches!(
                    i.text(),
                    "half" | "third" | "quarter" | "double" | "twice" | "thrice"
                )
            })
        });
        if denied || fraction || self.lies_within(at) || self.is_a_tolerance(at, op) {
            return;
        }
        let dates = matches!(op, "before" | "after");
        // "Gross less tare" compares nothing.
        let bare = matches!(
            self.item(at).map(Item::text),
            Some("more" | "less" | "fewer" | "higher" | "lower")
        );
        let than = (at + 1..(at + 8).min(self.w.items.len()))
            .any(|n| self.item(n).is_some_and(|i| i.text() == "than"));
        if bare && !than {
            return;
        }
        let right = (at + 1..self.w.items.len()).find(|n| self.literal(*n).is_some());
        let left = (0..at).rev().find(|n| self.literal(*n).is_some());
        let holds = |of: &Side, with: &Side| {
            let gap = of.minus(with)?;
            let zero = domain::Decimal::ZERO;
            Some(match op {
                "above" | "after" => gap > zero,
                "below" | "before" => gap < zero,
                "at_least" => gap >= zero,
                "at_most" => gap <= zero,
                _ => false,
            })
        };
        let fitting = |side: &Side| {
            matches!(side, Side::Date(_)) == dates || matches!(op, "at_most" | "at_least")
        };
        // "Under RG-2209, two were rejected": a word before an identifier compares nothing.
        let preposition = matches!(
            self.item(at).map(Item::text),
            Some("over" | "under" | "above" | "below" | "beyond" | "past")
        );
        let right = right.filter(|r| !preposition || *r <= at + 5);
        if preposition
            && (right.is_none()
                || (1..=3).any(|n| {
                    matches!(
                        self.item(at + n),
                        Some(Item::Value(Token::Id(_)) | Item::Name(_))
                    )
                }))
        {
            return;
        }
        // A field that is not told, against a figure of the sentence.
        let open: Vec<usize> = (0..self.w.cited.len())
            .filter(|n| !self.is_told(*n))
            .filter(|n| {
                self.side(*n)
                    .is_some_and(|s| fitting(&s) && !matches!(s, Side::Text(_)))
            })
            .collect();
        match (&open[..], left, right) {
            ([n], _, Some(r)) => {
                let (Some(of), Some((with, percent))) = (self.side(*n), self.literal(r)) else {
                    return;
                };
                let rate = self.field(*n).is_some_and(|f| f.has("kind.rate"));
                // Where the figure is cited too, the words have to say which is which.
                let other = self.states.get(r).copied().flatten();
                // What is stated before is what is compared, and no field that is passed over.
                let sentence = (0..at)
                    .rev()
                    .find(|n| matches!(self.item(*n), Some(Item::Mark(',' | ';' | '.' | ':'))))
                    .unwrap_or(0);
                let stated = left
                    .filter(|l| dates || *l >= sentence)
                    .and_then(|l| self.literal(l));
                if stated.is_some_and(|(side, _)| {
                    matches!(side, Side::Date(_)) == matches!(with, Side::Date(_))
                }) {
                    return;
                }
                let plain = self.item(r).and_then(Item::number).is_some_and(|n| {
                    !n.rupees
                        && !n.percent
                        && n.scale == 0
                        && n.value < domain::Decimal::ONE_HUNDRED
                });
                let sum = self
                    .field(*n)
                    .is_some_and(|f| f.classes() == [crate::field::Class::Amount]);
                if plain && sum {
                    return;
                }
                let named = self.field(*n).is_some_and(|f| match self.item(r) {
                    Some(Item::Value(Token::Number(number))) if number.percent => {
                        f.has("kind.rate")
                            || f.leaf().contains("pct")
                            || f.leaf().contains("percent")
                    }
                    Some(Item::Value(Token::Number(number))) => {
                        let left = self.w.items.get(..at).unwrap_or_default();
                        !self.is_called_otherwise(&crate::clause::tags_of(left), number, f)
                    }
                    _ => self.is_own_date(f),
                });
                if !named {
                    return;
                }
                // A term or a ceiling is told as it is.
                if self.field(*n).is_some_and(|f| is_bound(f, op)) && of != with {
                    return;
                }
                let led = other.is_none_or(|o| self.leans(at, *n, o) == Some(*n));
                let fits = percent == rate || !percent;
                if led && fits && holds(&of, &with) == Some(true) {
                    self.finish(at);
                    self.finish(r);
                    self.tell(*n);
                }
            }
            ([], Some(l), Some(r)) => {
                let (Some((of, p)), Some((with, q))) = (self.literal(l), self.literal(r)) else {
                    return;
                };
                let distinct =
                    self.states.get(l).copied().flatten() != self.states.get(r).copied().flatten();
                let sorted = fitting(&of) && fitting(&with);
                if p == q && distinct && sorted && holds(&of, &with) == Some(true) {
                    self.finish(at);
                }
            }
            ([], None, Some(r)) if self.compares_the_next_two(at, r, &holds) => {
                self.finish(at);
                let second = (r + 1..self.w.items.len()).find(|n| self.literal(*n).is_some());
                let earlier = self
                    .w
                    .items
                    .iter()
                    .any(|i| matches!(i.text(), "earlier" | "previous"));
                if let Some(second) = second.filter(|_| earlier) {
                    self.tell_moments(second, r);
                    self.finish_earlier();
                }
            }
            ([a, b], ..)
                if !matches!(op, "at_most" | "at_least")
                    || [a, b]
                        .iter()
                        .any(|n| self.field(**n).is_some_and(|f| is_bound(f, op))) =>
            {
                let Some(of) = self.leans(at, *a, *b) else {
                    return;
                };
                let with = if of == *a { *b } else { *a };
                if let (Some(x), Some(y)) = (self.side(of), self.side(with))
                    && holds(&x, &y) == Some(true)
                {
                    self.finish(at);
                    self.tell(of);
                    self.tell(with);
                }
            }
            _ => {}
        }
    }
}

/// Whether a field holds a bound, and not what is bounded.
fn is_bound(field: &Field<'_>, op: &str) -> bool {
    let named = |wanted: &[&str]| {
        crate::vocabulary::name_parts(field.leaf())
            .iter()
            .any(|p| wanted.contains(&p.as_str()))
    };
    let dated = read::json_date(field.value).is_some();
    let most = field.has("head.limit")
        || field.has("head.credit_limit")
        || (dated && (field.has("event.expiry") || field.has("event.due")))
        || named(&["max", "maximum", "limit", "cap", "ceiling", "upto", "until"]);
    match op {
        "at_most" => most || field.has("kind.days"),
        "at_least" => named(&["min", "minimum", "moq", "threshold"]),
        "before" => dated && (field.has("event.due") || field.has("event.expiry")),
        _ => false,
    }
}
