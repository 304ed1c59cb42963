//! The thread that talks to databases.
//!
//! A transaction is some twenty statements, each a way there and back. On the threads that verify, every answer would wait
//! behind verifications, and everybody for the transaction; here there is nothing that computes for long.

use std::sync::LazyLock;

use tokio::{
    runtime::{Builder, Runtime},
    task::JoinHandle,
};

/// For as long as the process: what is written is finished, whoever drops a store.
static DESK: LazyLock<Option<Runtime>> = LazyLock::new(|| {
    let desk = Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("store")
        .enable_all()
        .build();
    desk.inspect_err(
        |error| tracing::warn!(error = %error, "Databases are asked from the threads that verify"),
    )
    .ok()
});

/// Does a piece of work on the thread that talks to databases.
pub(crate) fn spawn<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> JoinHandle<T> {
    match &*DESK {
        Some(desk) => desk.spawn(work),
        None => tokio::spawn(work),
    }
}
