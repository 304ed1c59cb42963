//! What stands around a candidate: the label that speaks of it, and whether it is a piece of something else.

use std::cell::{Cell, OnceCell};

use crate::{
    Kind,
    bond::{bond, ends_sentence},
    candidate::Candidate,
    header,
    lexicon::{LEXICON, Label, Meaning},
    page::Page,
    token,
};

/// How a label is tied to a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bond {
    /// Nothing but punctuation and small words between.
    Direct,
    /// The label of a number that stands between.
    Listed,
    /// In the line above, or at the head of the column.
    Header,
    /// Some words between.
    Near,
    /// The label follows.
    After,
}

/// The label that speaks of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) meaning: Meaning,
    pub(crate) bond: Bond,
}

/// How far to the left a label is looked for, in bytes.
const LEFT: usize = 96;
/// How far to the right.
const RIGHT: usize = 48;

/// From where to where a text was read to come to an answer: where nothing in it changes, nor does the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reach {
    pub(crate) from: usize,
    pub(crate) to: usize,
}

impl Reach {
    pub(crate) const NOTHING: Self = Self {
        from: usize::MAX,
        to: 0,
    };

    /// What the two of them read, and what lies between.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            from: self.from.min(other.from),
            to: self.to.max(other.to),
        }
    }
}

/// A view of the surroundings, worked out when it is asked for.
pub(crate) struct Sight<'a> {
    page: &'a Page<'a>,
    start: usize,
    end: usize,
    glued: Option<Kind>,
    seen: OnceCell<Option<Seen>>,
    left: OnceCell<Option<Seen>>,
    reach: Cell<Reach>,
}

impl<'a> Sight<'a> {
    pub(crate) fn new(page: &'a Page<'a>, candidate: &Candidate, glued: Option<Kind>) -> Self {
        Self {
            glued,
            ..Self::at(page, candidate.start, candidate.end)
        }
    }

    /// The surroundings of a stretch that is no candidate made of words.
    pub(crate) fn at(page: &'a Page<'a>, start: usize, end: usize) -> Self {
        Self {
            page,
            start,
            end,
            glued: None,
            seen: OnceCell::new(),
            left: OnceCell::new(),
            reach: Cell::new(Reach::NOTHING),
        }
    }

    /// How much of the text the answers so far come from, the stretch itself left out.
    pub(crate) fn reach(&self) -> Reach {
        self.reach.get()
    }

    fn reads(&self, from: usize, to: usize) {
        self.reach.set(self.reach.get().and(Reach { from, to }));
    }

