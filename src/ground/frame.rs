//! Claims of a known build, read from end to end: what is said of all the lines of a list, what adds up, what a search
//! brought up, how old a paper is, what a letter writes.
//!
//! *Invariant:* each reader takes every word of the claim or none: what is left over of the sentence or of what is cited
//! proves nothing.

mod adds;
mod bound;
mod comes;
#[cfg(test)]
mod compared;
mod contract;
mod days;
mod exchange;
mod flag;
mod inside;
mod leaves;
mod likeness;
mod list;
mod look;
mod only;
mod pair;
mod pan;
mod place;
mod product;
mod quoted;
mod rounding;
mod same;
mod search;
mod sought;
mod speech;
mod state;
mod sum;
#[cfg(test)]
pub(crate) mod tests;
mod told;
mod tolerance;

use std::collections::BTreeSet;

use domain::{Date, Decimal};

use crate::{
    clause,
    field::Field,
    index::Index,
    lex::{self, Token},
    measure::unit_of,
    mention::Mention,
    mention::is_line_number,
    number::Number,
    read,
    vocabulary::{Tags, VOCABULARY, folded_words, group, name_parts},
};

/// Words that say nothing of their own wherever they stand.
const GLUE: [&str; 56] = [
    "the",
    "a",
    "an",
    "is",
    "are",
    "was",
    "were",
    "be",
    "been",
    "being",
    "has",
    "have",
    "had",
    "of",
    "on",
    "in",
    "at",
    "for",
    "to",
    "with",
    "from",
    "by",
    "it",
    "its",
    "this",
    "that",
    "these",
    "those",
    "our",
    "we",
    "us",
    "as",
    "and",
    "there",
    "here",
    "s",
    "per",
    "which",
    "so",
    "shows",
    "show",
    "shown",
    "stands",
    "comes",
    "come",
    "does",
    "do",
    "did",
    "into",
    "also",
    "their",
    "they",
    "still",
    "already",
    "currently",
    "now",
];

/// A claim whose words are taken one by one by a reader.
pub(crate) struct Frame<'a, 'c> {
    cited: &'c [Field<'a>],
    index: &'c Index<'a>,
    tokens: Vec<Token>,
    /// The words of the claim in small letters, empty where no word stands.
    words: Vec<String>,
    done: Vec<bool>,
    told: Vec<bool>,
    /// Where a cited record is named, and which.
    keys: Vec<(usize, BTreeSet<usize>)>,
    /// Whether it is read for what is said not to be so.
    contrary: bool,
}

/// Whether a claim is of a known build and what it says is so by what it cites.
/// `listed`: only what is said of a whole list can be so.
pub(crate) fn proves<'a>(
    cited: &[Field<'a>],
    index: &Index<'a>,
    claim: &str,
    listed: bool,
) -> bool {
    let by = |reads: fn(&mut Frame<'_, '_>) -> Option<()>| {
        let mut frame = Frame::new(cited, index, claim);
        reads(&mut frame).is_some() && frame.is_settled()
    };
    by(list::reads)
        || (!listed
            && (by(sum::reads)
                || by(search::reads)
                || by(sought::reads)
                || by(days::reads)
                || by(exchange::reads)
                || by(state::reads)
                || by(look::reads)
                || by(speech::reads)
                || by(contract::reads)
                || by(told::reads)))
}

/// Readers of two values, or of parts and their whole, that are held against each other.
const COMPARING: [fn(&mut Frame<'_, '_>) -> Option<()>; 16] = [
    tolerance::reads,
    same::reads,
    pair::reads,
    adds::reads,
    product::reads,
    comes::reads,
    bound::reads,
    inside::reads,
    only::reads,
    place::reads,
    pan::reads,
    leaves::reads,
    likeness::reads,
    quoted::reads,
    flag::reads,
    rounding::reads,
];

/// Whether a claim sets values against each other, all of it is understood, and it is so.
pub(crate) fn compares<'a>(cited: &[Field<'a>], index: &Index<'a>, claim: &str) -> bool {
    compared(cited, index, claim, false)
}

