//! The second look: whether a masked text holds an identifier, without reading again what cannot have changed.
//!
//! What the first look did not take for an identifier it will not take for one again, as long as nothing changed of what was
//! read to judge it; the first look says how much that was. So only that is looked at again which a token stands in, or near.
//! A token is longer than any identifier of words and holds no `@`, so it is never a piece of one.

use std::{borrow::Cow, ops::Range};

use crate::{
    address,
    candidate::LONGEST,
    dates,
    fold::Folded,
    glue,
    page::Page,
    scan::{Asked, begins_here, may_begin},
    words::{Gap, Word, words},
};

/// A stretch of a text, and where what stands in its place is in the masked text.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    pub(crate) before: Range<usize>,
    pub(crate) after: Range<usize>,
}

/// Where the first of the words begins from which an identifier might reach a token, or the token with what touches it where
/// there is none; nothing before `floor` is looked at.
fn reaches_from(text: &[u8], token: usize, floor: usize) -> usize {
    let known = |byte: &&u8| byte.is_ascii_alphanumeric();
    let word = |end: usize| {
        let head = text.get(floor..end).unwrap_or_default();
        end - head.iter().rev().take_while(known).count()
    };
    let mut from = word(token);
    let mut letters = 0;
    loop {
        let head = text.get(floor..from).unwrap_or_default();
        let end = from
            - head
                .iter()
                .rev()
                .take(Gap::WIDEST + 1)
                .take_while(|byte| !known(byte))
                .count();
        let start = word(end);
        letters += end - start;
        // A word that is too long to be joined may still tell whether the one before it ends a price.
        if start == end || letters > LONGEST + 2 || !Gap::of(&text[end..from]).joins() {
            return from;
        }
        from = start;
    }
}

/// The most bytes that a candidate and its next word's beginning reach over: its letters and digits with four characters between
/// any two, twelve more of an indent once, and another dozen.
const REACH: usize = LONGEST * 6;

/// How much before a word is read to see what it is a piece of: a digit and a mark.
const BEFORE: usize = 2;

/// Whether a masked text holds nothing more. It is what comes of a text from the byte `from` on by `changes`, from left to
/// right; `asked` is what the first look asked from there on.
pub(crate) fn holds_nothing(
    masked: &str,
    text: &Folded,
    from: usize,
    changes: &[Change],
    asked: &[Asked],
) -> bool {
    let (masked, changes) = match folded(masked, text, from, changes) {
        Some((masked, changes)) => (Cow::Owned(masked), Cow::Owned(changes)),
        None => (Cow::Borrowed(masked), Cow::Borrowed(changes)),
    };
    let (page, changes) = (&Page::new(&masked), changes.as_ref());
    let from = text.folded_at(from);
    let mut look = Look {
        page,
        changes,
        from,
        words: Vec::new(),
    };
    let mut found = Vec::new();
    address::find(page, 0, &mut found);
    found.is_empty()
        && changes
            .iter()
            .enumerate()
            .all(|(at, _)| look.nothing_before(at))
        && asked.iter().all(|asked| look.nothing_at(asked))
}

/// The masked text and the changes as they are where both texts are folded: what stands between tokens is folded already.
/// `None` where folding changes nothing.
fn folded(
    masked: &str,
    text: &Folded,
    from: usize,
    changes: &[Change],
) -> Option<(String, Vec<Change>)> {
    if text.is_as_it_was() {
        return None;
    }
    let mut out = String::with_capacity(masked.len());
    let mut done = text.folded_at(from);
    let mut there = Vec::with_capacity(changes.len());
    for Change { before, after } in changes {
        let before = text.folded_at(before.start)..text.folded_at(before.end);
        out.push_str(text.as_str().get(done..before.start).unwrap_or_default());
        done = before.end;
        let start = out.len();
        out.push_str(masked.get(after.clone()).unwrap_or_default());
        there.push(Change {
            before,
            after: start..out.len(),
        });
    }
    out.push_str(text.as_str().get(done..).unwrap_or_default());
    Some((out, there))
}

struct Look<'a> {
    page: &'a Page<'a>,
    changes: &'a [Change],
    from: usize,
    words: Vec<Word>,
}

impl Look<'_> {
    /// Whether nothing begins at the words that a token may be joined to, whatever stood there before.
    fn nothing_before(&mut self, at: usize) -> bool {
        let token = &self.changes[at].after;
        let floor = at
            .checked_sub(1)
            .map_or(0, |last| self.changes[last].after.end);
        let Some(stretch) = self.page.bytes().get(..token.end) else {
            return false;
        };
        let from = reaches_from(stretch, token.start, floor);
        let digit = |stretch: &[u8]| stretch.iter().any(u8::is_ascii_digit);
        if !stretch.get(from..token.start).is_some_and(digit) {
            return true;
        }
        self.nothing_in(stretch, from, usize::MAX)
    }

    /// Whether nothing begins at a word that was asked about, if what was read for it has changed.
    fn nothing_at(&mut self, asked: &Asked) -> bool {
        let next = self
            .changes
            .partition_point(|change| change.before.end <= asked.reach.from);
        let changed = self
            .changes
            .get(next)
            .is_some_and(|change| change.before.start < asked.reach.to);
        if !changed && asked.reach.from >= self.from {
            return true;
        }
        let next = self
            .changes
            .partition_point(|change| change.before.end <= asked.word);
        if self
            .changes
            .get(next)
            .is_some_and(|change| change.before.start <= asked.word)
        {
            return true;
        }
        let (before, after) = match next.checked_sub(1).and_then(|last| self.changes.get(last)) {
            Some(change) => (change.before.end, change.after.end),
            None => (self.from, 0),
        };
        let start = asked.word - before + after;
        let bytes = self.page.bytes();
        let end = bytes.len().min(start + REACH);
        let rest = bytes.get(end..).unwrap_or_default();
        let word = rest
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric())
            .count();
        self.nothing_in(bytes.get(..end + word).unwrap_or_default(), start, 1)
    }

    /// Whether nothing begins at the first of the words from a place to the end of a stretch, or at more of them.
    fn nothing_in(&mut self, stretch: &[u8], from: usize, most: usize) -> bool {
        // What stands before tells whether they are a date.
        words(stretch, from.saturating_sub(BEFORE), &mut self.words);
        dates::set_apart(stretch, &mut self.words);
        glue::set_apart(stretch, &mut self.words);
        let first = self.words.partition_point(|word| word.start < from);
        let mut found = Vec::new();
        for index in (first..self.words.len()).take(most) {
            if self.words[index].has_digits() || may_begin(&self.words, index) {
                begins_here(self.page, &self.words, index, &mut found);
            }
        }
        found.is_empty()
    }
}
