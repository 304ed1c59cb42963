//! Paragraphs, their words, and how well they answer a question.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use domain::{
    Decimal,
    records::{Passage, Passages},
};
use rust_decimal::MathematicalOps;

use crate::{
    CLAUSES_MAX, Document, PASSAGES_MAX,
    parties::{Parties, Wanted},
};

/// Bytes of one paragraph in an answer; a longer one is cut into several.
const PASSAGE_MAX: usize = 2_000;

struct Paragraph {
    document: usize,
    heading: String,
    line_start: u32,
    text: String,
    /// Words in it.
    length: u32,
}

struct Indexed {
    name: String,
    searched: bool,
    /// Its words, each between blanks: a vendor is looked for as ` word word `.
    words: String,
    /// Its paragraphs.
    paragraphs: Range<usize>,
}

/// Documents cut into paragraphs, with how often each holds each word.
#[derive(Default)]
pub struct Index {
    documents: Vec<Indexed>,
    paragraphs: Vec<Paragraph>,
    /// By word: paragraph and count, in the order of paragraphs.
    postings: BTreeMap<String, Vec<(usize, u32)>>,
    words: u64,
    parties: Parties,
}

/// Words as they are compared: lower case, letters and digits, a plural's last s dropped.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| {
            let mut word = word.to_lowercase();
            if word.len() > 3 && word.ends_with('s') && !word.ends_with("ss") {
                word.pop();
            }
            word
        })
}

pub(crate) fn has_words(text: &str) -> bool {
    words(text).next().is_some()
}

fn spaced(text: &str) -> String {
    let mut out = String::from(" ");
    for word in words(text) {
        out.push_str(&word);
        out.push(' ');
    }
    out
}

/// A line in pieces of at most [`PASSAGE_MAX`] bytes.
fn pieces(mut line: &str) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        let (piece, rest) = line.split_at(line.floor_char_boundary(PASSAGE_MAX));
        line = rest;
        (!piece.is_empty()).then_some(piece)
    })
}

/// The depth of a Markdown heading, with its text.
fn heading(line: &str) -> Option<(usize, &str)> {
    let depth = line.chars().take_while(|c| *c == '#').count();
    let text = line.get(depth..)?;
    ((1..=6).contains(&depth) && text.starts_with(' ')).then(|| (depth, text.trim()))
}

/// How deep a heading is that no mark of Markdown makes one.
const PLAIN_DEPTH: usize = 7;

/// Whether a line only draws one under a heading, or between parts.
fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.len() > 2 && (line.bytes().all(|b| b == b'-') || line.bytes().all(|b| b == b'='))
}

/// A heading of a plain text: `3. PAYMENT`, `ARTICLE II - PRICE`, `TERMS OF PAYMENT`, `**Payment**`.
fn plain_heading(line: &str) -> Option<&str> {
    let line = line.trim();
    let title = line.trim_matches('*').trim();
    let said: Vec<&str> = title.split_whitespace().collect();
    let long = title.chars().count() > 60 || said.len() > 8;
    if long || title.ends_with(['.', ',', ';', ':']) || title.contains('|') {
        return None;
    }
    let capitals = |text: &str| {
        text.chars().filter(|c| c.is_alphabetic()).count() >= 4
            && !text.contains(char::is_lowercase)
    };
    let first = said.first()?;
    let parts = ["ARTICLE", "ANNEXURE", "SCHEDULE", "APPENDIX", "CHAPTER"];
    let part = said.len() > 1
        && parts.contains(&first.to_uppercase().as_str())
        && first.starts_with(char::is_uppercase);
    let number = first.trim_end_matches(['.', ')']);
    let numbered = number.len() < first.len() && number.bytes().all(|b| b.is_ascii_digit());
    let rest = said.get(1..).unwrap_or_default().join(" ");
    let titled = numbered && capitals(&rest);
    let bold = line.starts_with("**") && line.ends_with("**");
    let digits = |text: &str| text.bytes().any(|b| b.is_ascii_digit());
    let all = capitals(title) && !digits(title);
    (part || titled || bold || all).then_some(title)
}

