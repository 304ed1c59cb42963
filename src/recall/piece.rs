//! A question's tokens with their meanings: values, names, and the concepts of the vocabulary.

use ground::read;

use crate::{
    span::Span,
    token::Token,
    vocabulary::{Kind, Meaning, PHRASE_MAX, meaning},
};

/// What kind of thing a question names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    Number,
    Id,
    Name,
    Date,
}

/// Something that a question names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entity {
    pub(crate) class: Class,
    pub(crate) text: String,
    pub(crate) span: Option<Span>,
    /// What binds it, in order: `from`, `not`, `more`.
    pub(crate) roles: Vec<String>,
    /// It stands in one list with the entity before it.
    pub(crate) joined: bool,
}

impl Entity {
    pub(crate) fn new(class: Class, text: String) -> Self {
        Self {
            class,
            text,
            span: None,
            roles: Vec::new(),
            joined: false,
        }
    }

    /// Its value in words.
    pub(crate) fn said(&self) -> String {
        self.span.map_or_else(
            || self.text.clone(),
            |span| format!("{} {}", span.first, span.last),
        )
    }

    /// Whether it can act or be acted upon: a name, or the identifier of a firm.
    pub(crate) fn is_party(&self) -> bool {
        match self.class {
            Class::Name => true,
            Class::Id => matches!(implied(&self.text), Some("vendor" | "gstin" | "pan")),
            _ => false,
        }
    }
}

/// What an identifier is by its form alone.
pub(crate) fn implied(id: &str) -> Option<&'static str> {
    let id: String = id.chars().filter(|c| c.is_alphanumeric()).collect();
    let form: String = id
        .chars()
        .map(|c| match c {
            '0'..='9' => '9',
            'A'..='Z' => 'A',
            other => other,
        })
        .collect();
    let vendor = id.strip_prefix('V');
    if vendor.is_some_and(|n| (2..=6).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_digit())) {
        return Some("vendor");
    }
    Some(match form.as_str() {
        "AAAAA9999A" => "pan",
        _ if form.len() == 15 && form.starts_with("99AAAAA9999A") => "gstin",
        _ if id.len() == 64 && id.bytes().all(|b| b.is_ascii_hexdigit()) => "irn",
        _ if id.starts_with("PO") && form.starts_with("AA9") => "order",
        _ if id.starts_with("GRN") && form.starts_with("AAA9") => "receipt",
        _ => return None,
    })
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    Entity(Entity),
    Concept {
        kind: Kind,
        concept: String,
        lasting: bool,
        /// As written, in lower case.
        word: String,
        /// It is written as names are.
        capital: bool,
        /// How many times it is denied.
        denied: usize,
    },
}

impl Piece {
    fn concept(meaning: Meaning, word: String, capital: bool) -> Self {
        Self::Concept {
            kind: meaning.kind,
            concept: meaning.concept.to_owned(),
            lasting: meaning.lasting,
            word,
            capital,
            denied: 0,
        }
    }

    pub(crate) fn kind(&self) -> Option<Kind> {
        match self {
            Self::Concept { kind, .. } => Some(*kind),
            Self::Entity(_) => None,
        }
    }

    pub(crate) fn is(&self, wanted: &str) -> bool {
        matches!(self, Self::Concept { concept, .. } if concept == wanted)
    }
}

