//! The engine's journal: one writer a process, group commit, every commit synced to the disk.
//!
//! Whatever waits when the writer is free goes into one transaction; callers wake when it is durable. When the server goes
//! away the writer waits for it; what was committed without being told is known by its hash.
//! Does no retention and no masking.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use agent::engine::{Batch, Digest, Entry, Journal, JournalError, Kind, RunId};
use async_trait::async_trait;
use sqlx::{Connection, Database, query::Query};
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, sleep, timeout},
};

use super::{Conn, Db, Gather, Pool, dialect, patient};
use crate::{desk, journal::Close};

/// Batches of one transaction, at most.
pub(super) const GROUP: usize = 1024;

/// Runs that end in one transaction, at most: what comes with them is large, and while it is written others should have
/// their slots already.
const ENDS: usize = 128;

/// A group is committed in this time or given up: a load of a large book may keep it waiting.
const WRITE: Duration = Duration::from_mins(5);
/// How long a server may be away before those who wait are told so.
const AWAY: Duration = Duration::from_secs(30);
const AGAIN: Duration = Duration::from_millis(100);

pub(super) type Options = <Conn as Connection>::Options;

/// The journal. Dropping it lets the writer finish what it holds.
#[derive(Debug)]
pub struct SqlJournal {
    queue: mpsc::Sender<Waiting>,
    gather: Arc<Gather>,
}

#[derive(Debug)]
struct Waiting {
    batch: Batch,
    done: oneshot::Sender<Result<(), JournalError>>,
}

impl SqlJournal {
    /// Starts the writer.
    pub(in super::super) fn start(link: Link, readers: Pool, close: Arc<dyn Close>) -> Self {
        let (queue, waiting) = mpsc::channel(4 * GROUP);
        let live = BTreeMap::new();
        desk::spawn(Writer { link, close, live }.work(waiting));
        let gather = Gather::new(readers);
        Self { queue, gather }
    }
}

/// Over what the journal's writer writes; a database knows one of the two.
#[allow(dead_code, reason = "each database makes one of them")]
pub(in super::super) enum Link {
    /// In turn with the store's other writers, which would else keep each other out: they wait for one another in a queue, and
    /// not by trying again after longer and longer pauses.
    Shared(Pool),
    /// A connection of its own, `None` once the server went away; the options are those with which it connects again.
    Own(Option<Box<Conn>>, Arc<Options>),
}

/// `seq, kind, step, idx, name, payload, hash` of an event.
type EventRow = (i64, i64, i64, i64, String, String, Vec<u8>);

const EVENTS: &str = "SELECT seq, kind, step, idx, name, payload, hash FROM event \
     WHERE run = (SELECT key FROM run WHERE id = $1) ORDER BY seq";

#[async_trait]
impl Journal for SqlJournal {
    async fn load(&self, run: &RunId) -> Result<Vec<Entry>, JournalError> {
        let rows: Vec<EventRow> = patient(|| self.gather.ask(EVENTS, [run.as_str().into()]))
            .await
            .map_err(|error| store(&error))?;
        rows.into_iter().map(entry).collect()
    }

    async fn commit(&self, batch: Batch) -> Result<(), JournalError> {
        let (done, wait) = oneshot::channel();
        let gone = || JournalError::Store("the writer has stopped".to_owned());
        self.queue
            .send(Waiting { batch, done })
            .await
            .map_err(|_| gone())?;
        wait.await.map_err(|_| gone())?
    }
}

fn store(error: &sqlx::Error) -> JournalError {
    JournalError::Store(error.to_string())
}

fn entry((seq, kind, step, index, name, payload, hash): EventRow) -> Result<Entry, JournalError> {
    let broken = |what: &str| JournalError::Store(format!("event.{what} is not what was written"));
    let place = |number: i64, what| u32::try_from(number).map_err(|_| broken(what));
    Ok(Entry {
        seq: place(seq, "seq")?,
        kind: u8::try_from(kind)
            .ok()
            .and_then(Kind::from_code)
            .ok_or_else(|| broken("kind"))?,
        step: place(step, "step")?,
        index: place(index, "idx")?,
        name: name.into(),
        payload,
        hash: Digest(hash.try_into().map_err(|_| broken("hash"))?),
    })
}

