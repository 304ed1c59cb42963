//! The screen: does a text of a document speak to whoever verifies it, or hide that it does?
//!
//! *Invariant:* pure and total. No text is refused, none is read in more than linear time, and the same text always
//! comes to the same answer. It informs: safety never rests on it, because a text can always be worded otherwise.

mod concept;
mod feature;
mod hits;
mod lexicon;
mod quarantine;
mod scan;
mod sight;
mod sound;
mod view;
mod wording;

#[cfg(test)]
mod tests;

pub use feature::{FLAGGED_FROM, features};
pub use quarantine::{datamark, withheld};
pub use view::ViewName;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use feature::TEMPLATE;
use hits::terms;
use scan::{Found, densest, scan};
use sight::{Sight, read};
use view::{Unit, View, dense, units};

/// Points of a text that is odd by itself: enough to flag it.
const STRUCTURAL: u32 = FLAGGED_FROM;
/// Points that texts which have nothing to do with each other come to by chance where they meet.
const CHANCE: u32 = 30;
/// Points are counted no further.
const POINTS_MAX: u32 = 100;
/// Hits that are told of one text.
const HITS_MAX: usize = 32;
/// Texts that are remembered, and how long they may be.
const REMEMBERED_MAX: usize = 2_048;
const REMEMBERED_BYTES_MAX: usize = 256;

/// One text of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field<'a> {
    /// Where it stands: a JSON pointer, or any name that tells it from the others.
    pub pointer: &'a str,
    pub text: &'a str,
}

/// Where and how a text showed a feature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// By position among the fields.
    pub field: usize,
    /// First character and the one after the last, in the field as it was given.
    pub span: (u32, u32),
    pub view: ViewName,
    pub feature: &'static str,
}

/// What the fields of a document came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Screening {
    pub flagged: bool,
    /// From 0 to 100; from [`FLAGGED_FROM`] on the document is flagged.
    pub score: u32,
    /// What was seen, in the order of the document: of all views that flag it, else of the view with most points.
    pub hits: Vec<Hit>,
    /// By position, the fields that are flagged alone or together with others.
    pub suspects: Vec<usize>,
}

/// Points and features of one view.
struct Reading {
    view: ViewName,
    points: u32,
    found: Vec<Found>,
}

impl Reading {
    /// The same in a text that begins later.
    fn moved(&self, start: u32) -> Self {
        let mut found = self.found.clone();
        for span in found.iter_mut().flat_map(|found| &mut found.spans) {
            *span = (span.0 + start, span.1 + start);
        }
        Self { found, ..*self }
    }
}

/// One text in every view but those that need its neighbours; places count from its own beginning.
struct Known {
    chars: u32,
    folded: Vec<Unit>,
    readings: Vec<Reading>,
}

impl Known {
    fn of(text: &str) -> Self {
        let units = units(text, 0);
        let mut readings = Vec::new();
        let folded = read(&units, &mut |sight| readings.push(reading_of(&sight)));
        // A view that showed nothing says nothing.
        readings.retain(|reading| !reading.found.is_empty());
        Self {
            chars: units.last().map_or(0, |unit| unit.at + 1),
            folded,
            readings,
        }
    }
}

/// The screen with a memory for short texts: names, addresses and descriptions come again from invoice to invoice. What
/// it remembers changes no answer.
#[derive(Default)]
pub struct Screener {
    known: Mutex<BTreeMap<Box<str>, Arc<Known>>>,
}

