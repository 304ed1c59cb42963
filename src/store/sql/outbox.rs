//! Callbacks in the store's database: written with the verdict, claimed under a lease, settled once.

use async_trait::async_trait;
use callbacks::{
    Claim, Due, Entry, News, Outbox as Port, OutboxError, Outcome, Settled, State, Wanted,
};
use jiff::Timestamp;

use super::{Conn, Pool, begin_write};
use crate::StoreError;

/// Messages that are forgotten in one transaction, so that nobody waits long for the writer.
const PRUNED: i64 = 500;
/// Messages of one listing.
const LISTED_MAX: u32 = 1_000;

/// The callbacks of a store.
#[derive(Clone)]
pub struct Outbox {
    readers: Pool,
    writer: Pool,
}

type EntryRow = (
    String,
    String,
    String,
    String,
    i64,
    i64,
    i64,
    i64,
    i64,
    String,
);

/// News of an invoice for some receivers, in the transaction that stores the verdict. Answers the number that these news
/// have among those of the invoice.
///
/// # Errors
/// A database that does not answer; the transaction should then be dropped.
pub async fn enqueue_in(
    tx: &mut Conn,
    news: &News,
    endpoints: &[String],
    now: Timestamp,
) -> Result<i64, StoreError> {
    // Two transactions of one invoice wait for one another here, so that no number is given twice.
    let sequence: i64 = sqlx::query_scalar(
        "INSERT INTO callback_subject (document, sequence) VALUES ($1, 1) \
         ON CONFLICT (document) DO UPDATE SET sequence = callback_subject.sequence + 1 RETURNING sequence",
    )
    .bind(&news.document)
    .fetch_one(&mut *tx)
    .await?;
    let (id, body) = (news.id(sequence), news.body(sequence));
    for endpoint in endpoints {
        sqlx::query(
            "INSERT INTO callback (id, endpoint, document, sequence, kind, body, state, due, lease, attempts, status, \
             detail, created, changed, traceparent) \
             VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7, '', 0, 0, '', $8, $9, $10)",
        )
        .bind(&id)
        .bind(endpoint)
        .bind(&news.document)
        .bind(sequence)
        .bind(news.kind.name())
        .bind(&body)
        .bind(now.as_millisecond())
        .bind(now.as_millisecond())
        .bind(now.as_millisecond())
        .bind(news.traceparent.as_deref().unwrap_or_default())
        .execute(&mut *tx)
        .await?;
    }
    Ok(sequence)
}

impl Outbox {
    pub(super) fn new(readers: Pool, writer: Pool) -> Self {
        Self { readers, writer }
    }

    /// Whether there is something to claim from a receiver that takes messages now, asked without the writer: mostly there
    /// is not.
    async fn any(&self, claim: &Claim<'_>) -> Result<bool, sqlx::Error> {
        let found: Option<i64> = sqlx::query_scalar(
            "SELECT sequence FROM callback WHERE state = 'waiting' AND endpoint = $1 AND due <= $2 AND NOT EXISTS (\
             SELECT 1 FROM callback_endpoint WHERE name = $3 AND (gone <> 0 OR paused > $4)) LIMIT 1",
        )
        .bind(claim.endpoint)
        .bind(claim.now.as_millisecond())
        .bind(claim.endpoint)
        .bind(claim.now.as_millisecond())
        .fetch_optional(&self.readers)
        .await?;
        Ok(found.is_some())
    }

