//! The engine's journal in `SQLite`: one writer, group commit, every commit synced to the disk.
//!
//! Whatever waits when the writer is free goes into one transaction; callers wake when it is durable.
//! Does no retention and no masking.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use agent::engine::{Batch, Digest, Entry, Extra, Journal, JournalError, Kind, RunId};
use async_trait::async_trait;
use sqlx::{
    Connection, Row, SqliteConnection, SqlitePool,
    query::Query,
    sqlite::{
        Sqlite, SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions,
        SqliteSynchronous,
    },
};
use tokio::sync::{mpsc, oneshot};

/// Events are small and found by run, so they lie in their key. Inputs are large, and stored once.
pub const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS run(key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, input BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS input(digest BLOB NOT NULL UNIQUE, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS event(
    run INTEGER NOT NULL, seq INTEGER NOT NULL, kind INTEGER NOT NULL, step INTEGER NOT NULL,
    idx INTEGER NOT NULL, name TEXT NOT NULL, payload TEXT NOT NULL, hash BLOB NOT NULL,
    PRIMARY KEY(run, seq)) WITHOUT ROWID;
";

/// Batches of one transaction, at most.
const GROUP: usize = 1024;

/// Commits what a run's caller wants stored, in the transaction of the run's last entries.
#[async_trait]
pub trait Close: Send + Sync {
    /// All runs that end in this transaction. May be called again for each of them alone, when the
    /// transaction of all of them failed.
    async fn close(
        &self,
        tx: &mut SqliteConnection,
        ended: &mut [(RunId, Extra)],
    ) -> Result<(), sqlx::Error>;
}

/// Stores nothing beside the journal.
pub struct Nothing;

#[async_trait]
impl Close for Nothing {
    async fn close(
        &self,
        _: &mut SqliteConnection,
        _: &mut [(RunId, Extra)],
    ) -> Result<(), sqlx::Error> {
        Ok(())
    }
}

/// The journal. Dropping it lets the writer finish what it holds.
#[derive(Debug)]
pub struct SqliteJournal {
    queue: mpsc::Sender<Waiting>,
    readers: SqlitePool,
}

#[derive(Debug)]
struct Waiting {
    batch: Batch,
    done: oneshot::Sender<Result<(), JournalError>>,
}

impl SqliteJournal {
    /// Opens or makes the file and starts the writer on the current runtime.
    pub async fn open(
        path: &Path,
        sync: SqliteSynchronous,
        close: Arc<dyn Close>,
    ) -> Result<Self, sqlx::Error> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(sync);
        let mut writer = SqliteConnection::connect_with(&options).await?;
        sqlx::raw_sql(SCHEMA).execute(&mut writer).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(2)
            .connect_lazy_with(options.read_only(true));
        let (queue, waiting) = mpsc::channel(4 * GROUP);
        tokio::spawn(
            Writer {
                tx: writer,
                close,
                live: BTreeMap::new(),
            }
            .work(waiting),
        );
        Ok(Self { queue, readers })
    }
}

#[async_trait]
impl Journal for SqliteJournal {
    async fn load(&self, run: &RunId) -> Result<Vec<Entry>, JournalError> {
        let rows = sqlx::query(
            "SELECT seq, kind, step, idx, name, payload, hash FROM event \
             WHERE run = (SELECT key FROM run WHERE id = ?) ORDER BY seq",
        )
        .bind(run.as_str())
        .fetch_all(&self.readers)
        .await
        .map_err(|error| store(&error))?;
        rows.iter()
            .map(entry)
            .collect::<Result<_, _>>()
            .map_err(|error| store(&error))
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

fn entry(row: &sqlx::sqlite::SqliteRow) -> Result<Entry, sqlx::Error> {
    let broken =
        |what: &str| sqlx::Error::Decode(format!("event.{what} is not what was written").into());
    let hash: &[u8] = row.try_get("hash")?;
    let kind: u8 = row.try_get("kind")?;
    Ok(Entry {
        seq: row.try_get("seq")?,
        kind: Kind::from_code(kind).ok_or_else(|| broken("kind"))?,
        step: row.try_get("step")?,
        index: row.try_get("idx")?,
        name: row.try_get::<String, _>("name")?.into(),
        payload: row.try_get("payload")?,
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

struct Writer {
    tx: SqliteConnection,
    close: Arc<dyn Close>,
    /// Key and next entry of runs that have not ended.
    live: BTreeMap<RunId, (i64, u32)>,
}

impl Writer {
    async fn work(mut self, mut waiting: mpsc::Receiver<Waiting>) {
        let mut group = Vec::with_capacity(GROUP);
        while waiting.recv_many(&mut group, GROUP).await > 0 {
            let (mut batches, dones): (Vec<_>, Vec<_>) = group
                .drain(..)
                .map(|waiting| (waiting.batch, waiting.done))
                .unzip();
            let together = self.transact(&mut batches).await;
            for (mut batch, done) in batches.into_iter().zip(dones) {
                let result = match &together {
                    Ok(()) => Ok(()),
                    // One bad batch must not fail its neighbours, so each is tried alone.
                    Err(_) => self
                        .transact(std::slice::from_mut(&mut batch))
                        .await
                        .map_err(|failed| match failed {
                            Failed::Batch(error) => error,
                            Failed::Store(sqlx::Error::Database(error))
                                if error.is_unique_violation() =>
                            {
                                JournalError::Exists(batch.run)
                            }
                            Failed::Store(error) => store(&error),
                        }),
                };
                // Nobody waits any more: the run was dropped, and resumes from here.
                drop(done.send(result));
            }
        }
        // The last connection to close folds the log into the file.
        if let Err(error) = self.tx.close().await {
            tracing::warn!(error = %error, "The journal was not closed cleanly; the next start recovers it");
        }
    }

    /// All batches or none.
    async fn transact(&mut self, batches: &mut [Batch]) -> Result<(), Failed> {
        sqlx::query("BEGIN IMMEDIATE").execute(&mut self.tx).await?;
        let written = self.write(batches).await;
        let ended = match written {
            Ok(()) => sqlx::query("COMMIT")
                .execute(&mut self.tx)
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
            if let Err(error) = sqlx::query("ROLLBACK").execute(&mut self.tx).await {
                tracing::debug!(error = %error, "Nothing was left to roll back");
            }
            return Err(failed);
        }
        for batch in batches.iter().filter(|batch| batch.finishes()) {
            self.live.remove(&batch.run);
        }
        Ok(())
    }

    async fn write(&mut self, batches: &mut [Batch]) -> Result<(), Failed> {
        let keys = self.keys(batches).await?;
        let tx = &mut self.tx;
        let opened: Vec<_> = batches
            .iter()
            .zip(&keys)
            .filter_map(|(batch, key)| batch.input.as_ref().map(|input| (*key, &batch.run, input)))
            .collect();
        insert(
            tx,
            "INSERT INTO run(key, id, input) VALUES ",
            3,
            &opened,
            |query, (key, run, input)| {
                query
                    .bind(*key)
                    .bind(run.as_str())
                    .bind(&input.digest.0[..])
            },
        )
        .await?;
        let inputs: Vec<_> = opened
            .iter()
            .filter_map(|(_, _, input)| Some((&input.digest, input.bytes.as_deref()?)))
            .collect();
        insert(
            tx,
            "INSERT OR IGNORE INTO input(digest, body) VALUES ",
            2,
            &inputs,
            |query, (digest, body)| query.bind(&digest.0[..]).bind(*body),
        )
        .await?;
        let events: Vec<_> = batches
            .iter()
            .zip(&keys)
            .flat_map(|(batch, key)| batch.entries.iter().map(move |entry| (*key, entry)))
            .collect();
        let sql = "INSERT INTO event(run, seq, kind, step, idx, name, payload, hash) VALUES ";
        insert(tx, sql, 8, &events, |query, (key, entry)| {
            query
                .bind(*key)
                .bind(entry.seq)
                .bind(entry.kind.code())
                .bind(entry.step)
                .bind(entry.index)
                .bind(&*entry.name)
                .bind(entry.payload.as_str())
                .bind(&entry.hash.0[..])
        })
        .await?;
        let mut ended: Vec<_> = batches
            .iter_mut()
            .filter_map(|batch| batch.extra.take().map(|extra| (batch.run.clone(), extra)))
            .collect();
        if ended.is_empty() {
            return Ok(());
        }
        let closed = self.close.close(&mut self.tx, &mut ended).await;
        // Given back, since the transaction may still fail and be tried again.
        let mut ended = ended.into_iter().peekable();
        for batch in batches {
            if let Some((_, extra)) = ended.next_if(|(run, _)| *run == batch.run) {
                batch.extra = Some(extra);
            }
        }
        closed.map_err(Failed::from)
    }

    /// The key of each batch's run. A run that begins gets the next one, so that keys grow and rows
    /// are appended.
    async fn keys(&mut self, batches: &[Batch]) -> Result<Vec<i64>, Failed> {
        let mut next = None;
        let mut keys = Vec::with_capacity(batches.len());
        for Batch {
            run,
            entries,
            input,
            ..
        } in batches
        {
            let first = entries.first().map_or(0, |entry| entry.seq);
            let known = self.live.get(run).copied();
            let (key, stored) = match known {
                Some(known) => known,
                None if input.is_some() => {
                    let key = match next {
                        Some(key) => key,
                        None => {
                            sqlx::query_scalar("SELECT coalesce(max(key), 0) + 1 FROM run")
                                .fetch_one(&mut self.tx)
                                .await?
                        }
                    };
                    next = Some(key + 1);
                    (key, 0)
                }
                None => sqlx::query_as(
                    "SELECT run.key, coalesce(max(seq) + 1, 0) FROM run LEFT JOIN event ON run = key \
                     WHERE id = ? GROUP BY run.key",
                )
                .bind(run.as_str())
                .fetch_optional(&mut self.tx)
                .await?
                .unwrap_or_default(),
            };
            if stored != first {
                return Err(Failed::Batch(JournalError::Conflict {
                    run: run.clone(),
                    seq: first,
                }));
            }
            let after = entries.last().map_or(first, |entry| entry.seq + 1);
            self.live.insert(run.clone(), (key, after));
            keys.push(key);
        }
        Ok(keys)
    }
}

/// Inserts rows many at a time. Few statement sizes, so that all of them stay prepared.
async fn insert<T>(
    tx: &mut SqliteConnection,
    head: &str,
    columns: usize,
    mut rows: &[T],
    bind: impl for<'q> Fn(
        Query<'q, Sqlite, SqliteArguments<'q>>,
        &'q T,
    ) -> Query<'q, Sqlite, SqliteArguments<'q>>,
) -> Result<(), sqlx::Error> {
    let tuple = format!("({})", vec!["?"; columns].join(","));
    for size in [128, 64, 32, 16, 8, 4, 2, 1] {
        if rows.len() < size {
            continue;
        }
        let sql = format!("{head}{}", vec![tuple.as_str(); size].join(","));
        while let Some((chunk, rest)) = rows.split_at_checked(size) {
            let query = chunk.iter().fold(sqlx::query(&sql), &bind);
            query.execute(&mut *tx).await?;
            rows = rest;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use agent::engine::{Input, verify_chain};

    use super::*;

    struct Temporary(std::path::PathBuf);
    impl Drop for Temporary {
        fn drop(&mut self) {
            for suffix in ["", "-wal", "-shm"] {
                std::fs::remove_file(format!("{}{suffix}", self.0.display())).ok();
            }
        }
    }

    fn entries(run: &RunId, kinds: &[Kind]) -> Vec<Entry> {
        let mut head = run.genesis();
        (0..)
            .zip(kinds)
            .map(|(seq, kind)| {
                let payload = format!("{{\"seq\":{seq}}}");
                let (step, index, hash) = (seq, 0, Digest::default());
                let mut entry = Entry {
                    seq,
                    kind: *kind,
                    step,
                    index,
                    name: "node".into(),
                    payload,
                    hash,
                };
                entry.hash = entry.chained(head);
                head = entry.hash;
                entry
            })
            .collect()
    }

    fn batch(run: &RunId, entries: &[Entry]) -> Batch {
        let opens = entries.first().is_some_and(|entry| entry.seq == 0);
        let input = opens.then(|| Input::kept(*b"one input for all"));
        Batch {
            run: run.clone(),
            entries: entries.to_vec(),
            input,
            extra: None,
        }
    }

    /// Notes the verdicts it is given; refuses one of them.
    struct Verdicts;
    #[async_trait]
    impl Close for Verdicts {
        async fn close(
            &self,
            tx: &mut SqliteConnection,
            ended: &mut [(RunId, Extra)],
        ) -> Result<(), sqlx::Error> {
            sqlx::query("CREATE TABLE IF NOT EXISTS verdict(run TEXT, text TEXT)")
                .execute(&mut *tx)
                .await?;
            for (run, extra) in ended {
                let text = extra.downcast_ref::<&str>().copied().unwrap_or_default();
                sqlx::query("INSERT INTO verdict VALUES (?, ?)")
                    .bind(run.as_str())
                    .bind(text)
                    .execute(&mut *tx)
                    .await?;
                if text == "refused" {
                    return Err(sqlx::Error::RowNotFound);
                }
            }
            Ok(())
        }
    }

    #[tokio::test]
    async fn batches_are_kept_whole_in_order_and_only_once() {
        let file = Temporary(
            std::env::temp_dir().join(format!("satyapan-journal-{}.db", std::process::id())),
        );
        let open = || SqliteJournal::open(&file.0, SqliteSynchronous::Full, Arc::new(Verdicts));
        let journal = open().await.unwrap();
        let run = RunId::new("a");
        let all = entries(
            &run,
            &[Kind::Started, Kind::Delta, Kind::Delta, Kind::Finished],
        );
        assert_eq!(journal.load(&run).await.unwrap(), []);
        journal.commit(batch(&run, &all[..2])).await.unwrap();
        let again = journal.commit(batch(&run, &all[..2])).await;
        assert!(
            matches!(
                again,
                Err(JournalError::Conflict { .. } | JournalError::Exists(_))
            ),
            "{again:?}"
        );
        let gap = journal.commit(batch(&run, &all[3..])).await;
        assert_eq!(
            gap,
            Err(JournalError::Conflict {
                run: run.clone(),
                seq: 3
            })
        );
        assert_eq!(journal.load(&run).await.unwrap(), all[..2]);

        // Another process, which knows nothing of the run's key, goes on with it.
        let journal = open().await.unwrap();
        let mut last = batch(&run, &all[2..]);
        last.extra = Some(Box::new("refused"));
        assert!(journal.commit(last).await.is_err());
        assert_eq!(
            journal.load(&run).await.unwrap(),
            all[..2],
            "the verdict was refused, so its entries must be"
        );
        let mut last = batch(&run, &all[2..]);
        last.extra = Some(Box::new("approve"));
        journal.commit(last).await.unwrap();
        assert_eq!(journal.load(&run).await.unwrap(), all);
        verify_chain(&run, &all).unwrap();
        let verdicts: Vec<String> = sqlx::query_scalar("SELECT text FROM verdict")
            .fetch_all(&journal.readers)
            .await
            .unwrap();
        assert_eq!(verdicts, ["approve"]);
        assert_eq!(
            journal.commit(batch(&run, &all)).await,
            Err(JournalError::Exists(run))
        );
    }

    #[tokio::test]
    async fn a_bad_batch_does_not_fail_its_neighbours() {
        let file = Temporary(
            std::env::temp_dir().join(format!("satyapan-group-{}.db", std::process::id())),
        );
        let journal = SqliteJournal::open(&file.0, SqliteSynchronous::Full, Arc::new(Verdicts))
            .await
            .unwrap();
        let runs: Vec<_> = (0..300)
            .map(|number| RunId::new(format!("run {number}")))
            .collect();
        let all: Vec<_> = runs
            .iter()
            .map(|run| {
                batch(
                    run,
                    &entries(run, &[Kind::Started, Kind::Delta, Kind::Finished]),
                )
            })
            .map(|mut batch| {
                batch.extra = Some(Box::new(if batch.run.as_str() == "run 7" {
                    "refused"
                } else {
                    "approve"
                }));
                batch
            })
            .collect();
        let kept = futures_join(all.into_iter().map(|batch| journal.commit(batch))).await;
        for (run, kept) in runs.iter().zip(kept) {
            let refused = run.as_str() == "run 7";
            assert_eq!(kept.is_err(), refused, "{run}");
            assert_eq!(
                journal.load(run).await.unwrap().len(),
                if refused { 0 } else { 3 },
                "{run}"
            );
        }
        let inputs: i64 = sqlx::query_scalar("SELECT count(*) FROM input")
            .fetch_one(&journal.readers)
            .await
            .unwrap();
        assert_eq!(inputs, 1);
    }

    /// All at once, so that they meet in one group.
    async fn futures_join<T>(waiting: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
        let mut waiting: Vec<_> = waiting.map(Box::pin).collect();
        let mut done: Vec<Option<T>> = waiting.iter().map(|_| None).collect();
        std::future::poll_fn(|cx| {
            for (one, done) in waiting.iter_mut().zip(&mut done) {
                if done.is_none()
                    && let std::task::Poll::Ready(value) = one.as_mut().poll(cx)
                {
                    *done = Some(value);
                }
            }
            if done.iter().all(Option::is_some) {
                std::task::Poll::Ready(())
            } else {
                std::task::Poll::Pending
            }
        })
        .await;
        done.into_iter().flatten().collect()
    }
}
