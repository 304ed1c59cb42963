//! An outbox in memory, as the port describes it.

use std::sync::Mutex;

use async_trait::async_trait;
use callbacks::{Claim, Due, Entry, Outbox, OutboxError, Outcome, Settled, State, Wanted};
use jiff::Timestamp;

#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) entry: Entry,
    body: Vec<u8>,
    traceparent: Option<String>,
    lease: String,
}

#[derive(Default)]
struct Held {
    rows: Vec<Row>,
    gone: Vec<String>,
    paused: Vec<(String, Timestamp)>,
}

#[derive(Default)]
pub(crate) struct Memory(Mutex<Held>);

impl Memory {
    pub(crate) fn put(&self, endpoint: &str, id: &str, body: &str, now: Timestamp) {
        let entry = Entry {
            id: id.to_owned(),
            endpoint: endpoint.to_owned(),
            kind: "verification.completed".to_owned(),
            state: State::Waiting,
            sequence: 1,
            attempts: 0,
            created: now,
            due: now,
            status: None,
            detail: String::new(),
        };
        self.0.lock().unwrap().rows.push(Row {
            entry,
            body: body.as_bytes().to_vec(),
            traceparent: None,
            lease: String::new(),
        });
    }

    /// Says of all messages to which trace they belong.
    pub(crate) fn trace(&self, traceparent: &str) {
        for row in &mut self.0.lock().unwrap().rows {
            row.traceparent = Some(traceparent.to_owned());
        }
    }

    pub(crate) fn entry(&self, id: &str) -> Entry {
        let held = self.0.lock().unwrap();
        let row = held.rows.iter().find(|row| row.entry.id == id);
        row.unwrap().entry.clone()
    }
}

#[async_trait]
impl Outbox for Memory {
    async fn claim(&self, claim: &Claim<'_>) -> Result<Vec<Due>, OutboxError> {
        let mut held = self.0.lock().unwrap();
        let held = &mut *held;
        let paused =
            |(name, until): &(String, Timestamp)| name == claim.endpoint && *until > claim.now;
        if held.gone.iter().any(|name| name == claim.endpoint) || held.paused.iter().any(paused) {
            return Ok(Vec::new());
        }
        let limit = usize::try_from(claim.limit).unwrap();
        let due = held.rows.iter_mut().filter(|row| {
            row.entry.endpoint == claim.endpoint
                && row.entry.state == State::Waiting
                && row.entry.due <= claim.now
        });
        Ok(due
            .take(limit)
            .map(|row| {
                row.entry.due = claim.until;
                row.entry.attempts += 1;
                claim.lease.clone_into(&mut row.lease);
                Due {
                    id: row.entry.id.clone(),
                    body: row.body.clone(),
                    traceparent: row.traceparent.clone(),
                    attempt: u32::try_from(row.entry.attempts).unwrap(),
                }
            })
            .collect())
    }

    async fn settle(&self, settled: &Settled<'_>) -> Result<bool, OutboxError> {
        let mut held = self.0.lock().unwrap();
        let held = &mut *held;
        let row = held.rows.iter_mut().find(|row| {
            row.entry.id == settled.id
                && row.entry.endpoint == settled.endpoint
                && row.lease == settled.lease
        });
        let Some(row) = row else { return Ok(false) };
        row.lease.clear();
        row.entry.status = settled.status.map(i64::from);
        settled.detail.clone_into(&mut row.entry.detail);
        row.entry.state = match &settled.outcome {
            Outcome::Delivered => State::Delivered,
            Outcome::Later { at, pause } => {
                row.entry.due = *at;
                let named = |until: &Timestamp| (settled.endpoint.to_owned(), *until);
                held.paused.extend(pause.as_ref().map(named));
                State::Waiting
            }
            Outcome::Gone => {
                held.gone.push(settled.endpoint.to_owned());
                State::Gone
            }
            Outcome::Dead => State::Dead,
        };
        Ok(true)
    }

    async fn list(&self, _: &Wanted) -> Result<Vec<Entry>, OutboxError> {
        let held = self.0.lock().unwrap();
        Ok(held.rows.iter().map(|row| row.entry.clone()).collect())
    }

    async fn replay(&self, id: &str, _: Option<&str>, now: Timestamp) -> Result<u64, OutboxError> {
        let mut held = self.0.lock().unwrap();
        let mut count = 0;
        for row in held.rows.iter_mut().filter(|row| row.entry.id == id) {
            row.entry.state = State::Waiting;
            row.entry.attempts = 0;
            row.entry.due = now;
            row.lease.clear();
            count += 1;
        }
        Ok(count)
    }

    async fn enable(&self, endpoint: &str, now: Timestamp) -> Result<bool, OutboxError> {
        let mut held = self.0.lock().unwrap();
        let before = held.gone.len();
        held.gone.retain(|name| name != endpoint);
        for row in held
            .rows
            .iter_mut()
            .filter(|row| row.entry.state == State::Gone)
        {
            row.entry.state = State::Waiting;
            row.entry.due = now;
        }
        Ok(held.gone.len() < before)
    }

    async fn prune(&self, _: State, _: Timestamp) -> Result<u64, OutboxError> {
        Ok(0)
    }
}
