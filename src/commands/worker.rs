//! `worker`: takes jobs from the queue until it is told to stop, then drains.

use anyhow::{Context, Result};
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
    sync::watch,
};

use super::reload::Reload;
use crate::{
    Exit,
    cli::{Terms, Worker},
    settings::Settings,
    wiring::{
        daemon::{self, House},
        live::Fresh,
    },
};

/// What a process is told by signals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    Stop,
    /// To read the settings again.
    Again,
}

/// SIGTERM, SIGINT and SIGHUP, heard from the beginning: who is told to stop while he starts, stops.
pub(crate) struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
}

impl Signals {
    pub(crate) fn listen() -> Result<Self> {
        let listen = |kind| signal(kind).context("signals cannot be listened to");
        Ok(Self {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
            hangup: listen(SignalKind::hangup())?,
        })
    }

    pub(crate) async fn told(&mut self) -> Told {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
            _ = self.hangup.recv() => return Told::Again,
        }
        tracing::info!("Told to stop: no more jobs are claimed, those in flight are waited for");
        Told::Stop
    }
}

/// The terms of a daemon.
pub(crate) fn terms(args: &Worker) -> Terms {
    Terms {
        book: None,
        store: args.store.clone(),
        as_of: None,
        policy: args.policy.clone(),
        reasoner: args.reasoner,
    }
}

/// What became of the jobs, in a line.
pub(crate) fn told(summary: queue::Summary) {
    tracing::info!(
        "{} jobs done, {} attempts failed, {} jobs lost to other workers, {} given back",
        summary.done,
        summary.failed,
        summary.lost,
        summary.released
    );
}

pub(crate) async fn run(args: Worker, settings: &Settings, mut reload: Reload) -> Result<Exit> {
    let mut signals = Signals::listen()?;
    let mut house = House::open(&terms(&args), settings).await?;
    if let Some(listen) = settings.telemetry.listen {
        let listener = TcpListener::bind(listen)
            .await
            .with_context(|| format!("telemetry.listen: {listen} cannot be listened to"))?;
        let metrics = std::sync::Arc::clone(&house.news.metrics);
        // Both end with the process.
        tokio::spawn(house.counting());
        tokio::spawn(telemetry::expose(listener, metrics, std::future::pending()));
    }
    let concurrency = args.concurrency.map(usize::from);
    let (halt, halted) = watch::channel(false);
    house.take_in(nats::Intake::Worker, halted, settings);
    let live = house.live();
    let until = async {
        while signals.told().await == Told::Again {
            let take = async |settings: &Settings| {
                live.take(Fresh::callbacks(settings)?);
                Ok(())
            };
            reload.again(take).await;
        }
        halt.send_replace(true);
    };
    let summary = Box::pin(daemon::work(house, concurrency, until, settings)).await?;
    told(summary);
    Ok(Exit::Good)
}
