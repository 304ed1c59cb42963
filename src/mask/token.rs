//! Tokens: what stands in a masked text in place of an identifier, and holds it under the key.
//!
//! A token is four letters that name the type, a length, and in base 32 an eleven-byte tag and the packed value, encrypted. The
//! tag is a MAC of the value and also the nonce of the encryption (SIV: the same value always gives the same token, and nothing
//! else is learned from it). Its first five bytes depend on the value without case and spacing alone, so two ways of writing
//! one value have tokens that begin alike. A token that anybody changed, or made up, has no tag that holds.

use std::{borrow::Cow, collections::BTreeSet, ops::Range};

use crate::{
    Kind,
    fold::folded,
    mac::Mac,
    pack::{Was, pack, unpack},
};

/// Letters and digits that are not taken for one another: no 0, O, 1, I.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

const HEAD: usize = 5;
const TAG: usize = 11;
const MARK: usize = 4;

/// A piece of text that looks like a token is masked as well, under this mark; so it comes back as it was.
pub(crate) const LITERAL: [u8; MARK] = *b"XLIT";

/// The longest value that one token holds, in bytes of the original; a longer one gets several.
pub(crate) const LONGEST: usize = 4096;

/// How many characters of spacing or markup may stand between two characters of a token.
const STRAY: usize = 6;

/// How much of a text is read to tell that a token begins there.
pub(crate) const KNOWN_BY: usize = 16;

/// Whether what a text begins with looks like a token.
pub(crate) fn stands_at(text: &[u8]) -> bool {
    let marked = |mark: [u8; MARK]| text.starts_with(&mark);
    text.get(..KNOWN_BY)
        .is_some_and(|word| word.iter().all(u8::is_ascii_alphanumeric))
        && (Kind::ALL.iter().any(|kind| marked(kind.mark())) || marked(LITERAL))
}

/// A key without a byte in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the key of the masker is empty; give it at least 16 random bytes")]
pub struct EmptyKey;

/// The tokens that a masked text holds: none but these is unmasked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tokens(BTreeSet<String>);

impl Tokens {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The kind of each; what is masked for looking like a token has none.
    pub fn kinds(&self) -> impl Iterator<Item = Kind> + '_ {
        let kind = |token: &String| {
            let mark = token.as_bytes().first_chunk::<MARK>()?;
            Kind::ALL.iter().find(|kind| kind.mark() == *mark).copied()
        };
        self.0.iter().filter_map(kind)
    }

    pub(crate) fn insert(&mut self, token: String) {
        self.0.insert(token);
    }

    pub(crate) fn contains(&self, token: &str) -> bool {
        self.0.contains(token)
    }

    /// Adds those of another text of the same conversation.
    pub fn extend(&mut self, others: &Self) {
        self.0.extend(others.0.iter().cloned());
    }
}

/// The keys that tokens are made and opened with.
#[derive(Clone)]
pub(crate) struct Sealer {
    head: Mac,
    tag: Mac,
    stream: Mac,
}

impl Sealer {
    pub(crate) fn new(secret: &[u8]) -> Result<Self, EmptyKey> {
        if secret.is_empty() {
            return Err(EmptyKey);
        }
        let root = Mac::new(secret);
        let derive = |purpose: &str| Mac::new(&root.sign(&[purpose.as_bytes()]));
        Ok(Self {
            head: derive("satyapan mask 1 head"),
            tag: derive("satyapan mask 1 tag"),
            stream: derive("satyapan mask 1 stream"),
        })
    }

