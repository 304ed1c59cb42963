//! The label above: a form's line before, or the head of a table's column.

use std::ops::Range;

use crate::{
    bond::{counts, is_small},
    lexicon::{Label, Meaning},
    page::Page,
    sight::{Bond, Reach, Seen},
};

/// How many lines up the head of a column is looked for, and how many bytes.
const LINES: usize = 40;
const BYTES: usize = 4096;

/// The label above what stands at `start..end`, and how much of the text was read for it.
pub(crate) fn label(page: &Page, start: usize, end: usize) -> (Option<Seen>, Reach) {
    let bytes = page.bytes();
    let rest = bytes.get(end..).unwrap_or_default();
    let to = memchr::memchr(b'\n', rest).map_or(bytes.len(), |at| end + at);
    let mut from = start;
    let seen = section(page, start, &mut from).or_else(|| look_up(page, start, end, to, &mut from));
    (seen, Reach { from, to: to + 1 })
}

/// How many lines of keys and values up the heading of a section is looked for.
const SECTION: usize = 8;

/// The heading of the section, where a line begins with a key that says nothing of what it numbers: A/c Details, some lines
/// of keys and values, Number: 7374105007901427.
fn section(page: &Page, start: usize, from: &mut usize) -> Option<Seen> {
    let bytes = page.bytes();
    let floor = start.saturating_sub(BYTES);
    let mut below = line_start(bytes, start, start.saturating_sub(KEY))?;
    if !is_bare_key(bytes.get(below..start)?) {
        return None;
    }
    for _ in 0..=SECTION {
        let end = below.checked_sub(1)?;
        let begin = line_start(bytes, end, floor);
        *from = begin.map_or(floor, |begin| begin.saturating_sub(1));
        let begin = begin?;
        let above = bytes.get(begin..end)?;
        let line = above.trim_ascii();
        if memchr::memchr2(b':', b'=', line).is_none_or(|mark| mark + 1 == line.len()) {
            return page
                .labels(&(begin..end), |labels| heading(above, begin, labels))
                .map(|meaning| Seen {
                    meaning,
                    bond: Bond::Header,
                });
        }
        below = begin;
    }
    None
}

/// The most bytes of a line up to a value behind such a key, indent included.
const KEY: usize = 24;

/// `Number:`, `No. -`.
fn is_bare_key(line: &[u8]) -> bool {
    let mut words = line
        .split(|byte| !byte.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    let number: [&[u8]; 4] = [b"no", b"nos", b"number", b"num"];
    line.is_ascii()
        && words
            .next()
            .is_some_and(|word| number.iter().any(|one| word.eq_ignore_ascii_case(one)))
        && words.next().is_none()
}

/// What a line speaks of that holds nothing but a label of a type and small words: Bank A/c Details.
fn heading(line: &[u8], begin: usize, labels: &[Label]) -> Option<Meaning> {
    let label = labels.last()?;
    let mut rest = line.to_vec();
    for label in labels {
        rest.get_mut(label.start - begin..label.end - begin)?
            .fill(b' ');
    }
    let words = rest.split(|byte| !byte.is_ascii_alphanumeric());
    let around = |word: &[u8]| {
        let known: [&[u8]; 3] = [b"bank", b"particulars", b"information"];
        word.is_empty() || is_small(word) || known.iter().any(|one| word.eq_ignore_ascii_case(one))
    };
    let all = rest.is_ascii() && words.into_iter().all(around);
    (all && label.meaning.is_some()).then_some(label.meaning)
}

/// As [`label`], where the line ends at `to`; `from` sinks to the first byte that was read.
fn look_up(page: &Page, start: usize, end: usize, to: usize, from: &mut usize) -> Option<Seen> {
    let bytes = page.bytes();
    let floor = start.saturating_sub(BYTES);
    let mut line_start = |at: usize| {
        let begin = line_start(bytes, at, floor);
        *from = begin.map_or(floor, |begin| begin.saturating_sub(1));
        begin
    };
    let begin = line_start(start)?;
    let line = bytes.get(begin..to)?;
    let place = Place::of(line, start - begin, end - begin);
    let mut below = begin;
    for up in 0..LINES {
        let line_end = below.checked_sub(1)?;
        let line_begin = line_start(line_end)?;
        let above = bytes.get(line_begin..line_end)?;
        below = line_begin;
        if above.trim_ascii().is_empty() {
            if up > 0 {
                return None;
            }
            continue;
        }
        // The head of a column holds words; a row that happens to speak of an account heads nothing.
        let mut digits = above.iter().filter(|byte| byte.is_ascii_digit());
        let found = if digits.nth(3).is_some() {
            None
        } else {
            page.labels(&(line_begin..line_end), |labels| {
                place.under(above, line_begin, labels, up)
            })
        };
        if let Some(found) = found {
            return Some(Seen {
                meaning: found.meaning,
                bond: Bond::Header,
            });
        }
        if below == 0 {
            return None;
        }
    }
    None
}

/// Where the line that holds this byte begins; `None` when that is too far back.
fn line_start(bytes: &[u8], at: usize, floor: usize) -> Option<usize> {
    match memchr::memrchr(b'\n', bytes.get(floor..at)?) {
        Some(found) => Some(floor + found + 1),
        None => (floor == 0).then_some(0),
    }
}

/// Where in its line something stands.
enum Place<'a> {
    /// The n-th cell of a line cut by a delimiter.
    Cell(u8, usize),
    /// Columns of a line aligned with spaces.
    Columns {
        line: &'a [u8],
        from: usize,
        to: usize,
        alone: bool,
    },
}

