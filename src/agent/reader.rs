//! The reader: a model in quarantine. It sees passages of documents and nothing else, has no tool and no choice, and
//! copies words. Code keeps a quote that stands word for word in its passage and holds the one value that was looked for;
//! anything else is dropped. What is kept is evidence, and decides nothing.

use std::{collections::BTreeMap, sync::Arc};

pub(crate) use clauses::value::{Kind, Typed, as_days};
use domain::{
    Citation, Evidence, EvidenceId,
    records::{Passage, Passages},
    verdict::{Grade, Relevance},
};
use model::{Input, Unusable};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    ask::relevance::Keys,
    consult::{Adviser, Consulted, NoCounsel},
    engine::Ctx,
};

/// The tool under which what was read is evidence.
pub(crate) const NAME: &str = "reader";
/// Passages of one question, characters of one, and of all.
const PASSAGES_MAX: usize = 5;
const CHARS_MAX: usize = 1_200;
const ALL_CHARS_MAX: usize = 3_600;
/// Longest quote, in characters: words come back with the marker between them.
const QUOTE_MAX: usize = 400;

/// What is looked for in a passage: a closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Field {
    PaymentDays,
    LateInterest,
    Retention,
    Price,
    Date,
    /// Whatever the words of the search mean: graded, and nothing is kept of it.
    Words,
}

impl Field {
    /// What the words of a search look for.
    pub(crate) fn of(words: &[String]) -> Self {
        let has = |stems: &[&str]| {
            words
                .iter()
                .any(|word| stems.iter().any(|stem| word.starts_with(stem)))
        };
        let of_words = [
            (
                Self::LateInterest,
                &["interest", "late", "overdue", "delay"][..],
            ),
            (Self::Retention, &["retention", "retain", "withh", "deduct"]),
            (Self::PaymentDays, &["pay", "days", "credit", "due"]),
            (Self::Price, &["price", "rate", "fee", "charge", "cost"]),
            (
                Self::Date,
                &["sign", "dated", "effective", "expire", "expiry"],
            ),
        ];
        let found = of_words.into_iter().find(|(_, stems)| has(stems));
        found.map_or(Self::Words, |(field, _)| field)
    }

    fn name(self) -> &'static str {
        match self {
            Self::PaymentDays => "payment_days",
            Self::LateInterest => "late_interest",
            Self::Retention => "retention",
            Self::Price => "price",
            Self::Date => "date",
            Self::Words => "words",
        }
    }

    /// As the reader is told.
    fn asks(self) -> &'static str {
        match self {
            Self::PaymentDays => "within how many days is an invoice paid?",
            Self::LateInterest => "how many per cent are charged when payment is late?",
            Self::Retention => "how many per cent of a payment are kept back or deducted?",
            Self::Price => "how much is a price, a rate or a fee?",
            Self::Date => "on which date was the contract signed, or does it begin or end?",
            Self::Words => "what is said of the words beside the text?",
        }
    }

    /// What a quote must hold, and the words one of which its line must have: a number of days alone may be anything's.
    fn holds(self) -> Option<(Kind, &'static [&'static str])> {
        Some(match self {
            Self::PaymentDays => (
                Kind::Days,
                &["pay", "paid", "due", "settle", "remit", "credit", "net"],
            ),
            Self::LateInterest => (
                Kind::Percent,
                &["interest", "late", "overdue", "delay", "penal"],
            ),
            Self::Retention => (
                Kind::Percent,
                &["reten", "retain", "withh", "deduct", "kept"],
            ),
            Self::Price => (
                Kind::Rupees,
                &["price", "rate", "fee", "charge", "cost", "paid", "pay"],
            ),
            Self::Date => (
                Kind::Date,
                &[
                    "sign",
                    "date",
                    "effective",
                    "expir",
                    "begin",
                    "commenc",
                    "end",
                    "from",
                    "until",
                    "valid",
                ],
            ),
            Self::Words => return None,
        })
    }

    /// The value that a quote holds, where it or the rest of its line speaks of the field.
    fn read(self, quote: &str, line: &str) -> Option<Typed> {
        let (kind, stems) = self.holds()?;
        let line = line.to_lowercase();
        let mut words = line.split(|c: char| !c.is_alphanumeric());
        let speaks = words.any(|word| stems.iter().any(|stem| word.starts_with(stem)));
        speaks.then(|| kind.only(&quote.to_lowercase())).flatten()
    }
}

