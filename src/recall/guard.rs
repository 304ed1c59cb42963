//! The guard: what a question names and how, in a form in which two questions with one answer are equal.

use domain::Date;

use crate::{
    bind::{denials, kinds, ranges, roles},
    frame::frame,
    named::named,
    piece::{Class, Entity, Piece, join_names, pieces},
    text::folded,
    token::tokens,
    vocabulary::Kind,
};

/// The longest question that is read, in bytes. A longer one shares its answer with none.
pub const QUESTION_BYTES_MAX: usize = 2_048;

/// All that a question says, in one form. Two questions may share an answer only if their readings are equal; whatever is
/// not understood is a name and stands in it as it was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reading(String);

impl Reading {
    /// Reads a question as it is meant on a day: "last month" is the month before that day's. `None` for what is empty or too
    /// long.
    pub fn of(question: &str, as_of: Date) -> Option<Self> {
        if question.len() > QUESTION_BYTES_MAX {
            return None;
        }
        let folded = folded(question);
        let tokens = tokens(&folded, as_of);
        let pieces = pieces(&tokens.list);
        let mut parts: Vec<String> = named(&tokens, &pieces).into_iter().collect();
        let pieces = denials(kinds(join_names(&pieces)));
        let mut pieces = roles(events_of(pieces), &mut parts);
        if let Some(frame) = frame(&mut pieces) {
            parts.push(format!("frame {frame}"));
        }
        concepts(&pieces, &mut parts);
        let entities = pieces.into_iter().filter_map(|piece| match piece {
            Piece::Entity(entity) => Some(entity),
            Piece::Concept { .. } => None,
        });
        values(&ranges(entities.collect()), &mut parts);
        parts.sort();
        (!parts.is_empty()).then(|| Self(parts.join("\n")))
    }

    /// What it consists of, for people: sorted.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.0.lines()
    }

    pub(crate) const fn bytes(&self) -> usize {
        self.0.len()
    }
}

/// Where there is somebody who may have paid or been paid, "paid" is the event; otherwise it is how a record stands.
fn events_of(mut pieces: Vec<Piece>) -> Vec<Piece> {
    let acts = pieces.iter().any(|piece| match piece {
        Piece::Entity(entity) => entity.is_party(),
        piece @ Piece::Concept { .. } => piece.kind() == Some(Kind::Own),
    });
    for at in 0..pieces.len() {
        let to = pieces.get(at + 1).is_some_and(|next| next.is("to"));
        if let Some(Piece::Concept { kind, concept, .. }) = pieces.get_mut(at)
            && *kind == Kind::State
            && concept == "paid"
            && (acts || to)
        {
            *kind = Kind::Event;
            "pay".clone_into(concept);
        }
    }
    pieces
}

/// Words what a question says apart from what it names.
fn concepts(pieces: &[Piece], parts: &mut Vec<String>) {
    let of = |wanted: &[Kind]| -> Vec<String> {
        let mut out: Vec<String> = Vec::new();
        for piece in pieces {
            if let Piece::Concept {
                kind,
                concept,
                denied,
                ..
            } = piece
                && wanted.contains(kind)
            {
                let word = format!("{}{concept}", "not ".repeat(*denied));
                if out.last() != Some(&word) {
                    out.push(word);
                }
            }
        }
        out
    };
    let set = |mut words: Vec<String>| {
        words.sort();
        words.dedup();
        words
    };
    let mut topics = set(of(&[Kind::Topic, Kind::Unit]));
    // When it is due is its due date.
    if topics.iter().any(|topic| topic == "due") {
        topics.retain(|topic| topic != "when");
    }
    for (name, words) in [
        ("topic", topics),
        ("event", set(of(&[Kind::Event]))),
        ("record", set(of(&[Kind::Noun]))),
        ("state", set(of(&[Kind::State]))),
    ] {
        parts.extend(words.into_iter().map(|word| format!("{name} {word}")));
    }
    // The highest of the totals is not the total of the highest.
    let aggregates = of(&[Kind::Aggregate]);
    if !aggregates.is_empty() {
        parts.push(format!("aggregate {}", aggregates.join(" of ")));
    }
    let ors = pieces.iter().filter(|p| p.kind() == Some(Kind::Or)).count();
    if ors > 0 {
        parts.push(format!("or {ors}"));
    }
    let own = pieces.iter().any(|piece| piece.kind() == Some(Kind::Own));
    if own && of(&[Kind::Event]).is_empty() {
        parts.push("ours".to_owned());
    }
    // Where it matters what stands beside what, the order says it.
    let distinct = |kinds: &[Kind]| set(of(kinds)).len();
    let said = distinct(&[Kind::Topic, Kind::State, Kind::Aggregate, Kind::Event]);
    let each = aggregates.iter().any(|aggregate| aggregate == "each");
    if each
        || distinct(&[Kind::State]) > 1
        || (distinct(&[Kind::Aggregate]) > 1
            && distinct(&[Kind::Topic, Kind::Event, Kind::Noun]) > 1)
        || (distinct(&[Kind::State]) > 0 && distinct(&[Kind::Noun, Kind::Event]) > 1)
        || (said > 1 && apart(pieces))
    {
        parts.push(format!("order {}", order(pieces).join(" ")));
    } else if distinct(&[Kind::Noun, Kind::Event]) > 1 && distinct(&[Kind::Noun]) > 0 {
        parts.push(format!(
            "records {}",
            of(&[Kind::Noun, Kind::Event]).join(" ")
        ));
    }
    let past = pieces.iter().any(|piece| piece.kind() == Some(Kind::Past));
    let lasting = pieces
        .iter()
        .any(|piece| matches!(piece, Piece::Concept { lasting: true, .. }));
    let happens = !of(&[Kind::Event, Kind::State, Kind::Aggregate]).is_empty();
    if past && (lasting || !happens) {
        parts.push("past".to_owned());
    }
}

