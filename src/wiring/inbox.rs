//! What accounting systems send: proven genuine, and made jobs in one transaction before it is answered.

use callbacks::ReadBack;
use hooks::{Event, Kind, Reason, Reference, Request};
use http::Method;
use ingest::{Document, IngestError};
use jiff::Timestamp;
use queue::{Failure, Hold, NewJob, Once, QueueError};
use serde::{Deserialize, Serialize};
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
    let mut jobs: Vec<NewJob> = Vec::new();
    for event in &events {
        let asked = jobs_of(&daemon.limits, source.tenant(), event)
            .map_err(|error| HookError::Failed(server::Failure(error.to_string())))?;
        jobs.extend(asked.into_iter().map(|asked| NewJob {
            traceparent: delivery.traceparent.clone(),
            ..asked.job
        }));
    }
    if jobs.is_empty() {
        return Ok(Accepted { id: None });
    }
    let added = daemon.queue.add(jobs).await.map_err(|error| match error {
        QueueError::Full { retry_after, .. } => HookError::Full { retry_after },
        QueueError::Refused(detail) => HookError::Unreadable { detail },
        other => HookError::Failed(server::Failure(other.to_string())),
    })?;
    Ok(Accepted {
        id: added.into_iter().next().map(|added| added.id),
    })
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
    let source = format!("hook:{}", event.source);
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
            // The sender's identity alone tells events apart: he may write the same one otherwise.
            digest: String::new(),
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
