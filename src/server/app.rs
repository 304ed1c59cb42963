//! What all handlers share.

use std::{
    future::Future,
    sync::{Arc, PoisonError, RwLock},
};

use bytes::Bytes;
use tokio::sync::watch;
use tokio_util::task::TaskTracker;

use crate::{
    cursor::Cursors,
    door::Door,
    limits::{Bodies, Streams},
    problem::{Kind, Problem},
    service::Service,
    settings::Settings,
};

pub(crate) type App = Arc<Shared>;

pub(crate) struct Shared {
    pub(crate) service: Arc<dyn Service>,
    pub(crate) settings: Settings,
    /// As it stands at present.
    pub(crate) door: RwLock<Arc<Door>>,
    pub(crate) bodies: Bodies,
    pub(crate) streams: Streams,
    pub(crate) cursors: Cursors,
    /// The `OpenAPI` document, as it is served.
    pub(crate) openapi: Bytes,
    /// True from the moment that the server is told to stop.
    pub(crate) stopping: watch::Receiver<bool>,
    /// Work that runs to its end even if its client is gone.
    pub(crate) tasks: TaskTracker,
}

impl Shared {
    /// Runs to the end what must not be left half-way because a client hung up: some senders give one second and never try
    /// again.
    pub(crate) async fn to_the_end<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, Problem> {
        // The task fails only by a panic, which is a fault of ours.
        let ended = self.tasks.spawn(work).await;
        ended.map_err(|_| Problem::plain(Kind::Internal))
    }

    pub(crate) fn door(&self) -> Arc<Door> {
        Arc::clone(&self.door.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }

    /// Returns when the server is told to stop.
    pub(crate) fn stopped(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut stopping = self.stopping.clone();
        async move {
            // A sender that is gone is a server that was dropped.
            stopping.wait_for(|stop| *stop).await.ok();
        }
    }
}
