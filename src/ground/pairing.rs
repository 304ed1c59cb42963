//! Which two cited fields a comparison is between, and which of them it is said of.

use std::collections::BTreeSet;

use crate::{
    clause::Item,
    field::{Class, Field},
    fit::{Asked, Fit, PAPERS, REGISTERS, same_record, text_fits, widened_public},
    lex::Token,
    mention::Mention,
    relation::Side,
    text::is_prose,
    vocabulary::{Tag, Tags, folded_words, group, name_parts, of, stem},
    weigh::Weigher,
};

/// Two of the cited fields: the one that is compared, and what it is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) of: usize,
    pub(crate) with: usize,
    /// Whether the words say which is which.
    pub(crate) ordered: bool,
    /// Whether no word speaks of another sort of thing than these two are.
    pub(crate) agrees: bool,
}

impl<'a> Weigher<'a, '_> {
    /// The fields of the record spoken of that can be compared.
    pub(crate) fn comparable_fields(&self) -> Vec<usize> {
        self.candidates
            .iter()
            .copied()
            .filter(|n| {
                self.cited
                    .get(*n)
                    .is_some_and(|f| !f.value.is_array() && !is_prose(f) && Side::of(f).is_some())
            })
            .collect()
    }

    /// The pair that the words speak of most, one before the relation and one behind it; `None` where two pairs are as
    /// likely.
    pub(crate) fn pair_around(&self, op: usize, texts: bool) -> Option<Pair> {
        let fields: Vec<(usize, &Field<'a>, i32)> = self
            .comparable_fields()
            .into_iter()
            .filter_map(|n| {
                let field = self.cited.get(n)?;
                Some((n, field, self.relevance(field)))
            })
            .filter(|(_, field, relevance)| {
                *relevance >= 0 && (texts || !matches!(Side::of(field), Some(Side::Text(_))))
            })
            .collect();
        let (left, right) = (
            self.items.get(..op).unwrap_or_default(),
            self.items.get(op + 1..).unwrap_or_default(),
        );
        let spoken = |side: &[Item], field: &Field<'a>| -> i32 {
            side.iter().map(|i| self.speaks(i, field)).sum()
        };
        let sides: Vec<(i32, i32)> = fields
            .iter()
            .map(|(_, f, _)| (spoken(left, f), spoken(right, f)))
            .collect();
        let mut best: Option<((i32, i32), usize, usize)> = None;
        let mut tie = false;
        for (x, (a, first, ra)) in fields.iter().enumerate() {
            for (y, (b, second, rb)) in fields.iter().enumerate().skip(x + 1) {
                // One identifier may be a part of another: a PAN of a GSTIN.
                let inside = self.items.get(op).is_some_and(|i| i.class("inside"))
                    && [first, second]
                        .iter()
                        .all(|f| matches!(Side::of(f), Some(Side::Text(_))));
                if !(inside || alike(first, second)) {
                    continue;
                }
                let (Some((la, ra_side)), Some((lb, rb_side))) = (sides.get(x), sides.get(y))
                else {
                    continue;
                };
                let score = (
                    (la + rb_side).max(lb + ra_side),
                    ra + rb + distance(first, second),
                );
                match best {
                    Some((top, ..)) if score < top => {}
                    Some((top, ..)) if score == top => tie = true,
                    _ => {
                        best = Some((score, *a, *b));
                        tie = false;
                    }
                }
            }
        }
        let (_, a, b) = best.filter(|_| !tie)?;
        Some(self.order(op, a, b))
    }

    /// Which of two fields is compared and which it is compared with.
    fn order(&self, op: usize, a: usize, b: usize) -> Pair {
        let mut loose = Pair {
            of: a,
            with: b,
            ordered: false,
            agrees: false,
        };
        let (Some(first), Some(second)) = (self.cited.get(a), self.cited.get(b)) else {
            return loose;
        };
        // "In time", "late": what happened is held against what was planned.
        if first.is_planned() != second.is_planned() {
            loose.ordered = true;
            if first.is_planned() {
                (loose.of, loose.with) = (b, a);
            }
        }
        let all: Vec<&Item> = self.items.iter().collect();
        loose.agrees = !self.speaks_against(&all, first) && !self.speaks_against(&all, second);
        // By how much more an item speaks of the one than of the other.
        let lean: Vec<i32> = self
            .items
            .iter()
            .map(|i| self.speaks(i, first) - self.speaks(i, second))
            .collect();
        let than = self
            .items
            .iter()
            .enumerate()
            .skip(op + 1)
            .find(|(_, i)| i.text() == "than")
            .map_or(op, |(n, _)| n);
        // What the words behind name first is what is compared with; else what those before name is compared.
        let behind = lean.iter().skip(than + 1).find(|l| **l != 0);
        let before: i32 = lean.iter().take(op).sum();
        let with_first = match (behind, before) {
            (Some(lean), _) => *lean > 0,
            (None, 0) => return loose,
            (None, before) => before < 0,
        };
        let (of, with) = if with_first { (b, a) } else { (a, b) };
        let toward = |lean: i32| if with_first { lean } else { -lean };
        // The words behind may come back to what is compared: "30 kg less than the ordered quantity was received".
        let back = lean
            .iter()
            .enumerate()
            .skip(than + 1)
            .skip_while(|(_, l)| toward(**l) <= 0)
            .find(|(_, l)| toward(**l) < -1)
            .map_or(self.items.len(), |(n, _)| n);
        let (mut of_words, mut with_words) = (Vec::new(), Vec::new());
        for (n, item) in self.items.iter().enumerate() {
            if n > than && n < back {
                with_words.push(item);
            } else {
                of_words.push(item);
            }
        }
        let said = |words: &[&Item], n: usize| {
            self.cited
                .get(n)
                .is_some_and(|f| !self.speaks_against(words, f))
        };
        Pair {
            of,
            with,
            ordered: true,
            agrees: said(&of_words, of) && said(&with_words, with),
        }
    }

    /// Whether words name another head, event, stage, paper or party than a field is of.
    fn speaks_against(&self, words: &[&Item], field: &Field<'a>) -> bool {
        let tags: Tags = words
            .iter()
            .filter_map(|i| i.tags())
            .flatten()
            .copied()
            .collect();
        let spoken = spoken_of(&tags);
        let (own, sources) = known_of(field);
        let apart = |wanted: &[&str], theirs: &Tags| {
            let asked: Tags = tags
                .iter()
                .copied()
                .filter(|t| wanted.contains(&group(t)))
                .collect();
            let held: Tags = theirs
                .iter()
                .copied()
                .filter(|t| wanted.contains(&group(t)))
                .collect();
            !asked.is_empty() && !held.is_empty() && spoken.is_disjoint(&held)
        };
        // A paper or a register that is named; else the one that a stage stands for.
        let papers = |tags: &Tags| -> Tags {
            tags.iter()
                .copied()
                .filter(|t| PAPERS.contains(t) || REGISTERS.contains(t))
                .collect()
        };
        let implied = |tags: &Tags| -> Tags {
            let stages: Tags = tags.iter().filter_map(|t| paper_of(t)).collect();
            papers(&spoken_of(&stages))
        };
        let named = papers(&tags);
        let asked_papers = if named.is_empty() {
            implied(&tags)
        } else {
            named
        };
        let mut held_papers = papers(&spoken_of(&own));
        held_papers.extend(implied(&own));
        held_papers.extend(papers(&sources));
        let other_paper = !asked_papers.is_empty()
            && !held_papers.is_empty()
            && asked_papers.is_disjoint(&held_papers);
        let sorts = ["kind.price", "kind.quantity", "kind.rate", "kind.days"];
        let other_sort = {
            let asked: Tags = tags.iter().copied().filter(|t| sorts.contains(t)).collect();
            let held = field.class_tags();
            !asked.is_empty() && held.iter().any(|t| sorts.contains(t)) && asked.is_disjoint(&held)
        };
        let price_for_sum = field.class_tags().contains("kind.price")
            && !tags.contains("kind.price")
            && !tags.contains("kind.rate")
            && tags.iter().any(|t| group(t) == "head");
        let other_text = Side::of(field).is_some_and(|s| matches!(s, Side::Text(_)))
            && text_fits(&tags, field) == Fit::No;
        apart(&["head"], &own)
            || apart(&["stage"], &own)
            || price_for_sum
            || other_text
            || apart(&["event"], &own)
            || apart(&["variant"], &own)
            || apart(&["role"], &self.roles_of(field))
            || other_paper
            || other_sort
    }

    /// How much one item speaks of a field.
    pub(crate) fn speaks(&self, item: &Item, field: &Field<'a>) -> i32 {
        let value = match (item, Side::of(field)) {
            (Item::Value(Token::Number(n)), Some(Side::Number(v))) => n.is(v, self.about),
            (Item::Value(Token::Date(d)), Some(Side::Date(v))) => *d == v,
            (Item::Value(Token::Part(p)), Some(Side::Date(v))) => p.holds(v),
            _ => false,
        };
        let mentioned = Mention::of(item).is_some_and(|m| m.binds(field, self.claim));
        let spoken = item.tags().map(spoken_of).unwrap_or_default();
        let (own, sources) = known_of(field);
        let tags: i32 = spoken
            .iter()
            .map(|t| {
                if own.contains(t) || (sources.contains(t) && group(t) == "doc") {
                    weight(t)
                } else {
                    i32::from(sources.contains(t))
                }
            })
            .sum();
        // "its date": the date of the paper itself.
        let plain = item
            .tags()
            .is_some_and(|t| t.iter().eq(["kind.date"].iter()))
            && field.class_tags().contains("kind.date")
            && own
                .iter()
                .all(|t| group(t) != "event" || *t == "event.issue");
        let parts: BTreeSet<String> = name_parts(field.leaf()).iter().map(|p| stem(p)).collect();
        let spelled = !matches!(item, Item::Value(_))
            && folded_words(item.text())
                .iter()
                .any(|w| parts.contains(&stem(w)));
        // "bolts", "director": what the element of the one is called and that of the other is not.
        let called = match item {
            Item::Unknown(word) => {
                let wanted = stem(word);
                let holder = field.chain.last().and_then(|h| h.as_object());
                let own = field.element().is_some()
                    && holder.is_some_and(|map| {
                        map.values()
                            .filter_map(serde_json::Value::as_str)
                            .any(|s| folded_words(s).iter().any(|w| stem(w) == wanted))
                    });
                i32::from(own) * 2
            }
            _ => 0,
        };
        called
            + i32::from(plain)
            + i32::from(value) * 4
            + i32::from(mentioned) * 2
            + tags
            + i32::from(spelled)
    }

    /// How much the clause speaks of a field; less than nothing when it speaks of others of its sort.
    pub(crate) fn relevance(&self, field: &Field<'a>) -> i32 {
        let tags = crate::clause::tags_of(self.items);
        let asked = Asked {
            roles: of(&tags, "role"),
            words: self.words.clone(),
            line: true,
            tags: tags.clone(),
            ..Asked::default()
        };
        if !same_record(&asked, field) {
            return -50;
        }
        // Amounts are spoken of, and no dates.
        let sums = ["kind.amount", "kind.price", "kind.quantity"]
            .iter()
            .any(|t| tags.contains(t));
        let dates = tags
            .iter()
            .any(|t| group(t) == "event" || *t == "kind.date");
        if sums && !dates && matches!(Side::of(field), Some(Side::Date(_))) {
            return -50;
        }
        let spoken = spoken_of(&tags);
        let (own, sources) = known_of(field);
        let named = |wanted: &str, among: &Tags| among.iter().any(|t| group(t) == wanted);
        // A head, an event or a stage is named, and none of them is this one.
        let strange = ["head", "event", "stage"].iter().any(|g| {
            let theirs: Tags = own.iter().copied().filter(|t| group(t) == *g).collect();
            !theirs.is_empty()
                && named(g, &tags)
                && spoken.iter().all(|t| !theirs.contains(t))
                && !theirs.contains("head.total")
        });
        if strange {
            return -50;
        }
        let shared: i32 = spoken
            .iter()
            .map(|t| {
                if own.contains(t) {
                    weight(t)
                } else {
                    i32::from(sources.contains(t))
                }
            })
            .sum();
        let stated: i32 = self
            .items
            .iter()
            .map(|i| match (i, Side::of(field)) {
                (Item::Value(Token::Number(n)), Some(Side::Number(v))) if n.is(v, self.about) => 4,
                (Item::Value(Token::Date(d)), Some(Side::Date(v))) if *d == v => 4,
                _ => 0,
            })
            .sum();
        shared + stated
    }
}