impl Index {
    /// Documents are searched in the order of their names.
    pub fn new(mut documents: Vec<Document>) -> Self {
        documents.sort_by(|a, b| a.name.cmp(&b.name));
        let mut index = Self::default();
        for document in documents {
            index.add(document);
        }
        index
    }

    fn add(&mut self, document: Document) {
        let searched = document.text.is_some();
        let text = document.text.unwrap_or_default();
        let number = self.documents.len();
        let first = self.paragraphs.len();
        let mut headings: Vec<(usize, &str)> = Vec::new();
        let mut open: Option<(u32, String)> = None;
        let mut number_of_line = 0_u32;
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            number_of_line = number_of_line.saturating_add(1);
            if is_rule(line) {
                continue;
            }
            let below = lines.iter().skip(at.saturating_add(1));
            let ruled = open.is_none() && below.clone().next().is_some_and(|below| is_rule(below));
            let titled = || {
                let title = plain_heading(line)?;
                // Titles one after the other are a list.
                let below = below.clone().find(|line| !line.trim().is_empty());
                below.filter(|below| plain_heading(below).is_none())?;
                Some((PLAIN_DEPTH, title))
            };
            let ruled =
                Some((PLAIN_DEPTH, line.trim())).filter(|(_, title)| ruled && !title.is_empty());
            let found = heading(line).or(ruled).or_else(titled);
            if line.trim().is_empty() || found.is_some() {
                self.close(number, &headings, open.take());
            }
            if let Some((depth, title)) = found {
                headings.retain(|(above, _)| *above < depth);
                headings.push((depth, title));
            } else if !line.trim().is_empty() {
                for piece in pieces(line) {
                    if open
                        .as_ref()
                        .is_some_and(|(_, text)| text.len() + piece.len() > PASSAGE_MAX)
                    {
                        self.close(number, &headings, open.take());
                    }
                    match &mut open {
                        Some((_, text)) => {
                            text.push('\n');
                            text.push_str(piece);
                        }
                        None => open = Some((number_of_line, piece.to_owned())),
                    }
                }
            }
        }
        self.close(number, &headings, open);
        let words = spaced(&text);
        self.parties.add(text);
        self.documents.push(Indexed {
            words,
            searched,
            name: document.name,
            paragraphs: first..self.paragraphs.len(),
        });
    }

    /// A heading counts as words of each paragraph below it.
    fn close(&mut self, document: usize, headings: &[(usize, &str)], open: Option<(u32, String)>) {
        let Some((line_start, text)) = open else {
            return;
        };
        let heading = headings
            .iter()
            .map(|(_, title)| *title)
            .collect::<Vec<_>>()
            .join(" > ");
        let id = self.paragraphs.len();
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        let mut length = 0_u32;
        for word in words(&heading).chain(words(&text)) {
            *counts.entry(word).or_default() += 1;
            length = length.saturating_add(1);
        }
        for (word, count) in counts {
            self.postings.entry(word).or_default().push((id, count));
        }
        self.words += u64::from(length);
        self.paragraphs.push(Paragraph {
            document,
            heading,
            line_start,
            text,
            length,
        });
    }

    /// The best passages of documents that name `vendor` (all, when it is empty).
    pub fn search(&self, query: &str, vendor: &str) -> Passages {
        let vendor = spaced(vendor);
        let named = |number: usize| {
            self.documents.get(number).is_some_and(|document| {
                document.searched && (vendor == " " || document.words.contains(&vendor))
            })
        };
        let mut scores: BTreeMap<usize, Decimal> = BTreeMap::new();
        let mut asked: Vec<String> = words(query).collect();
        asked.sort_unstable();
        asked.dedup();
        for word in asked {
            let Some(postings) = self.postings.get(&word) else {
                continue;
            };
            let rarity = self.rarity(postings.len());
            for (id, count) in postings {
                let Some(paragraph) = self.paragraphs.get(*id) else {
                    continue;
                };
                if named(paragraph.document) {
                    *scores.entry(*id).or_default() +=
                        rarity * self.weight(*count, paragraph.length);
                }
            }
        }
        let mut best: Vec<(Decimal, &Paragraph)> = scores
            .into_iter()
            .filter_map(|(id, score)| Some((score.round_dp(4), self.paragraphs.get(id)?)))
            .collect();
        // Paragraphs stand in the order of documents and lines, and the sort is stable.
        best.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        Passages {
            passages: best
                .into_iter()
                .take(PASSAGES_MAX)
                .map(|(s, p)| self.passage(s, p))
                .collect(),
            searched: (0..self.documents.len())
                .filter(|number| named(*number))
                .count(),
            notes: self.unread(),
            supplier: None,
        }
    }

    /// Whether a document holds a GSTIN or a PAN.
    pub(crate) fn holds(&self, gstin: &str, pan: &str) -> bool {
        self.parties.holds(gstin) || self.parties.holds(pan)
    }

    /// The passages of a supplier's contracts that hold one of the words, in the order of documents and lines; where there are
    /// more than are given, those with the most of the words. The score is how many they hold.
    pub(crate) fn clauses(&self, query: &str, wanted: &Wanted<'_>) -> Passages {
        let asked: BTreeSet<String> = words(query).collect();
        let papers = self.parties.of(wanted);
        let own = papers
            .iter()
            .filter_map(|number| self.documents.get(*number));
        let own = own.flat_map(|document| document.paragraphs.clone());
        let mut held: Vec<(usize, usize)> = own
            .filter_map(|at| {
                let paragraph = self.paragraphs.get(at)?;
                let said = words(&paragraph.heading).chain(words(&paragraph.text));
                let said: BTreeSet<String> = said.filter(|word| asked.contains(word)).collect();
                (!said.is_empty()).then_some((said.len(), at))
            })
            .collect();
        held.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
        held.truncate(CLAUSES_MAX);
        held.sort_unstable_by_key(|(_, at)| *at);
        let passages = held
            .into_iter()
            .filter_map(|(count, at)| {
                let paragraph = self.paragraphs.get(at)?;
                Some(self.passage(Decimal::from(count), paragraph))
            })
            .collect();
        Passages {
            passages,
            searched: papers.len(),
            notes: match self.unread().len() {
                0 => Vec::new(),
                count => vec![format!(
                    "{count} contracts were not searched: their text is not read"
                )],
            },
            supplier: Some(wanted.gstin.to_owned()),
        }
    }

    /// Documents that were left out of a search, for people.
    fn unread(&self) -> Vec<String> {
        let unread = self.documents.iter().filter(|document| !document.searched);
        unread
            .map(|document| format!("{} was not searched: its text is not read", document.name))
            .collect()
    }

    fn passage(&self, score: Decimal, paragraph: &Paragraph) -> Passage {
        Passage {
            document: self
                .documents
                .get(paragraph.document)
                .map(|document| document.name.clone())
                .unwrap_or_default(),
            heading: paragraph.heading.clone(),
            line_start: paragraph.line_start,
            text: paragraph.text.clone(),
            score,
        }
    }

    /// ln(1 + (n − k + ½) / (k + ½)) of BM25: words in few paragraphs say more.
    fn rarity(&self, holding: usize) -> Decimal {
        let half = Decimal::new(5, 1);
        let (all, holding) = (Decimal::from(self.paragraphs.len()), Decimal::from(holding));
        let ratio = (all - holding + half) / (holding + half);
        (Decimal::ONE + ratio).checked_ln().unwrap_or_default()
    }

    /// Saturated count, k₁ = 1.2 and b = 0.75: a word ten times in a long paragraph does not say ten times as much.
    fn weight(&self, count: u32, length: u32) -> Decimal {
        let (k1, b) = (Decimal::new(12, 1), Decimal::new(75, 2));
        let mean = Decimal::from(self.words.max(1)) / Decimal::from(self.paragraphs.len().max(1));
        let relative = Decimal::from(length) / mean;
        let count = Decimal::from(count);
        count * (k1 + Decimal::ONE) / (count + k1 * (Decimal::ONE - b + b * relative))
    }
}
