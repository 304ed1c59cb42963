//! `portal`: the GST portal mock as a server of its own, until it is stopped.

use std::sync::Arc;

use anyhow::{Context, Result};

use super::say;
use crate::{Exit, cli::PortalArgs};

pub(crate) async fn run(args: PortalArgs) -> Result<Exit> {
    let data = portal::BookPortal::load(&args.book)?;
    let faults = portal::Faults {
        latency_ms: args.latency_ms,
        fail_every_n: args.fail_every,
        rate_limit_per_s: args.rate_limit.into(),
        fault: None,
    };
    let running = portal::Portal::start(args.listen, Arc::new(data), faults)
        .await
        .with_context(|| format!("{}: cannot listen", args.listen))?;
    say(&format!("GST portal mock on {}\n", running.base_url()))?;
    stopped().await?;
    running.shutdown().await;
    Ok(Exit::Good)
}

/// Waits for SIGINT or SIGTERM.
async fn stopped() -> Result<()> {
    let mut term = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        done = tokio::signal::ctrl_c() => done?,
        _ = term.recv() => {}
    }
    Ok(())
}
