//! How a question names somebody: word for word, where only a register of all names could say which words are the name.
//!
//! "Hi-Tech Engineers", "On Time Logistics" and "Sharma Company" are firms, and so are "Tech Engineers", "Time Logistics" and
//! "Sharma Firm". So a word that is no word of the vocabulary makes all that it stands among count as it is written: nothing
//! is left out, and nothing is taken for its synonym. Only what is asked before it may be worded in other ways, and only
//! where a small word leads from there to the name.

use crate::{
    piece::{Class, Piece},
    token::{Token, Tokens},
    vocabulary::Kind,
};

/// Small words that lead from what is asked to whom it is asked of.
const LEADS: [&str; 7] = ["of", "for", "from", "to", "by", "with", "against"];

/// Words with which one begins to ask, and no name begins.
const ASKS: [&str; 24] = [
    "what", "whats", "which", "who", "tell", "show", "give", "list", "find", "check", "please",
    "pls", "plz", "kindly", "can", "could", "would", "will", "do", "let", "i", "is", "are", "has",
];

/// Words that are written in capitals without being names.
const ABBREVIATIONS: [&str; 28] = [
    "a", "i", "gst", "gstin", "cgst", "sgst", "igst", "pan", "ifsc", "hsn", "sac", "irn", "itc",
    "msme", "qr", "po", "grn", "rs", "inr", "id", "no", "mt", "kg", "kgs", "pcs", "nos", "vs",
    "avg",
];

/// What is asked of a party and of nothing else: without an identifier, the words that follow name one.
const OF_A_PARTY: [&str; 9] = [
    "terms", "bank", "account", "ifsc", "gstin", "pan", "msme", "email", "name",
];

/// The words that name somebody and those around them, as they are written; `None` where nothing is named in words.
pub(crate) fn named(tokens: &Tokens, pieces: &[(usize, Piece)]) -> Option<String> {
    let identified = pieces
        .iter()
        .any(|(_, piece)| matches!(piece, Piece::Entity(entity) if entity.class == Class::Id));
    let names = pieces.iter().any(|(at, piece)| match piece {
        Piece::Entity(entity) => entity.class == Class::Name,
        Piece::Concept { kind, concept, .. } => {
            like_a_name(tokens, *at)
                || !identified && *kind == Kind::Topic && OF_A_PARTY.contains(&concept.as_str())
        }
    });
    if !names {
        return None;
    }
    let mut out = "named".to_owned();
    for at in begins(tokens, pieces)..tokens.list.len() {
        let written = tokens.written(at);
        let digits = written.contains(|c: char| c.is_ascii_digit());
        let word = match tokens.list.get(at) {
            // Of one day or amount there are many wordings; in words it may be a name.
            Some(Token::Span(span)) if digits => format!("{} {}", span.first, span.last),
            Some(Token::Number { value, percent }) if digits => {
                format!("{value}{}", if *percent { "%" } else { "" })
            }
            _ => written.to_lowercase(),
        };
        for word in word.split_whitespace() {
            out.push(' ');
            out.push_str(word);
        }
    }
    let end = out.trim_end_matches(['?', '!', '.', '।', ' ']).len();
    out.truncate(end);
    Some(out)
}

/// A word of the vocabulary that is written as names are.
fn like_a_name(tokens: &Tokens, at: usize) -> bool {
    let Some(Token::Word { lower, capital }) = tokens.list.get(at) else {
        return false;
    };
    let written = tokens.written(at);
    *capital
        || written.chars().any(char::is_uppercase)
            && !written.chars().any(char::is_lowercase)
            && !ABBREVIATIONS.contains(&lower.as_str())
}

/// The token from which on every word counts: the one behind the phrases that ask and their "of", where it is asked so, or else
/// the first.
fn begins(tokens: &Tokens, pieces: &[(usize, Piece)]) -> usize {
    // Behind the last phrase of several words, or else at the first word behind the fillers: a single word may begin a name,
    // as in Bank of Baroda.
    let mut from: Option<usize> = None;
    let mut asked = false;
    for (place, (at, piece)) in pieces.iter().enumerate() {
        let Piece::Concept { kind, word, .. } = piece else {
            break;
        };
        if like_a_name(tokens, *at) {
            break;
        }
        let next = pieces
            .get(place + 1)
            .map_or(tokens.list.len(), |next| next.0);
        if asked && LEADS.contains(&word.as_str()) {
            return match from {
                // Nobody's name begins with it.
                Some(from) if from == *at && tokens.written(*at).eq_ignore_ascii_case("of") => next,
                Some(from) => from,
                None => 0,
            };
        }
        match kind {
            Kind::Filler if !asked => {
                if place == 0 && !ASKS.iter().any(|ask| word.split(' ').next() == Some(*ask)) {
                    from = Some(0);
                }
            }
            Kind::Topic | Kind::Noun | Kind::State | Kind::Event | Kind::Aggregate => {
                asked = true;
                if word.contains(' ') {
                    from = Some(next);
                } else {
                    from = from.or(Some(*at));
                }
            }
            _ => from = from.or(Some(*at)),
        }
    }
    0
}
