//! What becomes of jobs: renewed, failed, given back, finished; and what people do to them.

use std::collections::BTreeSet;

use async_trait::async_trait;
use jiff::Timestamp;
use queue::{After, Change, Failure, Lease, QueueError, State};
use sqlx::QueryBuilder;

use super::super::Db;
use super::{Act, Conn, Group, Moves, Trouble, after_failure, in_sizes, millis, moves::Lane};

/// Longest reason that is kept, in characters.
const REASON_CHARS: usize = 500;

/// The columns that name a job's lane.
type LaneRow = (String, String, i64);

pub(super) struct Renew {
    pub(super) leases: Vec<Lease>,
}

#[async_trait]
impl Act for Renew {
    type Out = Vec<Lease>;

    async fn act(&self, tx: &mut Conn, group: &mut Group<'_>) -> Result<Vec<Lease>, Trouble> {
        let lease_ms = millis(group.settings.lease());
        let mut lost = Vec::new();
        for lease in &self.leases {
            let renewed = sqlx::query(
                "UPDATE job SET lease_until = $1 WHERE id = $2 AND lease_token = $3 AND attempt = $4 AND state = 'leased'",
            )
            .bind(group.now.saturating_add(lease_ms))
            .bind(&lease.job)
            .bind(&lease.token)
            .bind(lease.attempt)
            .execute(&mut *tx)
            .await?;
            if renewed.rows_affected() > 0 {
                continue;
            }
            let done: i64 =
                sqlx::query_scalar("SELECT COUNT(*) FROM job WHERE id = $1 AND state = 'done'")
                    .bind(&lease.job)
                    .fetch_one(&mut *tx)
                    .await?;
            if done == 0 {
                lost.push(lease.clone());
            }
        }
        Ok(lost)
    }
}

pub(super) struct Fail {
    pub(super) lease: Lease,
    pub(super) failure: Failure,
    /// What chooses the pause.
    pub(super) random: u64,
}

#[async_trait]
impl Act for Fail {
    type Out = After;

    async fn act(&self, tx: &mut Conn, group: &mut Group<'_>) -> Result<After, Trouble> {
        let Self { lease, failure, .. } = self;
        let (state, due) = match failure {
            Failure::Lost => return Ok(After::Lost),
            Failure::Retry(_) => after_failure(group, lease.attempt, self.random),
            Failure::Final(_) => (State::Dead, group.now),
        };
        let ended = if state == State::Dead { group.now } else { 0 };
        let row: Option<LaneRow> = sqlx::query_as(
            "UPDATE job SET state = $1, due = $2, ended = $3, reason = $4, lease_token = '', lease_until = 0 \
             WHERE id = $5 AND lease_token = $6 AND attempt = $7 AND state = 'leased' \
             RETURNING tenant, vendor, priority",
        )
        .bind(state.name())
        .bind(due)
        .bind(ended)
        .bind(reason(&failure.to_string()))
        .bind(&lease.job)
        .bind(&lease.token)
        .bind(lease.attempt)
        .fetch_optional(tx)
        .await?;
        let Some(lane) = row else {
            return Ok(After::Lost);
        };
        group
            .moves
            .note(&lane.into(), Some(State::Leased), Some(state));
        Ok(match state {
            State::Dead => After::Dead,
            _ => After::Retry(Timestamp::from_millisecond(due).unwrap_or_default()),
        })
    }
}

/// A reason as it is kept: one line, and not a long one.
fn reason(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(REASON_CHARS)
        .collect()
}

pub(super) struct Release {
    pub(super) leases: Vec<Lease>,
}

#[async_trait]
impl Act for Release {
    type Out = u64;

    async fn act(&self, tx: &mut Conn, group: &mut Group<'_>) -> Result<u64, Trouble> {
        let mut released = 0;
        for lease in &self.leases {
            let row: Option<LaneRow> = sqlx::query_as(
                "UPDATE job SET state = 'ready', attempt = attempt - 1, lease_token = '', lease_until = 0 \
                 WHERE id = $1 AND lease_token = $2 AND attempt = $3 AND state = 'leased' \
                 RETURNING tenant, vendor, priority",
            )
            .bind(&lease.job)
            .bind(&lease.token)
            .bind(lease.attempt)
            .fetch_optional(&mut *tx)
            .await?;
            let Some(lane) = row else { continue };
            group
                .moves
                .note(&lane.into(), Some(State::Leased), Some(State::Ready));
            group.wakes = true;
            released += 1;
        }
        Ok(released)
    }
}

pub(super) struct Finish {
    pub(super) lease: Lease,
    pub(super) verdict: String,
}

#[async_trait]
impl Act for Finish {
    type Out = bool;

    fn gather(&self, group: &mut Group<'_>) {
        // A job has one holder: whoever else says so is heard alone.
        let mut before = group.finishing.iter();
        if before.all(|(lease, _)| lease.job != self.lease.job) {
            let finishing = (self.lease.clone(), self.verdict.clone());
            group.finishing.push(finishing);
        }
    }

