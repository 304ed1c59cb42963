//! The way in: messages are taken, put to the port, and acknowledged when it has committed them.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_nats::jetstream::{AckKind, Message, consumer::PullConsumer};
use futures::StreamExt;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::JoinSet,
    time::{Instant, timeout},
};
use tracing::{error, info, warn};

use crate::{
    Accept, Accepted, Incoming, Link, NatsError, Refused,
    dead::{DeadLetter, bury_given_up},
    leftovers::{Leftover, Leftovers},
    link,
    pace::{Backoff, Pace},
    topology::Topology,
};

/// Between attempts to make what is needed at the server.
const AGAIN: Backoff = Backoff {
    first: Duration::from_millis(200),
    most: Duration::from_secs(30),
};

/// Messages that are held without a place, while they wait for what is not their fault. Each is in memory.
const HELD_MAX: usize = 256;

/// The longest pause that a refusal may ask for.
const RETRY_AFTER_MAX: Duration = Duration::from_hours(1);

/// What became of messages since the start.
#[derive(Debug, Default)]
struct Tally {
    accepted: AtomicU64,
    known: AtomicU64,
    refused: AtomicU64,
    dead: AtomicU64,
    unacknowledged: AtomicU64,
}

/// What became of messages since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Became jobs.
    pub accepted: u64,
    /// Were jobs already.
    pub known: u64,
    /// Were told to come again.
    pub refused: u64,
    /// Became dead letters.
    pub dead: u64,
    /// Were committed, and the server did not confirm that it knows: they come again and are known.
    pub unacknowledged: u64,
}

/// The way in.
#[derive(Clone)]
pub struct Ingest {
    link: Link,
    port: Arc<dyn Accept>,
    tally: Arc<Tally>,
    pace: Arc<Pace>,
    slots: Arc<Semaphore>,
    held: Arc<Semaphore>,
    backoff: Backoff,
    /// Says that the process ends.
    stopping: watch::Sender<bool>,
}

impl Ingest {
    /// Takes nothing in until [`Ingest::run`].
    pub fn new(link: &Link, port: Arc<dyn Accept>) -> Self {
        let settings = link.settings();
        link.troubled(Some("its streams are not made yet".to_owned()));
        let backoff = Backoff {
            first: Duration::from_millis(settings.backoff_ms),
            most: Duration::from_secs(settings.backoff_max_s),
        };
        Self {
            link: link.clone(),
            port,
            tally: Arc::default(),
            pace: Arc::new(Pace::new(backoff)),
            slots: Arc::new(Semaphore::new(settings.concurrency)),
            held: Arc::new(Semaphore::new(HELD_MAX)),
            backoff,
            stopping: watch::Sender::new(false),
        }
    }

    pub fn counts(&self) -> Counts {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Counts {
            accepted: read(&self.tally.accepted),
            known: read(&self.tally.known),
            refused: read(&self.tally.refused),
            dead: read(&self.tally.dead),
            unacknowledged: read(&self.tally.unacknowledged),
        }
    }

    /// Takes messages in until `shutdown` resolves, then takes no more and waits for those in hand, for [`crate::Settings::drain_s`]
    /// at most. Whatever is wrong at the server is logged, shown by [`Link::ready`], and tried again.
    pub async fn run(&self, shutdown: impl Future<Output = ()>) {
        let mut flights = JoinSet::new();
        self.stopping.send_replace(false);
        tokio::select! {
            () = shutdown => {}
            () = Box::pin(self.take_for_ever(&mut flights)) => {}
        }
        self.stopping.send_replace(true);
        let patience = Duration::from_secs(self.link.settings().drain_s);
        let drained = timeout(patience, async {
            while let Some(ended) = flights.join_next().await {
                logged(ended);
            }
        });
        if drained.await.is_err() {
            let left = flights.len();
            warn!(
                left,
                "Messages in hand were let go: the server delivers them again"
            );
        }
    }

    async fn take_for_ever(&self, flights: &mut JoinSet<()>) {
        let mut failures = 0_u32;
        loop {
            let began = Instant::now();
            let error = match Topology::make(&self.link).await {
                Ok(made) => {
                    self.link.troubled(None);
                    let dead = || count(&self.tally.dead);
                    tokio::select! {
                        error = self.pull(&made.documents, flights) => error,
                        error = bury_given_up(&self.link, &made.invoices, &made.advisories, dead) => error,
                        error = self.sweep(&made) => error,
                    }
                }
                Err(error) => error,
            };
            // What broke at once is not mended by asking more often.
            if began.elapsed() > AGAIN.most {
                failures = 0;
            }
            failures = failures.saturating_add(1);
            // Without a connection that alone is what there is to say, and it has been said.
            if self.link.is_connected() {
                warn!(%error, "No messages are taken in from NATS");
            }
            self.link.troubled(Some(error.to_string()));
            tokio::time::sleep(AGAIN.pause(failures)).await;
        }
    }