/// Why a transaction failed, and whether one batch is to blame.
enum Failed {
    Batch(JournalError),
    Store(sqlx::Error),
}

impl From<sqlx::Error> for Failed {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error)
    }
}

/// What another process has written already is told of the one batch; of several, each is tried alone.
fn taken(told: JournalError) -> impl FnOnce(sqlx::Error) -> Failed {
    |error| match &error {
        sqlx::Error::Database(inner) if inner.is_unique_violation() => Failed::Batch(told),
        _ => Failed::Store(error),
    }
}

/// How many of those that wait go into one transaction.
fn together(group: &[Waiting]) -> usize {
    let ends = group
        .iter()
        .enumerate()
        .filter(|(_, waiting)| waiting.batch.extra.is_some());
    let past = ends.map(|(at, _)| at).nth(ENDS);
    past.unwrap_or(group.len())
}

struct Writer {
    link: Link,
    close: Arc<dyn Close>,
    /// Key and next entry of runs that have not ended.
    live: BTreeMap<RunId, (i64, u32)>,
}

impl Writer {
    async fn work(mut self, mut waiting: mpsc::Receiver<Waiting>) {
        let mut group = Vec::with_capacity(GROUP);
        loop {
            if group.is_empty() && waiting.recv_many(&mut group, GROUP).await == 0 {
                break;
            }
            let together = together(&group);
            let (mut batches, dones): (Vec<_>, Vec<_>) = group
                .drain(..together)
                .map(|waiting| (waiting.batch, waiting.done))
                .unzip();
            let together = self.commit(&mut batches).await;
            for (mut batch, done) in batches.into_iter().zip(dones) {
                let result = match &together {
                    Ok(()) => Ok(()),
                    // One bad batch must not fail its neighbours, so each is tried alone; a server that stayed away is
                    // not waited for once more.
                    Err(Failed::Store(error)) if self.is_cut_off() => Err(store(error)),
                    Err(_) => {
                        self.commit(std::slice::from_mut(&mut batch))
                            .await
                            .map_err(|failed| match failed {
                                Failed::Batch(error) => error,
                                Failed::Store(error) => store(&error),
                            })
                    }
                };
                // Nobody waits any more: the run was dropped, and resumes from here.
                drop(done.send(result));
            }
        }
        if let Link::Own(Some(tx), _) = self.link
            && let Err(error) = tx.close().await
        {
            tracing::warn!(error = %error, "The journal was not closed cleanly; the next start recovers it");
        }
    }

    fn is_cut_off(&self) -> bool {
        matches!(self.link, Link::Own(None, _))
    }

    /// All batches or none, also over a restart of the server.
    async fn commit(&mut self, batches: &mut [Batch]) -> Result<(), Failed> {
        let began = Instant::now();
        loop {
            let failed = match self.attempt(batches).await {
                Err(Failed::Store(error)) if dialect::went_away(&error) => error,
                other => return other,
            };
            if let Link::Own(tx, _) = &mut self.link {
                *tx = None;
            }
            for batch in batches.iter() {
                self.live.remove(&batch.run);
            }
            if began.elapsed() >= AWAY {
                return Err(Failed::Store(failed));
            }
            sleep(AGAIN).await;
        }
    }

    async fn attempt(&mut self, batches: &mut [Batch]) -> Result<(), Failed> {
        let late = |_| sqlx::Error::Io(std::io::ErrorKind::TimedOut.into());
        let (own, options) = match &mut self.link {
            Link::Shared(pool) => {
                let pool = pool.clone();
                let turn = async {
                    // Whoever takes it next sees to it that no transaction is left open in it.
                    let mut tx = pool.acquire().await?;
                    self.transact(&mut tx, batches).await
                };
                return timeout(WRITE, turn).await.map_err(late)?;
            }
            // Taken, so that a transaction that is given up midway ends with its connection.
            Link::Own(own, options) => (own.take(), options),
        };
        let mut tx = if let Some(own) = own {
            own
        } else {
            let again = async {
                let mut tx = Box::new(Conn::connect_with(options).await?);
                // The last that was asked of the server may have been a commit.
                let stored = stored(&mut tx, batches).await?;
                Ok::<_, sqlx::Error>((tx, stored))
            };
            let (tx, stored) = timeout(AWAY, again).await.map_err(late)??;
            if stored {
                self.keep(tx);
                return Ok(());
            }
            tx
        };
        let done = timeout(WRITE, self.transact(&mut tx, batches))
            .await
            .map_err(late)?;
        self.keep(tx);
        done
    }

