//! Masking a text, unmasking a reply, and looking once more before anything leaves.

use std::ops::Range;

use crate::{
    Kind,
    again::{Change, holds_nothing},
    detector::{Found, Rank},
    fold::Folded,
    pack::Was,
    scan::{Scan, scan},
    token::{self, EmptyKey, LITERAL, LONGEST, Read, Sealer, Tokens},
};

/// How often a masked text is looked at again.
const ROUNDS: usize = 4;

/// An identifier in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Bytes of the text.
    pub start: usize,
    pub end: usize,
    pub kind: Kind,
    /// Why it was taken for one: `gstin.checksum`, `bank_account.label`.
    pub rule: &'static str,
    pub rank: Rank,
}

/// A masked text. Its `Debug` holds no identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masked {
    pub text: String,
    /// From left to right; none overlaps another.
    pub spans: Vec<Span>,
    /// The tokens in it.
    pub tokens: Tokens,
}

/// A reply with its tokens replaced.
#[derive(Clone, PartialEq, Eq)]
pub struct Unmasked {
    pub text: String,
    /// Where the reply has what looks like a token and is none of those allowed, in bytes of the reply: a model made it up or
    /// changed it. It is left as it stands.
    pub unknown: Vec<Range<usize>>,
}

/// Masks and unmasks with one key.
#[derive(Clone)]
pub struct Masker {
    pub(crate) sealer: Sealer,
}

impl std::fmt::Debug for Masker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Masker(…)")
    }
}

impl std::fmt::Debug for Unmasked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Unmasked({} bytes, {} unknown)",
            self.text.len(),
            self.unknown.len()
        )
    }
}

/// The identifiers in a text, from left to right.
#[must_use]
pub fn find(text: &str) -> Vec<Span> {
    find_from(text, 0)
}

/// Those that begin at a byte or after it; what stands before is read for its labels.
pub(crate) fn find_from(text: &str, from: usize) -> Vec<Span> {
    let folded = Folded::new(text);
    let found = scan(folded.as_str(), folded.folded_at(from)).found;
    spans(&folded, &found, from)
}

/// What was found, where it stands in the original.
fn spans(folded: &Folded, found: &[Found], from: usize) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::with_capacity(found.len());
    for one in found {
        let Range { start, end } = folded.original(one.start..one.end);
        // One character may fold to several, and two identifiers may then share it.
        if start >= spans.last().map_or(from, |last| last.end) {
            spans.push(Span {
                start,
                end,
                kind: one.kind,
                rule: one.rule,
                rank: one.rank,
            });
        }
    }
    spans
}

/// What a masked text still holds: nothing, or a fault. A text with a leak does not go out.
#[must_use]
pub fn leaks(text: &str) -> Vec<Span> {
    find(text)
}

/// A stretch of the original that a token stands for.
struct Piece {
    start: usize,
    end: usize,
    mark: [u8; 4],
}

impl Masker {
    /// A key of at least 16 random bytes makes tokens that nobody can guess; one for each tenant or case.
    pub fn new(key: &[u8]) -> Result<Self, EmptyKey> {
        Ok(Self {
            sealer: Sealer::new(key)?,
        })
    }

    /// Puts a token in the place of each identifier.
    #[must_use]
    pub fn mask(&self, text: &str) -> Masked {
        self.mask_from(text, 0, Was::Text)
    }

    /// Masks what begins at a byte or after it; the result starts there, and so do its places.
    pub(crate) fn mask_from(&self, text: &str, from: usize, was: Was) -> Masked {
        let folded = Folded::new(text);
        let Scan { found, asked, torn } = scan(folded.as_str(), folded.folded_at(from));
        let mut spans = spans(&folded, &found, from);
        let mut literals = self.literals(text, from);
        spans.retain(|span| {
            !literals
                .iter()
                .any(|at| at.start < span.end && span.start < at.end)
        });
        let mut round = 0;
        loop {
            let (masked, tokens, changes) = self.write(text, from, &spans, &literals, was);
            // What is left may look like an identifier only now that its neighbours are gone.
            let nothing = spans.is_empty() && literals.is_empty()
                || round == ROUNDS
                || round == 0
                    && literals.is_empty()
                    && !torn
                    && spans.len() == found.len()
                    && holds_nothing(&masked, &folded, from, &changes, &asked);
            let left = if nothing { Vec::new() } else { find(&masked) };
            if left.is_empty() {
                for span in &mut spans {
                    span.start -= from;
                    span.end -= from;
                }
                return Masked {
                    text: masked,
                    spans,
                    tokens,
                };
            }
            round += 1;
            for one in left {
                let range = behind(&changes, from, one.start..one.end);
                join(&mut spans, &mut literals, &one, range);
            }
        }
    }