    async fn claimed(&self, claim: &Claim<'_>) -> Result<Vec<Due>, sqlx::Error> {
        if !self.any(claim).await? {
            return Ok(Vec::new());
        }
        let mut tx = begin_write(&self.writer).await?;
        let now = claim.now.as_millisecond();
        // Said twice that it is due: where two claim at once, the second one looks again at the row that it waited for.
        let mut rows: Vec<(i64, String, Vec<u8>, i64, String)> = sqlx::query_as(
            "UPDATE callback SET due = $1, lease = $2, attempts = attempts + 1, changed = $3 \
             WHERE endpoint = $4 AND state = 'waiting' AND due <= $5 AND id IN (\
             SELECT id FROM callback WHERE state = 'waiting' AND endpoint = $6 AND due <= $7 \
             ORDER BY due, id LIMIT $8) RETURNING created, id, body, attempts, traceparent",
        )
        .bind(claim.until.as_millisecond())
        .bind(claim.lease)
        .bind(now)
        .bind(claim.endpoint)
        .bind(now)
        .bind(claim.endpoint)
        .bind(now)
        .bind(i64::from(claim.limit))
        .fetch_all(&mut *tx)
        .await?;
        tx.commit().await?;
        // What is returned comes in no order.
        rows.sort();
        let due = rows
            .into_iter()
            .map(|(_, id, body, attempts, traceparent)| Due {
                id,
                body,
                attempt: u32::try_from(attempts).unwrap_or(u32::MAX),
                traceparent: Some(traceparent).filter(|text| !text.is_empty()),
            });
        Ok(due.collect())
    }

