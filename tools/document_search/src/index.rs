//! Paragraphs, their words, and how well they answer a question.

use std::collections::BTreeMap;

use domain::{
    Decimal,
    records::{Passage, Passages},
};
use rust_decimal::MathematicalOps;

use crate::{Document, PASSAGES_MAX};

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
}

/// Documents cut into paragraphs, with how often each holds each word.
#[derive(Default)]
pub struct Index {
    documents: Vec<Indexed>,
    paragraphs: Vec<Paragraph>,
    /// By word: paragraph and count, in the order of paragraphs.
    postings: BTreeMap<String, Vec<(usize, u32)>>,
    words: u64,
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
        let mut headings: Vec<(usize, &str)> = Vec::new();
        let mut open: Option<(u32, String)> = None;
        let mut number_of_line = 0_u32;
        for line in text.lines() {
            number_of_line = number_of_line.saturating_add(1);
            let found = heading(line);
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
        self.documents.push(Indexed {
            words: spaced(&text),
            searched,
            name: document.name,
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
            notes: self
                .documents
                .iter()
                .filter(|document| !document.searched)
                .map(|document| format!("{} was not searched: its text is not read", document.name))
                .collect(),
        }
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