impl<'a> Place<'a> {
    fn of(line: &'a [u8], start: usize, end: usize) -> Self {
        let before = line.get(..start).unwrap_or_default();
        for (delimiter, least) in [(b'|', 1), (b'\t', 1), (b';', 2), (b',', 2)] {
            if memchr::memchr_iter(delimiter, line).count() >= least {
                return Self::Cell(delimiter, cells(before, delimiter));
            }
        }
        let alone = before.trim_ascii().is_empty();
        Self::Columns {
            line,
            from: start,
            to: end,
            alone,
        }
    }

    /// The label in a line above that heads this place.
    fn under(&self, above: &[u8], begin: usize, labels: &[Label], up: usize) -> Option<Label> {
        if labels.is_empty() {
            return None;
        }
        match *self {
            Self::Cell(delimiter, index) => {
                memchr::memchr(delimiter, above)?;
                let heads = |label: &&Label| {
                    let before = above.get(..label.start - begin).unwrap_or_default();
                    cells(before, delimiter) == index
                };
                labels.iter().rfind(heads).copied()
            }
            Self::Columns {
                line,
                from,
                to,
                alone,
            } => {
                let over =
                    |label: &&Label| label.start - begin < to + 3 && label.end - begin + 3 > from;
                let whole = labels.len() == 1 && up <= 1 && alone && {
                    let label = labels[0];
                    let words = above.len() - (label.end - label.start);
                    words <= 14
                };
                // What says that something is no personal data must be the head of a column, and no title of the paper.
                if whole {
                    let key = || {
                        above
                            .split(|byte| !byte.is_ascii_alphanumeric())
                            .any(counts)
                    };
                    let label = labels.last()?;
                    let heads = label.meaning.is_some() || key() || lone(line, &(from..to));
                    heads.then_some(*label)
                } else if labels.len() >= 2 {
                    let label = labels.iter().rfind(over)?;
                    let heads =
                        label.meaning.is_some() || is_table(above, labels.len(), line, &(from..to));
                    heads.then_some(*label)
                } else {
                    None
                }
            }
        }
    }
}

/// Whether a line with so many labels heads the columns of another, in which something stands: TAX INVOICE / BILL OF SUPPLY
/// heads nothing, whatever stands below it.
fn is_table(above: &[u8], labels: usize, row: &[u8], value: &Range<usize>) -> bool {
    let columns = fields(row).count();
    match fields(above).count() {
        // Words with one space between are a sentence or a title, unless there is a number below each.
        0 | 1 => {
            let mut words = row
                .split(u8::is_ascii_whitespace)
                .filter(|word| !word.is_empty());
            let digits = |word: &[u8]| word.iter().any(u8::is_ascii_digit);
            labels >= 3 && words.clone().count() >= labels && words.all(digits)
        }
        heads => columns >= 2 && (heads.min(columns) >= 3 || lone(row, value)),
    }
}

/// The stretches of a line that two spaces or more set apart.
fn fields(line: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = line.get(at..)?;
        let start = at + rest.iter().position(|byte| !byte.is_ascii_whitespace())?;
        let rest = &line[start..];
        let set_apart = |two: &[u8]| two.iter().all(u8::is_ascii_whitespace);
        let length = rest.windows(2).position(set_apart).unwrap_or(rest.len());
        at = start + length;
        Some(start..at)
    })
}

/// Whether nothing with a letter or a digit stands in its field beside it.
fn lone(line: &[u8], value: &Range<usize>) -> bool {
    let known = |at: &usize| line[*at].is_ascii_alphanumeric() && !value.contains(at);
    fields(line)
        .find(|field| field.contains(&value.start))
        .is_some_and(|mut field| !field.any(|at| known(&at)))
}

/// How many delimiters stand before, outside quotation marks.
fn cells(before: &[u8], delimiter: u8) -> usize {
    let mut quoted = false;
    before
        .iter()
        .filter(|byte| {
            quoted ^= **byte == b'"';
            **byte == delimiter && !quoted
        })
        .count()
}