    /// Asks for as many messages as there are places, so that none waits in memory while its time runs out.
    async fn pull(&self, documents: &PullConsumer, flights: &mut JoinSet<()>) -> NatsError {
        let failed = |error: &dyn std::fmt::Display| {
            NatsError::asked(
                "asking for messages of",
                &self.link.settings().stream,
                error,
            )
        };
        let mut connects = self.link.connects();
        loop {
            self.pace.open().await;
            let Ok(first) = Arc::clone(&self.slots).acquire_owned().await else {
                return failed(&"no places");
            };
            let mut places = vec![first];
            let most = self.pace.most(self.link.settings().concurrency);
            while places.len() < most {
                let Ok(place) = Arc::clone(&self.slots).try_acquire_owned() else {
                    break;
                };
                places.push(place);
            }
            connects.mark_unchanged();
            let asked = documents.batch().max_messages(places.len());
            let batch = asked.expires(link::LISTEN).messages().await;
            let mut batch = match batch {
                Ok(batch) => batch,
                Err(error) => return failed(&error),
            };
            while !places.is_empty() {
                tokio::select! {
                    _ = connects.changed() => break,
                    Some(ended) = flights.join_next() => logged(ended),
                    next = batch.next() => match next {
                        None => break,
                        Some(Err(error)) => return failed(&error),
                        Some(Ok(message)) => {
                            let ingest = self.clone();
                            let place = places.pop();
                            flights.spawn(async move { ingest.take(message, place).await });
                        }
                    }
                }
            }
        }
    }

    /// Takes in what lies behind the consumer, at first, after each new connection, and now and then.
    async fn sweep(&self, made: &Topology) -> NatsError {
        let mut connects = self.link.connects();
        loop {
            connects.mark_unchanged();
            if let Err(error) = self.sweep_once(made).await {
                return error;
            }
            tokio::select! {
                _ = connects.changed() => {}
                () = tokio::time::sleep(link::LISTEN) => {}
            }
        }
    }

    async fn sweep_once(&self, made: &Topology) -> Result<(), NatsError> {
        let mut leftovers = Leftovers::open(&self.link, made).await?;
        while let Some(left) = leftovers.next().await? {
            let sequence = left.message.sequence;
            if !self.settle(left).await {
                break;
            }
            leftovers.remove(sequence).await?;
        }
        Ok(())
    }

    /// Whether a leftover is a job or a dead letter now.
    async fn settle(&self, left: Leftover) -> bool {
        let answer = match left.incoming {
            Ok(incoming) => {
                let accepted = timeout(self.patience(), self.port.accept(incoming)).await;
                accepted.unwrap_or_else(|_| Err(Refused::Trouble("no answer in time".to_owned())))
            }
            Err(reason) => Err(Refused::Malformed(reason)),
        };
        let reason = match answer {
            Ok(Accepted::New) => {
                count(&self.tally.accepted);
                return true;
            }
            Ok(Accepted::Known) => {
                count(&self.tally.known);
                return true;
            }
            Err(Refused::Malformed(reason)) => reason,
            Err(_) => return false,
        };
        let letter = DeadLetter {
            subject: &left.message.subject,
            headers: Some(&left.message.headers),
            payload: left.message.payload.clone(),
            sequence: left.message.sequence,
            deliveries: 0,
            reason: &reason,
        };
        let kept = letter.keep(&self.link).await.is_ok();
        if kept {
            count(&self.tally.dead);
        }
        kept
    }

    /// How long the port may take. Less than the server waits, so that no message is with two of us at once.
    fn patience(&self) -> Duration {
        self.link.settings().ack_wait() * 3 / 4
    }