impl Screener {
    /// As [`screen`].
    pub fn screen(&self, fields: &[Field<'_>]) -> Screening {
        screen_with(fields, |text| {
            if text.len() > REMEMBERED_BYTES_MAX {
                return Arc::new(Known::of(text));
            }
            let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(seen) = known().get(text) {
                return Arc::clone(seen);
            }
            let new = Arc::new(Known::of(text));
            let mut known = known();
            if known.len() >= REMEMBERED_MAX {
                known.clear();
            }
            known.insert(text.into(), Arc::clone(&new));
            new
        })
    }
}

/// Screens the fields of one document, each by itself and all of them in their order.
pub fn screen(fields: &[Field<'_>]) -> Screening {
    screen_with(fields, |text| Arc::new(Known::of(text)))
}

fn screen_with(fields: &[Field<'_>], known: impl Fn(&str) -> Arc<Known>) -> Screening {
    let mut starts = Vec::with_capacity(fields.len());
    let most = fields.iter().map(|field| field.text.len() + 1).sum();
    let mut joined: Vec<Unit> = Vec::with_capacity(most);
    let mut readings: Vec<Reading> = Vec::new();
    let mut next = 0_u32;
    for field in fields {
        let known = known(field.text);
        let start = next;
        starts.push(start);
        next += known.chars;
        readings.extend(known.readings.iter().map(|reading| reading.moved(start)));
        join(&mut joined, &known.folded, start);
    }
    if fields.iter().filter(|field| !field.text.is_empty()).count() > 1 {
        let tight = dense(&joined);
        let together = [
            View {
                name: ViewName::Joined,
                units: joined,
            },
            View {
                name: ViewName::Dense,
                units: tight,
            },
        ];
        for view in together {
            let mut reading = reading(&view);
            if view.name == ViewName::Dense {
                reading.points = reading.points.saturating_sub(CHANCE);
            }
            readings.push(reading);
        }
    }
    summary(&starts, readings)
}

/// What each word of each view of a document tells the trained wording, for whoever trains it.
#[doc(hidden)]
pub fn signals(texts: &[&str]) -> Vec<(ViewName, Vec<wording::Signals>)> {
    let mut signals = Vec::new();
    let mut tell = |view: &View| {
        signals.push((view.name, wording::signals(&terms(view))));
    };
    let mut joined = Vec::new();
    for text in texts {
        let folded = read(&units(text, 0), &mut |sight| {
            if let Sight::View(view) = sight
                && view.name != ViewName::Dense
            {
                tell(&view);
            }
        });
        join(&mut joined, &folded, 0);
    }
    if texts.iter().filter(|text| !text.is_empty()).count() > 1 {
        tell(&View {
            name: ViewName::Joined,
            units: joined,
        });
    }
    signals
}

/// Adds the text of a field that begins at `start` to those before it.
fn join(joined: &mut Vec<Unit>, folded: &[Unit], start: u32) {
    if !joined.is_empty() {
        joined.push(Unit {
            ch: ' ',
            at: start.saturating_sub(1),
            len: 0,
            changed: false,
        });
    }
    joined.extend(folded.iter().map(|unit| Unit {
        at: unit.at + start,
        ..*unit
    }));
}

fn reading_of(sight: &Sight) -> Reading {
    match *sight {
        Sight::View(ref view) => reading(view),
        Sight::Odd {
            what,
            from,
            until,
            view,
        } => Reading {
            view,
            points: STRUCTURAL,
            found: vec![Found::alone(what, STRUCTURAL, vec![(from, until)])],
        },
    }
}

fn reading(view: &View) -> Reading {
    let terms = terms(view);
    let mut found = scan(view, &terms.hits);
    let (mut points, range) = densest(&found);
    let template = found.iter().find(|found| found.name == TEMPLATE).cloned();
    found.truncate(range.end);
    found.drain(..range.start);
    if let Some(wording) = wording::wording(view.name, &terms) {
        // Where a trick was undone, the terms that it hid count by themselves.
        points = match view.name {
            ViewName::Plain | ViewName::Joined | ViewName::Unescaped => wording.points,
            _ => points.max(wording.points),
        };
        if !wording.strongest.is_empty() {
            let spans = wording
                .strongest
                .iter()
                .map(|&(from, until)| view.span(from, until));
            found.push(Found::alone("wording", wording.points, spans.collect()));
        }
    }
    if let Some(template) = template {
        points = points.max(template.points);
        if found.iter().all(|found| found.name != TEMPLATE) {
            found.push(template);
        }
    }
    Reading {
        view: view.name,
        points,
        found,
    }
}

/// Puts readings together: the most points of any decide.
fn summary(starts: &[u32], readings: Vec<Reading>) -> Screening {
    let score = readings
        .iter()
        .map(|reading| reading.points)
        .max()
        .unwrap_or_default()
        .min(POINTS_MAX);
    let flagged = score >= FLAGGED_FROM;
    let least = if flagged { FLAGGED_FROM } else { score.max(1) };
    let place = |span: (u32, u32)| {
        let field = starts
            .partition_point(|start| *start <= span.0)
            .saturating_sub(1);
        let start = starts.get(field).copied().unwrap_or_default();
        let end = starts.get(field + 1).copied().unwrap_or(u32::MAX);
        (field, (span.0 - start, span.1.min(end) - start))
    };
    let mut hits: Vec<Hit> = Vec::new();
    let mut suspects: Vec<usize> = Vec::new();
    for reading in readings
        .into_iter()
        .filter(|reading| reading.points >= least)
    {
        for found in reading.found {
            for span in found.spans {
                let (field, span) = place(span);
                if flagged {
                    suspects.push(field);
                }
                hits.push(Hit {
                    field,
                    span,
                    view: reading.view,
                    feature: found.name,
                });
            }
        }
    }
    let key = |hit: &Hit| (hit.field, hit.feature, hit.view, hit.span);
    hits.sort_by_key(key);
    // One hit for what one feature shows in one view of one field: the stretch that all of its parts span.
    hits.dedup_by(|next, kept| {
        let same = (next.field, next.feature, next.view) == (kept.field, kept.feature, kept.view);
        if same {
            kept.span = (kept.span.0.min(next.span.0), kept.span.1.max(next.span.1));
        }
        same
    });
    hits.sort_by_key(|hit| (hit.field, hit.span, hit.feature, hit.view));
    hits.truncate(HITS_MAX);
    suspects.sort_unstable();
    suspects.dedup();
    Screening {
        flagged,
        score,
        hits,
        suspects,
    }
}
