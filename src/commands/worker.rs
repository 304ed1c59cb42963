//! `worker`: takes jobs from the queue until it is told to stop, then drains.

use anyhow::{Context, Result};
use tokio::signal::unix::{SignalKind, signal};

use crate::{
    Exit,
    cli::{Terms, Worker},
    settings::Settings,
    wiring::daemon::Workers,
};

pub(crate) async fn run(args: Worker, settings: &Settings) -> Result<Exit> {
    // Heard from the beginning: who is told to stop while he starts, stops.
    let listen = |kind| signal(kind).context("signals cannot be listened to");
    let mut terminate = listen(SignalKind::terminate())?;
    let mut interrupt = listen(SignalKind::interrupt())?;
    let terms = Terms {
        book: None,
        store: args.store,
        as_of: None,
        policy: args.policy,
        reasoner: args.reasoner,
    };
    let workers = Workers::open(&terms, args.concurrency.map(usize::from), settings).await?;
    let summary = workers
        .run(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            tracing::info!(
                "Told to stop: no more jobs are claimed, those in flight are waited for"
            );
        })
        .await;
    tracing::info!(
        "{} jobs done, {} attempts failed, {} jobs lost to other workers, {} given back",
        summary.done,
        summary.failed,
        summary.lost,
        summary.released
    );
    Ok(Exit::Good)
}
