//! Dead letters: documents that cannot become jobs, kept with the reason before they leave the stream.

use std::time::Duration;

use async_nats::{
    HeaderMap,
    jetstream::{
        AckKind, Message,
        consumer::PullConsumer,
        stream::{LastRawMessageErrorKind, Stream},
    },
};
use bytes::Bytes;
use futures::StreamExt;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use tracing::warn;

use crate::{
    DEAD, Link, NOBODY, NatsError, link,
    message::{header, tenant},
};

/// The longest value of a dead letter's header, in bytes, and the longest reason. All of them fit into the room for headers.
const VALUE_BYTES_MAX: usize = 256;
const REASON_BYTES_MAX: usize = 1024;

/// What of a sender's headers a dead letter keeps, so that it can be sent again.
const KEPT: [&str; 3] = ["as-of", "priority", "traceparent"];

/// Advisories that are asked for at once.
const ADVISORIES: usize = 16;

/// A document, and why it is one.
pub(crate) struct DeadLetter<'a> {
    pub(crate) subject: &'a str,
    pub(crate) headers: Option<&'a HeaderMap>,
    pub(crate) payload: Bytes,
    /// Its place in the stream of documents.
    pub(crate) sequence: u64,
    pub(crate) deliveries: u64,
    pub(crate) reason: &'a str,
}

impl DeadLetter<'_> {
    /// Keeps it: when this returns without an error the server has stored it. One that was kept a moment ago is not kept twice.
    pub(crate) async fn keep(self, link: &Link) -> Result<(), NatsError> {
        let settings = link.settings();
        let id = header(self.headers, async_nats::header::NATS_MESSAGE_ID.as_ref());
        let mut headers = HeaderMap::new();
        let mut put = |name: &str, value: &str, most: usize| {
            let value = one_line(value, most);
            if !value.is_empty() {
                headers.insert(name, value.as_str());
            }
        };
        // Of its place and its bytes: a document is a dead letter once, whatever its own id is, and another in its place, should
        // the stream be made anew, is another dead letter.
        let digest = Sha256::digest(&self.payload);
        let own_id = format!("{}:{}:{digest:x}", settings.stream, self.sequence);
        put("Nats-Msg-Id", &own_id, VALUE_BYTES_MAX);
        put("Satyapan-Reason", self.reason, REASON_BYTES_MAX);
        put("Satyapan-Subject", self.subject, VALUE_BYTES_MAX);
        put(
            "Satyapan-Sequence",
            &self.sequence.to_string(),
            VALUE_BYTES_MAX,
        );
        put(
            "Satyapan-Deliveries",
            &self.deliveries.to_string(),
            VALUE_BYTES_MAX,
        );
        put(
            "Satyapan-Msg-Id",
            id.ok().flatten().unwrap_or_default(),
            VALUE_BYTES_MAX,
        );
        for name in KEPT {
            let value = header(self.headers, name).ok().flatten();
            put(name, value.unwrap_or_default(), VALUE_BYTES_MAX);
        }
        let subject = format!("{DEAD}.{}", tenant(self.subject).unwrap_or(NOBODY));
        let failed =
            |error| NatsError::asked("keeping a dead letter in", &settings.dead_stream(), error);
        let context = link.jetstream();
        let sent = context.publish_with_headers(subject, headers, self.payload);
        let stored = sent.await.map_err(failed)?;
        stored.await.map_err(failed)?;
        warn!(
            sequence = self.sequence,
            deliveries = self.deliveries,
            "A message on NATS is a dead letter; the reason is in its header Satyapan-Reason"
        );
        Ok(())
    }
}

/// At most so many bytes, on one line: a header has no other.
fn one_line(text: &str, bytes_max: usize) -> String {
    let mut line = String::with_capacity(text.len().min(bytes_max));
    for c in text.chars() {
        if line.len() + c.len_utf8() > bytes_max {
            break;
        }
        line.push(if c.is_control() { ' ' } else { c });
    }
    line.trim().to_owned()
}

/// The server's word that a message ran out of deliveries.
#[derive(Debug, Deserialize)]
struct Advisory {
    stream_seq: u64,
    deliveries: u64,
}

/// Brings messages that ran out of deliveries to the dead letters, until it cannot go on.
pub(crate) async fn bury_given_up(
    link: &Link,
    documents: &Stream,
    advisories: &PullConsumer,
    buried: impl Fn(),
) -> NatsError {
    let failed = |error: &dyn std::fmt::Display| {
        NatsError::asked(
            "reading the advisories in",
            &link.settings().advisory_stream(),
            error,
        )
    };
    let mut connects = link.connects();
    loop {
        connects.mark_unchanged();
        let asked = advisories.batch().max_messages(ADVISORIES);
        let batch = asked.expires(link::LISTEN).messages().await;
        let mut batch = match batch {
            Ok(batch) => batch,
            Err(error) => return failed(&error),
        };
        loop {
            let next = tokio::select! {
                _ = connects.changed() => break,
                next = batch.next() => next,
            };
            match next {
                None => break,
                Some(Err(error)) => return failed(&error),
                Some(Ok(message)) => {
                    let kept = give_up(link, documents, &message).await;
                    if let Err(error) = &kept {
                        warn!(%error, "A message that ran out of deliveries is not yet a dead letter");
                    }
                    let answer = match kept {
                        Ok(true) => {
                            buried();
                            AckKind::Ack
                        }
                        Ok(false) => AckKind::Ack,
                        Err(_) => AckKind::Nak(Some(Duration::from_secs(5))),
                    };
                    if let Err(error) = message.double_ack_with(answer).await {
                        return failed(&error);
                    }
                }
            }
        }
    }
}

/// Whether the message of an advisory was still there, and is a dead letter now.
async fn give_up(link: &Link, documents: &Stream, advisory: &Message) -> Result<bool, NatsError> {
    let failed = |error: &dyn std::fmt::Display| {
        NatsError::asked("moving a message out of", &link.settings().stream, error)
    };
    let Ok(Advisory {
        stream_seq,
        deliveries,
    }) = serde_json::from_slice(&advisory.payload)
    else {
        warn!("An advisory of NATS cannot be read and is left out");
        return Ok(false);
    };
    let message = match documents.get_raw_message(stream_seq).await {
        Ok(message) => message,
        // Acknowledged after all, or a dead letter already.
        Err(error) if matches!(error.kind(), LastRawMessageErrorKind::NoMessageFound) => {
            return Ok(false);
        }
        Err(error) => return Err(failed(&error)),
    };
    let reason = format!(
        "no answer to any of {deliveries} deliveries: whoever took it in ended or hung each time; it may be a job all the same, and \
         sent again it is known by its id"
    );
    let letter = DeadLetter {
        subject: &message.subject,
        headers: Some(&message.headers),
        payload: message.payload.clone(),
        sequence: stream_seq,
        deliveries,
        reason: &reason,
    };
    letter.keep(link).await?;
    let removed = documents.delete_message(stream_seq).await;
    removed.map_err(|error| failed(&error))?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_one_line_and_ends_between_letters() {
        for (text, most, want) in [
            ("as it is", 20, "as it is"),
            ("two\r\nlines\t", 20, "two  lines"),
            ("₹₹₹", 7, "₹₹"),
            ("₹₹₹", 9, "₹₹₹"),
            ("₹", 2, ""),
            ("", 0, ""),
        ] {
            assert_eq!(one_line(text, most), want, "{text:?}");
        }
    }
}
