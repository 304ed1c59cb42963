//! Which words of a question belong to which: kinds before identifiers, units behind numbers, denials, roles.

use crate::{
    piece::{Class, Entity, Piece, implied},
    span::Span,
    vocabulary::Kind,
};

/// Leaves out what an entity's form says already, and joins a plain number with what it counts or numbers.
pub(crate) fn kinds(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::with_capacity(pieces.len());
    let mut pieces = pieces.into_iter().peekable();
    while let Some(piece) = pieces.next() {
        let Piece::Entity(mut entity) = piece else {
            out.push(piece);
            continue;
        };
        while out.last().and_then(Piece::kind) == Some(Kind::Label) {
            out.pop();
        }
        let unit = pieces.peek().filter(|next| next.kind() == Some(Kind::Unit));
        let denied = |piece: &Piece| {
            matches!(
                piece,
                Piece::Concept {
                    kind: Kind::Not,
                    ..
                }
            )
        };
        let before = out.len().checked_sub(2).and_then(|at| out.get(at));
        let free = !before.is_some_and(denied);
        let asked = matches!(before, Some(Piece::Concept { word, .. }) if word == "which" || word == "what");
        match (entity.class, out.last()) {
            (Class::Number, _) if unit.is_some() => {
                if let Some(Piece::Concept { concept, .. }) = pieces.next() {
                    entity.text = format!("{} {concept}", entity.text);
                }
            }
            (Class::Number, Some(Piece::Concept { kind, concept, .. }))
                if matches!(kind, Kind::Noun | Kind::Topic | Kind::Event)
                    && !entity.text.ends_with('%') =>
            {
                entity.text = format!("{concept} {}", entity.text);
            }
            (Class::Id, Some(Piece::Concept { concept, .. })) if free => {
                let letters = entity.text.chars().any(char::is_alphabetic);
                let kind = implied(&entity.text);
                if kind == Some(concept) || (kind.is_none() && letters && concept == "invoice") {
                    out.pop();
                }
            }
            (Class::Name, Some(Piece::Concept { concept, word, .. }))
                if free && !asked && concept == "vendor" && !word.ends_with('s') =>
            {
                out.pop();
            }
            _ => {}
        }
        out.push(Piece::Entity(entity));
    }
    // A number or code that labels nothing is asked about.
    for piece in &mut out {
        if let Piece::Concept { kind, concept, .. } = piece
            && *kind == Kind::Label
        {
            *kind = Kind::Topic;
            "number".clone_into(concept);
        }
    }
    out
}

/// Takes out what says nothing, and has each denial said by what it denies.
pub(crate) fn denials(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::with_capacity(pieces.len());
    let mut nots = 0;
    for mut piece in pieces {
        match &mut piece {
            Piece::Concept {
                kind: Kind::Filler, ..
            } => continue,
            Piece::Concept {
                kind: Kind::Not, ..
            } => {
                nots += 1;
                continue;
            }
            Piece::Concept {
                kind: Kind::Own | Kind::Been | Kind::Past | Kind::And | Kind::Or,
                ..
            } => {}
            Piece::Concept {
                concept,
                denied,
                lasting,
                ..
            } => {
                if nots == 1 && concept == "paid" {
                    "unpaid".clone_into(concept);
                    *lasting = true;
                } else {
                    *denied = nots;
                }
                nots = 0;
            }
            Piece::Entity(entity) => {
                entity
                    .roles
                    .extend(std::iter::repeat_n("not".to_owned(), nots));
                nots = 0;
            }
        }
        out.push(piece);
    }
    if nots > 0 {
        let mut entity = Entity::new(Class::Name, String::new());
        entity
            .roles
            .extend(std::iter::repeat_n("not".to_owned(), nots));
        out.push(Piece::Entity(entity));
    }
    out
}