/// Whether two values of one class stand apart, with words between them, so that each may belong to other words.
fn apart(pieces: &[Piece]) -> bool {
    let mut seen: Vec<Class> = Vec::new();
    let mut beside = false;
    for piece in pieces {
        match piece {
            Piece::Entity(entity) => {
                let class = match entity.class {
                    Class::Id => Class::Name,
                    other => other,
                };
                if seen.contains(&class) && !beside {
                    return true;
                }
                seen.push(class);
                beside = true;
            }
            piece @ Piece::Concept { .. } => {
                beside &= matches!(piece.kind(), Some(Kind::And | Kind::Or | Kind::Role));
            }
        }
    }
    false
}

/// All that is said and named, one behind the other.
fn order(pieces: &[Piece]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for piece in pieces {
        let word = match piece {
            Piece::Concept {
                kind: Kind::Topic | Kind::Noun | Kind::Event | Kind::State | Kind::Aggregate,
                concept,
                ..
            } => concept.clone(),
            Piece::Entity(entity) => entity.said(),
            Piece::Concept { .. } => continue,
        };
        if out.last() != Some(&word) {
            out.push(word);
        }
    }
    out
}

/// Words what a question names. In order where the order may say something, sorted where every value shows what it is.
fn values(entities: &[Entity], parts: &mut Vec<String>) {
    for class in [Class::Number, Class::Id, Class::Name, Class::Date] {
        let mut seen: Vec<String> = Vec::new();
        let mut marks: Vec<String> = Vec::new();
        let mut listed = true;
        for entity in entities.iter().filter(|entity| entity.class == class) {
            let text = entity.said();
            let roles = entity.roles.join(" ");
            let unit = match class {
                Class::Number => text.trim_matches(|c: char| c.is_ascii_digit() || c == '.'),
                _ => "",
            };
            marks.push(format!("{roles}/{unit}"));
            listed &= seen.is_empty() || entity.joined;
            seen.push(format!("{class:?} {roles}: {text}").to_lowercase());
        }
        let mut distinct = marks.clone();
        distinct.sort();
        distinct.dedup();
        let bound = |mark: &String| {
            ["than", "minus", "between", "more", "less", "compare"]
                .iter()
                .any(|role| mark.contains(role))
        };
        let turns = |part: &String| {
            part.contains("difference") || part.contains("compare") || part.contains("respectively")
        };
        let free = distinct.len() == marks.len()
            || (listed
                && class == Class::Id
                && !marks.iter().any(bound)
                && !parts.iter().any(turns));
        if free {
            seen.sort();
        }
        match (free, seen.len()) {
            (_, 0) => {}
            (true, _) => parts.extend(seen),
            (false, _) => parts.push(seen.join(" then ")),
        }
    }
}