    pub(crate) fn seal(&self, mark: [u8; MARK], surface: &str, was: Was) -> String {
        let mut plain = pack(surface, was);
        let tag = self.tag(mark, surface, &plain);
        self.crypt(&tag, &mut plain);
        let mut out = Vec::with_capacity(MARK + 4 + (TAG + plain.len()).div_ceil(5) * 8);
        out.extend(mark);
        let length = plain.len();
        if length <= 30 {
            out.push(letter(length));
        } else {
            out.push(letter(31));
            out.extend([10, 5, 0].map(|shift| letter(length >> shift & 31)));
        }
        let end = out.len() + ((TAG + length) * 8).div_ceil(5);
        let mut bytes = tag.into_iter().chain(plain);
        while out.len() < end {
            // Five bytes are eight letters; behind the last byte stand zeros, and no letters of them alone.
            let bits = (0..5).fold(0, |bits, _| {
                bits << 8 | usize::from(bytes.next().unwrap_or(0))
            });
            out.extend([35, 30, 25, 20, 15, 10, 5, 0].map(|shift| letter(bits >> shift & 31)));
        }
        out.truncate(end);
        String::from_utf8(out).unwrap_or_default()
    }

    /// The value inside a token, if its tag holds.
    pub(crate) fn open(&self, token: &Token) -> Option<(String, Was)> {
        let (tag, sealed) = token.body.split_at_checked(TAG)?;
        let tag = <[u8; TAG]>::try_from(tag).ok()?;
        let mut plain = sealed.to_vec();
        self.crypt(&tag, &mut plain);
        let (surface, was) = unpack(&plain)?;
        (self.tag(token.mark, &surface, &plain) == tag).then_some((surface, was))
    }

    fn tag(&self, mark: [u8; MARK], surface: &str, plain: &[u8]) -> [u8; TAG] {
        let mut tag = [0; TAG];
        let canonical = canonical(mark, surface);
        let head = self.head.sign(&[&mark, canonical.as_bytes()]);
        if canonical == surface && plain.last().is_none_or(|last| last & 4 == 0) {
            // The usual way of writing needs no second MAC to be told from others.
            tag.copy_from_slice(&head[..TAG]);
            return tag;
        }
        let rest = self.tag.sign(&[&mark, &head[..HEAD], plain]);
        tag[..HEAD].copy_from_slice(&head[..HEAD]);
        tag[HEAD..].copy_from_slice(&rest[..TAG - HEAD]);
        tag
    }

    fn crypt(&self, tag: &[u8; TAG], bytes: &mut [u8]) {
        for (block, chunk) in (0_u16..).zip(bytes.chunks_mut(32)) {
            let keys = self.stream.sign(&[tag, &block.to_be_bytes()]);
            for (byte, key) in chunk.iter_mut().zip(keys) {
                *byte ^= key;
            }
        }
    }
}

fn letter(value: usize) -> u8 {
    ALPHABET.get(value).copied().unwrap_or(b'2')
}

/// What two ways of writing one value have in common.
fn canonical(mark: [u8; MARK], surface: &str) -> Cow<'_, str> {
    let address = [Kind::Email.mark(), Kind::Upi.mark()].contains(&mark);
    let plain = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_uppercase();
    if surface.bytes().all(plain) && (mark != Kind::Phone.mark() || surface.len() <= 10) {
        return Cow::Borrowed(surface);
    }
    let text = folded(surface);
    let mut out: String = text
        .chars()
        .filter(|c| c.is_alphanumeric() || address && matches!(c, '@' | '.' | '-' | '_' | '+'))
        .map(|c| c.to_ascii_uppercase())
        .collect();
    if mark == Kind::Phone.mark() && out.len() > 10 && out.is_ascii() {
        out.drain(..out.len() - 10);
    }
    Cow::Owned(out)
}

/// A token as it stands in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) range: Range<usize>,
    pub(crate) mark: [u8; MARK],
    /// As it was made: in capitals, nothing between.
    pub(crate) bare: String,
    body: Vec<u8>,
}

/// What stands at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Read {
    Nothing,
    /// The text ends before that can be said.
    Unfinished,
    Token(Token),
}

/// The places where a token may begin.
pub(crate) fn places(text: &str) -> impl Iterator<Item = usize> + '_ {
    memchr::memchr2_iter(b'X', b'x', text.as_bytes())
}