/// Gives each entity the roles before it. What roles bind nothing, and which concepts stand right behind one, is `loose`.
pub(crate) fn roles(pieces: Vec<Piece>, loose: &mut Vec<String>) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::with_capacity(pieces.len());
    let mut pending: Vec<String> = Vec::new();
    // The entity before in the same list, its place and whether only `and`, `or` and commas lie behind it.
    let mut list: Option<usize> = None;
    let mut behind = false;
    for piece in pieces {
        match piece {
            Piece::Entity(mut entity) => {
                let before = list.and_then(|at| match out.get(at) {
                    Some(Piece::Entity(before)) if before.class == entity.class => Some(before),
                    _ => None,
                });
                let either = out.last().and_then(Piece::kind) == Some(Kind::Or);
                if let Some(before) =
                    before.filter(|_| pending.is_empty() && entity.roles.is_empty() && !behind)
                {
                    entity.joined = out.last().is_some_and(|p| p.kind().is_some());
                    if entity.joined {
                        entity.roles.clone_from(&before.roles);
                        entity.roles.retain(|role| role != "or");
                    }
                } else {
                    if entity.class == Class::Number {
                        pending.retain(|role| role != "by");
                    }
                    pending.append(&mut entity.roles);
                    entity.roles = std::mem::take(&mut pending);
                }
                if either {
                    entity.roles.push("or".to_owned());
                }
                behind = false;
                list = Some(out.len());
                out.push(Piece::Entity(entity));
                continue;
            }
            Piece::Concept {
                kind: Kind::And | Kind::Or,
                ..
            } => {}
            Piece::Concept {
                kind: Kind::After,
                concept,
                ..
            } => {
                if let Some(Piece::Entity(entity)) = out.last_mut() {
                    entity.roles.push(concept);
                } else {
                    pending.push(concept);
                }
                continue;
            }
            Piece::Concept {
                kind: Kind::Role,
                ref concept,
                denied,
                ..
            } => {
                behind = true;
                pending.extend(std::iter::repeat_n("not".to_owned(), denied));
                pending.push(concept.clone());
            }
            Piece::Concept {
                kind, ref concept, ..
            } => {
                behind = true;
                if let Some(Piece::Concept {
                    kind: Kind::Role,
                    concept: role,
                    ..
                }) = out.last()
                {
                    // "By us" is the frame's to read, and "to" before what is done binds nothing.
                    let entity = out
                        .len()
                        .checked_sub(2)
                        .and_then(|at| out.get(at))
                        .is_some_and(|before| matches!(before, Piece::Entity(_)));
                    if kind == Kind::Own || (kind == Kind::Event && role == "to" && !entity) {
                        pending.pop();
                    } else {
                        loose.push(format!("{role} {concept}"));
                    }
                }
            }
        }
        out.push(piece);
    }
    loose.extend(pending.iter().map(|role| format!("role {role}")));
    out
}

/// Two days that bound a range become the range; one that only opens it is the day since.
pub(crate) fn ranges(entities: Vec<Entity>) -> Vec<Entity> {
    let mut out: Vec<Entity> = Vec::with_capacity(entities.len());
    for mut entity in entities {
        let roles = |entity: &Entity, wanted: &[&str]| {
            entity.span.is_some()
                && matches!(&entity.roles[..], [role] if wanted.contains(&role.as_str()))
        };
        if let Some(before) = out.last_mut()
            && let (Some(first), Some(last)) = (before.span, entity.span)
            && ((roles(before, &["from"]) && roles(&entity, &["to", "until"]))
                || (roles(before, &["between"]) && roles(&entity, &["between"])))
            && let Some(range) = Span::new(first.first, last.last)
        {
            before.span = Some(range);
            before.roles.clear();
            continue;
        }
        if let (true, Some(role)) = (roles(&entity, &["by", "to"]), entity.roles.first_mut()) {
            // A day by which something is done is not one until which it goes on.
            role.insert_str(0, "due ");
        }
        out.push(entity);
    }
    for entity in &mut out {
        if entity.span.is_some() {
            for role in &mut entity.roles {
                if role == "from" {
                    "since".clone_into(role);
                }
            }
        }
    }
    out
}