/// Finds the meaning of every token; what has none is a name. With each goes the place of its first token.
pub(crate) fn pieces(tokens: &[Token]) -> Vec<(usize, Piece)> {
    let mut out = Vec::with_capacity(tokens.len());
    let hindi = tokens.iter().any(|token| {
        matches!(token, Token::Word { lower, .. } if matches!(lower.as_str(), "ka" | "ki" | "ke" | "hai" | "hain" | "dikhao" | "batao" | "kitna" | "kitne" | "kitni" | "se"))
    });
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let (piece, more) = match token {
            Token::Span(span) => {
                let mut entity = Entity::new(Class::Date, String::new());
                entity.span = Some(*span);
                (Piece::Entity(entity), 0)
            }
            Token::Number { value, percent } => {
                let sign = if *percent { "%" } else { "" };
                let text = format!("{value}{sign}");
                (Piece::Entity(Entity::new(Class::Number, text)), 0)
            }
            Token::Id(id) => (Piece::Entity(Entity::new(Class::Id, id.clone())), 0),
            Token::Comma => (Piece::concept(plain(Kind::And), String::new(), false), 0),
            Token::Stop => {
                at += 1;
                continue;
            }
            Token::Sign(sign) => match meaning(sign) {
                Some(meaning) => (Piece::concept(meaning, sign.clone(), false), 0),
                None => (Piece::Entity(Entity::new(Class::Name, sign.clone())), 0),
            },
            Token::Word { lower, capital } => word(&tokens[at..], lower, *capital, hindi),
        };
        out.push((at, piece));
        at += 1 + more;
    }
    out
}

const fn plain(kind: Kind) -> Meaning {
    Meaning {
        kind,
        concept: "",
        lasting: false,
    }
}

/// The word or phrase with which the tokens begin, and how many tokens beyond the first are its own.
fn word(tokens: &[Token], lower: &str, capital: bool, hindi: bool) -> (Piece, usize) {
    if lower == "no"
        && matches!(
            tokens.get(1),
            Some(Token::Stop | Token::Id(_) | Token::Number { .. })
        )
    {
        return (Piece::concept(plain(Kind::Label), String::new(), false), 0);
    }
    if let Some(month) = read::month(lower).filter(|_| lower != "may" || capital) {
        let text = format!("month {month}");
        return (Piece::Entity(Entity::new(Class::Date, text)), 0);
    }
    let words: Vec<&str> = tokens
        .iter()
        .take(PHRASE_MAX)
        .map_while(|token| match token {
            Token::Word { lower, .. } => Some(lower.as_str()),
            _ => None,
        })
        .collect();
    for length in (1..=words.len()).rev() {
        let phrase = words[..length].join(" ");
        let Some(meaning) = meaning(&phrase) else {
            continue;
        };
        // In Hindi it may be the number two.
        if hindi && length == 1 && lower == "do" {
            break;
        }
        let piece = Piece::concept(meaning, phrase, capital && length == 1);
        return (piece, length - 1);
    }
    (Piece::Entity(Entity::new(Class::Name, lower.to_owned())), 0)
}

/// Joins names of several words. A word of the vocabulary that is written as a name beside one is part of it too, and so are
/// little words between two parts. How far a name goes in truth only who knows all names can say: see `named`.
pub(crate) fn join_names(pieces: &[(usize, Piece)]) -> Vec<Piece> {
    let is_name = |piece: Option<&(usize, Piece)>| matches!(piece, Some((_, Piece::Entity(entity))) if entity.class == Class::Name);
    let mut out: Vec<Piece> = Vec::with_capacity(pieces.len());
    // Whether the last piece of `out` is a name that may go on.
    let mut open = false;
    for (at, (_, piece)) in pieces.iter().enumerate() {
        let next = is_name(pieces.get(at + 1));
        let extra = match piece {
            Piece::Entity(entity) if entity.class == Class::Name => Some(entity.text.clone()),
            Piece::Concept {
                capital: true,
                word,
                ..
            } if open || next => Some(word.clone()),
            Piece::Concept {
                kind: Kind::Filler,
                word,
                ..
            } if open && next => Some(word.clone()),
            _ => None,
        };
        let Some(extra) = extra else {
            open = false;
            out.push(piece.clone());
            continue;
        };
        let named = matches!(piece, Piece::Entity(_));
        match out.last_mut() {
            Some(Piece::Entity(last)) if open => {
                last.text.push(' ');
                last.text.push_str(&extra);
            }
            _ => out.push(Piece::Entity(Entity::new(Class::Name, extra))),
        }
        open = true;
        // A word that may mean itself keeps its meaning as well.
        if !named && piece.kind() != Some(Kind::Filler) {
            let place = out.len() - 1;
            out.insert(place, piece.clone());
        }
    }
    out
}