    async fn act(&self, tx: &mut Conn, group: &mut Group<'_>) -> Result<bool, Trouble> {
        if group.finished.remove(&self.lease) {
            return Ok(true);
        }
        self.gather(group);
        finish(tx, group).await?;
        Ok(group.finished.remove(&self.lease))
    }
}

/// Ends the jobs that the group is to finish and whose leases are held.
pub(super) async fn finish(tx: &mut Conn, group: &mut Group<'_>) -> Result<(), sqlx::Error> {
    let ended = std::mem::take(&mut group.finishing);
    let held = end(tx, &ended, group.now, &mut group.moves).await?;
    group.finished.extend(held);
    Ok(())
}

/// Ends jobs, each with the verdict of an id, in the transaction that stores their verdicts; their tenants see them from then
/// on. Answers the leases that were held: the verdict of another one is a stale worker's, and the transaction must not be
/// committed.
///
/// # Errors
/// A database that does not answer.
pub async fn acknowledge_in(
    tx: &mut Conn,
    ended: &[(Lease, String)],
    now: Timestamp,
) -> Result<BTreeSet<Lease>, sqlx::Error> {
    let mut moves = Moves::default();
    let held = end(tx, ended, now.as_millisecond(), &mut moves).await?;
    moves.apply(tx, None).await?;
    Ok(held)
}

async fn end(
    tx: &mut Conn,
    ended: &[(Lease, String)],
    now: i64,
    moves: &mut Moves,
) -> Result<BTreeSet<Lease>, sqlx::Error> {
    let mut held = BTreeSet::new();
    for ended in in_sizes(ended) {
        let mut update = QueryBuilder::<Db>::new("WITH ended(id, token, attempt, verdict) AS (");
        update.push_values(ended, |mut row, (lease, verdict)| {
            row.push_bind(&lease.job)
                .push_bind(&lease.token)
                .push_bind(lease.attempt)
                .push_bind(verdict);
        });
        update
            .push(") UPDATE job SET state = 'done', ended = ")
            .push_bind(now)
            .push(
                ", verdict = e.verdict, reason = '', lease_token = '', lease_until = 0 FROM ended AS e \
                 WHERE job.id = e.id AND lease_token = e.token AND job.attempt = e.attempt AND state = 'leased' \
                 RETURNING job.id, tenant, vendor, priority",
            );
        let rows: Vec<(String, String, String, i64)> =
            update.build_query_as().fetch_all(&mut *tx).await?;
        // Whose the verdicts are: also of jobs that were done before, where it is noted already.
        let mut own = QueryBuilder::<Db>::new(
            "INSERT INTO verdict_owner (tenant, seq) SELECT j.tenant, v.seq FROM job AS j \
             JOIN verdict AS v ON v.id = j.verdict WHERE j.id IN (",
        );
        let mut ids = own.separated(", ");
        for (lease, _) in ended {
            ids.push_bind(&lease.job);
        }
        own.push(") ON CONFLICT DO NOTHING");
        own.build().execute(&mut *tx).await?;
        for (id, tenant, vendor, priority) in rows {
            let lane = Lane::from((tenant, vendor, priority));
            moves.note(&lane, Some(State::Leased), Some(State::Done));
            let lease = ended.iter().find(|(lease, _)| lease.job == id);
            held.extend(lease.map(|(lease, _)| lease.clone()));
        }
    }
    Ok(held)
}

pub(super) struct Retry {
    /// `None` is every dead job.
    pub(super) id: Option<String>,
}

#[async_trait]
impl Act for Retry {
    type Out = u64;

    async fn act(&self, tx: &mut Conn, group: &mut Group<'_>) -> Result<u64, Trouble> {
        let retried =
            "UPDATE job SET state = 'ready', attempt = 0, due = $1, ended = 0 WHERE state = 'dead'";
        let returning = "RETURNING tenant, vendor, priority";
        let rows: Vec<LaneRow> = match &self.id {
            Some(id) => {
                sqlx::query_as(&format!("{retried} AND id = $2 {returning}"))
                    .bind(group.now)
                    .bind(id)
                    .fetch_all(&mut *tx)
                    .await?
            }
            None => {
                sqlx::query_as(&format!("{retried} {returning}"))
                    .bind(group.now)
                    .fetch_all(&mut *tx)
                    .await?
            }
        };
        if let (Some(id), true) = (&self.id, rows.is_empty()) {
            let (_, state, _) = place(tx, id).await?;
            let problem = format!("job {id} is {state}, and only dead jobs are tried again");
            return Err(QueueError::Refused(problem).into());
        }
        let count = rows.len();
        for lane in rows {
            group
                .moves
                .note(&lane.into(), Some(State::Dead), Some(State::Ready));
        }
        group.wakes |= count > 0;
        Ok(u64::try_from(count).unwrap_or(u64::MAX))
    }
}