/// A passage that may be read, and what for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shown {
    pub(crate) evidence: EvidenceId,
    /// Its place in the list of passages.
    pub(crate) index: usize,
    document: String,
    heading: String,
    text: String,
    field: Field,
    words: Vec<String>,
    /// What its keys make of it. Where they decide, the reader's grade is not heard.
    pub(crate) keys: Keys,
}

/// The passages of a search that may be read: those that `keys` does not rule out and that do not speak to a verifier.
pub(crate) fn shown(
    evidence: EvidenceId,
    found: &Passages,
    words: &[String],
    keys: impl Fn(&Passage) -> Keys,
) -> Vec<Shown> {
    let field = Field::of(words);
    let passages = found.passages.iter().enumerate();
    passages
        .map(|(index, passage)| Shown {
            evidence,
            index,
            document: passage.document.clone(),
            heading: passage.heading.chars().take(120).collect(),
            text: passage.text.chars().take(CHARS_MAX).collect(),
            field,
            words: words.to_vec(),
            keys: keys(passage),
        })
        .filter(|shown| shown.keys != Keys::Irrelevant)
        // Where keys decide and nothing typed is looked for, there is nothing to ask.
        .filter(|shown| shown.keys == Keys::Ambiguous || field != Field::Words)
        .filter(|shown| !speaks(&[&shown.heading, &shown.text]))
        .collect()
}

fn speaks(texts: &[&str]) -> bool {
    let fields: Vec<screen::Field<'_>> = texts
        .iter()
        .map(|text| screen::Field { pointer: "", text })
        .collect();
    screen::screen(&fields).flagged
}

/// A quote that was kept.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reading {
    /// Of the search, with the passage's place in it.
    pub(crate) evidence: EvidenceId,
    pub(crate) index: usize,
    pub(crate) document: String,
    pub(crate) field: Field,
    /// As the passage has it.
    pub(crate) quote: String,
    pub(crate) value: Typed,
    /// Every value of this kind in the passage.
    pub(crate) values: Vec<Typed>,
    /// The quote among what was read.
    pub(crate) cited: Citation,
}

/// What reading came to.
#[derive(Debug, Default)]
pub struct Heard {
    pub(crate) readings: Vec<Reading>,
    /// Of passages that their keys did not decide, by search: the best of them.
    pub(crate) graded: Vec<Relevance>,
    /// What was read, when anything was kept.
    pub(crate) evidence: Option<Evidence>,
    pub(crate) consulted: Option<Consulted>,
    /// For the trace.
    pub(crate) note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    quote: String,
    grade: Grade,
}

