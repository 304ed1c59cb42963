//! A folded text with its labels: each line's are looked up once, and only when something in it or below it asks.

use std::{cell::RefCell, ops::Range};

use crate::lexicon::{LEXICON, Label};

pub(crate) struct Page<'a> {
    pub(crate) text: &'a str,
    known: RefCell<Known>,
}

/// What is known of the lines so far.
#[derive(Default)]
struct Known {
    /// Where those that were asked for begin and end, in their order, and which labels of all are theirs.
    lines: Vec<(Range<usize>, Range<usize>)>,
    labels: Vec<Label>,
}

impl<'a> Page<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            text,
            known: RefCell::default(),
        }
    }

    #[inline]
    pub(crate) fn bytes(&self) -> &'a [u8] {
        self.text.as_bytes()
    }

    /// Calls with the labels that lie wholly in a stretch of one line, from left to right.
    pub(crate) fn labels<T>(&self, stretch: &Range<usize>, with: impl FnOnce(&[Label]) -> T) -> T {
        let mut known = self.known.borrow_mut();
        let line = known.line(self.bytes(), stretch.start);
        let all = known.labels.get(line).unwrap_or_default();
        let from = all.partition_point(|label| label.start < stretch.start);
        let rest = all.get(from..).unwrap_or_default();
        let count = rest.partition_point(|label| label.end <= stretch.end);
        with(rest.get(..count).unwrap_or_default())
    }
}

impl Known {
    /// Where the labels of the line with this byte are.
    fn line(&mut self, text: &[u8], at: usize) -> Range<usize> {
        let next = self.lines.partition_point(|(line, _)| line.start <= at);
        if let Some((line, labels)) = next.checked_sub(1).and_then(|last| self.lines.get(last))
            && at <= line.end
        {
            return labels.clone();
        }
        let (before, after) = text.split_at(at.min(text.len()));
        let start = memchr::memrchr(b'\n', before).map_or(0, |last| last + 1);
        let end = memchr::memchr(b'\n', after).map_or(text.len(), |next| at + next);
        let first = self.labels.len();
        LEXICON.labels(text, start..end, &mut self.labels);
        let labels = first..self.labels.len();
        self.lines.insert(next, (start..end, labels.clone()));
        labels
    }
}