    /// Sees one message through.
    async fn take(&self, message: Message, mut place: Option<OwnedSemaphorePermit>) {
        let settings = self.link.settings();
        let Ok(seen) = message.info() else {
            return;
        };
        let sequence = seen.stream_sequence;
        let delivery = u32::try_from(seen.delivered).unwrap_or(u32::MAX);
        let incoming = Incoming::read(
            &message.subject,
            message.headers.as_ref(),
            message.payload.clone(),
            delivery,
            settings.message_bytes_max,
        );
        // The first half of its deliveries a refused message goes back to the server. Then it is held here, since neither a full queue
        // nor a store that is down is its fault and must make it a dead letter; what is left of its deliveries is for restarts.
        let held_from = (settings.max_deliver / 2).max(1);
        let mut failures = delivery;
        let mut holding = None;
        loop {
            let Err(pause) = self.attempt(&message, &incoming, sequence, delivery).await else {
                return;
            };
            count(&self.tally.refused);
            let pause = self.backoff.pause(failures).max(pause.min(RETRY_AFTER_MAX));
            if delivery < held_from {
                answer(&message, AckKind::Nak(Some(pause))).await;
                return;
            }
            // Held without a place where that is possible: others may have no such trouble.
            if holding.is_none() {
                holding = Arc::clone(&self.held).try_acquire_owned().ok();
                if holding.is_some() {
                    place = None;
                }
            }
            if !self.hold(&message, pause).await {
                if delivery < settings.max_deliver {
                    answer(&message, AckKind::Nak(None)).await;
                }
                return;
            }
            if place.is_none() {
                place = Arc::clone(&self.slots).acquire_owned().await.ok();
                holding = None;
            }
            answer(&message, AckKind::Progress).await;
            failures = failures.saturating_add(1);
        }
    }

    /// Puts a message to the port once and acts on the answer; an error is how long to wait at least before the next time.
    async fn attempt(
        &self,
        message: &Message,
        incoming: &Result<Incoming, String>,
        sequence: u64,
        delivery: u32,
    ) -> Result<(), Duration> {
        let incoming = match incoming {
            Ok(incoming) => incoming.clone(),
            Err(reason) => return self.bury(message, reason, sequence, delivery).await,
        };
        let patience = self.patience();
        let answer = timeout(patience, self.port.accept(incoming)).await;
        let answer = answer.unwrap_or_else(|_| {
            Err(Refused::Trouble(format!(
                "no answer from the store within {patience:?}"
            )))
        });
        match answer {
            Ok(accepted) => {
                self.pace.accepted();
                count(match accepted {
                    Accepted::New => &self.tally.accepted,
                    Accepted::Known => &self.tally.known,
                });
                if let Err(error) = message.double_ack().await {
                    count(&self.tally.unacknowledged);
                    info!(%error, sequence, "A message is committed but not acknowledged: it comes again and is known");
                }
                Ok(())
            }
            Err(Refused::Malformed(reason)) => {
                self.bury(message, &reason, sequence, delivery).await
            }
            Err(Refused::TenantFull { retry_after }) => Err(retry_after),
            Err(Refused::Full { retry_after }) => {
                self.pace
                    .refused(retry_after.min(RETRY_AFTER_MAX), Instant::now());
                Err(retry_after)
            }
            Err(Refused::Trouble(reason)) => {
                warn!(%reason, sequence, delivery, "A message was not taken in and comes again");
                self.pace.refused(Duration::ZERO, Instant::now());
                Err(Duration::ZERO)
            }
        }
    }

    /// Makes a message a dead letter and only then takes it out of the stream.
    async fn bury(
        &self,
        message: &Message,
        reason: &str,
        sequence: u64,
        delivery: u32,
    ) -> Result<(), Duration> {
        let letter = DeadLetter {
            subject: &message.subject,
            headers: message.headers.as_ref(),
            payload: message.payload.clone(),
            sequence,
            deliveries: delivery.into(),
            reason,
        };
        if let Err(error) = letter.keep(&self.link).await {
            warn!(%error, sequence, "A bad message stays in the stream and comes again");
            return Err(Duration::ZERO);
        }
        count(&self.tally.dead);
        if let Err(error) = message.double_ack_with(AckKind::Term).await {
            info!(%error, sequence, "A dead letter is kept but not yet out of the stream: it comes again");
        }
        Ok(())
    }

    /// Keeps a message ours for a while; false when the process ends.
    async fn hold(&self, message: &Message, pause: Duration) -> bool {
        let mut stopping = self.stopping.subscribe();
        let until = tokio::time::sleep(pause);
        tokio::pin!(until);
        loop {
            answer(message, AckKind::Progress).await;
            tokio::select! {
                _ = stopping.wait_for(|stopping| *stopping) => return false,
                () = &mut until => return true,
                () = tokio::time::sleep(self.link.settings().ack_wait() / 3) => {}
            }
        }
    }
}

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// An answer that may be lost: the server then waits `ack_wait` and delivers again.
async fn answer(message: &Message, kind: AckKind) {
    if let Err(error) = message.ack_with(kind).await {
        info!(%error, "An answer to NATS was not sent: the message comes again");
    }
}

/// A message whose port panicked has no answer: it comes again, and in the end is a dead letter.
fn logged(ended: Result<(), tokio::task::JoinError>) {
    if let Err(broken) = ended
        && broken.is_panic()
    {
        error!("Taking a message in panicked; it comes again until its deliveries are spent");
    }
}