    async fn settled(&self, settled: &Settled<'_>) -> Result<bool, sqlx::Error> {
        let now = settled.now.as_millisecond();
        let (state, due) = match &settled.outcome {
            Outcome::Delivered => (State::Delivered, now),
            Outcome::Later { at, .. } => (State::Waiting, at.as_millisecond()),
            Outcome::Gone => (State::Gone, now),
            Outcome::Dead => (State::Dead, now),
        };
        let mut tx = begin_write(&self.writer).await?;
        let changed = sqlx::query(
            "UPDATE callback SET state = $1, due = $2, lease = '', status = $3, detail = $4, changed = $5 \
             WHERE endpoint = $6 AND id = $7 AND lease = $8 AND state = 'waiting'",
        )
        .bind(state.name())
        .bind(due)
        .bind(settled.status.map_or(0, i64::from))
        .bind(settled.detail)
        .bind(now)
        .bind(settled.endpoint)
        .bind(settled.id)
        .bind(settled.lease)
        .execute(&mut *tx)
        .await?;
        if changed.rows_affected() == 0 {
            return Ok(false);
        }
        let (gone, paused) = match &settled.outcome {
            Outcome::Gone => (1, 0),
            Outcome::Later {
                pause: Some(until), ..
            } => (0, until.as_millisecond()),
            _ => (0, 0),
        };
        if gone != 0 || paused != 0 {
            sqlx::query(
                "INSERT INTO callback_endpoint (name, gone, paused) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE SET \
                 gone = CASE WHEN callback_endpoint.gone > excluded.gone THEN callback_endpoint.gone ELSE excluded.gone END, \
                 paused = CASE WHEN callback_endpoint.paused > excluded.paused THEN callback_endpoint.paused \
                 ELSE excluded.paused END",
            )
            .bind(settled.endpoint)
            .bind(gone)
            .bind(paused)
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    async fn listed(&self, wanted: &Wanted) -> Result<Vec<EntryRow>, sqlx::Error> {
        // An empty text is any: neither a state nor a receiver is called so.
        let state = wanted.state.map_or("", State::name);
        let endpoint = wanted.endpoint.as_deref().unwrap_or_default();
        sqlx::query_as(
            "SELECT id, endpoint, kind, state, sequence, attempts, created, due, status, detail FROM callback \
             WHERE ($1 = '' OR state = $2) AND ($3 = '' OR endpoint = $4) ORDER BY created DESC, id DESC, endpoint DESC LIMIT $5",
        )
        .bind(state)
        .bind(state)
        .bind(endpoint)
        .bind(endpoint)
        .bind(i64::from(wanted.limit.min(LISTED_MAX)))
        .fetch_all(&self.readers)
        .await
    }

    async fn replayed(&self, id: &str, endpoint: &str, now: i64) -> Result<u64, sqlx::Error> {
        let mut tx = begin_write(&self.writer).await?;
        let changed = sqlx::query(
            "UPDATE callback SET state = 'waiting', due = $1, lease = '', attempts = 0, changed = $2 \
             WHERE id = $3 AND ($4 = '' OR endpoint = $5)",
        )
        .bind(now)
        .bind(now)
        .bind(id)
        .bind(endpoint)
        .bind(endpoint)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(changed.rows_affected())
    }

    async fn enabled(&self, endpoint: &str, now: i64) -> Result<bool, sqlx::Error> {
        let mut tx = begin_write(&self.writer).await?;
        let changed = sqlx::query(
            "UPDATE callback_endpoint SET gone = 0, paused = 0 WHERE name = $1 AND gone <> 0",
        )
        .bind(endpoint)
        .execute(&mut *tx)
        .await?;
        sqlx::query(
            "UPDATE callback SET state = 'waiting', due = $1, attempts = 0, changed = $2 \
             WHERE endpoint = $3 AND state = 'gone'",
        )
        .bind(now)
        .bind(now)
        .bind(endpoint)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(changed.rows_affected() > 0)
    }

    async fn pruned(&self, state: State, before: i64) -> Result<u64, sqlx::Error> {
        let mut all = 0_u64;
        loop {
            let mut tx = begin_write(&self.writer).await?;
            let gone = sqlx::query(
                "DELETE FROM callback WHERE (endpoint, id) IN (SELECT endpoint, id FROM callback \
                 WHERE state <> 'waiting' AND state = $1 AND changed < $2 ORDER BY changed LIMIT $3)",
            )
            .bind(state.name())
            .bind(before)
            .bind(PRUNED)
            .execute(&mut *tx)
            .await?;
            tx.commit().await?;
            if gone.rows_affected() == 0 {
                return Ok(all);
            }
            all = all.saturating_add(gone.rows_affected());
        }
    }

    /// Forgets all that was settled before a time (milliseconds since 1970), or says how much would go.
    pub(super) async fn forget_ended(
        &self,
        before: i64,
        dry_run: bool,
    ) -> Result<u64, sqlx::Error> {
        if dry_run {
            let count: i64 = sqlx::query_scalar(
                "SELECT COUNT(*) FROM callback WHERE state <> 'waiting' AND changed < $1",
            )
            .bind(before)
            .fetch_one(&self.readers)
            .await?;
            return Ok(u64::try_from(count).unwrap_or_default());
        }
        let mut all = 0_u64;
        for state in State::ENDED {
            all = all.saturating_add(self.pruned(state, before).await?);
        }
        Ok(all)
    }
}

fn failed(error: &sqlx::Error) -> OutboxError {
    OutboxError(error.to_string())
}

fn entry(row: EntryRow) -> Result<Entry, OutboxError> {
    let (id, endpoint, kind, state, sequence, attempts, created, due, status, detail) = row;
    let unread = || OutboxError(format!("callback {id} cannot be read"));
    let at = |milliseconds| Timestamp::from_millisecond(milliseconds).map_err(|_| unread());
    Ok(Entry {
        state: state.parse().map_err(|_| unread())?,
        created: at(created)?,
        due: at(due)?,
        status: (status != 0).then_some(status),
        endpoint,
        kind,
        sequence,
        attempts,
        detail,
        id,
    })
}

#[async_trait]
impl Port for Outbox {
    async fn claim(&self, claim: &Claim<'_>) -> Result<Vec<Due>, OutboxError> {
        self.claimed(claim).await.map_err(|error| failed(&error))
    }

    async fn settle(&self, settled: &Settled<'_>) -> Result<bool, OutboxError> {
        self.settled(settled).await.map_err(|error| failed(&error))
    }

    async fn list(&self, wanted: &Wanted) -> Result<Vec<Entry>, OutboxError> {
        let rows = self.listed(wanted).await.map_err(|error| failed(&error))?;
        rows.into_iter().map(entry).collect()
    }

    async fn replay(
        &self,
        id: &str,
        endpoint: Option<&str>,
        now: Timestamp,
    ) -> Result<u64, OutboxError> {
        self.replayed(id, endpoint.unwrap_or_default(), now.as_millisecond())
            .await
            .map_err(|error| failed(&error))
    }

    async fn enable(&self, endpoint: &str, now: Timestamp) -> Result<bool, OutboxError> {
        self.enabled(endpoint, now.as_millisecond())
            .await
            .map_err(|error| failed(&error))
    }

    async fn prune(&self, state: State, before: Timestamp) -> Result<u64, OutboxError> {
        self.pruned(state, before.as_millisecond())
            .await
            .map_err(|error| failed(&error))
    }
}

#[cfg(test)]
#[path = "outbox_tests.rs"]
mod tests;
