//! Jobs that come: told apart from those that came before, within the depth, all or none.

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::evidence::sha256_hex;
use queue::{Added, Hold, NewJob, Once, QueueError, State};
use sqlx::QueryBuilder;

use super::super::Db;
use super::{Act, Conn, Group, Trouble, in_sizes, moves::Lane};

/// When whoever was refused for a full queue may ask again.
const RETRY_AFTER: std::time::Duration = std::time::Duration::from_secs(5);

pub(super) struct Add {
    jobs: Vec<(NewJob, String)>,
}

impl Add {
    /// Digests the documents before the transaction begins.
    pub(super) fn new(jobs: Vec<NewJob>) -> Self {
        let digested = jobs.into_iter().map(|job| {
            let digest = sha256_hex(&job.bytes);
            (job, digest)
        });
        Self {
            jobs: digested.collect(),
        }
    }
}

/// A job to be written, and the identity that it takes over from a job that is done.
struct Fresh<'a> {
    job: &'a NewJob,
    document: &'a str,
}

#[async_trait]
impl Act for Add {
    type Out = Vec<Added>;

    async fn act(&self, tx: &mut Conn, group: &mut Group<'_>) -> Result<Vec<Added>, Trouble> {
        let mut taken: BTreeMap<(&str, &str, &str), (&str, &str)> = BTreeMap::new();
        let mut added = Vec::with_capacity(self.jobs.len());
        let mut fresh = Vec::new();
        for (job, document) in &self.jobs {
            let before = match &job.once {
                None => None,
                Some(once) => {
                    let identity = (job.tenant.as_str(), once.scope.as_str(), once.key.as_str());
                    let here = taken
                        .get(&identity)
                        .map(|(digest, id)| ((*digest).to_owned(), (*id).to_owned()));
                    taken.entry(identity).or_insert((&once.digest, &job.id));
                    match here {
                        Some(here) => Some(here),
                        None => holder(tx, &job.tenant, once).await?,
                    }
                }
            };
            let Some((digest, id)) = before else {
                fresh.push(Fresh { job, document });
                added.push(Added {
                    id: job.id.clone(),
                    new: true,
                });
                continue;
            };
            // A key without a digest stands for whatever its sender means by it.
            let differs = |once: &&Once| !digest.is_empty() && once.digest != digest;
            if let Some(once) = job.once.as_ref().filter(differs) {
                return Err(QueueError::Conflict {
                    scope: once.scope.clone(),
                    key: once.key.clone(),
                    job: id,
                }
                .into());
            }
            added.push(Added { id, new: false });
        }
        if fresh.is_empty() {
            return Ok(added);
        }
        within_depth(tx, group, &fresh).await?;
        write(tx, group, &fresh).await?;
        Ok(added)
    }
}

/// The digest and the job that an identity stands for, as long as it is held.
async fn holder(
    tx: &mut Conn,
    tenant: &str,
    once: &Once,
) -> Result<Option<(String, String)>, sqlx::Error> {
    let row: Option<(String, String, String)> = sqlx::query_as(
        "SELECT o.digest, o.job, j.state FROM job_once AS o JOIN job AS j ON j.id = o.job \
         WHERE o.tenant = $1 AND o.scope = $2 AND o.key = $3",
    )
    .bind(tenant)
    .bind(&once.scope)
    .bind(&once.key)
    .fetch_optional(tx)
    .await?;
    Ok(row
        .filter(|(.., state)| once.hold == Hold::Kept || state != State::Done.name())
        .map(|(digest, job, _)| (digest, job)))
}

