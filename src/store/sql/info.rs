//! What is in the store, counted.

use std::collections::BTreeMap;

use domain::evidence::sha256_hex;

use super::{Conn, SqlStore, dialect, verdicts::head};
use crate::{Info, StoreError};

/// Counted for [`Info::book`].
const BOOK: [(&str, &str); 5] = [
    ("vendors", "SELECT COUNT(*) FROM vendor"),
    ("order lines", "SELECT COUNT(*) FROM purchase_order_line"),
    ("receipts", "SELECT COUNT(*) FROM receipt"),
    ("ledger", "SELECT COUNT(*) FROM ledger"),
    ("contracts", "SELECT COUNT(*) FROM document"),
];

impl SqlStore {
    /// What is in the store, counted.
    ///
    /// # Errors
    /// A database that does not answer.
    pub async fn info(&self) -> Result<Info, StoreError> {
        let mut tx = self.snapshot().await?;
        let mut book = BTreeMap::new();
        for (name, statement) in BOOK {
            book.insert(name.to_owned(), count(&mut tx, statement).await?);
        }
        let end = head(&mut tx).await?;
        let journal = count(&mut tx, dialect::HAS_JOURNAL).await?;
        let (runs, journal_entries) = if journal == 0 {
            (0, 0)
        } else {
            (
                count(&mut tx, "SELECT COUNT(*) FROM run").await?,
                count(&mut tx, "SELECT COUNT(*) FROM event").await?,
            )
        };
        let (oldest, newest) =
            sqlx::query_as("SELECT MIN(created), MAX(created) FROM verdict WHERE created <> ''")
                .fetch_one(&mut *tx)
                .await?;
        let free_bytes = match dialect::FREE_BYTES {
            Some(statement) => Some(count(&mut tx, statement).await?),
            None => None,
        };
        Ok(Info {
            schema: count(&mut tx, "SELECT MAX(version) FROM _sqlx_migrations").await?,
            bytes: count(&mut tx, dialect::BYTES).await?,
            free_bytes,
            verdicts: tally(&mut tx, "SELECT decision, COUNT(*) FROM verdict GROUP BY decision").await?,
            open_holds: count(
                &mut tx,
                "SELECT COUNT(*) FROM verdict AS v WHERE decision = 'hold' AND NOT EXISTS (SELECT 1 FROM review AS r \
                 WHERE r.verdict_id = v.id AND r.effect IN ('approved', 'rejected'))",
            )
            .await?,
            reviews: tally(&mut tx, "SELECT effect, COUNT(*) FROM review GROUP BY effect").await?,
            oldest,
            newest,
            chain_links: end.seq(),
            chain_head: end.head().to_owned(),
            runs,
            pruned_runs: count(&mut tx, "SELECT COUNT(*) FROM pruned").await?,
            journal_entries,
            blobs: count(&mut tx, "SELECT COUNT(*) FROM blob").await?,
            book,
        })
    }
}

impl SqlStore {
    /// A text that is another one whenever the book, a verdict or a review is: each verdict and review is a link of the chain,
    /// and each load that changes something changes the digest of a file.
    ///
    /// # Errors
    /// A database that does not answer.
    pub async fn state(&self) -> Result<String, StoreError> {
        let mut tx = self.snapshot().await?;
        let chain = head(&mut tx).await?;
        let files: Vec<(String, String)> =
            sqlx::query_as("SELECT name, sha256 FROM book_file ORDER BY name")
                .fetch_all(&mut *tx)
                .await?;
        let files: Vec<String> = files
            .into_iter()
            .map(|(name, sha256)| format!("{sha256} {name}\n"))
            .collect();
        let book = sha256_hex(files.concat().as_bytes());
        Ok(format!("{} {book}", chain.head()))
    }
}

async fn count(tx: &mut Conn, statement: &str) -> Result<i64, sqlx::Error> {
    let counted: Option<i64> = sqlx::query_scalar(statement).fetch_one(tx).await?;
    Ok(counted.unwrap_or_default())
}

async fn tally(tx: &mut Conn, statement: &str) -> Result<BTreeMap<String, i64>, sqlx::Error> {
    let rows: Vec<(String, i64)> = sqlx::query_as(statement).fetch_all(tx).await?;
    Ok(rows.into_iter().collect())
}
