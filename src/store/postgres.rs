//! The shared store: a `PostgreSQL` database that many processes read and write at once.
//!
//! *Invariant:* whoever gives ids or links verdicts holds one advisory lock until the transaction ends, so ids ascend and
//! the audit chain has one end, however many processes there are.
//! *Invariant:* a process has at most eight connections: readers, writers, the journal's writer, and one to spare for
//! whoever listens.
//! *Invariant:* a URL, which may hold a password, reaches no error and no log.
//!
//! Sessions are set up when they connect, so a pooler in between must pool sessions and not transactions.

use std::{
    str::FromStr,
    sync::{Arc, Weak},
    time::{Duration, Instant},
};

use jiff::Timestamp;
use sqlx::{
    ConnectOptions, Connection, Transaction,
    error::BoxDynError,
    migrate::{MigrateError, Migration, MigrationSource, MigrationType, Migrator},
    postgres::{PgConnectOptions, PgListener, PgPoolOptions},
};
use tokio::{
    sync::Notify,
    time::{sleep, timeout},
};
use tracing::subscriber::{NoSubscriber, with_default};

use crate::{SchemaStep, StoreError, clock::ServerClock, desk};

#[path = "sql/jobs.rs"]
pub mod jobs;
#[path = "sql/outbox.rs"]
pub mod outbox;
#[path = "sql/store.rs"]
mod store;

pub use store::{SqlJournal as PostgresJournal, SqlStore as Postgres};

pub type Db = sqlx::Postgres;
pub type Conn = sqlx::PgConnection;
pub type Pool = sqlx::PgPool;

/// Rows that another transaction holds are passed by.
const SKIP_LOCKED: &str = "FOR UPDATE SKIP LOCKED";
/// Tells the processes that listen that there may be something to claim, once the transaction commits.
const NOTIFY: Option<&str> = Some("NOTIFY satyapan_jobs");
const CHANNEL: &str = "satyapan_jobs";
/// Between two tries to listen again.
const LISTEN_AGAIN: Duration = Duration::from_secs(2);
/// Between two looks at the server's clock, which may be set, as this machine may sleep.
const CLOCK_READ: Duration = Duration::from_secs(10);

/// Begins a transaction that will write; dropping it undoes everything. All that moves jobs takes the lock of whoever ends
/// them with a verdict: counts a tenant and a lane are moved by all of them, and two locks would meet crosswise.
async fn begin_write(pool: &Pool) -> Result<Transaction<'static, Db>, sqlx::Error> {
    let mut tx = pool.begin_with(dialect::BEGIN).await?;
    if let Some(lock) = dialect::ONE_WRITER {
        sqlx::query(lock).execute(&mut *tx).await?;
    }
    Ok(tx)
}

/// A clock by the server's, asked for every now and then until nobody reads it any more.
async fn listened(readers: &Pool) -> Result<Arc<ServerClock>, sqlx::Error> {
    let (asked, answer, came) = time(readers).await?;
    let clock = Arc::new(ServerClock::new(asked, answer, came));
    let (pool, read) = (readers.clone(), Arc::downgrade(&clock));
    desk::spawn(async move {
        loop {
            sleep(CLOCK_READ).await;
            let Some(clock) = read.upgrade() else { return };
            // Without an answer it goes on as before.
            if let Ok((asked, answer, came)) = time(&pool).await {
                clock.hear(asked, answer, came);
            }
        }
    });
    Ok(clock)
}

/// The server's time, with when it was asked for and when it came.
async fn time(pool: &Pool) -> Result<(Instant, Timestamp, Instant), sqlx::Error> {
    let mut conn = pool.acquire().await?;
    let asked = Instant::now();
    let millis: i64 =
        sqlx::query_scalar("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)")
            .fetch_one(&mut *conn)
            .await?;
    let answer = Timestamp::from_millisecond(millis).map_err(|_| {
        sqlx::Error::Protocol(format!("the server's clock says {millis} ms after 1970"))
    })?;
    Ok((asked, answer, Instant::now()))
}

