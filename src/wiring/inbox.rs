//! What accounting systems send: proven genuine, and made jobs in one transaction before it is answered.

use callbacks::ReadBack;
use domain::evidence::sha256_hex;
use hooks::{Event, Kind, Reason, Reference, Request};
use http::Method;
use ingest::{Document, IngestError};
use jiff::Timestamp;
use queue::{Failure, Hold, Job, NewJob, Once, QueueError, Record, State};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use server::{Accepted, Delivery, HookError};

use super::service::Daemon;
use crate::{documents, settings::Limits};

/// A document that is to be asked back: a job that holds no document yet.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Notice {
    notice: Reference,
}

/// Makes a message jobs, all of them or none. The same event again is the same job.
pub(super) async fn receive(daemon: &Daemon, delivery: Delivery) -> Result<Accepted, HookError> {
    // Whether a source exists is nobody's business who cannot sign for it.
    let sources = daemon.session.live.sources();
    let Some(source) = sources.get(&delivery.source) else {
        let detail = Reason::Unconfigured.to_string();
        return Err(HookError::Unsigned { detail });
    };
    let request = Request {
        method: &Method::POST,
        headers: &delivery.headers,
        query: &delivery.query,
        body: &delivery.body,
    };
    let events = source
        .receive(&request, Timestamp::now())
        .map_err(|refusal| {
            let detail = refusal.to_string();
            if refusal.reason.status() == 401 {
                HookError::Unsigned { detail }
            } else {
                HookError::Unreadable { detail }
            }
        })?;
    let (mut jobs, mut known): (Vec<NewJob>, Vec<String>) = (Vec::new(), Vec::new());
    for event in &events {
        let asked = jobs_of(&daemon.limits, source.tenant(), event)
            .map_err(|error| HookError::Failed(server::Failure(error.to_string())))?;
        for asked in asked {
            match repeated(daemon, event, &asked).await.map_err(refused)? {
                Some(record) => known.push(record.id),
                None => jobs.push(NewJob {
                    traceparent: delivery.traceparent.clone(),
                    ..asked.job
                }),
            }
        }
    }
    if jobs.is_empty() {
        let id = known.into_iter().next();
        return Ok(Accepted { id });
    }
    let added = daemon.queue.add(jobs).await.map_err(refused)?;
    Ok(Accepted {
        id: added.into_iter().next().map(|added| added.id),
    })
}

fn refused(error: QueueError) -> HookError {
    match error {
        QueueError::Full { retry_after, .. } => HookError::Full { retry_after },
        QueueError::Refused(detail) => HookError::Unreadable { detail },
        conflict @ QueueError::Conflict { .. } => HookError::Conflict {
            detail: conflict.to_string(),
        },
        other => HookError::Failed(server::Failure(other.to_string())),
    }
}

/// The job of an earlier version of what came, if that said the same invoice: a bill that was paid meanwhile is sent again, and
/// would be a duplicate of itself. A job that died reached no verdict, so a later version is one of its own.
async fn repeated(
    daemon: &Daemon,
    event: &Event,
    asked: &Asked,
) -> Result<Option<Record>, QueueError> {
    let (Some(Ok(document)), Some(begins)) = (&asked.read, event.document()) else {
        return Ok(None);
    };
    let scope = scope(event);
    let before = daemon.queue.newest(&asked.job.tenant, &scope, &begins);
    let Some(record) = before.await?.filter(|record| record.state != State::Dead) else {
        return Ok(None);
    };
    let bytes = daemon.queue.document(&job_of(&record)).await?;
    let then = one_of(&bytes, &daemon.limits);
    let now = Some((*document.invoice.raw).clone());
    Ok(say_the_same(then, now).then_some(record))
}

/// What the sources of jobs that a system's event asked for begin with.
pub(super) const SOURCE: &str = "hook:";

/// Where identities of an event's source are told apart.
pub(super) fn scope(event: &Event) -> String {
    format!("{SOURCE}{}", event.source)
}

/// The one invoice of a document, as INV-01.
pub(super) fn one_of(bytes: &[u8], limits: &Limits) -> Option<Value> {
    let mut read = ingest::read_bytes(bytes, "", &limits.of_document());
    match (read.pop(), read.len()) {
        (Some(Ok(document)), 0) => Some((*document.invoice.raw).clone()),
        _ => None,
    }
}

