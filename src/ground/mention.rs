//! Whose record it is: identifiers, names, lines and periods that a clause mentions, looked for in the records cited.

use domain::Decimal;
use domain::names::similarity;
use serde_json::Value;

use crate::{
    clause::Item,
    field::Field,
    lex::Token,
    read::{self, Part},
    vocabulary::{VOCABULARY, folded_words},
};

/// Something that picks out a record.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Mention {
    Id(String),
    Name(String),
    Ordinal(usize),
    Period(Part),
}

impl Mention {
    pub(crate) fn of(item: &Item) -> Option<Self> {
        Some(match item {
            Item::Value(Token::Id(id)) => Self::Id(id.clone()),
            Item::Name(name) => Self::Name(name.clone()),
            Item::Ordinal(n) => Self::Ordinal(*n),
            Item::Value(Token::Part(p)) if p.day.is_none() => Self::Period(*p),
            _ => return None,
        })
    }

    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Id(t) | Self::Name(t) => t.clone(),
            Self::Ordinal(n) => format!("line {n}"),
            Self::Period(p) => p.to_string(),
        }
    }

    /// Whether a value is what is mentioned. Account numbers may be told by their last digits.
    pub(crate) fn is(&self, value: &Value, words: &str) -> bool {
        let Some(text) = read::json_text(value) else {
            return false;
        };
        match self {
            Self::Id(id) => {
                let (a, b) = (read::identifier(id), read::identifier(&text));
                a == b && !a.is_empty()
            }
            Self::Name(name) => {
                same_name(name, &text, words)
                    || (VOCABULARY.place(name).is_some() && same_term(name, &text))
            }
            Self::Ordinal(n) => text.trim() == n.to_string(),
            Self::Period(p) => match read::period(&text) {
                Some(own) => p.is_period(own),
                None => names_month(*p, &text),
            },
        }
    }

    /// Whether it picks out the record that a field stands in.
    pub(crate) fn binds(&self, field: &Field<'_>, words: &str) -> bool {
        if let Self::Ordinal(n) = self {
            let by_number = field.scope().iter().any(|(key, value)| {
                (is_line_number(key) || key.eq_ignore_ascii_case("row")) && self.is(value, words)
            });
            let numbered = field.scope().iter().any(|(key, _)| {
                matches!(
                    key.to_lowercase().as_str(),
                    "slno" | "line" | "line_no" | "num"
                )
            });
            return by_number || (!numbered && field.element().is_some_and(|(at, _)| at + 1 == *n));
        }
        if let Self::Period(part) = self {
            let scope = field.scope();
            let told = scope.iter().any(|(_, v)| {
                v.as_str()
                    .is_some_and(|t| read::date(t).is_none() && read::period(t).is_some())
            });
            let dated = !told
                && scope
                    .iter()
                    .any(|(_, v)| read::json_date(v).is_some_and(|d| part.holds(d)));
            if dated {
                return true;
            }
        }
        let keys = field
            .path
            .iter()
            .any(|segment| self.is(&Value::from(segment.as_str()), words));
        let beside = field.party_scope().iter().any(|(key, value)| {
            self.is(value, words) || self.tail(value) || self.stands_in(key, value)
        });
        keys || beside || self.is(field.value, words)
    }

    /// An identifier that is a word of what a thing is called, `W240`, or the end of a longer one, `011` of `OJ/FY27/011`.
    fn stands_in(&self, key: &str, value: &Value) -> bool {
        let (Self::Id(id), Some(text)) = (self, value.as_str()) else {
            return false;
        };
        let called = VOCABULARY.member(key).0.contains("kind.description")
            && folded_words(text).contains(&id.to_lowercase());
        let ends = id.len() > 2
            && id.bytes().all(|b| b.is_ascii_digit())
            && text.len() < 40
            && text.rsplit(['/', '-']).next() == Some(id)
            && text.len() > id.len();
        called || ends || (is_time(id) && tells_time(text, id))
    }

    /// Whether it tells a value of its own: the form of a return, the end of a number.
    pub(crate) fn tells(&self, value: &Value) -> bool {
        self.tail(value) || self.stands_in("", value)
    }

    /// A form named by the kind of return that a record is: `GSTR-3B` for `rtntype: "3B"`.
    fn tail(&self, value: &Value) -> bool {
        let (Self::Id(id), Some(text)) = (self, value.as_str()) else {
            return false;
        };
        let form = |text: &str| -> Option<String> {
            let id = read::identifier(text);
            let bare = id
                .strip_prefix("GSTR")
                .or_else(|| id.strip_prefix("FORM"))
                .unwrap_or(&id);
            let bare = bare.strip_prefix("GSTR").unwrap_or(bare);
            matches!(
                bare,
                "1" | "2A" | "2B" | "3B" | "4" | "5" | "6" | "7" | "8" | "9" | "9C"
            )
            .then(|| bare.to_owned())
        };
        let named = read::identifier(id).starts_with("GSTR") || id.eq_ignore_ascii_case("3B");
        named && form(id).is_some() && form(id) == form(text)
    }
}