/// Wakes whoever waits for jobs when another process has added some, until nobody can wait any more. What is said while
/// the connection is lost costs a poll.
fn listen(pool: Pool, woken: Weak<Notify>) {
    desk::spawn(async move {
        while woken.strong_count() > 0 {
            if let Ok(mut listener) = PgListener::connect_with(&pool).await
                && listener.listen(CHANNEL).await.is_ok()
            {
                while let Ok(Some(_)) = listener.try_recv().await {
                    let Some(woken) = woken.upgrade() else { return };
                    woken.notify_one();
                }
            }
            if let Some(woken) = woken.upgrade() {
                woken.notify_one();
            }
            sleep(LISTEN_AGAIN).await;
        }
    });
}

/// What `PostgreSQL` does its own way.
mod dialect {
    use std::{path::Path, sync::Arc};

    use sqlx::Connection;
    use tokio::time::timeout;

    use super::{CONNECT, Conn, Postgres, PostgresJournal, late, store::Link};
    use crate::{
        Copied, StoreError, desk,
        journal::{Close, Tx},
    };

    /// Whatever the server's default: who waited for [`ONE_WRITER`] must see what the one before committed.
    pub(super) const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";
    pub(super) const BEGIN_SNAPSHOT: Option<&str> =
        Some("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    /// The key spells `satyapan`; it is this database's alone.
    pub(super) const ONE_WRITER: Option<&str> =
        Some("SELECT pg_advisory_xact_lock(8314054451777266030)");
    /// Fails in a transaction in which a statement failed: `COMMIT` would undo such a one without an error.
    pub(super) const IS_SOUND: Option<&str> = Some("SELECT 1");
    /// The first of the keys that a group of new runs may take.
    pub(super) const NEXT_KEY: &str = "SELECT nextval('run_key')";
    /// Others read while a book is loaded, and would wait for a dropped index until the load ends.
    pub(super) const LEDGER_INDEXES: Option<&str> = None;
    pub(super) const LOADING: Option<&str> = None;
    /// Else a large book is read by plans for an empty one until the server looks by itself.
    pub(super) const LOADED: Option<&str> =
        Some("ANALYZE vendor, purchase_order_line, receipt, ledger, ledger_line");

    /// A migration made them.
    pub(super) const JOURNAL: Option<&str> = None;
    pub(super) const HAS_JOURNAL: &str = "SELECT CAST(1 AS BIGINT)";
    pub(super) const BYTES: &str = "SELECT pg_database_size(current_database())";
    /// What a table has free for later rows only the server's own means tell.
    pub(super) const FREE_BYTES: Option<&str> = None;

    pub(super) fn place(number: usize) -> String {
        format!("${number}")
    }

    pub(super) fn tx(tx: &mut Conn) -> Tx<'_> {
        Tx::Postgres(tx)
    }

    /// Over a connection of its own; it reads with the store's readers.
    pub(super) async fn journal(
        store: &Postgres,
        close: Arc<dyn Close>,
    ) -> Result<PostgresJournal, StoreError> {
        let failed = |source| StoreError::Open {
            place: store.place.to_string(),
            source,
        };
        let options = store.writer.connect_options();
        let to = Arc::clone(&options);
        // Connected where it is used, so that nothing else keeps its answers waiting.
        let connecting =
            desk::spawn(async move { timeout(CONNECT, Conn::connect_with(&to)).await });
        let writer = connecting
            .await
            .map_err(|_| sqlx::Error::WorkerCrashed)
            .and_then(|connected| connected.map_err(late).flatten())
            .map_err(failed)?;
        let link = Link::Own(Some(Box::new(writer)), options);
        Ok(PostgresJournal::start(link, store.readers.clone(), close))
    }

    /// The server's own means copy it, consistent and from afar.
    pub(super) async fn backup(store: &Postgres, to: &Path) -> Result<Copied, StoreError> {
        std::future::ready(Err(StoreError::Refused(format!(
            "backup {}: {} is a PostgreSQL database, and nothing was written; copy it with pg_dump",
            to.display(),
            store.place
        ))))
        .await
    }