/// Whether two invoices say the same, whichever version of which document said it; none says nothing.
pub(super) fn say_the_same(one: Option<Value>, other: Option<Value>) -> bool {
    let said = |invoice: Option<Value>| {
        let mut invoice = invoice?;
        if let Some(members) = invoice.as_object_mut() {
            members.remove("Source");
        }
        Some(invoice)
    };
    one.is_some() && said(one) == said(other)
}

/// As much of a job as its document is found by.
pub(super) fn job_of(record: &Record) -> Job {
    Job {
        id: record.id.clone(),
        tenant: record.tenant.clone(),
        vendor: record.vendor.clone(),
        priority: record.priority,
        source: record.source.clone(),
        document: record.document.clone(),
        as_of: None,
        traceparent: None,
        added: record.added,
    }
}

/// A job that an event asks for.
pub(super) struct Asked {
    pub(super) job: NewJob,
    /// Its document, or why there is none that can be read; `None` where only notice of it came.
    pub(super) read: Option<Result<Document, IngestError>>,
}

/// What an event asks for: a job an invoice. What cannot be read becomes a job as well: it is dead at once, for a person to
/// look at, and the sender has no use for the news.
pub(super) fn jobs_of(
    limits: &Limits,
    tenant: &str,
    event: &Event,
) -> Result<Vec<Asked>, serde_json::Error> {
    let source = scope(event);
    // Who names versions of a document may write the same one otherwise; an id alone stands for these bytes and no others.
    let digest = match (&event.kind, event.document()) {
        (Kind::Document(bytes), None) => sha256_hex(bytes),
        _ => String::new(),
    };
    let job = |supplier: Option<&str>, bytes: Vec<u8>, part: usize| NewJob {
        id: ulid::Ulid::new().to_string(),
        tenant: tenant.to_owned(),
        vendor: NewJob::vendor_of(supplier),
        priority: 0,
        not_before: None,
        source: source.clone(),
        bytes,
        as_of: None,
        once: Some(Once {
            scope: source.clone(),
            key: if part == 0 {
                event.key.clone()
            } else {
                format!("{}#{part}", event.key)
            },
            digest: digest.clone(),
            hold: Hold::Kept,
        }),
        traceparent: None,
    };
    Ok(match &event.kind {
        Kind::Ignored { why } => {
            tracing::debug!("hook {}: nothing to verify: {why}", event.source);
            Vec::new()
        }
        Kind::Notice(notice) => {
            let notice = notice.clone();
            let bytes = serde_json::to_vec(&Notice { notice })?;
            vec![Asked {
                job: job(None, bytes, 0),
                read: None,
            }]
        }
        Kind::Document(bytes) => {
            let parts = documents::parts_of(bytes, &source, limits);
            let parts = parts.into_iter().enumerate();
            parts
                .map(|(part, one)| match one {
                    Ok((document, own)) => Asked {
                        job: job(document.invoice.supplier.gstin.as_deref(), own, part),
                        read: Some(Ok(document)),
                    },
                    Err(error) => Asked {
                        job: job(None, bytes.to_vec(), part),
                        read: Some(Err(error)),
                    },
                })
                .collect()
        }
    })
}

/// What a job holds notice of; `None` where it holds a document.
pub(super) fn notice_of(bytes: &[u8]) -> Option<Reference> {
    let notice: Notice = serde_json::from_slice(bytes).ok()?;
    Some(notice.notice)
}

/// The document of a job, asked back from its sender where the job holds only notice of it.
pub(super) async fn document_of(
    systems: &dyn ReadBack,
    bytes: Vec<u8>,
) -> Result<Vec<u8>, Failure> {
    let Some(notice) = notice_of(&bytes) else {
        return Ok(bytes);
    };
    match systems.fetch(&notice).await {
        Ok(document) => Ok(document),
        Err(error) if error.retry_is_useful() => Err(Failure::Retry(error.to_string())),
        Err(error) => Err(Failure::Final(error.to_string())),
    }
}