    /// The stretch itself.
    pub(crate) fn inner(&self) -> &'a [u8] {
        let bytes = self.page.bytes();
        bytes.get(self.start..self.end).unwrap_or_default()
    }

    /// The bytes before the stretch, so many at most.
    pub(crate) fn head(&self, most: usize) -> &'a [u8] {
        let from = self.start.saturating_sub(most);
        self.reads(from, self.start);
        self.page.bytes().get(from..self.start).unwrap_or_default()
    }

    /// The bytes after the stretch, so many at most.
    pub(crate) fn tail(&self, most: usize) -> &'a [u8] {
        let bytes = self.page.bytes();
        self.reads(self.end, self.end + most);
        let to = bytes.len().min(self.end + most);
        bytes.get(self.end..to).unwrap_or_default()
    }

    /// The byte that stands so many before the stretch.
    pub(crate) fn before(&self, by: usize) -> u8 {
        match self.head(by) {
            [first, rest @ ..] if rest.len() + 1 == by => *first,
            _ => b' ',
        }
    }

    /// The byte that stands after the stretch and so many more.
    pub(crate) fn after(&self, by: usize) -> u8 {
        self.tail(by + 1).get(by).copied().unwrap_or(b' ')
    }

    pub(crate) fn label(&self) -> Option<Seen> {
        *self.seen.get_or_init(|| self.look())
    }

    /// A label says that it is of this type.
    pub(crate) fn says(&self, kind: Kind) -> bool {
        self.label().is_some_and(|seen| seen.meaning == Some(kind))
    }

    /// A label right beside it, or the head of its column, says so.
    pub(crate) fn says_plainly(&self, kind: Kind) -> bool {
        self.label().is_some_and(|seen| {
            seen.meaning == Some(kind) && matches!(seen.bond, Bond::Direct | Bond::Header)
        })
    }

    /// A label to the left on its line says so; nothing further is looked at.
    pub(crate) fn says_beside(&self, kind: Kind) -> bool {
        let set_off = (1..=3).all(|by| self.before(by) == b' ');
        self.glued == Some(kind)
            || !set_off
                && self
                    .left()
                    .is_some_and(|seen| seen.meaning == Some(kind) && seen.bond == Bond::Direct)
    }

    /// A label says that it is no personal data.
    pub(crate) fn denied(&self) -> bool {
        self.label().is_some_and(|seen| seen.meaning.is_none())
    }

    /// As [`Sight::denied`], by a label right beside it.
    pub(crate) fn denied_plainly(&self) -> bool {
        self.label()
            .is_some_and(|seen| seen.meaning.is_none() && seen.bond != Bond::Near)
    }

    /// As [`Sight::denied_plainly`], on its own line.
    pub(crate) fn denied_beside(&self) -> bool {
        self.denied_plainly() && !self.denied_above()
    }

    /// The head of its column says that it is no personal data.
    pub(crate) fn denied_above(&self) -> bool {
        self.label()
            .is_some_and(|seen| seen.meaning.is_none() && seen.bond == Bond::Header)
    }

    /// As [`Sight::denied_plainly`], and the label has no number yet.
    pub(crate) fn denied_itself(&self) -> bool {
        self.denied_plainly() && self.label().is_some_and(|seen| seen.bond != Bond::Listed)
    }

    /// A label right beside it says that it is of another type, or of none.
    pub(crate) fn says_otherwise(&self, kind: Kind) -> bool {
        self.label().is_some_and(|seen| {
            seen.meaning != Some(kind)
                && matches!(seen.bond, Bond::Direct | Bond::Listed | Bond::Header)
        })
    }

    /// A sign or word of currency before, decimals or `/-` after.
    pub(crate) fn amount(&self) -> bool {
        let before = self.head(5).trim_ascii_end();
        let before = before.strip_suffix(b".").unwrap_or(before);
        let word = |name: &[u8]| {
            before.len() >= name.len()
                && before[before.len() - name.len()..].eq_ignore_ascii_case(name)
                && !before
                    .get(..before.len() - name.len())
                    .and_then(<[u8]>::last)
                    .is_some_and(u8::is_ascii_alphabetic)
        };
        let currency = before.ends_with("₹".as_bytes())
            || before.ends_with(b"$")
            || before.ends_with("€".as_bytes())
            || word(b"rs")
            || word(b"inr")
            || word(b"usd");
        let (first, second) = (self.after(0), self.after(1));
        let decimals = first == b'.' && second.is_ascii_digit();
        let dash = first == b'/' && second == b'-';
        currency || decimals || dash || first == b'%'
    }

    /// A hyphen, slash or underscore ties it to another word with a digit in it, or to a word that labels nothing: it is a piece
    /// of a longer code.
    pub(crate) fn attached(&self) -> bool {
        let tie = |byte: u8| {
            matches!(
                byte,
                b'-' | b'/' | b'_' | b'#' | b'.' | b'\\' | b'+' | b'@' | b'=' | b'&'
            )
        };
        let first = self.before(1);
        let left = tie(first) && self.before(2).is_ascii_alphanumeric() && {
            let word = self.head(25).iter().rev().skip(1);
            let (mut digits, mut all) = (0, 0);
            for byte in word.take_while(|byte| byte.is_ascii_alphanumeric()) {
                digits += usize::from(byte.is_ascii_digit());
                all += 1;
            }
            // 9876543210/9876543211 is a list.
            let list = matches!(first, b'/' | b'&') && digits == all && all >= 5;
            let labelled = self
                .label()
                .is_some_and(|seen| seen.meaning.is_some() && seen.bond == Bond::Direct);
            !list && !labelled
        };
        let (last, beyond) = (self.after(0), self.after(1));
        let right = matches!(last, b'-' | b'_' | b'@' | b'\\') && beyond.is_ascii_alphanumeric()
            || last == b'/' && beyond.is_ascii_alphanumeric() && {
                let digits = self
                    .page
                    .bytes()
                    .get(self.end + 1..)
                    .unwrap_or_default()
                    .iter()
                    .take_while(|byte| byte.is_ascii_digit())
                    .count();
                // 24567890/91 and 9876543210/9876543211 are lists; 9876543210/26-27 is a document number.
                let next = self.after(1 + digits);
                digits == 0 || matches!(next, b'-' | b'/') || next.is_ascii_alphabetic()
            };
        left || (right && self.label().is_none_or(|seen| seen.meaning.is_none()))
    }

    fn look(&self) -> Option<Seen> {
        if let Some(kind) = self.glued {
            return Some(Seen {
                meaning: Some(kind),
                bond: Bond::Direct,
            });
        }
        let left = self.left();
        match left {
            Some(
                Seen {
                    bond: Bond::Direct | Bond::Listed,
                    ..
                }
                | Seen {
                    meaning: Some(_), ..
                },
            ) => left,
            _ => self.right().or_else(|| self.above()).or(left),
        }
    }

    fn above(&self) -> Option<Seen> {
        let (seen, reach) = header::label(self.page, self.start, self.end);
        self.reads(reach.from, reach.to);
        seen
    }

    fn left(&self) -> Option<Seen> {
        *self.left.get_or_init(|| self.look_left())
    }

    fn look_left(&self) -> Option<Seen> {
        let bytes = self.page.bytes();
        let line = bytes.get(self.start.saturating_sub(LEFT)..self.start)?;
        let line = memchr::memrchr(b'\n', line).map_or(line, |at| &line[at + 1..]);
        let from = self.start - line.len();
        self.reads(from.saturating_sub(1), self.start);
        self.labels(from, self.start, |labels| {
            for label in labels.iter().rev() {
                let bond = bond(line.get(label.end - from..)?, *label);
                // What speaks only of what is beside it hides no other label.
                if bond.is_some() || !label.beside {
                    return bond.map(|bond| Seen {
                        meaning: label.meaning,
                        bond,
                    });
                }
            }
            None
        })
    }

    /// A label that follows, and does not speak of what comes after it, though that be masked.
    fn right(&self) -> Option<Seen> {
        let bytes = self.page.bytes();
        let line = bytes.get(self.end..bytes.len().min(self.end + RIGHT))?;
        let to = self.end + memchr::memchr(b'\n', line).unwrap_or(line.len());
        self.reads(self.end, to + 1);
        let label = self.labels(self.end, to, |labels| labels.first().copied())?;
        let between = bytes.get(self.end..label.start)?;
        let apart = between
            .iter()
            .any(|byte| matches!(byte, b'|' | b'\t' | b';' | b',' | b'/') || byte.is_ascii_digit())
            || ends_sentence(between)
            || leads_on(between);
        let rest = bytes.get(label.end..).unwrap_or_default();
        let spacing = rest
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'.' | b'"'))
            .count();
        self.reads(self.end, label.end + spacing + token::KNOWN_BY.max(24) + 1);
        let after = rest.get(spacing).copied().unwrap_or(b' ');
        let labels_next = matches!(after, b':' | b'=' | b'-' | b'#' | b'|')
            || after.is_ascii_digit()
            || token::stands_at(rest.get(spacing..).unwrap_or_default())
            || rest
                .iter()
                .take(24)
                .take_while(|byte| **byte != b'\n')
                .any(|byte| matches!(byte, b':' | b'='));
        (!apart && !labels_next && label.meaning.is_some()).then_some(Seen {
            meaning: label.meaning,
            bond: Bond::After,
        })
    }

    /// Calls with the labels that lie wholly in a stretch of one line.
    fn labels<T>(&self, from: usize, to: usize, with: impl FnOnce(&[Label]) -> T) -> T {
        let reach = LEXICON.reach(self.page.bytes(), from, to);
        self.reads(reach.from, reach.to);
        self.page.labels(&(from..to), with)
    }
}

/// Whether a text ends with a word that leads on to something else: "560017002 and a/c".
fn leads_on(between: &[u8]) -> bool {
    let between = between.trim_ascii_end();
    let known = |byte: &&u8| byte.is_ascii_alphabetic();
    let length = between.iter().rev().take_while(known).count();
    let last = &between[between.len() - length..];
    let words: [&[u8]; 2] = [b"and", b"aur"];
    between.ends_with(b"&") || words.iter().any(|word| last.eq_ignore_ascii_case(word))
}
