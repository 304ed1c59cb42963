//! Things that are told to be the same, without naming the two sides: "tallies with the order", "the IFSC agrees".

use crate::{
    clause::{Item, tags_of},
    field::Field,
    fit::widened_public,
    read,
    relation::Side,
    vocabulary::{Tags, VOCABULARY, group},
    weigh::Weigher,
};

impl Weigher<'_, '_> {
    /// "Both show ₹5,000, the same as billed": a value that is stated and that two cited fields hold makes them equal.
    pub(crate) fn weigh_told_equal(&mut self, stated_only: bool) {
        for at in 0..self.items.len() {
            let differ = self.items.get(at).is_some_and(|i| i.class("differ"));
            if self.is_used(at) || !(differ || self.items.get(at).is_some_and(|i| i.class("equal")))
            {
                continue;
            }
            let here = differ && !self.items.iter().any(|i| i.number().is_some());
            if here || (differ && self.delta(at).is_some()) {
                continue;
            }
            let both = self.all.iter().filter_map(Item::number).find_map(|n| {
                let held: Vec<usize> = (0..self.cited.len())
                    .filter(|f| {
                        matches!(self.cited.get(*f).and_then(Side::of), Some(Side::Number(v)) if n.is(v, self.about))
                    })
                    .collect();
                (held.len() > 1 && self.names_all(&held)).then_some(held)
            });
            let held = match both {
                Some(held) => held,
                None if stated_only || differ => continue,
                None => match self.only_pairs() {
                    (pairs, true) if !pairs.is_empty() => pairs,
                    (pairs, false) if !pairs.is_empty() && !self.denied_at(at) => {
                        let shown: Vec<String> = pairs
                            .iter()
                            .filter_map(|n| self.cited.get(*n))
                            .map(|f| f.value.to_string())
                            .collect();
                        self.bad(at, format!("the cited values are {}", shown.join(" and ")));
                        continue;
                    }
                    _ => continue,
                },
            };
            if self.denied_at(at) != differ {
                self.bad(at, "two cited values are the same".to_owned());
            } else if let Some(first) = held.first().copied() {
                self.bearing.extend(held);
                self.good(at, first);
            }
        }
    }

    /// Whether what the clause names is of these fields: each paper, and whatever identifier or head.
    pub(crate) fn names_all(&self, held: &[usize]) -> bool {
        let fields: Vec<&Field<'_>> = held.iter().filter_map(|n| self.cited.get(*n)).collect();
        let of_them = |tag: &str| {
            fields.iter().any(|f| {
                f.tags.contains(tag)
                    || f.sources.contains(tag)
                    || f.path.iter().any(|p| VOCABULARY.member(p).0.contains(tag))
            })
        };
        let untyped = fields
            .iter()
            .any(|f| f.docs().iter().all(|t| !crate::fit::PAPERS.contains(t)));
        tags_of(self.items).iter().all(|t| {
            let paper = crate::fit::PAPERS.contains(t) && *t != "doc.irn";
            let sort = crate::fit::is_identity(t) && !matches!(*t, "kind.number" | "kind.name");
            let wide: Tags = widened_public(&Tags::from([*t]));
            let stage = group(t) == "stage";
            !(paper || sort || stage) || wide.iter().any(|t| of_them(t)) || (paper && untyped)
        })
    }

    /// The cited fields that can be compared, each with one other of its kind, and whether each two hold the same.
    pub(crate) fn only_pairs(&self) -> (Vec<usize>, bool) {
        let pan = |f: &Field<'_>| f.has("kind.pan");
        let of_two = |a: &Field<'_>, b: &Field<'_>| {
            crate::pairing::alike(a, b)
                || (pan(a) && b.has("kind.gstin"))
                || (pan(b) && a.has("kind.gstin"))
        };
        let spoken = |f: &Field<'_>| {
            let parts: Vec<String> = crate::vocabulary::name_parts(f.leaf())
                .iter()
                .map(|p| crate::vocabulary::stem(p))
                .collect();
            self.items.iter().any(|i| {
                i.tags()
                    .is_some_and(|t| t.iter().any(|t| f.tags.contains(t)))
                    || crate::vocabulary::folded_words(i.text())
                        .iter()
                        .any(|w| parts.contains(&crate::vocabulary::stem(w)))
            })
        };
        let fields: Vec<(usize, &Field<'_>)> = self
            .cited
            .iter()
            .enumerate()
            .filter(|(n, f)| !f.value.is_array() && spoken(f) && !self.bearing.contains(n))
            .collect();
        let (mut used, mut same) = (Vec::new(), true);
        for (n, field) in &fields {
            let partners: Vec<&(usize, &Field<'_>)> = fields
                .iter()
                .filter(|(m, other)| m != n && of_two(field, other))
                .collect();
            let [(m, other)] = partners[..] else {
                if partners.is_empty() {
                    continue;
                }
                return (Vec::new(), false);
            };
            let (Some(left), Some(right)) = (Side::of(field), Side::of(other)) else {
                continue;
            };
            same &= match (&left, &right) {
                (Side::Text(a), Side::Text(b)) if pan(field) != pan(other) => {
                    let (a, b) = (read::identifier(a), read::identifier(b));
                    a.len() > 9 && b.len() > 9 && (a.contains(&b) || b.contains(&a))
                }
                _ => left.same(&right),
            };
            used.extend([*n, *m]);
        }
        (used, same)
    }
}
