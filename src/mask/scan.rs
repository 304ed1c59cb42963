//! One pass over a folded text: candidates from its words and its `@`s, each put to the detectors whose length it has.

use std::cmp::Reverse;

use crate::{
    ALL, Kind, address,
    candidate::{Candidate, LONGEST},
    dates,
    detector::Found,
    encoded, glue,
    page::Page,
    shape::Shape,
    sight::{Reach, Sight},
    words::{Made, Word, places, words},
};

/// The fewest letters and digits that an identifier made of words has.
const SHORTEST: usize = 5;

/// The most words that are joined, unless each is a single character.
const JOINED: usize = 7;

/// What a look at a text came to.
#[derive(Default)]
pub(crate) struct Scan {
    /// From left to right; none overlaps another.
    pub(crate) found: Vec<Found>,
    /// From left to right, what was asked about the words where something might begin.
    pub(crate) asked: Vec<Asked>,
    /// Something written in base64 is not among what was found, because it overlaps something else.
    pub(crate) torn: bool,
}

/// How much of the text was read to judge what begins with a word.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    /// Where the word begins.
    pub(crate) word: usize,
    pub(crate) reach: Reach,
}

/// Looks at a folded text from this byte on.
pub(crate) fn scan(text: &str, from: usize) -> Scan {
    scan_within(text, from, 0)
}

/// Looks at a text that was written in base64 so many times over.
pub(crate) fn scan_within(text: &str, from: usize, depth: usize) -> Scan {
    let page = &Page::new(text);
    let mut scan = Scan::default();
    address::find(page, from, &mut scan.found);
    let mut all = Vec::new();
    words(page.bytes(), from, &mut all);
    dates::set_apart(page.bytes(), &mut all);
    glue::set_apart(page.bytes(), &mut all);
    let mut done = encoded::Done::default();
    for (index, word) in all.iter().enumerate() {
        if word.len() >= encoded::SHORTEST {
            let range = word.start..word.end;
            encoded::find(page.bytes(), range, from, depth, &mut done, &mut scan.found);
        }
        if word.has_digits() || may_begin(&all, index) {
            let reach = begins_here(page, &all, index, &mut scan.found);
            if reach != Reach::NOTHING {
                let word = word.start;
                scan.asked.push(Asked { word, reach });
            }
        }
    }
    scan.apart();
    scan
}

/// Finds what begins with a word, and says how much of the text around it was read for that.
pub(crate) fn begins_here(
    page: &Page,
    words: &[Word],
    index: usize,
    found: &mut Vec<Found>,
) -> Reach {
    let word = &words[index];
    let bytes = page.bytes();
    let mut reach = candidates(page, words, index, word, None, found);
    if word.len() > 6
        && word.has_digits()
        && bytes[word.start].is_ascii_alphabetic()
        && let Some((kind, length)) = glued(bytes, word)
    {
        let rest = word.without(bytes, length);
        reach = reach.and(candidates(page, words, index, &rest, Some(kind), found));
    }
    reach
}

/// Whether a word without digits may begin an identifier: short, and a digit or another single letter follows.
#[inline]
pub(crate) fn may_begin(words: &[Word], index: usize) -> bool {
    let [word, next, ..] = &words[index..] else {
        return false;
    };
    next.gap.joins() && (next.has_digits() || word.len() == 1 && next.len() == 1)
}