/// Has passages read, all in one question. `case` is the key under which they are masked, `id` what was read will be.
pub(crate) async fn read(
    adviser: &Adviser,
    cx: &Ctx,
    case: &str,
    id: EvidenceId,
    passages: Vec<Shown>,
) -> Heard {
    let mut left = ALL_CHARS_MAX;
    let passages: Vec<Shown> = passages
        .into_iter()
        .take(PASSAGES_MAX)
        .take_while(|shown| {
            let length = shown.text.chars().count();
            let fits = length <= left;
            left = left.saturating_sub(length);
            fits
        })
        .collect();
    if passages.is_empty() {
        return Heard {
            note: "no passage is to be read".to_owned(),
            ..Heard::default()
        };
    }
    let mut fields: Vec<Field> = passages.iter().map(|shown| shown.field).collect();
    fields.sort_unstable();
    fields.dedup();
    let ids: Vec<String> = (1..=passages.len()).map(|at| format!("p{at}")).collect();
    let questions = fields.into_iter().map(|field| {
        let asked = ids
            .iter()
            .zip(&passages)
            .filter(|(_, shown)| shown.field == field);
        let asked: Vec<&str> = asked.map(|(id, _)| id.as_str()).collect();
        json!(format!("{}: {}", asked.join(", "), field.asks()))
    });
    let lines = ids.iter().zip(&passages).map(|(id, shown)| shown.line(id));
    let inputs = vec![
        ("questions", Input::Ours(questions.collect())),
        ("passages", Input::Theirs(lines.collect())),
    ];
    let (answer, consulted) = adviser
        .consult::<BTreeMap<String, Said>>(cx, case, "reader", inputs, schema(&ids))
        .await;
    let mut heard = Heard {
        consulted,
        ..Heard::default()
    };
    match answer.and_then(|said| in_order(said, &ids)) {
        Ok(said) => heard.hear(id, &passages, said, &cx.now().to_string()),
        Err(reason) => heard.note = format!("no counsel of the reader: {reason}"),
    }
    heard
}

impl Shown {
    fn line(&self, id: &str) -> Value {
        let mut line = Map::new();
        line.insert("id".to_owned(), json!(id));
        if self.field == Field::Words {
            line.insert("words".to_owned(), json!(self.words.join(" ")));
        }
        if !self.heading.is_empty() {
            line.insert("under".to_owned(), json!(self.heading));
        }
        line.insert("text".to_owned(), json!(self.text));
        Value::Object(line)
    }
}

impl Heard {
    fn hear(&mut self, id: EvidenceId, passages: &[Shown], said: Vec<Said>, at: &str) {
        let quoted = said.iter().filter(|said| !said.quote.is_empty()).count();
        let (mut readings, mut grades) = (Vec::new(), Vec::new());
        for (shown, said) in passages.iter().zip(said) {
            let pointer = format!("/passages/{}/text", shown.index);
            if shown.keys == Keys::Ambiguous {
                grades.push(
                    json!({"evidence": shown.evidence, "pointer": pointer, "grade": said.grade}),
                );
                self.grade(shown.evidence, said.grade);
            }
            let quote =
                stands(&shown.text, &said.quote).filter(|_| said.grade != Grade::Irrelevant);
            let read = quote.and_then(|quote| {
                let line = line_of(&shown.text, quote)?;
                Some((quote, shown.field.read(quote, line)?))
            });
            let (Some((quote, value)), Some((kind, _))) = (read, shown.field.holds()) else {
                continue;
            };
            self.readings.push(Reading {
                evidence: shown.evidence,
                index: shown.index,
                document: shown.document.clone(),
                field: shown.field,
                quote: quote.to_owned(),
                value,
                values: kind.all(&shown.text),
                cited: Citation {
                    evidence: id,
                    pointer: format!("/readings/{}/quote", readings.len()),
                    value: json!(quote),
                },
            });
            readings.push(json!({"field": shown.field.name(), "document": shown.document, "quote": quote,
                "value": value.to_json(), "unit": kind.unit(), "evidence": shown.evidence, "pointer": pointer}));
        }
        self.note = format!(
            "{} of {quoted} quotes stand in their passages and hold a value; {} passages graded",
            readings.len(),
            grades.len()
        );
        let read: Vec<Value> = passages
            .iter()
            .map(|shown| json!(format!("{}/passages/{}", shown.evidence, shown.index)))
            .collect();
        if !(readings.is_empty() && grades.is_empty()) {
            self.evidence = Some(Evidence {
                id,
                tool: NAME.to_owned(),
                arguments: json!({"passages": read}),
                observation: Arc::new(json!({"readings": readings, "grades": grades})),
                at: at.to_owned(),
            });
        }
    }

