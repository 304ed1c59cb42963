//! A book into the store: all of it or nothing, and the same book twice changes nothing.
//!
//! Keys: a vendor by id and GSTIN, an order line by order and line, a receipt by order, line and GRN, a past invoice by
//! supplier GSTIN, number and date, a billed line by order, line, supplier and number; rows of one file with equal keys
//! are told apart by their order. A row whose key is known is updated, one that the new book lacks is kept.

use std::{collections::BTreeMap, path::Path};

use domain::evidence::sha256_hex;
use tokio::sync::mpsc::{self, Sender};

use super::{
    Conn, SqlStore, dialect, one_writer,
    upsert::{self, GROUP, Upsert},
};
use crate::{
    BookError, FileReport, Limits, Report, StoreError,
    book::{self, BookFile, Entry, Sink},
};

/// Groups that may wait while the writer is busy.
const WAITING: usize = 8;

enum Message {
    Entries(Vec<Entry>),
    File(BookFile),
}

/// Hands records from the thread that reads to the one that writes.
struct Pipe {
    to: Sender<Message>,
    entries: Vec<Entry>,
}

impl Pipe {
    fn send(&mut self, message: Message) -> bool {
        self.to.blocking_send(message).is_ok()
    }

    fn flush(&mut self) -> bool {
        self.entries.is_empty() || {
            let entries = std::mem::take(&mut self.entries);
            self.send(Message::Entries(entries))
        }
    }
}

impl Sink for Pipe {
    fn entry(&mut self, entry: Entry) -> bool {
        self.entries.push(entry);
        self.entries.len() < GROUP || self.flush()
    }

    fn file(&mut self, file: BookFile) -> bool {
        self.flush() && self.send(Message::File(file))
    }
}

impl SqlStore {
    /// Loads the book in a directory. Files that are as they were at the last load are passed over.
    ///
    /// # Errors
    /// Every problem of the book, or of the database; nothing was changed then.
    pub async fn load(&self, root: &Path, limits: Limits) -> Result<Report, StoreError> {
        let mut tx = self.begin().await?;
        one_writer(&mut tx).await?;
        if let Some(loading) = dialect::LOADING {
            sqlx::query(loading).execute(&mut *tx).await?;
        }
        let known = known(&mut tx).await?;
        let indexes = lift_indexes(&mut tx).await?;
        let (to, mut messages) = mpsc::channel(WAITING);
        let directory = root.to_owned();
        let digests = known.clone();
        let reading = tokio::task::spawn_blocking(move || {
            let mut pipe = Pipe {
                to,
                entries: Vec::with_capacity(GROUP),
            };
            book::read(&directory, limits, &digests, &mut pipe)
        });
        let mut report = Report::default();
        let mut upsert = Upsert::default();
        while let Some(message) = messages.recv().await {
            match message {
                Message::Entries(entries) => {
                    for entry in entries {
                        upsert.entry(&mut tx, entry).await?;
                    }
                }
                Message::File(mut file) => {
                    if file.name == "contracts/" {
                        file.sha256 = contracts_digest(&mut tx).await?;
                    }
                    upsert::book_file(&mut tx, &file.name, &file.sha256, file.rows).await?;
                    let told = upsert.file(&mut tx, file.name, file.rows).await?;
                    report.files = gather(report.files, told);
                }
            }
        }
        // The channel has ended, so the reader has; whatever it found wrong undoes the transaction by dropping it.
        let read: Result<Vec<String>, BookError> = reading
            .await
            .map_err(|_| StoreError::Refused("the book could not be read".to_owned()))?;
        report.notes = read?;
        if report
            .files
            .iter()
            .any(|file| file.name.starts_with("ledger") && file.changed > 0)
        {
            forget_doubles(&mut tx).await?;
        }
        for index in &indexes {
            sqlx::query(index).execute(&mut *tx).await?;
        }
        if let Some(loaded) = dialect::LOADED {
            sqlx::query(loaded).execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok(report)
    }
}

/// An invoice that several tenants had verified, and that the book has by now, is history once for each of them: as the book's.
async fn forget_doubles(tx: &mut Conn) -> Result<(), sqlx::Error> {
    for table in ["ledger", "ledger_line"] {
        let statement = format!(
            "DELETE FROM {table} WHERE tenant IS NOT NULL AND document IN \
             (SELECT document FROM {table} WHERE tenant IS NULL AND document IS NOT NULL)"
        );
        sqlx::query(&statement).execute(&mut *tx).await?;
    }
    Ok(())
}

/// Adds what was told of a file. A directory is told of after its files, and stands for them.
fn gather(files: Vec<FileReport>, mut told: FileReport) -> Vec<FileReport> {
    let (inside, mut files): (Vec<_>, Vec<_>) = files
        .into_iter()
        .partition(|file| told.name.ends_with('/') && file.name.starts_with(&told.name));
    if !inside.is_empty() {
        told.added = inside.iter().map(|file| file.added).sum();
        told.changed = inside.iter().map(|file| file.changed).sum();
        told.unchanged = inside.iter().map(|file| file.unchanged).sum();
    }
    files.push(told);
    files
}

/// Drops the indexes of an empty ledger and answers how to make them again: sorting a million rows once is several
/// times faster than finding the place of each. The unique key stays. All of it is part of the transaction.
async fn lift_indexes(tx: &mut Conn) -> Result<Vec<String>, sqlx::Error> {
    let Some(listed) = dialect::LEDGER_INDEXES else {
        return Ok(Vec::new());
    };
    let row: Option<i64> = sqlx::query_scalar("SELECT id FROM ledger LIMIT 1")
        .fetch_optional(&mut *tx)
        .await?;
    if row.is_some() {
        return Ok(Vec::new());
    }
    let indexes: Vec<(String, String)> = sqlx::query_as(listed).fetch_all(&mut *tx).await?;
    for (name, _) in &indexes {
        sqlx::query(&format!("DROP INDEX {name}"))
            .execute(&mut *tx)
            .await?;
    }
    Ok(indexes.into_iter().map(|(_, sql)| sql).collect())
}

async fn known(tx: &mut Conn) -> Result<BTreeMap<String, (String, u64)>, sqlx::Error> {
    let rows: Vec<(String, String, i64)> =
        sqlx::query_as("SELECT name, sha256, rows FROM book_file WHERE sha256 <> ''")
            .fetch_all(tx)
            .await?;
    Ok(rows
        .into_iter()
        .map(|(name, sha256, rows)| (name, (sha256, u64::try_from(rows).unwrap_or_default())))
        .collect())
}

/// One digest over all contracts in the store, so that an index of them knows when it is stale.
async fn contracts_digest(tx: &mut Conn) -> Result<String, sqlx::Error> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT name, sha256 FROM document ORDER BY name")
            .fetch_all(tx)
            .await?;
    let listed: Vec<String> = rows
        .into_iter()
        .map(|(name, sha256)| format!("{sha256} {name}"))
        .collect();
    Ok(sha256_hex(listed.join("\n").as_bytes()))
}
