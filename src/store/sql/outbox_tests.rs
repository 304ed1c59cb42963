//! The suite of outboxes over a database.

use std::{any::Any, sync::Arc};

use callbacks::{News, Outbox};
use jiff::Timestamp;

use super::{
    super::{store::SqlStore, tests::fresh},
    enqueue_in,
};
use crate::outbox_suite::{self, Store};

/// A store, and what keeps its database there.
struct Database(
    SqlStore,
    #[expect(dead_code, reason = "held, and gone in the end")] Box<dyn Any + Send + Sync>,
);

impl Database {
    async fn fresh() -> Self {
        let (store, held) = fresh().await;
        Self(store, Box::new(held))
    }
}

impl Store for Database {
    fn outbox(&self) -> Arc<dyn Outbox> {
        Arc::new(self.0.outbox())
    }

    async fn put(&self, news: &News, endpoints: &[&str], now: Timestamp, commit: bool) -> i64 {
        let endpoints: Vec<String> = endpoints.iter().map(|&name| name.to_owned()).collect();
        let mut tx = self.0.begin().await.unwrap();
        let sequence = enqueue_in(&mut tx, news, &endpoints, now).await.unwrap();
        if commit {
            tx.commit().await.unwrap();
        }
        sequence
    }
}

#[tokio::test]
async fn news_are_numbered_by_invoice() {
    outbox_suite::numbering(Database::fresh().await).await;
}

#[tokio::test]
async fn the_trace_of_news_is_kept() {
    outbox_suite::traces(Database::fresh().await).await;
}

#[tokio::test]
async fn a_message_is_one_claimers_until_its_lease_ends() {
    outbox_suite::leases(Database::fresh().await).await;
}

#[tokio::test]
async fn messages_come_to_an_end_and_back() {
    outbox_suite::outcomes(Database::fresh().await).await;
}

#[tokio::test]
async fn what_is_settled_is_forgotten_in_time() {
    outbox_suite::pruning(Database::fresh().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_claimers_share_the_messages() {
    outbox_suite::sharing(Database::fresh().await).await;
}
