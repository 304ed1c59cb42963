//! What is asked of the queue without changing it.

use std::sync::Arc;

use jiff::Timestamp;
use queue::{Begins, Job, Listing, QueueError, Record, State, Stats};
use sqlx::{Database, QueryBuilder, Row};

use super::super::Db;
use super::{Conn, Forgotten, Gather, Pool, store};

const DOCUMENT: &str = "SELECT bytes FROM blob WHERE sha256 = $1";
/// Rows of one page, at most.
const PAGE: u32 = 1_000;

const COLUMNS: &str = "SELECT id, tenant, vendor, priority, state, due, source, document, as_of, traceparent, added, \
     attempt, lease_until, ended, reason, verdict FROM job WHERE ";

pub(super) async fn paused(tx: &mut Conn) -> Result<bool, sqlx::Error> {
    let paused: Option<i64> = sqlx::query_scalar("SELECT paused FROM job_control WHERE id = 1")
        .fetch_optional(tx)
        .await?;
    Ok(paused.is_some_and(|paused| paused != 0))
}

/// Whether a claim would find a job, or a lease to take back.
pub(super) async fn worth_claiming(
    readers: &Pool,
    now: i64,
    lease_ms: i64,
    pause_ms: i64,
) -> Result<bool, QueueError> {
    let found: i64 = sqlx::query_scalar(
        "SELECT CAST(CASE WHEN EXISTS (SELECT 1 FROM job_control WHERE id = 1 AND paused <> 0) THEN 0 \
         WHEN EXISTS (SELECT 1 FROM job_tenant WHERE ready > 0) \
         OR EXISTS (SELECT 1 FROM job WHERE state = 'scheduled' AND due <= $1) \
         OR EXISTS (SELECT 1 FROM job WHERE state = 'leased' AND lease_until < $1) \
         OR EXISTS (SELECT 1 FROM job WHERE state = 'leased' AND lease_until > $2) \
         OR EXISTS (SELECT 1 FROM job WHERE state = 'scheduled' AND attempt > 0 AND due > $3 AND reason <> '') \
         THEN 1 ELSE 0 END AS BIGINT)",
    )
    .bind(now)
    .bind(now.saturating_add(lease_ms.saturating_mul(2)))
    .bind(now.saturating_add(pause_ms))
    .fetch_one(readers)
    .await
    .map_err(|error| store(&error))?;
    Ok(found != 0)
}

pub(super) async fn document(gather: &Arc<Gather>, job: &Job) -> Result<Vec<u8>, QueueError> {
    let bytes: Vec<(Vec<u8>,)> = gather
        .ask(DOCUMENT, [job.document.as_str().into()])
        .await
        .map_err(|error| store(&error))?;
    let (bytes,) = bytes
        .into_iter()
        .next()
        .ok_or_else(|| QueueError::Corrupt(job.id.clone()))?;
    Ok(bytes)
}

pub(super) async fn stats(readers: &Pool, now: i64) -> Result<Stats, QueueError> {
    let failed = |error: sqlx::Error| store(&error);
    let (waiting, leased, done, dead): (i64, i64, i64, i64) = sqlx::query_as(
        "SELECT CAST(COALESCE(SUM(scheduled + ready), 0) AS BIGINT), CAST(COALESCE(SUM(leased), 0) AS BIGINT), \
         CAST(COALESCE(SUM(done), 0) AS BIGINT), CAST(COALESCE(SUM(dead), 0) AS BIGINT) FROM job_tenant",
    )
    .fetch_one(readers)
    .await
    .map_err(failed)?;
    // A probe a lane: the oldest of each stands first in its index.
    let ready: Option<i64> = sqlx::query_scalar(
        "SELECT MIN(first) FROM (SELECT (SELECT MIN(j.due) FROM job AS j WHERE j.state = 'ready' \
         AND j.tenant = l.tenant AND j.vendor = l.vendor AND j.priority = l.priority) AS first \
         FROM job_lane AS l WHERE l.ready > 0) AS lane",
    )
    .fetch_one(readers)
    .await
    .map_err(failed)?;
    let due: Option<i64> =
        sqlx::query_scalar("SELECT MIN(due) FROM job WHERE state = 'scheduled' AND due <= $1")
            .bind(now)
            .fetch_one(readers)
            .await
            .map_err(failed)?;
    let paused: Option<i64> = sqlx::query_scalar("SELECT paused FROM job_control WHERE id = 1")
        .fetch_optional(readers)
        .await
        .map_err(failed)?;
    let oldest = [ready, due].into_iter().flatten().min().unwrap_or(now);
    let count = |count: i64| u64::try_from(count).unwrap_or_default();
    Ok(Stats {
        waiting: count(waiting),
        leased: count(leased),
        done: count(done),
        dead: count(dead),
        paused: paused.is_some_and(|paused| paused != 0),
        oldest_waiting_s: count(now.saturating_sub(oldest) / 1_000),
    })
}