/// Reads a token whatever its case, and across a little spacing and markup.
pub(crate) fn read(text: &str, start: usize) -> Read {
    let mut letters = Letters {
        bytes: text.as_bytes(),
        at: start,
    };
    let mut bare = String::new();
    let mut mark = [b'X'; MARK];
    for index in 0..MARK {
        let Some(byte) = letters.next() else {
            return letters.stopped(start);
        };
        if let Some(slot) = mark.get_mut(index) {
            *slot = byte;
        }
        // Most words with an X in them are told apart here.
        if index == 1
            && !matches!(
                byte,
                b'U' | b'P' | b'G' | b'I' | b'T' | b'A' | b'E' | b'V' | b'L'
            )
        {
            return Read::Nothing;
        }
    }
    if mark != LITERAL && !Kind::ALL.iter().any(|kind| kind.mark() == mark) {
        return Read::Nothing;
    }
    bare.extend(mark.map(char::from));
    let mut value = || -> Option<Option<usize>> {
        let byte = letters.next()?;
        bare.push(char::from(byte));
        Some(ALPHABET.iter().position(|one| *one == byte))
    };
    let mut length = match value() {
        None => return letters.stopped(start),
        Some(None | Some(0)) => return Read::Nothing,
        Some(Some(length)) => length,
    };
    if length == 31 {
        length = 0;
        for _ in 0..3 {
            match value() {
                None => return letters.stopped(start),
                Some(None) => return Read::Nothing,
                Some(Some(more)) => length = length << 5 | more,
            }
        }
        if !(31..=LONGEST + 1).contains(&length) {
            return Read::Nothing;
        }
    }
    let bytes = TAG + length;
    let mut body = Vec::with_capacity(bytes);
    let (mut bits, mut held) = (0_usize, 0);
    for _ in 0..(bytes * 8).div_ceil(5) {
        match value() {
            None => return letters.stopped(start),
            Some(None) => return Read::Nothing,
            Some(Some(more)) => bits = bits << 5 | more,
        }
        held += 5;
        if held >= 8 {
            held -= 8;
            body.extend(u8::try_from(bits >> held & 255));
            bits &= (1 << held) - 1;
        }
    }
    if bits != 0 {
        return Read::Nothing;
    }
    Read::Token(Token {
        range: start..letters.at,
        mark,
        bare,
        body,
    })
}

/// The letters and digits of a text in capitals, across what may stand between those of a token.
struct Letters<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Letters<'_> {
    fn next(&mut self) -> Option<u8> {
        let mut at = self.at;
        let (mut stray, mut lines) = (0, 0);
        loop {
            let rest = self.bytes.get(at..)?;
            let byte = *rest.first()?;
            if byte.is_ascii_alphanumeric() {
                self.at = at + 1;
                return Some(byte.to_ascii_uppercase());
            }
            let skip = match byte {
                b'\n' => {
                    lines += 1;
                    1
                }
                b' ' | b'\r' | b'\t' | b'*' | b'_' | b'`' | b'~' | b'-' | b'\\' => 1,
                0xC2 if rest.starts_with(&[0xC2, 0xAD]) => 2,
                0xE2 if rest.len() >= 3 && rest[1] == 0x80 && matches!(rest[2], 0x8B..=0x8D) => 3,
                0xE2 if rest.starts_with(&[0xE2, 0x81, 0xA0]) => 3,
                0xEF if rest.starts_with(&[0xEF, 0xBB, 0xBF]) => 3,
                _ => 0,
            };
            stray += 1;
            if skip == 0 || stray > STRAY || lines > 1 {
                // Not the end of the text: something that no token holds.
                self.at = usize::MAX;
                return None;
            }
            at += skip;
        }
    }

    /// Why there was no further letter.
    fn stopped(&self, start: usize) -> Read {
        if self.at == usize::MAX || start >= self.bytes.len() {
            Read::Nothing
        } else {
            Read::Unfinished
        }
    }
}

#[cfg(test)]
mod tests;
