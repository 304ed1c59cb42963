//! The cache: answers by scope and reading, bounded, the least recently used going first.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use domain::Date;

use crate::{
    embed::{EmbedError, Embedder},
    guard::Reading,
    vector::{Likeness, Vector},
};

/// Within what an answer holds. In another scope it is not found.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Scope {
    /// Whose books.
    pub tenant: String,
    /// The day on which it is asked; relative days are of this one.
    pub as_of: Date,
    /// A digest of the book, or the state of the store, from which it is answered.
    pub state: String,
    /// What answers: the rules, or a model by its name and prompts.
    pub reasoner: String,
}

impl Scope {
    const fn bytes(&self) -> usize {
        self.tenant.len() + self.state.len() + self.reasoner.len()
    }
}

/// How much is kept.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Answers; 0 keeps none.
    pub entries_max: usize,
    /// Bytes of scopes, questions, readings, vectors and answers together.
    pub bytes_max: usize,
    /// How alike two wordings must be, on top of the guard.
    pub likeness_min: Likeness,
}

impl Default for Limits {
    /// 4096 answers in 16 MiB.
    fn default() -> Self {
        Self {
            entries_max: 4_096,
            bytes_max: 16 * 1024 * 1024,
            likeness_min: Likeness::thousandths(400),
        }
    }
}

/// Whether a question was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answered {
    Yes,
    /// "I do not know" is not kept: it may be known the next time.
    No,
}

/// An answer given before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    pub answer: Arc<str>,
    /// The question to which it was given.
    pub question_it_answers: Arc<str>,
    /// Of the two wordings.
    pub likeness: Likeness,
}

type Place = (Scope, Reading);

#[derive(Debug)]
struct Entry {
    question: Arc<str>,
    answer: Arc<str>,
    /// Made when it is first compared.
    vector: Option<Vector>,
    bytes: usize,
    used: u64,
}

#[derive(Debug, Default)]
struct Kept {
    entries: HashMap<Arc<Place>, Entry>,
    /// By when they were last used.
    order: BTreeMap<u64, Arc<Place>>,
    bytes: usize,
    clock: u64,
}

/// Answers by what was asked. May be shared between threads.
pub struct Cache {
    embedder: Arc<dyn Embedder>,
    limits: Limits,
    kept: Mutex<Kept>,
}

impl Cache {
    pub fn new(embedder: Arc<dyn Embedder>, limits: Limits) -> Self {
        Self {
            embedder,
            limits,
            kept: Mutex::default(),
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The answer to a question that means the same. The embedder is asked only where the guard has found one in another
    /// wording.
    ///
    /// # Errors
    /// Of the embedder; the caller then answers as if nothing were kept.
    pub async fn get(&self, scope: &Scope, question: &str) -> Result<Option<Hit>, EmbedError> {
        let Some(reading) = Reading::of(question, scope.as_of) else {
            return Ok(None);
        };
        let place = (scope.clone(), reading);
        let (known, vector) = {
            let kept = self.kept();
            let Some(entry) = kept.entries.get(&place) else {
                return Ok(None);
            };
            (Arc::clone(&entry.question), entry.vector.clone())
        };
        let likeness = if *known == *question {
            Likeness::thousandths(1_000)
        } else {
            let texts: &[&str] = match vector {
                Some(_) => &[question],
                None => &[question, &known],
            };
            let vectors = self.embedder.embed(texts).await?;
            let (asked, theirs) = match (&vectors[..], vector) {
                ([asked], Some(vector)) => (asked, vector),
                ([asked, theirs], None) => (asked, theirs.clone()),
                _ => {
                    let detail = format!("{} vectors for {} texts", vectors.len(), texts.len());
                    return Err(EmbedError::Malformed(detail));
                }
            };
            let likeness = asked.likeness(&theirs);
            self.kept().remember(&place, &known, theirs);
            match likeness {
                Some(likeness) if likeness >= self.limits.likeness_min => likeness,
                _ => return Ok(None),
            }
        };
        let mut kept = self.kept();
        let answer = kept.touched(&place, &known);
        kept.shrink(self.limits);
        Ok(answer.map(|answer| Hit {
            answer,
            question_it_answers: known,
            likeness,
        }))
    }

    /// Keeps an answer, in place of one to a question that means the same. What is larger than the whole cache is not kept.
    pub fn put(&self, scope: &Scope, question: &str, answer: &str, answered: Answered) {
        if answered == Answered::No {
            return;
        }
        let Some(reading) = Reading::of(question, scope.as_of) else {
            return;
        };
        let bytes = scope.bytes() + reading.bytes() + question.len() + answer.len();
        if bytes > self.limits.bytes_max {
            return;
        }
        let mut kept = self.kept();
        let place = Arc::new((scope.clone(), reading));
        kept.remove(&place);
        kept.clock += 1;
        let used = kept.clock;
        kept.bytes += bytes;
        kept.order.insert(used, Arc::clone(&place));
        let entry = Entry {
            question: question.into(),
            answer: answer.into(),
            vector: None,
            bytes,
            used,
        };
        kept.entries.insert(place, entry);
        kept.shrink(self.limits);
    }

    /// How many answers are kept.
    pub fn len(&self) -> usize {
        self.kept().entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What they take, in bytes, as [`Limits::bytes_max`] counts.
    pub fn bytes(&self) -> usize {
        self.kept().bytes
    }
}

impl Kept {
    fn remove(&mut self, place: &Place) {
        if let Some(old) = self.entries.remove(place) {
            self.order.remove(&old.used);
            self.bytes -= old.bytes;
        }
    }

    /// Keeps the vector of a question, if it is still the one that is kept.
    fn remember(&mut self, place: &Place, question: &str, vector: Vector) {
        if let Some(entry) = self.entries.get_mut(place)
            && *entry.question == *question
            && entry.vector.is_none()
        {
            let bytes = vector.dimensions() * 2;
            entry.vector = Some(vector);
            entry.bytes += bytes;
            self.bytes += bytes;
        }
    }

    /// The answer to a question that is still kept, used just now.
    fn touched(&mut self, place: &Place, question: &str) -> Option<Arc<str>> {
        self.clock += 1;
        let entry = self.entries.get_mut(place)?;
        if *entry.question != *question {
            return None;
        }
        if let Some(place) = self.order.remove(&entry.used) {
            self.order.insert(self.clock, place);
        }
        entry.used = self.clock;
        Some(Arc::clone(&entry.answer))
    }

    fn shrink(&mut self, limits: Limits) {
        while self.entries.len() > limits.entries_max || self.bytes > limits.bytes_max {
            let Some((_, place)) = self.order.pop_first() else {
                return;
            };
            self.remove(&place);
        }
    }
}