fn weight(tag: &str) -> i32 {
    if matches!(group_of(tag), "head" | "event" | "stage") {
        3
    } else {
        2
    }
}

fn group_of(tag: &str) -> &str {
    tag.split_once('.').map_or(tag, |(group, _)| group)
}

/// The tags of a field by its name, and those of the records it stands in.
fn known_of(field: &Field<'_>) -> (Tags, Tags) {
    let mut own = widened_public(&field.tags);
    own.extend(field.class_tags());
    // An order's delivery date is a promise, and nothing was received by it.
    if field.has("event.delivery") && field.docs().contains("doc.order") {
        own.remove("event.receipt");
        own.remove("stage.received");
    }
    (own, field.sources.clone())
}

/// Tags with the stages that their papers stand for: what a receipt says was received.
fn spoken_of(tags: &Tags) -> Tags {
    let mut out = widened_public(tags);
    for tag in tags {
        let also: &[Tag] = match *tag {
            "doc.receipt" => &["stage.received", "event.receipt"],
            "doc.order" => &["stage.ordered", "event.order"],
            "doc.invoice" => &["stage.billed"],
            _ => &[],
        };
        out.extend(also);
    }
    out
}

/// The paper that a stage of a quantity stands for.
fn paper_of(tag: Tag) -> Option<Tag> {
    Some(match tag {
        "stage.ordered" => "doc.order",
        "stage.billed" => "doc.invoice",
        "stage.received" | "stage.accepted" | "stage.rejected" => "doc.receipt",
        _ => return None,
    })
}

/// Two values from two records are more likely to be compared than two of one.
fn distance(a: &Field<'_>, b: &Field<'_>) -> i32 {
    i32::from(a.doc != b.doc)
}

/// Whether two fields can be compared at all.
pub(crate) fn alike(a: &Field<'_>, b: &Field<'_>) -> bool {
    match (Side::of(a), Side::of(b)) {
        (Some(Side::Number(_)), Some(Side::Number(_))) => {
            let (a, b) = (a.classes(), b.classes());
            a.iter().any(|c| b.contains(c)) || a == [Class::Plain] || b == [Class::Plain]
        }
        (Some(Side::Date(_)), Some(Side::Date(_))) => true,
        (Some(Side::Text(_)), Some(Side::Text(_))) => {
            let kinds = |f: &Field<'_>| {
                let mut tags = of(&widened_public(&f.tags), "kind");
                if tags.is_empty() {
                    tags = of(&f.tags, "role");
                }
                tags
            };
            a.leaf() == b.leaf() || !kinds(a).is_disjoint(&kinds(b))
        }
        _ => false,
    }
}