    /// Writes the text with tokens; also says which stretch of it comes from where.
    fn write(
        &self,
        text: &str,
        from: usize,
        spans: &[Span],
        literals: &[Range<usize>],
        was: Was,
    ) -> (String, Tokens, Vec<Change>) {
        let mut pieces: Vec<Piece> = spans
            .iter()
            .map(|span| Piece {
                start: span.start,
                end: span.end,
                mark: span.kind.mark(),
            })
            .chain(literals.iter().map(|at| Piece {
                start: at.start,
                end: at.end,
                mark: LITERAL,
            }))
            .collect();
        pieces.sort_by_key(|piece| piece.start);
        let mut out = String::with_capacity(text.len() + pieces.len() * 48);
        let mut tokens = Tokens::default();
        let mut changes = Vec::with_capacity(pieces.len());
        let mut done = from;
        for piece in pieces {
            out.push_str(text.get(done..piece.start).unwrap_or_default());
            let begun = out.len();
            let mut surface = text.get(piece.start..piece.end).unwrap_or_default();
            while !surface.is_empty() {
                let mut cut = surface.len().min(LONGEST);
                while !surface.is_char_boundary(cut) {
                    cut -= 1;
                }
                let (head, rest) = surface.split_at(cut);
                let token = self.sealer.seal(piece.mark, head, was);
                out.push_str(&token);
                tokens.insert(token);
                surface = rest;
            }
            changes.push(Change {
                before: piece.start..piece.end,
                after: begun..out.len(),
            });
            done = piece.end;
        }
        out.push_str(text.get(done..).unwrap_or_default());
        (out, tokens, changes)
    }

    /// Tokens under this key that the text already holds.
    fn literals(&self, text: &str, from: usize) -> Vec<Range<usize>> {
        let mut out: Vec<Range<usize>> = Vec::new();
        for at in token::places(text) {
            if at < out.last().map_or(from, |last| last.end) {
                continue;
            }
            if let Read::Token(token) = token::read(text, at)
                && self.sealer.open(&token).is_some()
            {
                out.push(token.range);
            }
        }
        out
    }

    /// The tokens under this key in a masked text.
    #[must_use]
    pub fn tokens(&self, masked: &str) -> Tokens {
        let mut tokens = Tokens::default();
        for at in token::places(masked) {
            if let Read::Token(token) = token::read(masked, at)
                && self.sealer.open(&token).is_some()
            {
                tokens.insert(token.bare);
            }
        }
        tokens
    }

    /// Puts back what the allowed tokens stand for, in one pass.
    #[must_use]
    pub fn unmask(&self, allowed: &Tokens, reply: &str) -> Unmasked {
        let mut text = String::with_capacity(reply.len());
        let mut unknown = Vec::new();
        let mut done = 0;
        for at in token::places(reply) {
            if at < done {
                continue;
            }
            if let Read::Token(token) = token::read(reply, at)
                && let Some((surface, _)) = self.opened(allowed, &token)
            {
                text.push_str(reply.get(done..at).unwrap_or_default());
                text.push_str(&surface);
                done = token.range.end;
                continue;
            }
            if let Some(end) = looks_like_one(reply, at) {
                unknown.push(at..end);
            }
        }
        text.push_str(reply.get(done..).unwrap_or_default());
        Unmasked { text, unknown }
    }

    pub(crate) fn opened(&self, allowed: &Tokens, token: &token::Token) -> Option<(String, Was)> {
        allowed
            .contains(&token.bare)
            .then(|| self.sealer.open(token))?
    }
}

/// A word that begins as a token does and goes on as long as one: where it ends.
fn looks_like_one(text: &str, at: usize) -> Option<usize> {
    let rest = text.as_bytes().get(at..)?;
    let head = rest.get(..4)?.to_ascii_uppercase();
    let word = rest
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric())
        .count();
    let marked = Kind::ALL.iter().any(|kind| kind.mark() == *head) || LITERAL == *head;
    (marked && word >= 16).then_some(at + word)
}

/// The stretch of the original behind a stretch of the masked text; whole tokens only.
fn behind(changes: &[Change], from: usize, found: Range<usize>) -> Range<usize> {
    let start = match changes
        .iter()
        .rfind(|change| change.after.start <= found.start)
    {
        None => from + found.start,
        Some(change) if found.start < change.after.end => change.before.start,
        Some(change) => change.before.end + (found.start - change.after.end),
    };
    let end = match changes
        .iter()
        .rfind(|change| change.after.start < found.end)
    {
        None => from + found.end,
        Some(change) if found.end <= change.after.end => change.before.end,
        Some(change) => change.before.end + (found.end - change.after.end),
    };
    start..end
}

/// Adds a span at a place; what it touches becomes one with it.
fn join(
    spans: &mut Vec<Span>,
    literals: &mut Vec<Range<usize>>,
    one: &Span,
    Range { mut start, mut end }: Range<usize>,
) {
    for other in spans
        .iter()
        .map(|span| span.start..span.end)
        .chain(literals.iter().cloned())
    {
        if other.start < end && start < other.end {
            start = start.min(other.start);
            end = end.max(other.end);
        }
    }
    spans.retain(|other| other.end <= start || end <= other.start);
    literals.retain(|other| other.end <= start || end <= other.start);
    let at = spans.partition_point(|other| other.start < start);
    let span = Span {
        start,
        end,
        ..one.clone()
    };
    spans.insert(at, span);
}

#[cfg(test)]
mod tests;
