//! Pruning: the record of a case goes some time after the case is finished, as do jobs and callbacks that have ended. Its
//! verdict, its reviews and the audit chain stay.
//!
//! A finished case is folded to the heads of its runs: what a verdict or a review pins can still be compared with a copy of
//! the record that was kept elsewhere. A held case that nobody has resolved is not finished, however old it is.

use agent::{engine::Digest, review::run_id};

use jiff::Timestamp;
use sqlx::Executor;

use super::{
    super::{begin_write, jobs::forget_ended},
    Conn, SqlStore, dialect, find,
};
use crate::{Pruned, StoreError};

/// Cases of one transaction: other writers wait no longer than it takes.
const CASES: i64 = 200;

/// Verdicts that are final, and whose record is there.
const FINISHED: &str = "SELECT seq, id, case_key FROM verdict AS v WHERE seq > $1 AND created <> '' AND created < $2 \
     AND (decision <> 'hold' OR EXISTS (SELECT 1 FROM review AS r WHERE r.verdict_id = v.id \
     AND r.effect IN ('approved', 'rejected') AND r.created < $2)) \
     AND NOT EXISTS (SELECT 1 FROM pruned AS p WHERE p.verdict_id = v.id) ORDER BY seq LIMIT $3";

impl SqlStore {
    /// Folds the record of cases that were finished before a time, and forgets jobs and callbacks that had ended by then.
    /// `now` is noted as when it was done.
    ///
    /// # Errors
    /// A time that is none, a database that does not answer; what earlier transactions pruned stays pruned.
    pub async fn prune(
        &self,
        before: &str,
        now: &str,
        dry_run: bool,
    ) -> Result<Pruned, StoreError> {
        let mut report = Pruned {
            before: before.to_owned(),
            dry_run,
            ..Pruned::default()
        };
        let ended: Timestamp = before
            .parse()
            .map_err(|_| StoreError::Refused(format!("prune: {before:?} is no time")))?;
        let mut after = i64::MIN;
        loop {
            let mut tx = begin_write(&self.writer).await?;
            if let Some(tables) = dialect::JOURNAL {
                tx.execute(tables).await?;
            }
            let cases: Vec<(i64, String, String)> = sqlx::query_as(FINISHED)
                .bind(after)
                .bind(before)
                .bind(CASES)
                .fetch_all(&mut *tx)
                .await?;
            let Some((last, ..)) = cases.last() else {
                break;
            };
            after = *last;
            for (_, id, case_key) in &cases {
                fold(&mut tx, id, case_key, now, &mut report).await?;
            }
            if dry_run {
                tx.rollback().await?;
            } else {
                tx.commit().await?;
            }
        }
        let ended = ended.as_millisecond();
        let jobs = forget_ended(&self.readers, &self.writer, ended, dry_run).await?;
        report.jobs = jobs.jobs;
        report.blobs = report.blobs.saturating_add(jobs.blobs);
        report.callbacks = self.outbox().forget_ended(ended, dry_run).await?;
        Ok(report)
    }

    /// When the record of a verdict was pruned, RFC 3339 in UTC; `None` when it was not.
    ///
    /// # Errors
    /// A database that does not answer.
    pub async fn pruned_at(&self, verdict: &str) -> Result<Option<String>, StoreError> {
        let at = find(|| {
            sqlx::query_scalar("SELECT MIN(at) FROM pruned WHERE verdict_id = $1")
                .bind(verdict)
                .fetch_one(&self.readers)
        });
        Ok(at.await?)
    }
}

/// Folds one case: its runs, the runs of its reviews, and what it was judged on.
async fn fold(
    tx: &mut Conn,
    verdict: &str,
    case_key: &str,
    now: &str,
    report: &mut Pruned,
) -> Result<(), StoreError> {
    // A run that a changed graph began anew has the graph's hash behind an @.
    let mut runs: Vec<(i64, String)> =
        sqlx::query_as("SELECT key, id FROM run WHERE id = $1 OR (id >= $2 AND id < $3)")
            .bind(case_key)
            .bind(format!("{case_key}@"))
            .bind(format!("{case_key}A"))
            .fetch_all(&mut *tx)
            .await?;
    let reviews: Vec<(i64, String)> =
        sqlx::query_as("SELECT turn, json FROM review WHERE verdict_id = $1")
            .bind(verdict)
            .fetch_all(&mut *tx)
            .await?;
    for (turn, json) in reviews {
        let review: serde_json::Value = serde_json::from_str(&json).unwrap_or_default();
        let head = review["verdict"]["journal"].as_str().unwrap_or_default();
        let run = run_id(head, u32::try_from(turn).unwrap_or_default());
        let found: Vec<(i64, String)> =
            sqlx::query_as("SELECT key, id FROM run WHERE id = $1 OR (id >= $2 AND id < $3)")
                .bind(run.as_str())
                .bind(format!("{run}@"))
                .bind(format!("{run}A"))
                .fetch_all(&mut *tx)
                .await?;
        // What a reviewer decided stands in the review; only its runs keep their input.
        for (key, _) in &found {
            sqlx::query("DELETE FROM input WHERE digest = (SELECT input FROM run WHERE key = $1)")
                .bind(key)
                .execute(&mut *tx)
                .await?;
        }
        runs.extend(found);
    }
    report.cases += 1;
    for (key, run) in runs {
        let (entries, last): (i64, Option<i64>) =
            sqlx::query_as("SELECT COUNT(*), MAX(seq) FROM event WHERE run = $1")
                .bind(key)
                .fetch_one(&mut *tx)
                .await?;
        let Some(last) = last else { continue };
        let head: Vec<u8> =
            sqlx::query_scalar("SELECT hash FROM event WHERE run = $1 AND seq = $2")
                .bind(key)
                .bind(last)
                .fetch_one(&mut *tx)
                .await?;
        let head = <[u8; 32]>::try_from(head)
            .map_err(|_| StoreError::Corrupt(format!("the record of run {run}")))?;
        sqlx::query(
            "INSERT INTO pruned (run, verdict_id, head, entries, at) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(run)
        .bind(verdict)
        .bind(Digest(head).to_string())
        .bind(entries)
        .bind(now)
        .execute(&mut *tx)
        .await?;
        sqlx::query("DELETE FROM event WHERE run = $1")
            .bind(key)
            .execute(&mut *tx)
            .await?;
        report.runs += 1;
        report.entries = report
            .entries
            .saturating_add(u64::try_from(entries).unwrap_or_default());
    }
    let document: Option<String> =
        sqlx::query_scalar("SELECT document FROM case_input WHERE case_key = $1")
            .bind(case_key)
            .fetch_optional(&mut *tx)
            .await?;
    sqlx::query("DELETE FROM case_input WHERE case_key = $1")
        .bind(case_key)
        .execute(&mut *tx)
        .await?;
    if let Some(document) = document {
        let gone = sqlx::query(
            "DELETE FROM blob WHERE sha256 = $1 AND NOT EXISTS (SELECT 1 FROM case_input WHERE document = $1) \
             AND NOT EXISTS (SELECT 1 FROM job WHERE document = $1)",
        )
        .bind(document)
        .execute(&mut *tx)
        .await?;
        report.blobs = report.blobs.saturating_add(gone.rows_affected());
    }
    Ok(())
}

#[cfg(test)]
mod tests;
