//! What the jobs moved in one transaction come to: the counts of their lanes and tenants.

use std::collections::BTreeMap;

use queue::State;
use sqlx::QueryBuilder;

use super::super::Db;
use super::{Conn, in_sizes};

/// Jobs of one vendor of a tenant at one priority.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Lane {
    pub(super) tenant: String,
    pub(super) vendor: String,
    pub(super) priority: i64,
}

impl From<(String, String, i64)> for Lane {
    fn from((tenant, vendor, priority): (String, String, i64)) -> Self {
        Self {
            tenant,
            vendor,
            priority,
        }
    }
}

/// Changes of the counts that are not written yet. Sorted, so that two writers lock rows in one order.
#[derive(Debug, Default)]
pub(super) struct Moves {
    lanes: BTreeMap<Lane, i64>,
    tenants: BTreeMap<String, BTreeMap<State, i64>>,
}

impl Moves {
    /// A job leaves a state and comes into another; without one it is new, or forgotten.
    pub(super) fn note(&mut self, lane: &Lane, from: Option<State>, to: Option<State>) {
        for (state, by) in [(from, -1), (to, 1)] {
            let Some(state) = state else { continue };
            let tenant = self.tenants.entry(lane.tenant.clone()).or_default();
            *tenant.entry(state).or_default() += by;
            if state == State::Ready {
                *self.lanes.entry(lane.clone()).or_default() += by;
            }
        }
    }

    /// How many more jobs wait than are counted: of a tenant, and of all.
    pub(super) fn waiting(&self, tenant: &str) -> (i64, i64) {
        let waits = |counts: &BTreeMap<State, i64>| -> i64 {
            [State::Scheduled, State::Ready]
                .iter()
                .filter_map(|state| counts.get(state))
                .sum()
        };
        let of_tenant = self.tenants.get(tenant).map_or(0, waits);
        (of_tenant, self.tenants.values().map(waits).sum())
    }

    /// Writes the changes; with a turn, all lanes and tenants in them have just been served.
    pub(super) async fn apply(
        &mut self,
        tx: &mut Conn,
        turn: Option<i64>,
    ) -> Result<(), sqlx::Error> {
        let turn = turn.unwrap_or(0);
        let lanes: Vec<_> = std::mem::take(&mut self.lanes)
            .into_iter()
            .filter(|(_, by)| *by != 0 || turn != 0)
            .collect();
        for rows in in_sizes(&lanes) {
            QueryBuilder::<Db>::new("INSERT INTO job_lane (tenant, vendor, priority, turn, ready) ")
                .push_values(rows, |mut row, (lane, by)| {
                    row.push_bind(&lane.tenant)
                        .push_bind(&lane.vendor)
                        .push_bind(lane.priority)
                        .push_bind(turn)
                        .push_bind(*by);
                })
                .push(
                    " ON CONFLICT (tenant, vendor, priority) DO UPDATE SET ready = job_lane.ready + excluded.ready, \
                     turn = CASE WHEN excluded.turn > 0 THEN excluded.turn ELSE job_lane.turn END",
                )
                .build()
                .execute(&mut *tx)
                .await?;
        }
        for (tenant, by) in std::mem::take(&mut self.tenants) {
            let of = |state| by.get(&state).copied().unwrap_or(0);
            if turn == 0 && by.values().all(|by| *by == 0) {
                continue;
            }
            sqlx::query(
                "INSERT INTO job_tenant (tenant, turn, scheduled, ready, leased, done, dead) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant) DO UPDATE SET \
                 turn = CASE WHEN excluded.turn > 0 THEN excluded.turn ELSE job_tenant.turn END, \
                 scheduled = job_tenant.scheduled + excluded.scheduled, ready = job_tenant.ready + excluded.ready, \
                 leased = job_tenant.leased + excluded.leased, done = job_tenant.done + excluded.done, \
                 dead = job_tenant.dead + excluded.dead",
            )
            .bind(tenant)
            .bind(turn)
            .bind(of(State::Scheduled))
            .bind(of(State::Ready))
            .bind(of(State::Leased))
            .bind(of(State::Done))
            .bind(of(State::Dead))
            .execute(&mut *tx)
            .await?;
        }
        Ok(())
    }
}