/// Every candidate that begins with this word, put to the detectors.
fn candidates(
    page: &Page,
    words: &[Word],
    index: usize,
    first: &Word,
    glued: Option<Kind>,
    found: &mut Vec<Found>,
) -> Reach {
    let mut reach = Reach::NOTHING;
    // Most numbers of an invoice are short and stand alone.
    if first.len() < SHORTEST && alone(words, index, first) {
        return reach;
    }
    let bytes = page.bytes();
    let mut shape = Shape::EMPTY;
    if !shape.push(bytes, first) {
        return reach;
    }
    let mut singles = first.len() == 1;
    let mut indented = false;
    for joined in 0.. {
        let suited = detectors(shape.len(), shape.made());
        if suited != 0 && (joined == 0 || shape.digits() >= 3) {
            let words = words.get(index..=index + joined).unwrap_or_default();
            let candidate = Candidate::new(bytes, first, words);
            reach = reach.and(judge(page, &candidate, suited, glued, found));
        }
        if !may_join(words, index, joined, singles) {
            break;
        }
        let Some(right) = words.get(index + joined + 1) else {
            break;
        };
        // A value is broken once; what goes on from line to line is a column.
        if right.gap.indented() && std::mem::replace(&mut indented, true) {
            break;
        }
        singles &= right.len() == 1;
        if !shape.push(bytes, right) || !shape.begins_one(&bytes[first.start..right.end]) {
            break;
        }
    }
    reach
}

/// Puts a candidate to the detectors that suit it, and says how much of the text around it was read.
#[inline(never)]
fn judge(
    page: &Page,
    candidate: &Candidate,
    mut suited: u16,
    glued: Option<Kind>,
    found: &mut Vec<Found>,
) -> Reach {
    let sight = Sight::new(page, candidate, glued);
    while suited != 0 {
        let place = places(suited.trailing_zeros());
        suited &= suited - 1;
        if let Some(detector) = ALL.get(place)
            && glued.is_none_or(|kind| kind == detector.kind)
        {
            found.extend((detector.find)(candidate, &sight));
        }
    }
    sight.reach()
}

/// Whether one more word may be joined to so many and one that begin here; `singles` says that each has one character.
#[inline]
fn may_join(words: &[Word], index: usize, joined: usize, singles: bool) -> bool {
    let Some([left, right, ..]) = words.get(index + joined..) else {
        return false;
    };
    if !right.gap.joins() || right.len() > LONGEST {
        return false;
    }
    let singles = singles && right.len() == 1;
    if joined + 1 >= JOINED && !singles {
        return false;
    }
    // Columns of a table.
    if right.gap.spaces()
        && !right.gap.narrow()
        && left.len() > 5
        && left.all_digits()
        && right.all_digits()
    {
        return false;
    }
    // A price: 1,250.50, and what follows it.
    let price = right.gap.dot() && right.len() == 2 && right.all_digits() && left.all_digits();
    !price || singles || joined >= 2 || continues(words, index + joined + 1)
}

/// Whether a short word cannot be the beginning of anything: nothing joins it, or it is a piece of a date, a price, a measure.
#[inline]
fn alone(words: &[Word], index: usize, first: &Word) -> bool {
    let Some(next) = words.get(index + 1) else {
        return true;
    };
    if !next.gap.joins() {
        return true;
    }
    if !first.all_digits() {
        return false;
    }
    if !next.has_digits() {
        // 27 AAPFU 0939F 1ZV, 06 DELI 09652 G1DA, 22 BH 1234 AA, and letter by letter; no 300 mm, no 5 ply.
        return match first.len() {
            1 => next.len() != 1,
            2 => !matches!(next.len(), 1 | 2 | 4 | 5),
            _ => true,
        };
    }
    let date = next.gap.slash() && first.len() <= 2;
    let price = next.gap.dot()
        && next.len() == 2
        && next.all_digits()
        && first.len() != 2
        && !continues(words, index + 1);
    date || price
}

/// Whether a dot and another number follow a word: 98.76.54.32.10 is no price.
#[inline]
fn continues(words: &[Word], index: usize) -> bool {
    matches!(words.get(index..), Some([_, next, ..]) if next.gap.dot() && next.has_digits())
}