async fn within_depth(
    tx: &mut Conn,
    group: &Group<'_>,
    fresh: &[Fresh<'_>],
) -> Result<(), Trouble> {
    let mut of_tenants: BTreeMap<&str, i64> = BTreeMap::new();
    for Fresh { job, .. } in fresh {
        *of_tenants.entry(&job.tenant).or_default() += 1;
    }
    let all: i64 = of_tenants.values().sum();
    for (tenant, more) in of_tenants {
        let (waiting, of_tenant): (i64, i64) = sqlx::query_as(
            "SELECT CAST(COALESCE(SUM(scheduled + ready), 0) AS BIGINT), \
             CAST(COALESCE(SUM(CASE WHEN tenant = $1 THEN scheduled + ready ELSE 0 END), 0) AS BIGINT) \
             FROM job_tenant",
        )
        .bind(tenant)
        .fetch_one(&mut *tx)
        .await?;
        let (pending_of_tenant, pending) = group.moves.waiting(tenant);
        let settings = group.settings;
        for (waiting, more, limit, setting) in [
            (waiting + pending, all, settings.depth, "queue.depth"),
            (
                of_tenant + pending_of_tenant,
                more,
                settings.depth_tenant,
                "queue.depth_tenant",
            ),
        ] {
            if waiting.saturating_add(more) > i64::from(limit) {
                return Err(QueueError::Full {
                    waiting: u64::try_from(waiting).unwrap_or_default(),
                    limit: u64::from(limit),
                    setting,
                    retry_after: RETRY_AFTER,
                }
                .into());
            }
        }
    }
    Ok(())
}

async fn write(
    tx: &mut Conn,
    group: &mut Group<'_>,
    fresh: &[Fresh<'_>],
) -> Result<(), sqlx::Error> {
    // In one order for all writers, since a row that another is writing is waited for.
    let blobs: BTreeMap<&str, &[u8]> = fresh
        .iter()
        .map(|fresh| (fresh.document, fresh.job.bytes.as_slice()))
        .collect();
    let blobs: Vec<_> = blobs.into_iter().collect();
    for rows in in_sizes(&blobs) {
        QueryBuilder::<Db>::new("INSERT INTO blob (sha256, bytes) ")
            .push_values(rows, |mut row, (digest, bytes)| {
                row.push_bind(*digest).push_bind(*bytes);
            })
            .push(" ON CONFLICT (sha256) DO NOTHING")
            .build()
            .execute(&mut *tx)
            .await?;
    }
    let rows: Vec<_> = fresh
        .iter()
        .map(|fresh| (fresh, due(fresh.job, group.now)))
        .collect();
    let now = group.now;
    for rows in in_sizes(&rows) {
        QueryBuilder::<Db>::new(
            "INSERT INTO job (id, tenant, vendor, priority, state, due, source, document, as_of, traceparent, added, \
             attempt, lease_token, lease_until, ended, reason, verdict) ",
        )
        .push_values(rows, |mut row, (fresh, (state, due))| {
            let job = fresh.job;
            row.push_bind(&job.id)
                .push_bind(&job.tenant)
                .push_bind(&job.vendor)
                .push_bind(job.priority)
                .push_bind(state.name())
                .push_bind(*due)
                .push_bind(&job.source)
                .push_bind(fresh.document)
                .push_bind(job.as_of.map(|day| day.to_string()).unwrap_or_default())
                .push_bind(job.traceparent.as_deref().unwrap_or_default())
                .push_bind(now)
                .push("0, '', 0, 0, '', ''");
        })
        .build()
        .execute(&mut *tx)
        .await?;
    }
    for (fresh, (state, _)) in rows {
        let job = fresh.job;
        let lane = Lane::from((job.tenant.clone(), job.vendor.clone(), job.priority));
        group.moves.note(&lane, None, Some(state));
        let Some(once) = &job.once else { continue };
        if once.hold == Hold::UntilDone {
            sqlx::query("DELETE FROM job_once WHERE tenant = $1 AND scope = $2 AND key = $3")
                .bind(&job.tenant)
                .bind(&once.scope)
                .bind(&once.key)
                .execute(&mut *tx)
                .await?;
        }
        // Another writer may have taken the identity since it was looked for: then this fails, and is tried again.
        sqlx::query(
            "INSERT INTO job_once (tenant, scope, key, digest, job) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(&job.tenant)
        .bind(&once.scope)
        .bind(&once.key)
        .bind(&once.digest)
        .bind(&job.id)
        .execute(&mut *tx)
        .await?;
    }
    group.wakes = true;
    Ok(())
}

/// Where a new job waits, and until when.
fn due(job: &NewJob, now: i64) -> (State, i64) {
    match job.not_before.map(jiff::Timestamp::as_millisecond) {
        Some(due) if due > now => (State::Scheduled, due),
        _ => (State::Ready, now),
    }
}
