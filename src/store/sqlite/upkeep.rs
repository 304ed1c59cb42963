//! Upkeep of the file: a copy while it is in use, its schema. `SQLite`'s own means; another database has its own.

use std::{
    io,
    path::{Path, PathBuf},
};

use sqlx::{Connection, sqlite::SqliteConnectOptions};

use super::{BUSY, Conn, MIGRATIONS, Sqlite};
use crate::{Copied, SchemaStep, StoreError};

impl Sqlite {
    /// Writes a consistent copy as it is now, while others read and write. The copy is complete, checked and on the disk
    /// before it has its name; a file that is there already is not touched.
    ///
    /// # Errors
    /// A file that exists or cannot be written; a copy whose pages or audit chain do not hold, which is not kept.
    pub(super) async fn copied(&self, to: &Path) -> Result<Copied, StoreError> {
        let failed = |what: &str, error: &io::Error| {
            StoreError::Refused(format!("backup {}: {what}: {error}", to.display()))
        };
        if to
            .try_exists()
            .map_err(|e| failed("cannot be looked at", &e))?
        {
            return Err(StoreError::Refused(format!(
                "backup {}: the file exists and is left as it is; name another one",
                to.display()
            )));
        }
        let partial = beside(to);
        private(&partial).map_err(|e| failed("cannot be written", &e))?;
        let copied = self.copy(&partial).await;
        let named = match copied {
            Ok(links) => std::fs::rename(&partial, to)
                .and_then(|()| synced(to.parent()))
                .map_err(|e| failed("cannot be named", &e))
                .map(|()| links),
            Err(error) => Err(error),
        };
        match named {
            Ok((links, head)) => Ok(Copied {
                bytes: std::fs::metadata(to)
                    .map_err(|e| failed("cannot be looked at", &e))?
                    .len(),
                file: to.to_owned(),
                links,
                head,
            }),
            Err(error) => {
                if let Err(left) = std::fs::remove_file(&partial) {
                    tracing::warn!(error = %left, "An incomplete backup was left at {}", partial.display());
                }
                Err(error)
            }
        }
    }

    /// The copy, and the end of its audit chain.
    async fn copy(&self, to: &Path) -> Result<(u64, String), StoreError> {
        let broken = |why: String| {
            StoreError::Refused(format!(
                "backup {}: the copy does not hold ({why}) and is not kept",
                to.display()
            ))
        };
        let Some(path) = to.to_str() else {
            return Err(StoreError::Refused(format!(
                "backup {}: the name is no text",
                to.display()
            )));
        };
        // The readers' connections refuse every write, this one too; it reads a snapshot, so nobody waits for it.
        let options = self.readers.connect_options();
        let options = SqliteConnectOptions::clone(&options).pragma("query_only", "false");
        let mut source = Conn::connect_with(&options).await?;
        sqlx::query("VACUUM INTO $1")
            .bind(path)
            .execute(&mut source)
            .await?;
        source.close().await?;
        let copy = Self::open_path(to).await?;
        let checked: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check")
            .fetch_all(&copy.readers)
            .await?;
        let report = copy.audit_verify().await?;
        copy.close().await;
        if checked != ["ok"] {
            return Err(broken(checked.join("; ")));
        }
        if let Some(fault) = report.first_bad {
            return Err(broken(format!("link {}: {}", fault.seq, fault.problem)));
        }
        std::fs::File::open(to)
            .and_then(|file| file.sync_all())
            .map_err(|error| broken(error.to_string()))?;
        Ok((report.links, report.head))
    }
}

/// The steps of the schema.
pub(crate) fn steps() -> Vec<SchemaStep> {
    let all = MIGRATIONS.iter().map(|step| SchemaStep {
        version: step.version,
        name: step.description.to_string(),
    });
    all.collect()
}

/// Those of them that a file has; none where there is no file yet.
pub(crate) async fn versions(path: &Path) -> Result<Vec<i64>, StoreError> {
    let failed = |source| StoreError::Open {
        place: format!("sqlite:{}", path.display()),
        source,
    };
    if !path.exists() {
        return Ok(Vec::new());
    }
    let options = SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(BUSY);
    let mut file = Conn::connect_with(&options).await.map_err(failed)?;
    let known: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = '_sqlx_migrations'",
    )
    .fetch_one(&mut file)
    .await
    .map_err(failed)?;
    let versions = if known == 0 {
        Vec::new()
    } else {
        sqlx::query_scalar("SELECT version FROM _sqlx_migrations")
            .fetch_all(&mut file)
            .await
            .map_err(failed)?
    };
    file.close().await.map_err(failed)?;
    Ok(versions)
}

/// Where a copy is written until it is whole.
fn beside(to: &Path) -> PathBuf {
    let mut name = to.as_os_str().to_owned();
    name.push(".partial");
    PathBuf::from(name)
}

