//! What looks borne because a number of another line, another weight or another rate is as large, or because a note says it.

use super::{Borne, Veto};
use crate::{
    Label,
    field::Field,
    lex::{self, Token},
    mention::Mention,
    read,
    text::is_prose,
    vocabulary::{folded_words, name_parts},
};

/// What a weighing tells apart, by the word for it.
const WEIGHED: [&str; 3] = ["gross", "tare", "net"];

/// What a paper says of itself that anybody may write into it, whatever else it is called.
const NOTES: [&str; 12] = [
    "note", "notes", "remark", "remarks", "comment", "comments", "free", "freetext", "letter",
    "mail", "email", "message",
];

/// How often, in what a rate is told by.
const OFTEN: [&str; 6] = ["hour", "day", "week", "month", "quarter", "year"];

impl<'a> Borne<'a, '_> {
    /// "The net weight was 19,740 kg" by the gross one.
    pub(super) fn weighed_otherwise(&self) -> Option<Veto> {
        let words = folded_words(self.claim);
        let weighed = words.iter().any(|w| {
            w.starts_with("weigh") || matches!(w.as_str(), "kg" | "kgs" | "load" | "mt" | "tonnes")
        });
        let said: Vec<&str> = WEIGHED
            .into_iter()
            .filter(|k| words.iter().any(|w| w == k))
            .collect();
        let [one] = said[..] else {
            return None;
        };
        let own = |f: &Field<'a>| {
            let parts = name_parts(f.leaf());
            WEIGHED.into_iter().find(|k| parts.iter().any(|p| p == k))
        };
        let others: Vec<&Field<'a>> = self
            .cited
            .iter()
            .filter(|f| own(f).is_some_and(|k| k != one))
            .collect();
        let is_cited = self.cited.iter().any(|f| own(f) == Some(one));
        let [other] = others[..] else {
            return None;
        };
        (weighed && !is_cited && self.cited.iter().filter(|f| f.value.is_number()).count() == 1)
            .then(|| {
                let why = format!("{} is not the {one} weight", other.pointer());
                (Label::Unsupported, why)
            })
    }

    /// "The invoice has been approved by the CFO" where a note on it says so.
    pub(super) fn only_noted(&self) -> Option<Veto> {
        if self.tells_who_says_so() {
            return None;
        }
        let note = self.cited.iter().find(|f| {
            let beside = f.chain.last().and_then(|h| h.as_object());
            let sort = beside.into_iter().flatten().any(|(key, value)| {
                let names_a_sort = name_parts(key).iter().any(|p| {
                    matches!(
                        p.as_str(),
                        "type" | "source" | "kind" | "category" | "doc" | "document"
                    )
                });
                names_a_sort
                    && value.as_str().is_some_and(|v| {
                        v.len() < 40
                            && folded_words(&v.replace('_', " "))
                                .iter()
                                .any(|w| NOTES.contains(&w.as_str()))
                    })
            });
            is_prose(f) && sort && !f.docs().contains("doc.contract")
        })?;
        let why = format!("{} is what anybody may have written", note.pointer());
        Some((Label::Unsupported, why))
    }

    /// "85.5 litres billed on line 2 are within the 200 ordered on that line" by line 1 of the order.
    pub(super) fn line_of_another(&self) -> Option<Veto> {
        let mut lines = self
            .items
            .iter()
            .filter_map(Mention::of)
            .filter_map(|m| match m {
                Mention::Ordinal(n) => Some(n),
                _ => None,
            });
        let line = lines.next()?;
        if lines.next().is_some() {
            return None;
        }
        let mention = Mention::Ordinal(line);
        let listed: Vec<&Field<'a>> = self
            .cited
            .iter()
            .filter(|f| f.element().is_some() && read::json_number(f.value).is_some())
            .filter(|f| !is_of_no_lines(f))
            .collect();
        let binds = |f: &Field<'a>| mention.binds(f, self.claim);
        let own = listed.iter().find(|f| binds(f))?;
        let described = |f: &Field<'a>| -> Vec<String> {
            f.scope()
                .iter()
                .filter(|(key, _)| crate::leftover::is_description(key))
                .filter_map(|(_, v)| v.as_str())
                .flat_map(folded_words)
                .filter(|w| w.len() > 2)
                .collect()
        };
        let goods = described(own);
        let other = listed.iter().find(|f| {
            let theirs = described(f);
            let same = theirs.iter().any(|w| goods.contains(w));
            f.doc != own.doc && !same && !listed.iter().any(|l| l.doc == f.doc && binds(l))
        })?;
        let why = format!("{} is of another line", other.pointer());
        Some((Label::Unsupported, why))
    }

    /// "5% per week" of "0.5% per week, subject to a maximum of 5% of the order's value".
    pub(super) fn rate_of_another_term(&self) -> Option<Veto> {
        let said = rates(self.claim);
        self.cited
            .iter()
            .filter(|f| is_prose(f))
            .filter_map(|f| Some((f, rates(f.value.as_str()?))))
            .find_map(|(field, held)| {
                let wrong = said.iter().find(|(n, often)| {
                    let same = held.iter().any(|(m, _)| m == n);
                    let so = held.iter().any(|h| h.0 == *n && h.1 == *often);
                    let other = held.iter().any(|h| h.1 == *often);
                    often.is_some() && same && !so && other
                })?;
                let why = format!("{} says another rate a {}", field.pointer(), wrong.1?);
                Some((Label::Contradicted, why))
            })
    }
}

/// Whether a list holds clauses, returns or payments, which are not numbered as the lines of a bill are.
fn is_of_no_lines(field: &Field<'_>) -> bool {
    let lists = field
        .path
        .iter()
        .filter(|s| !s.bytes().all(|b| b.is_ascii_digit()));
    lists
        .take(1)
        .flat_map(|s| crate::vocabulary::name_parts(s))
        .any(|p| {
            ["clause", "term", "efiled", "filing", "return", "payment"]
                .iter()
                .any(|w| p.starts_with(w))
        })
}

/// The numbers of a text in per cent, each with how often it runs: "0.5% per week".
fn rates(text: &str) -> Vec<(domain::Decimal, Option<&'static str>)> {
    let tokens = lex::tokens(text);
    let word = |at: usize| match tokens.get(at) {
        Some(Token::Word(w)) => w.to_lowercase(),
        _ => String::new(),
    };
    (0..tokens.len())
        .filter_map(|at| match tokens.get(at) {
            Some(Token::Number(n)) if n.percent => Some((at, n.value)),
            _ => None,
        })
        .map(|(at, value)| {
            let often = OFTEN.into_iter().find(|o| {
                let led = matches!(word(at + 1).as_str(), "per" | "a" | "an" | "each" | "every");
                led && word(at + 2).trim_end_matches('s') == *o
            });
            (value, often)
        })
        .collect()
}