/// The detectors that suit something of a length, a bit for each in the order of [`ALL`].
#[inline]
fn detectors(length: usize, made: Made) -> u16 {
    /// For each length, those that take digits alone, and those that take letters too.
    const BY_LENGTH: [(u16, u16); LONGEST + 1] = {
        let mut table = [(0, 0); LONGEST + 1];
        let mut at = 0;
        while at < ALL.len() {
            let (least, most) = ALL[at].lengths;
            let mut length = least;
            while length <= most {
                if ALL[at].digits_alone {
                    table[length].0 |= 1 << at;
                }
                table[length].1 |= 1 << at;
                length += 1;
            }
            at += 1;
        }
        table
    };
    let Some((numbers, words)) = BY_LENGTH.get(length) else {
        return 0;
    };
    match made {
        Made::Digits => *numbers,
        Made::Letters => 0,
        Made::Both => *words,
    }
}

/// A label that nothing sets off from what it labels: PANABCPE1234F, Mob9876543210, A/c50100123456789.
fn glued(text: &[u8], word: &Word) -> Option<(Kind, usize)> {
    /// The longest of them.
    const LABEL: usize = 9;
    let before = text.get(word.start.saturating_sub(2)..word.start)?;
    let word = text.get(word.start..word.end)?;
    if word.len() > LABEL + LONGEST {
        return None;
    }
    let labels: &[(&[u8], Kind)] = match word.first()?.to_ascii_uppercase() {
        b'A' => &[
            (b"AADHAAR", Kind::Aadhaar),
            (b"AADHAR", Kind::Aadhaar),
            (b"ACCOUNTNO", Kind::BankAccount),
            (b"ACCOUNT", Kind::BankAccount),
            (b"ACCTNO", Kind::BankAccount),
            (b"ACCNO", Kind::BankAccount),
            (b"ACNO", Kind::BankAccount),
            (b"ACC", Kind::BankAccount),
            (b"AC", Kind::BankAccount),
        ],
        b'C' if before.eq_ignore_ascii_case(b"a/") => &[(b"C", Kind::BankAccount)],
        b'E' => &[(b"EPIC", Kind::VoterId)],
        b'G' => &[
            (b"GSTINNO", Kind::Gstin),
            (b"GSTIN", Kind::Gstin),
            (b"GSTNO", Kind::Gstin),
            (b"GST", Kind::Gstin),
        ],
        b'I' => &[(b"IFSCCODE", Kind::Ifsc), (b"IFSC", Kind::Ifsc)],
        b'M' => &[
            (b"MOBILE", Kind::Phone),
            (b"MOBNO", Kind::Phone),
            (b"MOB", Kind::Phone),
        ],
        b'P' => &[
            (b"PANNO", Kind::Pan),
            (b"PAN", Kind::Pan),
            (b"PHONE", Kind::Phone),
            (b"PHNO", Kind::Phone),
            (b"PH", Kind::Phone),
        ],
        b'T' => &[(b"TEL", Kind::Phone)],
        b'U' => &[(b"UID", Kind::Aadhaar)],
        b'V' => &[(b"VEHNO", Kind::Vehicle)],
        _ => return None,
    };
    labels
        .iter()
        .find(|(label, _)| {
            word.len() > label.len() + 4 && word[..label.len()].eq_ignore_ascii_case(label)
        })
        .map(|(label, kind)| (*kind, label.len()))
}

impl Scan {
    /// Of what overlaps the surest stays, and of two alike the longest, then the first.
    fn apart(&mut self) {
        self.found.sort_by_key(|one| {
            let length = one.end - one.start;
            (Reverse(one.rank), Reverse(length), one.start)
        });
        let mut kept: Vec<Found> = Vec::with_capacity(self.found.len());
        for one in &self.found {
            let at = kept.partition_point(|other| other.start < one.end);
            let free = at
                .checked_sub(1)
                .is_none_or(|before| kept[before].end <= one.start);
            if free {
                kept.insert(at, *one);
            } else {
                self.torn |= one.rule == encoded::RULE;
            }
        }
        self.found = kept;
    }
}