    /// A search is as good as its best passage.
    fn grade(&mut self, evidence: EvidenceId, grade: Grade) {
        let rank = |grade: Grade| match grade {
            Grade::Relevant => 2,
            Grade::Partial => 1,
            Grade::Irrelevant => 0,
        };
        match self
            .graded
            .iter_mut()
            .find(|known| known.evidence == evidence)
        {
            Some(known) if rank(known.grade) < rank(grade) => known.grade = grade,
            Some(_) => {}
            None => self.graded.push(Relevance { evidence, grade }),
        }
    }
}

/// One answer for each passage, and none for another.
fn in_order(mut said: BTreeMap<String, Said>, ids: &[String]) -> Result<Vec<Said>, NoCounsel> {
    let flawed = |what: &str| NoCounsel::Unusable(Unusable::Shape(what.to_owned()));
    let found: Option<Vec<Said>> = ids.iter().map(|id| said.remove(id)).collect();
    let found = found.ok_or_else(|| flawed("a passage has no answer"))?;
    if said.is_empty() {
        Ok(found)
    } else {
        Err(flawed("it speaks of a passage that it was not shown"))
    }
}

/// The stretch of a passage that a quote repeats, word for word. Marks around its ends are no part of it.
fn stands<'t>(text: &'t str, quote: &str) -> Option<&'t str> {
    const MARKS: &[char] = &[
        '"', '\'', '“', '”', '‘', '’', '(', ')', '.', ',', ';', ':', '…',
    ];
    let wanted: Vec<&str> = quote.split_whitespace().collect();
    let last = wanted.len().checked_sub(1)?;
    let words: Vec<(usize, &str)> = words(text);
    let same = |at: usize, own: &str, wanted: &str| {
        let bare = |word: &'_ str| -> String {
            let word = if at == 0 {
                word.trim_start_matches(MARKS)
            } else {
                word
            };
            let word = if at == last {
                word.trim_end_matches(MARKS)
            } else {
                word
            };
            word.to_owned()
        };
        bare(own) == bare(wanted)
    };
    let mut runs = words.windows(wanted.len());
    let run = runs.find(|run| {
        let mut pairs = run.iter().zip(&wanted).enumerate();
        pairs.all(|(at, ((_, own), wanted))| same(at, own, wanted))
    })?;
    let (from, _) = run.first()?;
    let (until, word) = run.last()?;
    text.get(*from..until + word.len())
}

/// The words of a text, each with where it begins.
fn words(text: &str) -> Vec<(usize, &str)> {
    let mut at = 0;
    text.split(char::is_whitespace)
        .map(|word| {
            let from = at;
            // The blank behind it may have several bytes.
            at += word.len()
                + text
                    .get(from + word.len()..)
                    .and_then(|rest| rest.chars().next())
                    .map_or(0, char::len_utf8);
            (from, word)
        })
        .filter(|(_, word)| !word.is_empty())
        .collect()
}

/// The lines of a text in which a stretch of it stands.
pub(crate) fn line_of<'t>(text: &'t str, quote: &str) -> Option<&'t str> {
    let from = text.find(quote)?;
    let until = from + quote.len();
    let begin = text.get(..from)?.rfind('\n').map_or(0, |at| at + 1);
    let end = text
        .get(until..)?
        .find('\n')
        .map_or(text.len(), |at| until + at);
    text.get(begin..end).map(str::trim)
}

/// The quote comes before the grade: what is written first decides what follows.
fn schema(ids: &[String]) -> Value {
    let said = json!({
        "type": "object",
        "properties": {
            "quote": {"type": "string", "maxLength": QUOTE_MAX},
            "grade": {"type": "string", "enum": ["relevant", "partial", "irrelevant"]},
        },
        "required": ["quote", "grade"],
        "additionalProperties": false,
    });
    let members: Map<String, Value> = ids.iter().map(|id| (id.clone(), said.clone())).collect();
    json!({"type": "object", "properties": members, "required": ids, "additionalProperties": false})
}

#[cfg(test)]
mod tests;
