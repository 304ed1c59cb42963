//! What is made at the server: three streams and two consumers. Made where they are missing, adjusted where the settings say otherwise,
//! left alone where they are somebody else's.

use std::time::Duration;

use async_nats::jetstream::{
    Context, ErrorCode,
    consumer::{AckPolicy, PullConsumer, pull},
    context::GetStreamErrorKind,
    stream::{Config, DiscardPolicy, RetentionPolicy, StorageType, Stream},
};

use crate::{DEAD, INVOICES, Link, NatsError, Settings, settings::HEADERS_BYTES};

/// Messages of all processes that are delivered and not acknowledged: those that come again later are among them.
const UNACKNOWLEDGED_MAX: i64 = 20_000;
/// Advisories have some 400 bytes each.
const ADVISORY_BYTES_MAX: i64 = 64 << 20;

pub(crate) struct Topology {
    /// Documents, until they are committed.
    pub(crate) invoices: Stream,
    pub(crate) documents: PullConsumer,
    /// The server's word that a document ran out of deliveries.
    pub(crate) advisories: PullConsumer,
}

impl Topology {
    pub(crate) async fn make(link: &Link) -> Result<Self, NatsError> {
        // An answer at all: before one it is not known how large the server's messages are.
        link.probe().await?;
        let settings = link.settings();
        let most = link.client().max_payload();
        if settings.message_bytes_max.saturating_add(HEADERS_BYTES) > most {
            return Err(NatsError::Payload {
                server: most,
                headers: HEADERS_BYTES,
            });
        }
        let context = link.jetstream();
        let wanted = invoices(settings);
        let invoices = stream(&context, wanted).await?;
        stream(&context, dead_letters(settings)).await?;
        let advised = stream(&context, advisories(settings)).await?;
        Ok(Self {
            documents: consumer(&invoices, documents_consumer(settings)).await?,
            advisories: consumer(&advised, advisories_consumer(settings)).await?,
            invoices,
        })
    }
}

/// Documents in the stream, which is left as it is; `None` where it is not made yet.
pub(crate) async fn look(link: &Link) -> Result<Option<u64>, NatsError> {
    let name = &link.settings().stream;
    match link.jetstream().get_stream(name).await {
        Ok(stream) => match foreign(&stream.cached_info().config, &invoices(link.settings())) {
            Some(what) => Err(NatsError::Foreign {
                stream: name.clone(),
                what,
            }),
            None => Ok(Some(stream.cached_info().state.messages)),
        },
        Err(error) => match error.kind() {
            GetStreamErrorKind::JetStream(answer)
                if answer.error_code() == ErrorCode::STREAM_NOT_FOUND =>
            {
                Ok(None)
            }
            _ => Err(NatsError::asked("looking at the stream", name, error)),
        },
    }
}

/// A work queue: what is acknowledged is gone. When it is full publishers are told, rather than the oldest documents lost.
fn invoices(settings: &Settings) -> Config {
    let bytes = settings.message_bytes_max.saturating_add(HEADERS_BYTES);
    Config {
        name: settings.stream.clone(),
        description: Some("documents on their way into satyapan".to_owned()),
        subjects: vec![format!("{INVOICES}.*")],
        retention: RetentionPolicy::WorkQueue,
        discard: DiscardPolicy::New,
        storage: StorageType::File,
        num_replicas: settings.replicas,
        max_bytes: settings.stream_bytes_max,
        max_message_size: i32::try_from(bytes).unwrap_or(i32::MAX),
        duplicate_window: Duration::from_secs(settings.duplicate_window_s),
        ..Config::default()
    }
}

/// Kept for people to look at. When it is full no more are taken, and bad messages stay in the stream of documents.
fn dead_letters(settings: &Settings) -> Config {
    Config {
        name: settings.dead_stream(),
        description: Some(
            "documents that satyapan could not take in, each with the reason".to_owned(),
        ),
        subjects: vec![format!("{DEAD}.*")],
        discard: DiscardPolicy::New,
        storage: StorageType::File,
        num_replicas: settings.replicas,
        max_bytes: settings.dead_bytes_max,
        max_age: Duration::from_secs(u64::from(settings.dead_age_days) * 86_400),
        duplicate_window: Duration::from_secs(settings.duplicate_window_s),
        ..Config::default()
    }
}