/// Where a job stands: its lane, its state, its time.
async fn place(tx: &mut Conn, id: &str) -> Result<(Lane, State, i64), Trouble> {
    let row: Option<(String, String, i64, String, i64)> =
        sqlx::query_as("SELECT tenant, vendor, priority, state, due FROM job WHERE id = $1")
            .bind(id)
            .fetch_optional(tx)
            .await?;
    let Some((tenant, vendor, priority, state, due)) = row else {
        return Err(QueueError::Unknown(id.to_owned()).into());
    };
    let state = state
        .parse()
        .map_err(|_| QueueError::Corrupt(id.to_owned()))?;
    Ok((Lane::from((tenant, vendor, priority)), state, due))
}

pub(super) struct Purge {
    pub(super) ids: Vec<String>,
    pub(super) state: State,
    /// Milliseconds since 1970.
    pub(super) before: i64,
}

#[async_trait]
impl Act for Purge {
    type Out = u64;

    async fn act(&self, tx: &mut Conn, group: &mut Group<'_>) -> Result<u64, Trouble> {
        Ok(self.forget(tx, &mut group.moves).await?.jobs)
    }
}

/// What was forgotten.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Forgotten {
    pub jobs: u64,
    /// Documents that nothing refers to any more.
    pub blobs: u64,
}

impl Purge {
    /// The jobs with their identities, and documents that nobody else needs.
    pub(super) async fn forget(
        &self,
        tx: &mut Conn,
        moves: &mut Moves,
    ) -> Result<Forgotten, sqlx::Error> {
        let mut forgotten = Forgotten::default();
        for id in &self.ids {
            // The job may have been tried again since it was found.
            let row: Option<(String, String, i64, String)> = sqlx::query_as(
                "DELETE FROM job WHERE id = $1 AND state = $2 AND ended < $3 \
                 RETURNING tenant, vendor, priority, document",
            )
            .bind(id)
            .bind(self.state.name())
            .bind(self.before)
            .fetch_optional(&mut *tx)
            .await?;
            let Some((tenant, vendor, priority, document)) = row else {
                continue;
            };
            let lane = Lane::from((tenant, vendor, priority));
            moves.note(&lane, Some(self.state), None);
            forgotten.jobs += 1;
            sqlx::query("DELETE FROM job_once WHERE job = $1")
                .bind(id)
                .execute(&mut *tx)
                .await?;
            let gone = sqlx::query(
                "DELETE FROM blob WHERE sha256 = $1 AND NOT EXISTS (SELECT 1 FROM job WHERE document = $1) \
                 AND NOT EXISTS (SELECT 1 FROM case_input WHERE document = $1)",
            )
            .bind(document)
            .execute(&mut *tx)
            .await?;
            forgotten.blobs = forgotten.blobs.saturating_add(gone.rows_affected());
        }
        sqlx::query("DELETE FROM job_lane WHERE ready = 0")
            .execute(tx)
            .await?;
        Ok(forgotten)
    }
}

pub(super) struct Pause {
    pub(super) paused: bool,
}

#[async_trait]
impl Act for Pause {
    type Out = ();

    async fn act(&self, tx: &mut Conn, group: &mut Group<'_>) -> Result<(), Trouble> {
        sqlx::query("UPDATE job_control SET paused = $1 WHERE id = 1")
            .bind(i64::from(self.paused))
            .execute(tx)
            .await?;
        group.wakes |= !self.paused;
        Ok(())
    }
}

pub(super) struct Set {
    pub(super) id: String,
    pub(super) change: Change,
}

#[async_trait]
impl Act for Set {
    type Out = ();

    async fn act(&self, tx: &mut Conn, group: &mut Group<'_>) -> Result<(), Trouble> {
        let (from, state, due) = place(tx, &self.id).await?;
        if !matches!(state, State::Scheduled | State::Ready) {
            let problem = format!("job {} is {state}, and only what waits is changed", self.id);
            return Err(QueueError::Refused(problem).into());
        }
        let due = self
            .change
            .not_before
            .map_or(due, Timestamp::as_millisecond);
        let to_state = if due > group.now {
            State::Scheduled
        } else {
            State::Ready
        };
        let mut to = from.clone();
        to.priority = self.change.priority.unwrap_or(from.priority);
        // A time that a person chose is no pause after a failure any more.
        let reason = if self.change.not_before.is_some() {
            "''"
        } else {
            "reason"
        };
        let changed = sqlx::query(&format!(
            "UPDATE job SET priority = $1, due = $2, state = $3, reason = {reason} \
             WHERE id = $4 AND state = $5 AND priority = $6"
        ))
        .bind(to.priority)
        .bind(due)
        .bind(to_state.name())
        .bind(&self.id)
        .bind(state.name())
        .bind(from.priority)
        .execute(tx)
        .await?;
        if changed.rows_affected() == 0 {
            let problem = format!("a worker has taken job {} just now", self.id);
            return Err(QueueError::Refused(problem).into());
        }
        group.moves.note(&from, Some(state), None);
        group.moves.note(&to, None, Some(to_state));
        group.wakes = true;
        Ok(())
    }
}
