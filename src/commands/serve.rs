//! `serve`: the daemon. HTTP in front of the store and the queue, and workers unless others have them.

use std::net::SocketAddr;

use anyhow::Result;
use server::{Running, Server};
use tokio::task::JoinHandle;

use super::{
    reload::Reload,
    worker::{Signals, Told, terms, told},
};
use crate::{
    Exit,
    cli::Serve,
    settings::Settings,
    wiring::{
        daemon::{self, House},
        live::{Fresh, Live},
        service,
    },
};

pub(crate) async fn run(args: Serve, settings: &Settings, mut reload: Reload) -> Result<Exit> {
    let mut signals = Signals::listen()?;
    let mut house = House::open(&terms(&args.worker), settings).await?;
    let service = service::service(&house, settings)?;
    match service::finish(&house, settings).await {
        Ok(0) => {}
        Ok(reviews) => tracing::info!("Finished {reviews} reviews that were interrupted"),
        // Whoever looks at such a case next carries it out as well.
        Err(error) => tracing::warn!("Interrupted reviews could not be finished: {error:#}"),
    }
    let mut http = settings.server.clone();
    if let Some(listen) = args.listen {
        http.listen = listen;
    }
    let running = Server::start(http, service).await?;
    tracing::info!("Listening on {}", running.addr);
    let scheme = settings.server.tls.scheme();
    super::note(&format!(
        "satyapan listens on {scheme}://{}\n",
        running.addr
    ));
    let (halt, halted) = tokio::sync::watch::channel(false);
    let mut stopped = halted.clone();
    let until = async move {
        // Whoever could tell is gone: so is the reason to go on.
        stopped.wait_for(|stop| *stop).await.ok();
    };
    house.take_in(nats::Intake::Serve, halted.clone(), settings);
    let live = house.live();
    let working = if args.no_worker {
        let delivering = tokio::spawn(house.callbacks(halted.clone())?);
        let intake = house.intake(halted, settings)?.map(tokio::spawn);
        drop(until);
        Working::Elsewhere(Box::new(house), delivering, intake)
    } else {
        let concurrency = args.worker.concurrency.map(usize::from);
        let settings = settings.clone();
        Working::Here(tokio::spawn(async move {
            daemon::work(house, concurrency, until, &settings).await
        }))
    };
    while signals.told().await == Told::Again {
        let take = async |settings: &Settings| renew(&running, &live, args.listen, settings).await;
        reload.again(take).await;
    }
    // The last requests are answered while the workers still end what these wait for.
    let drained = running.shutdown().await;
    halt.send_replace(true);
    match working {
        Working::Here(work) => told(work.await??),
        Working::Elsewhere(house, delivering, intake) => {
            if let Some(intake) = intake {
                intake.await?;
            }
            tokio::time::timeout(settings.queue.drain(), delivering)
                .await
                .ok();
            house.close().await;
        }
    }
    if !drained.in_time {
        tracing::warn!("Requests were still under way after server.shutdown_s and were cut off");
    }
    Ok(Exit::Good)
}

/// Who works on the jobs; where others do, verdicts are delivered and documents taken in all the same.
enum Working {
    Here(JoinHandle<Result<queue::Summary>>),
    Elsewhere(Box<House>, JoinHandle<()>, Option<JoinHandle<()>>),
}

/// Takes over what of new settings may be, all of it or nothing.
async fn renew(
    running: &Running,
    live: &Live,
    listen: Option<SocketAddr>,
    settings: &Settings,
) -> Result<()> {
    let fresh = Fresh::hooks_too(settings)?;
    let mut http = settings.server.clone();
    http.listen = listen.unwrap_or(http.listen);
    running.renew(&http).await?;
    live.take(fresh);
    Ok(())
}