    /// Whether the connection is lost: the server stopped, starts, or cannot be reached.
    pub(super) fn went_away(error: &sqlx::Error) -> bool {
        match error {
            sqlx::Error::Io(_) => true,
            sqlx::Error::Database(error) => error
                .code()
                .is_some_and(|code| code.starts_with("57P0") || code.starts_with("08")),
            _ => false,
        }
    }

    /// Text with a NUL in it, which no text here has.
    pub(super) fn holds_no_such_text(error: &sqlx::Error) -> bool {
        matches!(error, sqlx::Error::Database(error) if error.code().as_deref() == Some("22021"))
    }
}

const READERS: u32 = 4;
const WRITERS: u32 = 2;
/// A server that does not answer by then is told of at once: a wrong port should not look like patience.
const CONNECT: Duration = Duration::from_secs(10);
/// How long a running process waits for a server that went away.
const AWAY: Duration = Duration::from_secs(30);
/// A load of a large book keeps other writers waiting.
const WRITER_WAIT: Duration = Duration::from_mins(5);

/// What every session is limited to. One that holds the lock and does nothing is ended, so that a stopped process does
/// not stop all others.
const LIMITS: [(&str, &str); 3] = [
    ("lock_timeout", "5min"),
    ("idle_in_transaction_session_timeout", "1min"),
    ("statement_timeout", "15min"),
];
const READER_LIMITS: [(&str, &str); 2] = [
    ("statement_timeout", "30s"),
    ("default_transaction_read_only", "on"),
];

impl Postgres {
    /// Opens `postgres://USER@HOST:PORT/DATABASE` and brings its schema up to date. The database must be there. A
    /// password may stand in the URL, in `PGPASSWORD` or in `~/.pgpass`.
    ///
    /// # Errors
    /// A server that does not answer or refuses, settings under which the store cannot keep its word, a schema that is
    /// newer than this program.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let options = options(url)?;
        let place = place(&options);
        migrate(&options, &place).await?;
        let writer = PgPoolOptions::new()
            .max_connections(WRITERS)
            .acquire_timeout(WRITER_WAIT)
            .connect_lazy_with(options.clone());
        // A stale connection costs a read one more try, and no read a ping.
        let readers = PgPoolOptions::new()
            .max_connections(READERS)
            .test_before_acquire(false)
            .acquire_timeout(AWAY)
            .connect_lazy_with(options.clone().options(READER_LIMITS));
        let clock = listened(&readers)
            .await
            .map_err(|source| StoreError::Open {
                place: place.clone(),
                source,
            })?;
        Ok(Self::over(place, readers, writer, clock))
    }

    /// Does nothing: what is committed is where the server keeps it.
    ///
    /// # Errors
    /// None.
    #[expect(clippy::unused_async, reason = "another database does wait")]
    pub async fn checkpoint(&self) -> Result<(), StoreError> {
        Ok(())
    }
}

/// How a session of a URL is set up.
fn options(url: &str) -> Result<PgConnectOptions, StoreError> {
    // The driver's warning about a parameter that it does not know would show its value.
    let options =
        with_default(NoSubscriber::new(), || PgConnectOptions::from_str(url)).map_err(|_| {
            StoreError::Refused(
                "the URL of the PostgreSQL store cannot be read; write postgres://USER@HOST:PORT/DATABASE, with \
                 special characters of a password percent-encoded"
                    .to_owned(),
            )
        })?;
    Ok(options
        .application_name("satyapan")
        .statement_cache_capacity(256)
        // The server's own log tells a slow statement from one that waits its turn.
        .disable_statement_logging()
        .options(LIMITS))
}

/// The steps of the schema.
pub(crate) fn steps() -> Vec<SchemaStep> {
    let all = Migrations::all().into_iter().map(|step| SchemaStep {
        version: step.version,
        name: step.description.into_owned(),
    });
    all.collect()
}

