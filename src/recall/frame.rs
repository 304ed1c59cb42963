//! Who does what to whom. "We pay V001" and "V001 is paid by us" are one frame; "V001 pays us" is another.

use crate::{
    piece::{Entity, Piece},
    vocabulary::Kind,
};

/// Events in which the one who asks acts, unless it is said otherwise: he keeps the books of a buyer.
const OURS: &[&str] = &[
    "pay", "receive", "purchase", "claim", "approve", "reject", "owe", "ordered",
];
/// Events in which the other one acts.
const THEIRS: &[&str] = &[
    "invoice", "sell", "supply", "charge", "send", "file", "issue", "change",
];

/// The shapes in which the one of whom it is the way acts: `P` a party, `S` ourselves, `V` the event, `B` "been"; `b`, `f`
/// and `t` stand for "by", "from" and "to" before the sign behind them.
const OURS_ACT: &[&str] = &[
    "SVP", "SVtP", "VtP", "SVfP", "PSV", "PBV", "PBVbS", "tPSV", "fPSV", "BVfP", "BVbSfP",
];
const OURS_SUFFER: &[&str] = &["PVS", "PVtS", "VbP", "SBVbP", "SVbP"];
const THEIRS_ACT: &[&str] = &[
    "PV", "PVS", "PVtS", "VbP", "VfP", "SBVbP", "SVbP", "VStP", "VtSbP", "VP", "BVbP",
];
const THEIRS_SUFFER: &[&str] = &["SVP", "VtP", "SVtP", "VbStP"];

/// Words the frame of a question, and takes the roles that it says off the party.
pub(crate) fn frame(pieces: &mut [Piece]) -> Option<String> {
    let mut events: Vec<String> = Vec::new();
    for piece in pieces.iter() {
        if let Piece::Concept {
            kind: Kind::Event,
            concept,
            ..
        } = piece
            && !events.contains(concept)
        {
            events.push(concept.clone());
        }
    }
    // Beside another event an invoice is a record.
    if events.len() > 1 {
        events.retain(|event| event != "invoice");
    }
    let event = events.first()?.clone();
    let (shape, count) = shape(pieces, &events);
    let ours = OURS.contains(&event.as_str());
    let theirs = THEIRS.contains(&event.as_str());
    if events.len() > 1 || count.verbs > 1 || count.asks_who || !(ours || theirs) {
        return Some(format!("{} {shape}", events.join(" ")));
    }
    if count.parties == 0 {
        let usual = match shape.as_str() {
            "V" => true,
            "SV" | "VbS" | "BV" | "BVbS" => ours,
            "VS" | "VtS" => theirs,
            _ => false,
        };
        return (!usual).then(|| format!("{event} {shape}"));
    }
    let (act, suffer) = if ours {
        (OURS_ACT, OURS_SUFFER)
    } else {
        (THEIRS_ACT, THEIRS_SUFFER)
    };
    let known = act.contains(&shape.as_str());
    if count.parties > 1 || !(known || suffer.contains(&shape.as_str())) {
        return Some(format!("{event} {shape}"));
    }
    for piece in pieces {
        if let Piece::Entity(entity) = piece
            && entity.is_party()
        {
            entity
                .roles
                .retain(|role| !matches!(role.as_str(), "by" | "from" | "to"));
        }
    }
    Some(format!(
        "{event} {}",
        if known { "as usual" } else { "the other way" }
    ))
}

/// How many take part.
#[derive(Default)]
struct Count {
    parties: usize,
    verbs: usize,
    asks_who: bool,
}

/// The signs of who takes part, in the order in which they come.
fn shape(pieces: &[Piece], events: &[String]) -> (String, Count) {
    let mut shape = String::new();
    let mut count = Count::default();
    let mut before: Option<&str> = None;
    for piece in pieces {
        let letter = |role: Option<&str>| match role {
            Some("by") => "b",
            Some("from") => "f",
            Some("to") => "t",
            _ => "",
        };
        match piece {
            Piece::Entity(entity) if entity.is_party() => {
                if let Some(role) = party_role(entity) {
                    shape.push_str(letter(Some(role)));
                    if !entity.joined {
                        shape.push('P');
                        count.parties += 1;
                    }
                }
            }
            Piece::Concept {
                kind: Kind::Event,
                concept,
                ..
            } if events.contains(concept) => {
                shape.push('V');
                count.verbs += 1;
            }
            Piece::Concept {
                kind: Kind::Own, ..
            } => {
                shape.push_str(letter(before));
                shape.push('S');
            }
            Piece::Concept {
                kind: Kind::Been, ..
            } => shape.push('B'),
            piece => count.asks_who |= piece.is("who"),
        }
        before = match piece {
            Piece::Concept {
                kind: Kind::Role,
                concept,
                ..
            } => Some(concept),
            _ => None,
        };
    }
    (shape, count)
}

/// Its role in an event: none, or by, from, to. `None` if it is bound otherwise and takes no part.
fn party_role(entity: &Entity) -> Option<&str> {
    let mut roles = entity
        .roles
        .iter()
        .map(String::as_str)
        .filter(|role| !matches!(*role, "not" | "or"));
    match (roles.next(), roles.next()) {
        (None, _) => Some(""),
        (Some(role @ ("by" | "from" | "to")), None) => Some(role),
        _ => None,
    }
}