    fn keep(&mut self, tx: Box<Conn>) {
        if let Link::Own(own, _) = &mut self.link {
            *own = Some(tx);
        }
    }

    /// All batches or none.
    async fn transact(&mut self, tx: &mut Conn, batches: &mut [Batch]) -> Result<(), Failed> {
        sqlx::query(dialect::BEGIN).execute(&mut *tx).await?;
        let ended = match self.write(tx, batches).await {
            Ok(()) => sqlx::query("COMMIT")
                .execute(&mut *tx)
                .await
                .map(|_| ())
                .map_err(Failed::from),
            Err(failed) => Err(failed),
        };
        if let Err(failed) = ended {
            // What was noted of these runs may not have happened; it is read again when needed.
            for batch in batches.iter() {
                self.live.remove(&batch.run);
            }
            if let Err(error) = sqlx::query("ROLLBACK").execute(tx).await {
                tracing::debug!(error = %error, "Nothing was left to roll back");
            }
            return Err(failed);
        }
        for batch in batches.iter().filter(|batch| batch.finishes()) {
            self.live.remove(&batch.run);
        }
        Ok(())
    }

    async fn write(&mut self, tx: &mut Conn, batches: &mut [Batch]) -> Result<(), Failed> {
        let Some(first) = batches.first() else {
            return Ok(());
        };
        let (run, seq) = (first.run.clone(), first_seq(first));
        let keys = self.keys(tx, batches).await?;
        let mut opened: Vec<_> = batches
            .iter()
            .zip(&keys)
            .filter_map(|(batch, key)| batch.input.as_ref().map(|input| (*key, &batch.run, input)))
            .collect();
        // In one order in every process, so that two which open the same runs wait for each other in one direction.
        opened.sort_unstable_by_key(|(_, run, _)| *run);
        let sql = "INSERT INTO run(key, id, input) VALUES ";
        insert(tx, sql, 3, "", &opened, |query, (key, run, input)| {
            query
                .bind(*key)
                .bind(run.as_str())
                .bind(&input.digest.0[..])
        })
        .await
        .map_err(taken(JournalError::Exists(run.clone())))?;
        let mut inputs: Vec<_> = opened
            .iter()
            .filter_map(|(_, _, input)| Some((&input.digest, input.bytes.as_deref()?)))
            .collect();
        inputs.sort_unstable_by_key(|(digest, _)| *digest);
        let sql = "INSERT INTO input(digest, body) VALUES ";
        let known = " ON CONFLICT (digest) DO NOTHING";
        insert(tx, sql, 2, known, &inputs, |query, (digest, body)| {
            query.bind(&digest.0[..]).bind(*body)
        })
        .await?;
        let events: Vec<_> = batches
            .iter()
            .zip(&keys)
            .flat_map(|(batch, key)| batch.entries.iter().map(move |entry| (*key, entry)))
            .collect();
        let sql = "INSERT INTO event(run, seq, kind, step, idx, name, payload, hash) VALUES ";
        insert(tx, sql, 8, "", &events, |query, (key, entry)| {
            query
                .bind(*key)
                .bind(i64::from(entry.seq))
                .bind(i64::from(entry.kind.code()))
                .bind(i64::from(entry.step))
                .bind(i64::from(entry.index))
                .bind(&*entry.name)
                .bind(entry.payload.as_str())
                .bind(&entry.hash.0[..])
        })
        .await
        .map_err(taken(JournalError::Conflict { run, seq }))?;
        self.end(tx, batches).await
    }