/// `09:41`
fn is_time(id: &str) -> bool {
    id.split_once(':').is_some_and(|(h, m)| {
        (1..=2).contains(&h.len())
            && m.len() == 2
            && h.bytes().chain(m.bytes()).all(|b| b.is_ascii_digit())
    })
}

/// Whether a moment is told with a time of day: `2026-10-30 09:41:10`.
fn tells_time(moment: &str, time: &str) -> bool {
    moment.split_once(['T', ' ']).is_some_and(|(_, clock)| {
        clock
            .trim_start_matches('0')
            .starts_with(time.trim_start_matches('0'))
    })
}

/// Whether a text such as `Jul-Sep 2026` names a month.
fn names_month(part: Part, text: &str) -> bool {
    let words = folded_words(text);
    let month = part.month.is_some_and(|m| {
        words
            .iter()
            .any(|w| w.bytes().all(|b| b.is_ascii_alphabetic()) && read::month(w) == Some(m))
    });
    let undated = text.bytes().all(|b| !b.is_ascii_digit());
    let year = |y: i16| words.iter().any(|w| *w == y.to_string());
    month && text.len() < 32 && (undated || part.year.is_none_or(year))
}

/// What stands before a name on record and is left out where the name is spoken.
const HONOURS: [&str; 8] = ["m", "s", "shree", "shri", "sri", "sree", "messrs", "the"];

/// Whether a name in prose is the name on record: the same but for what registers vary, or its beginning.
pub(crate) fn same_name(name: &str, record: &str, words: &str) -> bool {
    if let (Some(said), Some(held)) = (legal_form(name), legal_form(record))
        && said != held
    {
        return false;
    }
    if similarity(name, record) == Decimal::ONE {
        return true;
    }
    let (name, record) = (folded_words(name), folded_words(record));
    if name.is_empty() || record.is_empty() {
        return false;
    }
    let spoken = folded_words(words);
    // What stands before it on record stands in the sentence too; what stands behind it may be left out.
    (0..record.len()).any(|at| {
        let before = record.get(..at).unwrap_or_default();
        record.get(at..at + name.len()) == Some(&name[..])
            && before
                .iter()
                .all(|w| spoken.contains(w) || HONOURS.contains(&w.as_str()))
            && (at > 0 || name.len() > 1 || record.len() == 1 || name.iter().any(|w| w.len() > 3))
    })
}

/// Whether a sentence that names a legal form names the one that a name ends in.
pub(crate) fn forms_agree(sentence: &str, name: &str) -> bool {
    match (legal_form(sentence), legal_form(name)) {
        (Some(said), Some(held)) => said == held,
        _ => true,
    }
}

/// The legal form that a name ends in, where it tells one firm from another.
fn legal_form(name: &str) -> Option<&'static str> {
    let words = folded_words(name);
    let has = |wanted: &[&str]| words.iter().any(|w| wanted.contains(&w.as_str()));
    if has(&["llp"])
        || name
            .to_lowercase()
            .contains("limited liability partnership")
    {
        Some("llp")
    } else if has(&["private", "pvt"]) {
        Some("private")
    } else if has(&["limited", "ltd"]) {
        Some("limited")
    } else {
        None
    }
}

/// Whether a text value is what words say: `Maharashtra` for `27`, `kg` for `KGS`.
pub(crate) fn same_term(spoken: &str, record: &str) -> bool {
    let fold = |t: &str| folded_words(t).join(" ");
    if fold(spoken) == fold(record) {
        return true;
    }
    let place = |t: &str| VOCABULARY.place(t);
    let unit = |t: &str| VOCABULARY.unit(t);
    (place(spoken).is_some() && place(spoken) == place(record))
        || (unit(spoken).is_some() && unit(spoken) == unit(record))
}

/// Whether a text is made like a GSTIN, whether or not it is one.
pub(crate) fn is_gstin(text: &str) -> bool {
    let is = |at: std::ops::Range<usize>, so: fn(&u8) -> bool| {
        text.as_bytes().get(at).is_some_and(|b| b.iter().all(so))
    };
    text.len() == 15
        && is(0..2, u8::is_ascii_digit)
        && is(2..7, u8::is_ascii_alphabetic)
        && is(7..11, u8::is_ascii_digit)
}

/// Whether a member says which line of a paper something is.
pub(crate) fn is_line_number(leaf: &str) -> bool {
    let name = leaf.to_lowercase().replace('_', "");
    matches!(
        name.as_str(),
        "slno"
            | "line"
            | "lineno"
            | "linenumber"
            | "poline"
            | "polineno"
            | "srno"
            | "sno"
            | "sl"
            | "itemno"
            | "num"
            | "idx"
    )
}
