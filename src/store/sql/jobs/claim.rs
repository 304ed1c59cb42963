//! Which jobs are next: a tenant after the other, of a tenant by priority, of a priority a vendor after the other.
//!
//! Every look is a probe of an index, so that the cost of a claim grows with what is claimed and what is in flight, and
//! not with what waits.

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::Timestamp;
use queue::{Claimed, Job, Lease, State};
use sqlx::QueryBuilder;

use super::super::{Db, SKIP_LOCKED};
use super::{Act, Conn, Group, Trouble, after_failure, in_sizes, millis, moves::Lane, read};

/// Jobs whose time has come, or whose lease has run out, taken up in one claim.
const TAKEN_UP: i64 = 256;
/// Tenants looked at in one go, when those before them had nothing that may be claimed.
const TENANTS: usize = 64;

const RAN_OUT: &str = "its lease ran out: the worker died or stood still while it had the job";

pub(super) struct Claim {
    pub(super) most: usize,
}

#[async_trait]
impl Act for Claim {
    type Out = Vec<Claimed>;

    async fn act(&self, tx: &mut Conn, group: &mut Group<'_>) -> Result<Vec<Claimed>, Trouble> {
        if read::paused(tx).await? {
            return Ok(Vec::new());
        }
        take_back(tx, group).await?;
        take_up_scheduled(tx, group).await?;
        group.moves.apply(tx, None).await?;
        let turn: i64 =
            sqlx::query_scalar("SELECT CAST(COALESCE(MAX(turn), 0) + 1 AS BIGINT) FROM job_tenant")
                .fetch_one(&mut *tx)
                .await?;
        let mut claimed = Vec::new();
        // Tenants whose vendors all have their share in flight stay where they are in the order.
        let mut idle = 0;
        loop {
            let page = TENANTS.max(self.most);
            let tenants: Vec<String> = sqlx::query_scalar(
                "SELECT tenant FROM job_tenant WHERE ready > 0 AND turn < $1 ORDER BY turn LIMIT $2 OFFSET $3",
            )
            .bind(turn)
            .bind(whole(page))
            .bind(whole(idle))
            .fetch_all(&mut *tx)
            .await?;
            let last = tenants.len() < page;
            idle += self.share(tx, group, tenants, turn, &mut claimed).await?;
            if last || claimed.len() >= self.most {
                return Ok(claimed);
            }
        }
    }
}

impl Claim {
    /// Gives each tenant an equal share of what is left, in their order, until all is taken or none has more. Answers
    /// how many tenants got nothing.
    async fn share(
        &self,
        tx: &mut Conn,
        group: &mut Group<'_>,
        mut tenants: Vec<String>,
        turn: i64,
        claimed: &mut Vec<Claimed>,
    ) -> Result<usize, sqlx::Error> {
        let mut idle = None;
        while !tenants.is_empty() && claimed.len() < self.most {
            let share = ((self.most - claimed.len()) / tenants.len()).max(1);
            let (mut more, mut none) = (Vec::new(), 0);
            for tenant in tenants {
                let wanted = share.min(self.most - claimed.len());
                let taken = claim_of(tx, group, &tenant, wanted, claimed).await?;
                none += usize::from(taken == 0);
                if taken == wanted {
                    more.push(tenant);
                }
            }
            // The next round finds the lanes that are left.
            group.moves.apply(tx, Some(turn)).await?;
            idle.get_or_insert(none);
            tenants = more;
        }
        Ok(idle.unwrap_or_default())
    }
}

fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A lane with ready jobs.
#[derive(Debug, Clone)]
struct Open {
    vendor: String,
    priority: i64,
    ready: usize,
    /// Jobs of the vendor in flight.
    busy: usize,
}

/// Claims up to so many jobs of a tenant.
async fn claim_of(
    tx: &mut Conn,
    group: &mut Group<'_>,
    tenant: &str,
    wanted: usize,
    claimed: &mut Vec<Claimed>,
) -> Result<usize, sqlx::Error> {
    if wanted == 0 {
        return Ok(0);
    }
    let cap = group.settings.in_flight_vendor.max(1);
    let rows: Vec<(String, i64, i64, i64)> = sqlx::query_as(
        "SELECT vendor, priority, ready, busy FROM (SELECT l.vendor, l.priority, l.ready, l.turn, \
         (SELECT COUNT(*) FROM job AS j WHERE j.tenant = l.tenant AND j.vendor = l.vendor AND j.state = 'leased') \
         AS busy FROM job_lane AS l WHERE l.tenant = $1 AND l.ready > 0) AS lane \
         WHERE vendor = '' OR busy < $2 ORDER BY priority DESC, turn LIMIT $3",
    )
    .bind(tenant)
    .bind(i64::from(cap))
    .bind(whole(wanted))
    .fetch_all(&mut *tx)
    .await?;
    let size = |count: i64| usize::try_from(count).unwrap_or_default();
    let lanes: Vec<Open> = rows
        .into_iter()
        .map(|(vendor, priority, ready, busy)| Open {
            vendor,
            priority,
            ready: size(ready),
            busy: size(busy),
        })
        .collect();
    let cap = usize::try_from(cap).unwrap_or(usize::MAX);
    let shares = share_lanes(&lanes, wanted, cap);
    let (mut ones, before) = (Vec::new(), claimed.len());
    for (lane, share) in lanes.iter().zip(shares) {
        match share {
            0 => {}
            1 => ones.push(lane),
            _ => claim_lane(tx, group, tenant, lane, share, claimed).await?,
        }
    }
    for lanes in in_sizes(&ones) {
        claim_one_of_each(tx, group, tenant, lanes, claimed).await?;
    }
    Ok(claimed.len() - before)
}

