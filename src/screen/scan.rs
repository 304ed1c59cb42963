//! Scanning: features that the terms of a view make, and the stretch of text that has most of them.

use std::collections::BTreeMap;

use crate::{
    concept::{Concept, Set},
    feature::{BY_CONCEPT, FEATURES, Feature},
    hits::Hit,
    view::{View, ViewName},
};

/// Points are added up over so many words.
const STRETCH: u32 = 48;
/// Words on either side in which a guard counts.
const GUARD_BEFORE: u32 = 3;
const GUARD_AFTER: u32 = 7;
/// A trick that hides an intent is half of what flags a text.
const OBFUSCATED: u32 = 40;

/// A feature in a view.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) name: &'static str,
    pub(crate) points: u32,
    word: u32,
    /// Whether a trick had to be undone to read it.
    changed: bool,
    /// Stretches of the original, one for each part.
    pub(crate) spans: Vec<(u32, u32)>,
}

impl Found {
    /// A finding that needs no words.
    pub(crate) fn alone(name: &'static str, points: u32, spans: Vec<(u32, u32)>) -> Self {
        Self {
            name,
            points,
            word: 0,
            changed: false,
            spans,
        }
    }
}

/// The last two hits of each concept.
type Latest = [[Option<usize>; 2]; Concept::ALL.len()];

struct Scan<'a> {
    view: &'a View,
    hits: &'a [Hit],
    latest: Latest,
    seen: Set,
}

/// The features that the terms of a view make, in the order of the text.
pub(crate) fn scan(view: &View, hits: &[Hit]) -> Vec<Found> {
    let mut scan = Scan {
        view,
        hits,
        latest: [[None; 2]; Concept::ALL.len()],
        seen: Set::default(),
    };
    let mut made: Vec<(usize, [usize; 3])> = Vec::new();
    for index in 0..scan.hits.len() {
        let concept = scan.hits[index].concept;
        let slot = &mut scan.latest[concept.index()];
        *slot = [Some(index), slot[0]];
        scan.seen = scan.seen.with(concept);
        for &(feature, part) in &BY_CONCEPT[concept.index()] {
            made.extend(
                scan.complete(feature, part, index)
                    .map(|hits| (feature, hits)),
            );
        }
    }
    let mut found: Vec<Found> = made
        .into_iter()
        .filter_map(|(feature, hits)| scan.found(feature, hits))
        .collect();
    found.sort_by_key(|found| found.word);
    found
}

