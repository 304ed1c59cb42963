//! What the tests share: a server, a port that keeps count, and waiting for what is to come.

use std::{
    collections::BTreeMap,
    pin::pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_nats::{HeaderMap, jetstream};
use async_trait::async_trait;
use bytes::Bytes;
use nats::{Accept, Accepted, Incoming, Ingest, Link, Refused, Settings};
use test_servers::nats::NatsServer;
use tokio::{
    sync::{Notify, oneshot},
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};

/// No wait takes that long where things work; where they do not, the test fails and says what it waited for.
const PATIENCE: Duration = Duration::from_mins(1);

/// Waits until something holds.
pub(crate) async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !holds().await {
        assert!(Instant::now() < end, "in vain for {PATIENCE:?}: {what}");
        sleep(Duration::from_millis(5)).await;
    }
}

/// Waits for a future.
pub(crate) async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    let ended = timeout(PATIENCE, future).await;
    ended.unwrap_or_else(|_| panic!("in vain for {PATIENCE:?}: {what}"))
}

/// Settings with which a test does not wait long.
pub(crate) fn settings(server: &NatsServer) -> Settings {
    Settings {
        url: Some(server.url()),
        concurrency: 16,
        ack_wait_s: 2,
        backoff_ms: 10,
        backoff_max_s: 1,
        message_bytes_max: 100_000,
        request_timeout_ms: 2000,
        drain_s: 30,
        ..Settings::default()
    }
}

/// What a port does with a document.
pub(crate) enum Does {
    Commit,
    Refuse(Refused),
    /// Commits, and answers when the notice comes.
    CommitAndWait(Arc<Notify>),
    Panic,
}

type Rule = Box<dyn Fn(&Incoming, usize) -> Does + Send + Sync>;

/// A port whose store is a map. Commits are by tenant and key, as a store's unique index would have it.
pub(crate) struct Port {
    rule: Rule,
    calls: AtomicUsize,
    jobs: Mutex<BTreeMap<(String, String), Incoming>>,
    known: AtomicUsize,
}

impl Port {
    /// The rule sees each document and how many calls there were before.
    pub(crate) fn new(
        rule: impl Fn(&Incoming, usize) -> Does + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            rule: Box::new(rule),
            calls: AtomicUsize::new(0),
            jobs: Mutex::default(),
            known: AtomicUsize::new(0),
        })
    }

    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    pub(crate) fn known(&self) -> usize {
        self.known.load(Ordering::SeqCst)
    }

    pub(crate) fn jobs(&self) -> Vec<Incoming> {
        self.jobs.lock().unwrap().values().cloned().collect()
    }

    fn commit(&self, message: Incoming) -> Result<Accepted, Refused> {
        let mut jobs = self.jobs.lock().unwrap();
        let id = (message.tenant.clone(), message.key.clone());
        match jobs.get(&id) {
            Some(job) if job.payload == message.payload => {
                self.known.fetch_add(1, Ordering::SeqCst);
                Ok(Accepted::Known)
            }
            Some(_) => Err(Refused::Malformed(
                "its id came with other bytes".to_owned(),
            )),
            None => {
                jobs.insert(id, message);
                Ok(Accepted::New)
            }
        }
    }
}

#[async_trait]
impl Accept for Port {
    async fn accept(&self, message: Incoming) -> Result<Accepted, Refused> {
        let before = self.calls.fetch_add(1, Ordering::SeqCst);
        match (self.rule)(&message, before) {
            Does::Commit => self.commit(message),
            Does::Refuse(refused) => Err(refused),
            Does::CommitAndWait(notice) => {
                let committed = self.commit(message);
                notice.notified().await;
                committed
            }
            Does::Panic => panic!("the port was told to panic"),
        }
    }
}

/// An ingest that runs.
pub(crate) struct Running {
    pub(crate) ingest: Ingest,
    pub(crate) link: Link,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Running {
    /// One whose streams are made already.
    pub(crate) async fn start(settings: Settings, port: &Arc<Port>) -> Self {
        let running = Self::begin(settings, port).await;
        until("it is ready", async || running.link.ready().is_ok()).await;
        running
    }

    pub(crate) async fn begin(settings: Settings, port: &Arc<Port>) -> Self {
        let link = Link::connect(settings).await.unwrap();
        let port: Arc<dyn Accept> = Arc::<Port>::clone(port);
        let ingest = Ingest::new(&link, port);
        let (stop, stopped) = oneshot::channel();
        let running = ingest.clone();
        let task = tokio::spawn(async move {
            let stopped = pin!(async { drop(stopped.await) });
            running.run(stopped).await;
        });
        Self {
            ingest,
            link,
            stop,
            task,
        }
    }

    /// Ends it in order.
    pub(crate) async fn stop(self) {
        drop(self.stop);
        within("the ingest ends", self.task).await.unwrap();
        self.link.close().await;
    }

    /// Begins to end it in order; what is returned ends with it.
    pub(crate) fn stopping(self) -> JoinHandle<()> {
        drop(self.stop);
        self.task
    }

    /// Ends it as a crash would: whatever it was about to say is not said.
    pub(crate) async fn crash(self) {
        self.task.abort();
        assert!(self.task.await.unwrap_err().is_cancelled());
    }
}

/// The other side: who sends documents, and who looks at what is kept.
pub(crate) struct Outside {
    pub(crate) jetstream: jetstream::Context,
}

impl Outside {
    pub(crate) async fn at(server: &NatsServer) -> Self {
        let client = within("a client", async_nats::connect(server.url())).await;
        Self {
            jetstream: jetstream::new(client.unwrap()),
        }
    }

    /// Sends a document; whether the server took it for one that it has already.
    pub(crate) async fn send(&self, tenant: &str, headers: &[(&str, &str)], payload: &str) -> bool {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, *value);
        }
        let subject = format!("satyapan.invoices.{tenant}");
        let payload = Bytes::from(payload.to_owned());
        let sent = self.jetstream.publish_with_headers(subject, map, payload);
        sent.await.unwrap().await.unwrap().duplicate
    }

    /// Sends so many documents, each with an id of its own.
    pub(crate) async fn send_many(&self, from: usize, to: usize) {
        for n in from..to {
            let (tenant, id) = (format!("t{}", n % 5), format!("INV-{n}"));
            let payload = format!("{{\"n\":{n}}}");
            self.send(&tenant, &[("Nats-Msg-Id", &id)], &payload).await;
        }
    }

    /// Messages in a stream.
    pub(crate) async fn left(&self, stream: &str) -> u64 {
        let stream = self.jetstream.get_stream(stream).await;
        stream.unwrap().cached_info().state.messages
    }

    pub(crate) async fn until_empty(&self) {
        until("every message has left the stream", async || {
            self.left("SATYAPAN_INVOICES").await == 0
        })
        .await;
    }

    /// Dead letters in the order in which they were kept: subject, headers, payload.
    pub(crate) async fn dead(&self) -> Vec<(String, HeaderMap, String)> {
        let stream = self
            .jetstream
            .get_stream("SATYAPAN_INVOICES_DEAD")
            .await
            .unwrap();
        let mut letters = Vec::new();
        for sequence in 1..=stream.cached_info().state.last_sequence {
            let letter = stream.get_raw_message(sequence).await.unwrap();
            let payload = String::from_utf8(letter.payload.to_vec()).unwrap();
            letters.push((letter.subject.to_string(), letter.headers, payload));
        }
        letters
    }
}

/// A header's value, or nothing.
pub(crate) fn value<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).map_or("", |value| value.as_str())
}