    /// What the callers want committed with the runs that end.
    async fn end(&mut self, tx: &mut Conn, batches: &mut [Batch]) -> Result<(), Failed> {
        let mut ended: Vec<_> = batches
            .iter_mut()
            .filter_map(|batch| batch.extra.take().map(|extra| (batch.run.clone(), extra)))
            .collect();
        if ended.is_empty() {
            return Ok(());
        }
        let closed = self.close.close(dialect::tx(tx), &mut ended).await;
        // Given back, since the transaction may still fail and be tried again.
        let mut ended = ended.into_iter().peekable();
        for batch in batches {
            if let Some((_, extra)) = ended.next_if(|(run, _)| *run == batch.run) {
                batch.extra = Some(extra);
            }
        }
        closed?;
        if let Some(probe) = dialect::IS_SOUND {
            sqlx::query(probe).execute(tx).await?;
        }
        Ok(())
    }

    /// The key of each batch's run. A run that begins gets the next one, so that keys grow and rows
    /// are appended.
    async fn keys(&mut self, tx: &mut Conn, batches: &[Batch]) -> Result<Vec<i64>, Failed> {
        let mut next = None;
        let mut keys = Vec::with_capacity(batches.len());
        for batch in batches {
            let (run, first) = (&batch.run, first_seq(batch));
            let known = self.live.get(run).copied();
            let (key, stored) = match known {
                Some(known) => known,
                None if batch.input.is_some() => {
                    let key: i64 = match next {
                        Some(key) => key,
                        None => {
                            sqlx::query_scalar(dialect::NEXT_KEY)
                                .fetch_one(&mut *tx)
                                .await?
                        }
                    };
                    next = Some(key + 1);
                    (key, 0)
                }
                None => {
                    let (key, stored): (i64, i64) = sqlx::query_as(
                        "SELECT run.key, coalesce(max(seq) + 1, 0) FROM run LEFT JOIN event ON run = key \
                         WHERE id = $1 GROUP BY run.key",
                    )
                    .bind(run.as_str())
                    .fetch_optional(&mut *tx)
                    .await?
                    .unwrap_or_default();
                    (key, u32::try_from(stored).unwrap_or(u32::MAX))
                }
            };
            if stored != first {
                return Err(Failed::Batch(JournalError::Conflict {
                    run: run.clone(),
                    seq: first,
                }));
            }
            let after = batch.entries.last().map_or(first, |entry| entry.seq + 1);
            self.live.insert(run.clone(), (key, after));
            keys.push(key);
        }
        Ok(keys)
    }
}

fn first_seq(batch: &Batch) -> u32 {
    batch.entries.first().map_or(0, |entry| entry.seq)
}

/// Whether these batches were committed: they are all there or none is, and an entry's hash tells it from any other.
async fn stored(tx: &mut Conn, batches: &[Batch]) -> Result<bool, sqlx::Error> {
    let mut last = batches
        .iter()
        .filter_map(|batch| Some((&batch.run, batch.entries.last()?)));
    let Some((run, entry)) = last.next() else {
        return Ok(false);
    };
    let hash: Option<Vec<u8>> = sqlx::query_scalar(
        "SELECT hash FROM event WHERE run = (SELECT key FROM run WHERE id = $1) AND seq = $2",
    )
    .bind(run.as_str())
    .bind(i64::from(entry.seq))
    .fetch_optional(tx)
    .await?;
    Ok(hash.is_some_and(|hash| hash == entry.hash.0))
}

type Statement<'q> = Query<'q, Db, <Db as Database>::Arguments<'q>>;

/// Inserts rows many at a time. Few statement sizes, so that all of them stay prepared.
async fn insert<T>(
    tx: &mut Conn,
    head: &str,
    columns: usize,
    conflict: &str,
    mut rows: &[T],
    bind: impl for<'q> Fn(Statement<'q>, &'q T) -> Statement<'q>,
) -> Result<(), sqlx::Error> {
    for size in [128, 64, 32, 16, 8, 4, 2, 1] {
        if rows.len() < size {
            continue;
        }
        let tuple = |row: usize| {
            let first = row * columns + 1;
            let places: Vec<_> = (first..first + columns).map(dialect::place).collect();
            format!("({})", places.join(","))
        };
        let tuples: Vec<_> = (0..size).map(tuple).collect();
        let sql = format!("{head}{}{conflict}", tuples.join(","));
        while let Some((chunk, rest)) = rows.split_at_checked(size) {
            let query = chunk.iter().fold(sqlx::query(&sql), &bind);
            query.execute(&mut *tx).await?;
            rows = rest;
        }
    }
    Ok(())
}

#[cfg(test)]
pub(in super::super) mod tests;
