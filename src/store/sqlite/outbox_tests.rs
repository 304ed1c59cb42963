//! The suite of outboxes over a file.

use std::sync::Arc;

use callbacks::{News, Outbox};
use jiff::Timestamp;

use super::{Sqlite, outbox::enqueue_in};
use crate::outbox_suite::{self, Store};

/// A store, and the directory that goes with it.
struct File(
    Sqlite,
    #[expect(dead_code, reason = "held, and gone in the end")] tempfile::TempDir,
);

impl File {
    async fn fresh() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("store.db");
        let store = Sqlite::open_path(&path).await.unwrap();
        Self(store, dir)
    }
}

impl Store for File {
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
    outbox_suite::numbering(File::fresh().await).await;
}

#[tokio::test]
async fn a_message_is_one_claimers_until_its_lease_ends() {
    outbox_suite::leases(File::fresh().await).await;
}

#[tokio::test]
async fn messages_come_to_an_end_and_back() {
    outbox_suite::outcomes(File::fresh().await).await;
}

#[tokio::test]
async fn what_is_settled_is_forgotten_in_time() {
    outbox_suite::pruning(File::fresh().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_claimers_share_the_messages() {
    outbox_suite::sharing(File::fresh().await).await;
}