/// An empty file that only its owner reads: the copy holds what the store holds. One left by a crash makes way.
fn private(path: &Path) -> io::Result<()> {
    if path.try_exists()? {
        std::fs::remove_file(path)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(|_| ())
}

/// Makes a new name durable.
fn synced(directory: Option<&Path>) -> io::Result<()> {
    match directory {
        Some(directory) if !directory.as_os_str().is_empty() => {
            std::fs::File::open(directory)?.sync_all()
        }
        _ => std::fs::File::open(".")?.sync_all(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    };

    use super::super::store::world::{REJECT, World, says};
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_copy_is_whole_while_others_write() {
        let world = Arc::new(World::new().await);
        let dir = tempfile::tempdir().unwrap();
        for n in 1..=20 {
            world.verdict(n, "hold").await;
        }
        let stop = Arc::new(AtomicBool::new(false));
        let (writing, stopped) = (Arc::clone(&world), Arc::clone(&stop));
        let writer = tokio::spawn(async move {
            let mut n = 20;
            while !stopped.load(Ordering::Relaxed) {
                n += 1;
                let id = writing.verdict(n, "hold").await;
                writing.review(&id, says(REJECT, "Asha")).await.unwrap();
            }
        });
        let mut links = 20;
        for number in 0..5 {
            let file = dir.path().join(format!("copy-{number}.db"));
            let copied = world.store.copied(&file).await.unwrap();
            assert!(copied.links >= links, "{copied:?}");
            links = copied.links;
            let copy = Sqlite::open_path(&file).await.unwrap();
            let report = copy.audit_verify().await.unwrap();
            assert_eq!((report.links, &report.head), (copied.links, &copied.head));
            copy.close().await;
        }
        stop.store(true, Ordering::Relaxed);
        writer.await.unwrap();
        assert!(links > 20, "nothing was written meanwhile");
        assert_eq!(world.store.audit_verify().await.unwrap().first_bad, None);
    }

    #[tokio::test]
    async fn a_copy_is_private_and_nothing_is_written_over() {
        let world = World::new().await;
        let dir = tempfile::tempdir().unwrap();
        world.verdict(1, "hold").await;
        let file = dir.path().join("copy.db");
        std::fs::write(beside(&file), "left by a crash").unwrap();
        world.store.copied(&file).await.unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&file).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        let before = std::fs::read(&file).unwrap();
        let error = world.store.copied(&file).await.unwrap_err().to_string();
        assert!(
            error.contains("the file exists and is left as it is"),
            "{error}"
        );
        assert_eq!(std::fs::read(&file).unwrap(), before);
        let nowhere = dir.path().join("no/such/directory.db");
        assert!(world.store.copied(&nowhere).await.is_err());
        // A store whose chain is broken gives no copy that somebody would trust.
        world
            .run_sql("UPDATE verdict SET as_of = '2020-01-01'")
            .await;
        let bad = dir.path().join("bad.db");
        let error = world.store.copied(&bad).await.unwrap_err().to_string();
        assert!(error.contains("link 1"), "{error}");
        assert!(!bad.exists() && !beside(&bad).exists());
    }

    #[tokio::test]
    async fn the_schema_and_the_rows_are_told() {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", dir.path().join("new.db").display());
        let (store, steps) = crate::migrate(&url).await.unwrap();
        let versions: Vec<i64> = steps.iter().map(|step| step.version).collect();
        assert!(
            versions.starts_with(&[1, 2]) && versions.contains(&5),
            "{steps:?}"
        );
        let info = store.info().await.unwrap();
        assert_eq!(versions.last(), Some(&info.schema));
        assert_eq!(
            (info.runs, info.chain_links, info.book["ledger"]),
            (0, 0, 0)
        );
        store.close().await;
        let (store, steps) = crate::migrate(&url).await.unwrap();
        assert_eq!(steps, []);
        store.close().await;

        let world = World::new().await;
        let held = world.verdict(1, "hold").await;
        world.verdict(2, "hold").await;
        world.verdict(3, "approve").await;
        world.review(&held, says(REJECT, "Asha")).await.unwrap();
        let info = world.store.info().await.unwrap();
        assert_eq!(info.verdicts["hold"], 2);
        assert_eq!((info.open_holds, info.reviews["rejected"]), (1, 1));
        assert_eq!(
            (info.chain_links, info.runs, info.book["ledger"]),
            (4, 4, 3)
        );
        assert!(info.bytes > 0 && info.journal_entries > 9);
    }

    /// Several processes that start at once on a new file: all of them find the schema whole.
    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn a_new_store_may_be_opened_by_many_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", dir.path().join("new.db").display());
        let all: Vec<_> = (0..8)
            .map(|_| {
                let url = url.clone();
                tokio::spawn(async move { Sqlite::open(&url).await.map(drop) })
            })
            .collect();
        for one in all {
            one.await.unwrap().unwrap();
        }
    }
}