/// How many jobs to take of each lane: higher priorities first, lanes of one priority one job after the other, and of a
/// vendor no more than the cap leaves. Lanes come by falling priority. Vendors that are not known are not capped.
fn share_lanes(lanes: &[Open], wanted: usize, cap: usize) -> Vec<usize> {
    let mut room: BTreeMap<&str, usize> = lanes
        .iter()
        .filter(|lane| !lane.vendor.is_empty())
        .map(|lane| (lane.vendor.as_str(), cap.saturating_sub(lane.busy)))
        .collect();
    let mut shares = vec![0; lanes.len()];
    let mut left = wanted;
    for same in lanes.chunk_by(|a, b| a.priority == b.priority) {
        let priority = same.first().map(|lane| lane.priority);
        loop {
            let before = left;
            for (lane, share) in lanes.iter().zip(&mut shares) {
                if Some(lane.priority) != priority || left == 0 || *share == lane.ready {
                    continue;
                }
                match room.get_mut(lane.vendor.as_str()) {
                    Some(0) => continue,
                    Some(room) => *room -= 1,
                    None => {}
                }
                *share += 1;
                left -= 1;
            }
            if left == before || left == 0 {
                break;
            }
        }
    }
    shares
}

type ClaimedRow = (
    String,
    String,
    i64,
    String,
    String,
    String,
    String,
    i64,
    i64,
    i64,
);

const LEASED: &str = " UPDATE job SET state = 'leased', attempt = attempt + 1, lease_token = ";
const RETURNING: &str =
    " RETURNING id, vendor, priority, source, document, as_of, traceparent, added, attempt, due";

/// Claims so many jobs of one lane.
async fn claim_lane(
    tx: &mut Conn,
    group: &mut Group<'_>,
    tenant: &str,
    open: &Open,
    share: usize,
    claimed: &mut Vec<Claimed>,
) -> Result<(), sqlx::Error> {
    let rows = sqlx::query_as(&format!(
        "WITH picked AS (SELECT id FROM job WHERE state = 'ready' AND tenant = $1 AND vendor = $2 AND priority = $3 \
         ORDER BY due, id LIMIT $4 {SKIP_LOCKED}){LEASED}$5, lease_until = $6 \
         WHERE id IN (SELECT id FROM picked){RETURNING}"
    ))
    .bind(tenant)
    .bind(&open.vendor)
    .bind(open.priority)
    .bind(whole(share))
    .bind(&group.token)
    .bind(lease_until(group))
    .fetch_all(&mut *tx)
    .await?;
    leased(group, tenant, rows, claimed);
    Ok(())
}

/// Claims a job of each of some lanes, in one statement.
async fn claim_one_of_each(
    tx: &mut Conn,
    group: &mut Group<'_>,
    tenant: &str,
    lanes: &[&Open],
    claimed: &mut Vec<Claimed>,
) -> Result<(), sqlx::Error> {
    let mut update = QueryBuilder::<Db>::new("WITH lane(vendor, priority) AS (");
    update.push_values(lanes, |mut row, lane| {
        row.push_bind(&lane.vendor).push_bind(lane.priority);
    });
    update
        .push("), picked AS (SELECT (SELECT j.id FROM job AS j WHERE j.state = 'ready' AND j.tenant = ")
        .push_bind(tenant)
        .push(
            " AND j.vendor = lane.vendor AND j.priority = lane.priority ORDER BY j.due, j.id LIMIT 1 ",
        )
        .push(SKIP_LOCKED)
        .push(") AS id FROM lane)")
        .push(LEASED)
        .push_bind(&group.token)
        .push(", lease_until = ")
        .push_bind(lease_until(group))
        .push(" WHERE id IN (SELECT id FROM picked)")
        .push(RETURNING);
    let rows = update.build_query_as().fetch_all(&mut *tx).await?;
    leased(group, tenant, rows, claimed);
    Ok(())
}

fn lease_until(group: &Group<'_>) -> i64 {
    group.now.saturating_add(millis(group.settings.lease()))
}

