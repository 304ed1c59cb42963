//! The wake-up: who adds jobs tells the workers of other processes, so that these need not poll often.
//!
//! It goes over core NATS, which stores nothing: a wake-up that is lost costs one interval of polling and no more. What was
//! to be told without a connection is told with the next one.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use futures::StreamExt;
use tokio::{sync::Notify, task::JoinHandle};
use tracing::info;

use crate::Link;

/// The subject of wake-ups. They have no content.
pub const WAKE: &str = "satyapan.wake";

/// Between wake-ups: those that many jobs ask for in the meantime are one.
const APART: Duration = Duration::from_millis(5);

/// Between attempts to listen.
const AGAIN: Duration = Duration::from_secs(1);

/// Rings for the workers of other processes. Dropped, it rings no more.
#[derive(Debug)]
pub struct Wake {
    bell: Arc<Notify>,
    ringer: JoinHandle<()>,
}

impl Wake {
    /// A bell on this connection. Needs a tokio runtime.
    pub fn new(link: &Link) -> Self {
        let bell = Arc::new(Notify::new());
        let (rung, client) = (Arc::clone(&bell), link.client().clone());
        let mut connects = link.connects();
        let ringer = tokio::spawn(async move {
            loop {
                // What was sent into a connection that broke may not have arrived.
                tokio::select! {
                    () = rung.notified() => {}
                    Ok(()) = connects.changed() => {}
                }
                if let Err(error) = client.publish(WAKE, Bytes::new()).await {
                    info!(%error, "A wake-up was not sent: workers elsewhere poll");
                }
                // While there is no connection, one wake-up waits for it: workers may well have theirs before.
                client.flush().await.ok();
                tokio::time::sleep(APART).await;
            }
        });
        Self { bell, ringer }
    }

    /// Jobs were added. Returns at once, and never fails.
    pub fn ring(&self) {
        self.bell.notify_one();
    }

    /// Notifies `trigger` of each wake-up, and of each new connection, before which wake-ups may have been lost. Runs until it is
    /// dropped.
    pub async fn listen(link: Link, trigger: Arc<Notify>) {
        let mut connects = link.connects();
        loop {
            if let Ok(mut heard) = link.client().subscribe(WAKE).await {
                // A wake-up from before the subscription is not heard.
                trigger.notify_one();
                loop {
                    tokio::select! {
                        Ok(()) = connects.changed() => {}
                        next = heard.next() => if next.is_none() { break },
                    }
                    trigger.notify_one();
                }
            }
            tokio::time::sleep(AGAIN).await;
        }
    }
}

impl Drop for Wake {
    fn drop(&mut self) {
        self.ringer.abort();
    }
}