pub(super) async fn list(readers: &Pool, listing: &Listing) -> Result<Vec<Record>, QueueError> {
    let mut query = QueryBuilder::<Db>::new(COLUMNS);
    query
        .push("id > ")
        .push_bind(listing.after.clone().unwrap_or_default());
    if let Some(state) = listing.state {
        // As a literal, so that the index of that state is seen to serve.
        query.push(" AND state = '").push(state.name()).push("'");
    }
    if let Some(tenant) = &listing.tenant {
        query.push(" AND tenant = ").push_bind(tenant.clone());
    }
    query
        .push(" ORDER BY id LIMIT ")
        .push_bind(i64::from(listing.most.clamp(1, PAGE)));
    let rows = query
        .build()
        .fetch_all(readers)
        .await
        .map_err(|error| store(&error))?;
    rows.iter().map(record).collect()
}

pub(super) async fn show(readers: &Pool, id: &str) -> Result<Option<Record>, QueueError> {
    let row = sqlx::query(&format!("{COLUMNS} id = $1"))
        .bind(id)
        .fetch_optional(readers)
        .await
        .map_err(|error| store(&error))?;
    row.as_ref().map(record).transpose()
}

/// A range of the key, which the primary key serves; texts are compared by their code points.
pub(super) async fn newest(
    readers: &Pool,
    tenant: &str,
    scope: &str,
    begins: &str,
) -> Result<Option<Record>, QueueError> {
    let row = sqlx::query(&format!(
        "{COLUMNS} id = (SELECT MAX(job) FROM job_once WHERE tenant = $1 AND scope = $2 AND key >= $3 AND key < $4)"
    ))
    .bind(tenant)
    .bind(scope)
    .bind(begins)
    .bind(format!("{begins}{}", char::MAX))
    .fetch_optional(readers)
    .await
    .map_err(|error| store(&error))?;
    row.as_ref().map(record).transpose()
}

pub(super) async fn before(
    readers: &Pool,
    job: &Job,
    begins: Begins,
) -> Result<Option<Record>, QueueError> {
    let own: Option<(String, String)> =
        sqlx::query_as("SELECT scope, key FROM job_once WHERE job = $1")
            .bind(&job.id)
            .fetch_optional(readers)
            .await
            .map_err(|error| store(&error))?;
    let Some((scope, begins)) = own.and_then(|(scope, key)| Some((scope, begins(&key)?))) else {
        return Ok(None);
    };
    let row = sqlx::query(&format!(
        "{COLUMNS} id = (SELECT MAX(o.job) FROM job_once AS o JOIN job AS j ON j.id = o.job WHERE o.tenant = $1 \
         AND o.scope = $2 AND o.key >= $3 AND o.key < $4 AND o.job < $5 AND j.state = 'done')"
    ))
    .bind(&job.tenant)
    .bind(scope)
    .bind(&begins)
    .bind(format!("{begins}{}", char::MAX))
    .bind(&job.id)
    .fetch_optional(readers)
    .await
    .map_err(|error| store(&error))?;
    row.as_ref().map(record).transpose()
}

/// Ids of jobs that ended as a state before a time, in their order.
pub(super) async fn ended(
    readers: &Pool,
    state: State,
    before: i64,
    after: &str,
    most: i64,
) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar(&format!(
        "SELECT id FROM job WHERE state = '{state}' AND ended < $1 AND id > $2 ORDER BY id LIMIT $3"
    ))
    .bind(before)
    .bind(after)
    .bind(most)
    .fetch_all(readers)
    .await
}

/// How much would be forgotten of what ended before a time.
pub(super) async fn to_forget(readers: &Pool, before: i64) -> Result<Forgotten, sqlx::Error> {
    let (jobs, blobs): (i64, i64) = sqlx::query_as(
        "WITH gone AS (SELECT id, document FROM job WHERE state IN ('done', 'dead') AND ended < $1) \
         SELECT (SELECT COUNT(*) FROM gone), (SELECT COUNT(DISTINCT document) FROM gone AS g \
         WHERE NOT EXISTS (SELECT 1 FROM job AS j WHERE j.document = g.document \
         AND NOT (j.state IN ('done', 'dead') AND j.ended < $1)) \
         AND NOT EXISTS (SELECT 1 FROM case_input AS c WHERE c.document = g.document))",
    )
    .bind(before)
    .fetch_one(readers)
    .await?;
    let count = |count: i64| u64::try_from(count).unwrap_or_default();
    Ok(Forgotten {
        jobs: count(jobs),
        blobs: count(blobs),
    })
}

fn record(row: &<Db as Database>::Row) -> Result<Record, QueueError> {
    let text = |column| {
        row.try_get::<String, _>(column)
            .map_err(|error| store(&error))
    };
    let number = |column| row.try_get::<i64, _>(column).map_err(|error| store(&error));
    let id = text("id")?;
    let corrupt = || QueueError::Corrupt(id.clone());
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    let time = |millis| Timestamp::from_millisecond(millis).map_err(|_| corrupt());
    let some_time = |millis: i64| (millis != 0).then(|| time(millis)).transpose();
    Ok(Record {
        state: text("state")?.parse().map_err(|_| corrupt())?,
        tenant: text("tenant")?,
        vendor: text("vendor")?,
        priority: number("priority")?,
        source: text("source")?,
        document: text("document")?,
        as_of: some(text("as_of")?),
        attempts: number("attempt")?,
        added: time(number("added")?)?,
        due: time(number("due")?)?,
        lease_until: some_time(number("lease_until")?)?,
        ended: some_time(number("ended")?)?,
        reason: some(text("reason")?),
        verdict: some(text("verdict")?),
        traceparent: some(text("traceparent")?),
        id,
    })
}