impl Scan<'_> {
    /// The hits that make a feature whose part `part` the hit `index` is, with those that came before it.
    fn complete(&self, feature: usize, part: usize, index: usize) -> Option<[usize; 3]> {
        let feature = &FEATURES[feature];
        let parts = feature.parts.len();
        if feature.ordered && part + 1 != parts {
            return None;
        }
        let mut chosen = [index; 3];
        let mut taken = vec![index];
        // From the last part to the first, so that in an ordered feature each stands before the one after it.
        let mut limit = index;
        for other in (0..parts).rev().filter(|other| *other != part) {
            let hit = self.latest_of(
                feature.parts[other],
                &taken,
                feature.ordered.then_some(limit),
            )?;
            chosen[other] = hit;
            limit = hit;
            taken.push(hit);
        }
        let first = taken.iter().map(|hit| self.hits[*hit].word).min()?;
        let near = self.hits[index].word - first <= feature.within;
        let opens = !feature.opening || self.hits[chosen[0]].opening;
        (near && opens).then_some(chosen)
    }

    fn latest_of(&self, part: &[Concept], taken: &[usize], before: Option<usize>) -> Option<usize> {
        let apart = |hit: usize| {
            let hit = &self.hits[hit];
            taken.iter().all(|other| {
                let other = &self.hits[*other];
                hit.until <= other.from || other.until <= hit.from
            })
        };
        part.iter()
            .flat_map(|concept| self.latest[concept.index()].iter().flatten().copied())
            .filter(|&hit| before.is_none_or(|limit| hit < limit) && apart(hit))
            .max()
    }

    fn found(&self, feature: usize, chosen: [usize; 3]) -> Option<Found> {
        let feature = &FEATURES[feature];
        let parts = &chosen[..feature.parts.len()];
        let hit = |index: &usize| &self.hits[*index];
        let first = parts.iter().map(|index| hit(index).word).min()?;
        let last = parts.iter().map(|index| hit(index).word).max()?;
        let changed = parts.iter().any(|index| hit(index).changed);
        // What only a trick shows must be a whole intent to count, and letters in disguise must be part of it.
        let tricky = !matches!(
            self.view.name,
            ViewName::Plain | ViewName::Joined | ViewName::Unescaped
        );
        if tricky && (!changed || (parts.len() < 2 && self.view.name != ViewName::Decoded)) {
            return None;
        }
        let guarded = !feature.unless.is_empty()
            && if feature.anywhere {
                Set::of(feature.unless).meets(self.seen)
            } else {
                self.guarded(
                    feature,
                    first.saturating_sub(GUARD_BEFORE),
                    last + GUARD_AFTER,
                    parts,
                )
            };
        let mut points = if guarded {
            feature.left
        } else {
            feature.points
        };
        if feature.anywhere && self.sentence(hit(&parts[0]).from) < 4 {
            points = 0;
        }
        (points > 0).then(|| Found {
            name: feature.name,
            points,
            word: last,
            changed,
            spans: parts
                .iter()
                .map(|index| self.view.span(hit(index).from, hit(index).until))
                .collect(),
        })
    }

    /// Words in the rest of the text from here on, up to a few.
    fn sentence(&self, from: usize) -> usize {
        self.view.units[from..]
            .iter()
            .take(200)
            .filter(|unit| unit.ch.is_whitespace())
            .count()
    }

    fn guarded(&self, feature: &Feature, from: u32, until: u32, parts: &[usize]) -> bool {
        let (unless, but) = (Set::of(feature.unless), Set::of(feature.but));
        let start = self.hits.partition_point(|hit| hit.word < from);
        let mut guarded = false;
        for (hit, index) in self.hits[start..].iter().zip(start..) {
            if hit.word > until {
                break;
            }
            if parts.contains(&index) {
                continue;
            }
            if but.has(hit.concept) {
                return false;
            }
            guarded |= unless.has(hit.concept);
        }
        guarded
    }
}

/// The stretch of words whose features add up to most: its points, and which of `found` are in it.
pub(crate) fn densest(found: &[Found]) -> (u32, std::ops::Range<usize>) {
    let mut counts: BTreeMap<&'static str, BTreeMap<u32, u32>> = BTreeMap::new();
    let mut tricks = 0_u32;
    let mut sum = 0;
    let mut best = (0, 0..0);
    let mut start = 0;
    for (end, new) in found.iter().enumerate() {
        let most =
            |counts: &BTreeMap<u32, u32>| counts.last_key_value().map_or(0, |(points, _)| *points);
        let of_name = counts.entry(new.name).or_default();
        sum -= most(of_name);
        *of_name.entry(new.points).or_default() += 1;
        sum += most(of_name);
        tricks += u32::from(new.changed);
        while found[start].word + STRETCH < new.word {
            let old = &found[start];
            let of_name = counts.entry(old.name).or_default();
            sum -= most(of_name);
            if let Some(count) = of_name.get_mut(&old.points) {
                *count -= 1;
                if *count == 0 {
                    of_name.remove(&old.points);
                }
            }
            sum += most(of_name);
            tricks -= u32::from(old.changed);
            start += 1;
        }
        let total = sum + if tricks > 0 { OBFUSCATED } else { 0 };
        if total > best.0 {
            best = (total, start..end + 1);
        }
    }
    best
}
