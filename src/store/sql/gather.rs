//! Questions that wait together are asked together.
//!
//! A question is a statement and what it names. While one of a statement is being answered, those that come meanwhile wait,
//! and go to the database as one: the statement once for each, joined by `UNION ALL`. A single question is asked at once and
//! alone, so nobody waits for company; under load a hundred cost little more than one, because what costs is the way there and
//! back. The same question asked twice is asked once.
//!
//! *Invariant:* an answer is read after its question was asked, so whoever wrote before sees it.

use std::{
    collections::{HashMap, hash_map::Entry},
    fmt::{self, Write as _},
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sqlx::{Database, FromRow, Row as _};
use tokio::sync::oneshot;

use super::{Db, Pool, dialect};
use crate::desk;

/// So many questions make one statement: few sizes, so that all of them stay prepared. What is left of one asks its last again.
const SIZES: [usize; 3] = [1, 4, 16];

type Row = <Db as Database>::Row;
type Rows = Arc<[Row]>;
type Answer = oneshot::Sender<Result<Rows, sqlx::Error>>;
/// By statement: what is named, and who asks.
type Waiting = HashMap<&'static str, Vec<(Vec<Named>, Answer)>>;

/// What a question names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(in super::super) enum Named {
    Text(String),
    Whole(i64),
}

impl From<&str> for Named {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Named {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Named {
    fn from(whole: i64) -> Self {
        Self::Whole(whole)
    }
}

/// Asks a store's readers.
pub(in super::super) struct Gather {
    readers: Pool,
    waiting: Mutex<Waiting>,
    /// Statements for several questions, by the one for one and how many.
    joined: Mutex<HashMap<(&'static str, usize), Arc<str>>>,
}

impl fmt::Debug for Gather {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gather").finish_non_exhaustive()
    }
}

impl Gather {
    pub(super) fn new(readers: Pool) -> Arc<Self> {
        Arc::new(Self {
            readers,
            waiting: Mutex::default(),
            joined: Mutex::default(),
        })
    }