/// Those of them that a database has.
pub(crate) async fn versions(url: &str) -> Result<Vec<i64>, StoreError> {
    let options = options(url)?;
    let failed = |source| StoreError::Open {
        place: place(&options),
        source,
    };
    let mut conn = timeout(CONNECT, Conn::connect_with(&options))
        .await
        .map_err(late)
        .flatten()
        .map_err(failed)?;
    let known: bool = sqlx::query_scalar("SELECT to_regclass('_sqlx_migrations') IS NOT NULL")
        .fetch_one(&mut conn)
        .await
        .map_err(failed)?;
    let versions = if known {
        sqlx::query_scalar("SELECT version FROM _sqlx_migrations")
            .fetch_all(&mut conn)
            .await
            .map_err(failed)?
    } else {
        Vec::new()
    };
    conn.close().await.map_err(failed)?;
    Ok(versions)
}

fn late(_: tokio::time::error::Elapsed) -> sqlx::Error {
    sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())
}

/// Where a database is, without the user and the password.
fn place(options: &PgConnectOptions) -> String {
    let host = options.get_socket().map_or_else(
        || options.get_host().to_owned(),
        |socket| socket.display().to_string(),
    );
    let database = options
        .get_database()
        .unwrap_or_else(|| options.get_username());
    format!("postgres://{host}:{}/{database}", options.get_port())
}

/// The migrations of every database, in this one's words.
#[derive(Debug)]
struct Migrations;

impl Migrations {
    fn all() -> Vec<Migration> {
        let journal = (0, "journal".into(), include_str!("postgres/journal.sql"));
        let common = sqlx::migrate!("./migrations");
        let common = common
            .iter()
            .map(|known| (known.version, known.description.clone(), &*known.sql));
        std::iter::once(journal)
            .chain(common)
            .map(|(version, description, sql)| {
                let sql = by_bytes(sql).into();
                Migration::new(version, description, MigrationType::Simple, sql, false)
            })
            .collect()
    }
}

/// Has text ordered by its bytes, as `SQLite` orders it, and not by the language of whoever made the database.
fn by_bytes(sql: &str) -> String {
    // The blank first: what is put in has one.
    [" ", ",", "\n", ";"]
        .iter()
        .fold(sql.to_owned(), |sql, after| {
            sql.replace(
                &format!(" TEXT{after}"),
                &format!(" TEXT COLLATE \"C\"{after}"),
            )
        })
}

impl MigrationSource<'static> for Migrations {
    fn resolve(
        self,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<Vec<Migration>, BoxDynError>> + Send + 'static>>
    {
        Box::pin(std::future::ready(Ok(Self::all())))
    }
}

/// Under the driver's own advisory lock, which ends with its connection.
async fn migrate(options: &PgConnectOptions, place: &str) -> Result<(), StoreError> {
    let failed = |source| StoreError::Open {
        place: place.to_owned(),
        source,
    };
    let mut conn = timeout(CONNECT, Conn::connect_with(options))
        .await
        .map_err(late)
        .flatten()
        .map_err(failed)?;
    let (encoding, commit): (String, String) = sqlx::query_as(
        "SELECT current_setting('server_encoding'), current_setting('synchronous_commit')",
    )
    .fetch_one(&mut conn)
    .await
    .map_err(failed)?;
    if encoding != "UTF8" {
        return Err(StoreError::Refused(format!(
            "{place} is encoded in {encoding} and cannot hold every name; make the database with ENCODING 'UTF8'"
        )));
    }
    if commit == "off" {
        return Err(StoreError::Refused(format!(
            "{place} answers before it has stored (synchronous_commit is off), so a verdict could be lost; ALTER \
             DATABASE … SET synchronous_commit = on"
        )));
    }
    let told = |source| match source {
        // Told before anything is changed.
        MigrateError::VersionMissing(found) => StoreError::Newer {
            place: place.to_owned(),
            found,
            known: Migrations::all()
                .iter()
                .map(|migration| migration.version)
                .max()
                .unwrap_or_default(),
        },
        source => StoreError::Migrate {
            place: place.to_owned(),
            source,
        },
    };
    let migrator = Migrator::new(Migrations).await.map_err(told)?;
    conn.close().await.map_err(failed)?;
    let alone = PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(WRITER_WAIT)
        .connect_lazy_with(options.clone());
    let done = migrator.run(&alone).await.map_err(told);
    alone.close().await;
    done
}

#[cfg(test)]
pub(crate) mod tests;