/// Whether a claim sets values against each other, all of it is understood, and it is not so.
pub(crate) fn refutes<'a>(cited: &[Field<'a>], index: &Index<'a>, claim: &str) -> bool {
    compared(cited, index, claim, true)
}

fn compared<'a>(cited: &[Field<'a>], index: &Index<'a>, claim: &str, contrary: bool) -> bool {
    COMPARING.into_iter().any(|reads| {
        let mut frame = Frame::new(cited, index, claim);
        frame.contrary = contrary;
        reads(&mut frame).is_some() && frame.is_settled()
    })
}

/// Whether a claim says what a sum in another currency comes to in rupees, and it comes to that.
pub(crate) fn exchanges<'a>(cited: &[Field<'a>], index: &Index<'a>, claim: &str) -> bool {
    let mut frame = Frame::new(cited, index, claim);
    exchange::reads(&mut frame).is_some() && frame.is_settled()
}

/// Whether a claim says of how many lines of a list something is so, and it is so of more or of fewer.
pub(crate) fn denies<'a>(cited: &[Field<'a>], index: &Index<'a>, claim: &str) -> bool {
    let mut frame = Frame::new(cited, index, claim);
    list::denies(&mut frame).is_some() && frame.is_settled()
}

impl<'a, 'c> Frame<'a, 'c> {
    fn new(cited: &'c [Field<'a>], index: &'c Index<'a>, claim: &str) -> Self {
        let tokens = lex::tokens(claim);
        let words: Vec<String> = tokens
            .iter()
            .map(|t| match t {
                Token::Word(w) => w.to_lowercase(),
                _ => String::new(),
            })
            .collect();
        let mut frame = Self {
            done: vec![false; tokens.len()],
            told: vec![false; cited.len()],
            keys: Vec::new(),
            contrary: false,
            cited,
            index,
            tokens,
            words,
        };
        frame.take_keys();
        frame.tell_line_numbers();
        frame
    }

    /// The number of a line that is cited beside what stands in it is told with "line 2".
    fn tell_line_numbers(&mut self) {
        for n in 0..self.cited.len() {
            let Some(field) = self.cited.get(n).filter(|f| is_line_number(f.leaf())) else {
                continue;
            };
            let own = read::json_number(field.value);
            let beside = self
                .cited
                .iter()
                .any(|f| f.element_path() == field.element_path() && !f.is_at(field));
            let said = (1..self.tokens.len()).any(|at| {
                self.is_word(at - 1, &["line", "lines", "item", "items"])
                    && self.number(at).is_some_and(|n| own == Some(n.value))
            });
            if beside && said {
                self.tell(n);
            }
        }
    }

    /// Whether what a claim says is as it is read for.
    fn is_as_read(&self, holds: bool) -> bool {
        holds != self.contrary
    }

    fn word(&self, at: usize) -> &str {
        self.words.get(at).map_or("", String::as_str)
    }

    fn is_word(&self, at: usize, any: &[&str]) -> bool {
        any.contains(&self.word(at))
    }

    /// Takes the days that are told; none where one of them is another.
    fn take_days(&mut self, known: [Date; 2]) -> Option<()> {
        for at in 0..self.tokens.len() {
            if let Some(Token::Date(day)) = self.tokens.get(at) {
                if !known.contains(day) {
                    return None;
                }
                self.take(at);
            }
        }
        Some(())
    }

    /// "Invoice no. A/1": no denial.
    fn is_short_for_number(&self, at: usize) -> bool {
        self.is_word(at, &["no"])
            && matches!(
                self.tokens.get(at + 1),
                Some(Token::Mark('.') | Token::Id(_))
            )
    }

    /// Where one of these words stands that nothing has taken.
    fn find(&self, any: &[&str]) -> Option<usize> {
        (0..self.words.len()).find(|n| self.is_open(*n) && self.is_word(*n, any))
    }

    /// Whether a word stands in the claim, taken or not.
    fn is_word_anywhere(&self, word: &str) -> bool {
        self.words.iter().any(|w| w == word)
    }

    /// Where these words stand one behind the other.
    fn find_run(&self, words: &[&str]) -> Option<usize> {
        (0..self.words.len()).find(|at| {
            words
                .iter()
                .enumerate()
                .all(|(n, w)| self.is_word(at + n, &[w]))
        })
    }

    /// The first of these operators that stands in the claim: where, of how many words, and what it is.
    fn find_op<T: Copy>(&self, ops: &[(&[&str], T)]) -> Option<(usize, usize, T)> {
        ops.iter()
            .find_map(|(words, op)| Some((self.find_run(words)?, words.len(), *op)))
    }

    fn says(&self, any: &[&str]) -> bool {
        self.find(any).is_some()
    }

    /// Takes every one of these words.
    fn take_words(&mut self, any: &[&str]) -> bool {
        let mut found = false;
        for at in 0..self.words.len() {
            if self.is_word(at, any) {
                self.take(at);
                found = true;
            }
        }
        found
    }

    fn number(&self, at: usize) -> Option<&Number> {
        match self.tokens.get(at) {
            Some(Token::Number(n)) => Some(n),
            _ => None,
        }
    }

    /// Numbers that nothing has taken.
    fn open_numbers(&self) -> Vec<(usize, Number)> {
        (0..self.tokens.len())
            .filter(|n| self.is_open(*n))
            .filter_map(|n| Some((n, self.number(n)?.clone())))
            .collect()
    }

    fn is_open(&self, at: usize) -> bool {
        self.done.get(at) == Some(&false)
    }

    fn take(&mut self, at: usize) {
        if let Some(slot) = self.done.get_mut(at) {
            *slot = true;
        }
    }

    fn tell(&mut self, n: usize) {
        if let Some(slot) = self.told.get_mut(n) {
            *slot = true;
        }
    }

    /// Tells what a reader knows as its own, and each text that stands in the claim as it is.
    fn tell_where(&mut self, own: impl Fn(usize, &Field<'a>) -> bool) {
        for (n, field) in self.cited.iter().enumerate() {
            if own(n, field) || field.value.as_str().is_some_and(|t| self.names(t)) {
                self.tell(n);
            }
        }
    }

    fn tell_all(&mut self) {
        self.told.fill(true);
    }

    fn value(&self, n: usize) -> Option<Decimal> {
        let field = self.cited.get(n)?;
        let identity =
            field.tags.iter().any(|t| crate::fit::is_identity(t)) || is_line_number(field.leaf());
        read::json_number(field.value).filter(|_| !identity)
    }

    fn docs(&self) -> Tags {
        let mut out = Tags::new();
        for field in self.cited {
            // A receipt that names an invoice is none.
            let kinds = self.kinds(field.doc);
            let known = kinds.iter().any(|t| group(t) == "doc");
            out.extend(if known { kinds } else { field.docs() });
            out.extend(field.sources.iter().copied());
        }
        out
    }

    /// Names and numbers by which the cited records are known.
    fn take_keys(&mut self) {
        let mut keys: Vec<(Vec<String>, usize)> = Vec::new();
        for leaf in self.index.leaves_of(self.cited) {
            let beside = leaf.element_path().is_none_or(|own| {
                self.cited
                    .iter()
                    .any(|c| c.doc == leaf.doc && c.element_path() == Some(own))
            });
            let Some(text) = leaf.value.as_str().filter(|t| beside && t.len() < 80) else {
                continue;
            };
            if read::json_date(leaf.value).is_some() || leaf.roles().contains("role.buyer") {
                continue;
            }
            let words = folded_words(text);
            let numbered = text.bytes().filter(u8::is_ascii_digit).count() > 2;
            let named = leaf.has("kind.name")
                || leaf.has("kind.holder")
                || leaf.leaf_is_party()
                || name_parts(leaf.leaf())
                    .iter()
                    .any(|p| matches!(p.as_str(), "party" | "sender"))
                || crate::leftover::is_description(leaf.leaf())
                || crate::leftover::is_descriptive(leaf.leaf());
            if (numbered || named) && text.len() > 2 {
                keys.push((words, leaf.doc));
            }
        }
        keys.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
        for at in 0..self.tokens.len() {
            let found = keys
                .iter()
                .find_map(|(key, _)| Some((self.key_at(at, key)?, key.clone())));
            if let Some((end, key)) = found {
                let docs = keys.iter().filter(|(k, _)| *k == key).map(|(_, d)| *d);
                self.keys.push((at, docs.collect()));
                for n in at..end {
                    self.take(n);
                }
            }
        }
        // "GSTR-3B" of a record of such returns.
        for at in 0..self.tokens.len() {
            if let Some(Token::Id(id)) = self.tokens.get(at) {
                let mention = Mention::Id(id.clone());
                let told = self
                    .index
                    .leaves_of(self.cited)
                    .any(|f| f.has("kind.form") && mention.tells(f.value));
                if told {
                    self.take(at);
                }
            }
        }
    }

    /// Whether a text stands in the claim, word for word.
    fn names(&self, text: &str) -> bool {
        let words: Vec<String> = self
            .tokens
            .iter()
            .flat_map(|t| match t {
                Token::Word(w) | Token::Id(w) => folded_words(w),
                Token::Number(n) => vec![n.raw.clone()],
                _ => Vec::new(),
            })
            .collect();
        let wanted = folded_words(text);
        !wanted.is_empty() && words.windows(wanted.len()).any(|w| w == wanted)
    }

    /// Whether the key that was taken at a token is this text.
    fn key_from(&self, at: usize, text: &str) -> bool {
        let words = folded_words(text);
        let said: Vec<String> = self
            .tokens
            .get(at..)
            .into_iter()
            .flatten()
            .flat_map(|t| match t {
                Token::Word(w) | Token::Id(w) | Token::Quote(w) => folded_words(w),
                Token::Number(n) => vec![n.raw.to_lowercase()],
                _ => Vec::new(),
            })
            .take(words.len())
            .collect();
        !words.is_empty() && said == words
    }

    /// Where a key ends that begins at a token, word for word.
    fn key_at(&self, at: usize, key: &[String]) -> Option<usize> {
        let (mut rest, mut end) = (key, at);
        while !rest.is_empty() {
            let words = match self.tokens.get(end).filter(|_| self.is_open(end))? {
                Token::Word(text) | Token::Id(text) | Token::Quote(text) => folded_words(text),
                Token::Number(n) if !n.rupees && !n.percent && n.scale == 0 => {
                    vec![n.raw.to_lowercase()]
                }
                Token::Mark('(' | ')' | '&' | '-' | '.' | ',') if end > at => Vec::new(),
                _ => return None,
            };
            rest = rest.strip_prefix(&words[..])?;
            end += 1;
        }
        (end > at).then_some(end)
    }

    /// A phrase of the vocabulary that begins at a word.
    fn phrase(&self, at: usize) -> Option<(usize, &'static crate::vocabulary::Meaning)> {
        let words: Vec<&str> = self
            .words
            .get(at..)?
            .iter()
            .zip(self.done.get(at..)?)
            .take_while(|(w, done)| !w.is_empty() && !**done)
            .map(|(w, _)| w.as_str())
            .collect();
        VOCABULARY.phrase(&words)
    }

    /// What the words of a part of the claim are about.
    fn tags(&self, range: std::ops::Range<usize>) -> Tags {
        let part = self.tokens.get(range).unwrap_or_default();
        clause::tags_of(&clause::items(part))
    }

    /// Whether all that is cited is told, and every word that is left names a record or a value that is cited.
    fn is_settled(&self) -> bool {
        if !self.told.iter().all(|t| *t) {
            return false;
        }
        let own = self.own_names();
        let docs = self.docs();
        let mut at = 0;
        while at < self.tokens.len() {
            if !self.is_open(at) {
                at += 1;
                continue;
            }
            match self.tokens.get(at) {
                Some(Token::Mark(
                    ',' | '.' | ';' | ':' | '(' | ')' | '-' | '–' | '—' | '\'' | '’',
                )) => {}
                // "₹7,03,500/-".
                Some(Token::Mark('/'))
                    if at > 0
                        && self.number(at - 1).is_some()
                        && matches!(self.tokens.get(at + 1), Some(Token::Mark('-'))) => {}
                Some(Token::Id(id)) if Self::is_form(id, &docs) => {}
                Some(Token::Word(_)) => {
                    let licensed = self.phrase(at).and_then(|(many, meaning)| {
                        let named = !meaning.tags.is_empty()
                            && meaning.state.is_none()
                            && meaning.tags.iter().all(|t| match group(t) {
                                "doc" => docs.contains(t),
                                "role" => *t == "role.supplier",
                                _ => own.contains(t),
                            });
                        named.then_some(many)
                    });
                    match licensed {
                        Some(many) => at += many - 1,
                        None if self.is_word(at, &GLUE)
                            || self.is_own_unit(at)
                            || self.is_short_for_number(at)
                            || self.leads_to_a_key(at)
                            || self.calls_a_key(at, &docs)
                            || self.is_paper(at) => {}
                        None => return false,
                    }
                }
                _ => return false,
            }
            at += 1;
        }
        true
    }

    /// What the cited values are, by their names.
    fn own_names(&self) -> Tags {
        let mut out = Tags::new();
        for field in self.cited {
            out.extend(crate::fit::widened(&field.tags));
            out.extend(field.class_tags());
            if field.has("kind.holder") {
                out.insert("kind.account");
            }
            if field.is_only_tax() {
                out.insert("head.gst");
            }
        }
        out
    }

    /// A word by which a cited record says what it is: the letter, the slip.
    fn is_paper(&self, at: usize) -> bool {
        self.cited
            .iter()
            .filter_map(|f| self.index.root(f.doc)?.as_object())
            .flatten()
            .filter(|(key, _)| {
                matches!(
                    key.as_str(),
                    "doc" | "doc_type" | "document" | "type" | "kind" | "source"
                )
            })
            .filter_map(|(_, v)| v.as_str())
            .any(|v| folded_words(v).iter().any(|w| w == self.word(at)))
    }

    /// "Receipt GRN-9": what paper it is, right before its number.
    fn calls_a_key(&self, at: usize, docs: &Tags) -> bool {
        let key = self.keys.iter().any(|(n, _)| *n == at + 1);
        key && self
            .tags(at..at + 1)
            .iter()
            .any(|t| group(t) == "doc" && docs.contains(t))
    }

    /// "Under CTR/2024/219", "against PO 77": by which record it is.
    fn leads_to_a_key(&self, at: usize) -> bool {
        let key = (at + 1..at + 4)
            .take_while(|n| {
                matches!(
                    self.tokens.get(*n),
                    Some(Token::Word(_) | Token::Id(_) | Token::Number(_))
                )
            })
            .any(|n| self.keys.iter().any(|(k, _)| *k == n));
        key && self.is_word(at, &["under", "against", "vide", "towards", "through"])
    }

    /// "GSTR-2B" of what is cited from there.
    fn is_form(id: &str, docs: &Tags) -> bool {
        let words = folded_words(id);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        VOCABULARY.phrase(&words).is_some_and(|(many, meaning)| {
            many == words.len()
                && !meaning.tags.is_empty()
                && meaning.tags.iter().all(|t| docs.contains(t))
        })
    }

    /// What a cited record is, by its id and by what it says of itself.
    fn kinds(&self, doc: usize) -> Tags {
        let mut out = self.index.kinds(doc);
        let said = self
            .index
            .root(doc)
            .and_then(|r| r.get("doc"))
            .and_then(|v| v.as_str());
        if let Some(text) = said.filter(|t| t.len() < 40) {
            let tags = clause::tags_of(&clause::items(&lex::tokens(text)));
            out.extend(tags.into_iter().filter(|t| group(t) == "doc"));
        }
        out
    }

    /// "kg" of what is in kilograms.
    fn is_own_unit(&self, at: usize) -> bool {
        VOCABULARY.unit(self.word(at)).is_some_and(|said| {
            let mut held = self.cited.iter().filter_map(unit_of).peekable();
            held.peek().is_some() && held.all(|u| u == said)
        })
    }
}