fn leased(
    group: &mut Group<'_>,
    tenant: &str,
    mut rows: Vec<ClaimedRow>,
    claimed: &mut Vec<Claimed>,
) {
    // By falling priority, then as they are due: a statement answers in any order.
    rows.sort_by(|a, b| (b.2, a.9, &a.0).cmp(&(a.2, b.9, &b.0)));
    for (id, vendor, priority, source, document, as_of, traceparent, added, attempt, _) in rows {
        let lane = Lane::from((tenant.to_owned(), vendor, priority));
        group
            .moves
            .note(&lane, Some(State::Ready), Some(State::Leased));
        claimed.push(Claimed {
            lease: Lease {
                job: id.clone(),
                token: group.token.clone(),
                attempt,
            },
            job: Job {
                id,
                tenant: lane.tenant,
                vendor: lane.vendor,
                priority,
                source,
                document,
                as_of: as_of.parse().ok(),
                traceparent: Some(traceparent).filter(|text| !text.is_empty()),
                added: Timestamp::from_millisecond(added).unwrap_or_default(),
            },
        });
    }
}

/// Takes back what nobody renewed. A job whose attempts are spent is dead: the last one may have killed its worker.
async fn take_back(tx: &mut Conn, group: &mut Group<'_>) -> Result<(), sqlx::Error> {
    let lease_ms = millis(group.settings.lease());
    // A lease that ends later than any can was given before the clock was set back: it lasts from now on.
    sqlx::query("UPDATE job SET lease_until = $1 WHERE state = 'leased' AND lease_until > $2")
        .bind(group.now.saturating_add(lease_ms))
        .bind(group.now.saturating_add(lease_ms.saturating_mul(2)))
        .execute(&mut *tx)
        .await?;
    let rows: Vec<(String, i64, String, String, i64)> = sqlx::query_as(&format!(
        "SELECT id, attempt, tenant, vendor, priority FROM job WHERE state = 'leased' AND lease_until < $1 \
         ORDER BY lease_until LIMIT $2 {SKIP_LOCKED}"
    ))
    .bind(group.now)
    .bind(TAKEN_UP)
    .fetch_all(&mut *tx)
    .await?;
    for (id, attempt, tenant, vendor, priority) in rows {
        // One of the jobs that were in flight together may have killed their worker. They rest for times of their own,
        // so that its next attempt finds other neighbours.
        let (state, due) = after_failure(group, attempt, rand::random());
        let ended = if state == State::Dead { group.now } else { 0 };
        sqlx::query(
            "UPDATE job SET state = $1, due = $2, ended = $3, reason = $4, lease_token = '', lease_until = 0 \
             WHERE id = $5",
        )
        .bind(state.name())
        .bind(due)
        .bind(ended)
        .bind(RAN_OUT)
        .bind(id)
        .execute(&mut *tx)
        .await?;
        let lane = Lane::from((tenant, vendor, priority));
        group.moves.note(&lane, Some(State::Leased), Some(state));
    }
    Ok(())
}

async fn take_up_scheduled(tx: &mut Conn, group: &mut Group<'_>) -> Result<(), sqlx::Error> {
    // A pause that ends later than any can was given before the clock was set back: it is over. What a person chose has no reason.
    let longest = millis(group.settings.backoff().most);
    sqlx::query(
        "UPDATE job SET due = $1 WHERE state = 'scheduled' AND attempt > 0 AND due > $2 AND reason <> ''",
    )
    .bind(group.now)
    .bind(group.now.saturating_add(longest))
    .execute(&mut *tx)
    .await?;
    let rows: Vec<(String, String, i64)> = sqlx::query_as(&format!(
        "WITH due AS (SELECT id FROM job WHERE state = 'scheduled' AND due <= $1 ORDER BY due LIMIT $2 {SKIP_LOCKED}) \
         UPDATE job SET state = 'ready' WHERE id IN (SELECT id FROM due) RETURNING tenant, vendor, priority"
    ))
    .bind(group.now)
    .bind(TAKEN_UP)
    .fetch_all(&mut *tx)
    .await?;
    for lane in rows {
        let lane = Lane::from(lane);
        group
            .moves
            .note(&lane, Some(State::Scheduled), Some(State::Ready));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_share_by_priority_then_one_after_the_other_within_the_cap() {
        let lane = |vendor: &str, priority, ready, busy| Open {
            vendor: vendor.to_owned(),
            priority,
            ready,
            busy,
        };
        for (lanes, wanted, shares) in [
            (vec![], 5, vec![]),
            (vec![lane("a", 0, 9, 0), lane("b", 0, 9, 0)], 5, vec![3, 2]),
            (vec![lane("a", 0, 1, 0), lane("b", 0, 9, 0)], 4, vec![1, 3]),
            // The cap of 4 counts what is in flight, and holds over priorities.
            (vec![lane("a", 0, 9, 3), lane("b", 0, 9, 0)], 9, vec![1, 4]),
            (vec![lane("a", 1, 3, 0), lane("a", 0, 9, 0)], 9, vec![3, 1]),
            (vec![lane("a", 0, 9, 5)], 9, vec![0]),
            // Nobody's vendor is not one vendor.
            (vec![lane("", 0, 99, 50)], 60, vec![60]),
            // An urgent lane goes before all others.
            (vec![lane("b", 1, 2, 0), lane("a", 0, 9, 0)], 3, vec![2, 1]),
            (vec![lane("b", 1, 9, 0), lane("a", 0, 9, 0)], 3, vec![3, 0]),
        ] {
            assert_eq!(share_lanes(&lanes, wanted, 4), shares, "{lanes:?} {wanted}");
        }
    }
}