/// The server says only once, and stores nowhere, that a message ran out of deliveries; without a stream of these words that message
/// would lie where it is, unseen, whenever nobody was listening.
fn advisories(settings: &Settings) -> Config {
    Config {
        name: settings.advisory_stream(),
        description: Some("the server's word that a document ran out of deliveries".to_owned()),
        subjects: vec![format!(
            "$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.{}.{}",
            settings.stream, settings.consumer
        )],
        retention: RetentionPolicy::WorkQueue,
        storage: StorageType::File,
        num_replicas: settings.replicas,
        max_bytes: ADVISORY_BYTES_MAX,
        ..Config::default()
    }
}

fn documents_consumer(settings: &Settings) -> pull::Config {
    pull::Config {
        durable_name: Some(settings.consumer.clone()),
        ack_policy: AckPolicy::Explicit,
        ack_wait: settings.ack_wait(),
        max_deliver: i64::from(settings.max_deliver),
        max_ack_pending: UNACKNOWLEDGED_MAX,
        ..pull::Config::default()
    }
}

fn advisories_consumer(settings: &Settings) -> pull::Config {
    pull::Config {
        durable_name: Some(settings.consumer.clone()),
        ack_policy: AckPolicy::Explicit,
        ack_wait: settings.ack_wait(),
        ..pull::Config::default()
    }
}

async fn stream(context: &Context, wanted: Config) -> Result<Stream, NatsError> {
    let name = wanted.name.clone();
    let failed =
        |error: &dyn std::fmt::Display| NatsError::asked("making the stream", &name, error);
    let stream = context.get_or_create_stream(wanted.clone()).await;
    let stream = stream.map_err(|error| failed(&error))?;
    let found = &stream.cached_info().config;
    if let Some(what) = foreign(found, &wanted) {
        return Err(NatsError::Foreign { stream: name, what });
    }
    // What an operator has set beyond our settings stays as it is.
    let adjusted = Config {
        discard: wanted.discard,
        num_replicas: wanted.num_replicas,
        max_bytes: wanted.max_bytes,
        max_age: wanted.max_age,
        max_message_size: match wanted.max_message_size {
            0 => found.max_message_size,
            size => size,
        },
        duplicate_window: match wanted.duplicate_window {
            Duration::ZERO => found.duplicate_window,
            window => window,
        },
        ..found.clone()
    };
    if adjusted != *found {
        let updated = context.update_stream(&adjusted).await;
        updated.map_err(|error| failed(&error))?;
    }
    Ok(stream)
}

/// What makes a stream of our name unfit for us.
fn foreign(found: &Config, wanted: &Config) -> Option<String> {
    if found.retention != wanted.retention {
        return Some(format!(
            "retention {:?} where {:?} is needed",
            found.retention, wanted.retention
        ));
    }
    if found.subjects != wanted.subjects {
        return Some(format!(
            "subjects {:?} where {:?} are needed",
            found.subjects, wanted.subjects
        ));
    }
    None
}

async fn consumer(stream: &Stream, wanted: pull::Config) -> Result<PullConsumer, NatsError> {
    let name = wanted.durable_name.clone().unwrap_or_default();
    let failed =
        |error: &dyn std::fmt::Display| NatsError::asked("making the consumer", &name, error);
    let consumer = stream.get_or_create_consumer(&name, wanted.clone()).await;
    let consumer = consumer.map_err(|error| failed(&error))?;
    let found = &consumer.cached_info().config;
    let as_wanted = found.ack_wait == wanted.ack_wait
        && (wanted.max_deliver == 0 || found.max_deliver == wanted.max_deliver)
        && (wanted.max_ack_pending == 0 || found.max_ack_pending == wanted.max_ack_pending);
    if as_wanted {
        return Ok(consumer);
    }
    stream
        .create_consumer(wanted)
        .await
        .map_err(|error| failed(&error))
}