    /// The rows of a `SELECT` that names `$1`, `$2`, … in this order. It may be asked again by whoever drops it.
    ///
    /// # Errors
    /// A database that does not answer, or refuses this question.
    pub(in super::super) async fn ask<T, const N: usize>(
        self: &Arc<Self>,
        statement: &'static str,
        named: [Named; N],
    ) -> Result<Vec<T>, sqlx::Error>
    where
        T: for<'r> FromRow<'r, Row>,
    {
        let (answer, answered) = oneshot::channel();
        let question = (named.to_vec(), answer);
        match self.waiting().entry(statement) {
            Entry::Occupied(others) => others.into_mut().push(question),
            Entry::Vacant(place) => {
                place.insert(vec![question]);
                desk::spawn(Arc::clone(self).answer(statement));
            }
        }
        let rows = answered.await.unwrap_or(Err(sqlx::Error::WorkerCrashed))?;
        rows.iter().map(T::from_row).collect()
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers those who ask by this statement, until nobody does.
    async fn answer(self: Arc<Self>, statement: &'static str) {
        loop {
            let asked = {
                let mut waiting = self.waiting();
                let asked = waiting
                    .get_mut(statement)
                    .map(std::mem::take)
                    .unwrap_or_default();
                if asked.is_empty() {
                    waiting.remove(statement);
                    return;
                }
                asked
            };
            let mut questions: HashMap<Vec<Named>, Vec<Answer>> = HashMap::new();
            for (named, answer) in asked {
                questions.entry(named).or_default().push(answer);
            }
            let (questions, answers): (Vec<_>, Vec<_>) = questions.into_iter().unzip();
            let mut answers = answers.into_iter();
            for questions in questions.chunks(SIZES[SIZES.len() - 1]) {
                let told = self.told(statement, questions).await;
                for (told, answers) in told.into_iter().zip(answers.by_ref()) {
                    tell(&told, answers);
                }
            }
        }
    }

    /// What the database says to each question.
    async fn told(
        &self,
        statement: &'static str,
        questions: &[Vec<Named>],
    ) -> Vec<Result<Rows, sqlx::Error>> {
        let error = match self.together(statement, questions).await {
            Ok(rows) => return rows.into_iter().map(Ok).collect(),
            Err(error) => error,
        };
        if questions.len() == 1 {
            // What the database cannot hold it does not have.
            let is_nowhere = dialect::holds_no_such_text(&error);
            return vec![if is_nowhere {
                Ok(Rows::default())
            } else {
                Err(error)
            }];
        }
        // One question that the database refuses must not fail its neighbours; a server that is away need not be asked for each
        // of them.
        let mut told = Vec::with_capacity(questions.len());
        for question in questions {
            if dialect::went_away(&error) || is_busy(&error) {
                told.push(Err(same(&error)));
            } else {
                let alone = Box::pin(self.told(statement, std::slice::from_ref(question)));
                told.extend(alone.await);
            }
        }
        told
    }

    /// The rows of each question.
    async fn together(
        &self,
        statement: &'static str,
        questions: &[Vec<Named>],
    ) -> Result<Vec<Rows>, sqlx::Error> {
        let size = SIZES
            .into_iter()
            .find(|size| *size >= questions.len())
            .unwrap_or(questions.len());
        let text = self.statement(statement, size);
        let mut query = sqlx::query(&text);
        let last = questions.last();
        for question in questions.iter().chain(last.into_iter().cycle()).take(size) {
            for named in question {
                query = match named {
                    Named::Text(text) => query.bind(text.as_str()),
                    Named::Whole(whole) => query.bind(*whole),
                };
            }
        }
        let rows = query.fetch_all(&self.readers).await?;
        if size == 1 {
            return Ok(vec![rows.into()]);
        }
        let mut answers: Vec<Vec<Row>> = questions.iter().map(|_| Vec::new()).collect();
        for row in rows {
            let asked: i64 = row.try_get(row.len().saturating_sub(1))?;
            // What fills the statement up has no place among the answers.
            let answer = usize::try_from(asked).ok().and_then(|n| answers.get_mut(n));
            if let Some(answer) = answer {
                answer.push(row);
            }
        }
        Ok(answers.into_iter().map(Into::into).collect())
    }

    fn statement(&self, one: &'static str, size: usize) -> Arc<str> {
        if size == 1 {
            return one.into();
        }
        let mut joined = self.joined.lock().unwrap_or_else(PoisonError::into_inner);
        let known = joined
            .entry((one, size))
            .or_insert_with(|| join(one, size).into());
        Arc::clone(known)
    }
}

/// Who stopped waiting needs no answer.
fn tell(told: &Result<Rows, sqlx::Error>, answers: Vec<Answer>) {
    for answer in answers {
        let same = match told {
            Ok(rows) => Ok(Arc::clone(rows)),
            Err(error) => Err(same(error)),
        };
        drop(answer.send(same));
    }
}

/// The statement for one question once for each, with the number of the question as the last column.
fn join(one: &str, size: usize) -> String {
    let places = places(one);
    let mut text = String::new();
    for n in 0..size {
        if n > 0 {
            text.push_str(" UNION ALL ");
        }
        let part = moved(one, n * places);
        // Writing to a String cannot fail.
        if write!(
            text,
            "SELECT q{n}.*, CAST({n} AS BIGINT) FROM ({part}) AS q{n}"
        )
        .is_err()
        {}
    }
    text
}

/// How many values a statement names.
pub(in super::super) fn places(statement: &str) -> usize {
    statement
        .split('$')
        .skip(1)
        .filter_map(|after| number(after).1)
        .max()
        .unwrap_or_default()
}

/// Its places moved up.
fn moved(statement: &str, by: usize) -> String {
    let mut parts = statement.split('$');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for after in parts {
        text.push('$');
        let (digits, place) = number(after);
        if let Some(place) = place {
            text.push_str(&(place + by).to_string());
        }
        text.push_str(after.get(digits..).unwrap_or_default());
    }
    text
}

/// The number with which a text begins, and its digits.
fn number(text: &str) -> (usize, Option<usize>) {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    (digits, text.get(..digits).and_then(|n| n.parse().ok()))
}

fn is_busy(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed)
}

/// The same again, in as far as it decides what is done about it.
fn same(error: &sqlx::Error) -> sqlx::Error {
    match error {
        sqlx::Error::PoolTimedOut => sqlx::Error::PoolTimedOut,
        sqlx::Error::PoolClosed => sqlx::Error::PoolClosed,
        away if dialect::went_away(away) => {
            io::Error::new(io::ErrorKind::ConnectionAborted, away.to_string()).into()
        }
        other => sqlx::Error::Protocol(other.to_string()),
    }
}

#[cfg(test)]
mod tests;
