//! Messages that were acknowledged and are there still.
//!
//! A server that crashes may keep that a message was acknowledged and lose that it was removed: it is then delivered to nobody and
//! takes room for ever (seen with 2.9.10 after kill -9). It is put to the port once more: what the port knows is removed, and what it
//! does not know, however that came to be, it takes in late.

use async_nats::jetstream::{message::StreamMessage, stream::LastRawMessageErrorKind};

use crate::{INVOICES, Link, NatsError, message::Incoming, topology::Topology};

/// What lies behind the consumer, the oldest first.
pub(crate) struct Leftovers<'a> {
    link: &'a Link,
    made: &'a Topology,
    /// The place from which on it is looked for.
    sequence: u64,
    /// The consumer is done with everything up to here.
    floor: u64,
}

/// A message that lies behind the consumer, and what is read off it.
pub(crate) struct Leftover {
    pub(crate) message: StreamMessage,
    pub(crate) incoming: Result<Incoming, String>,
}

fn failed(link: &Link, error: &dyn std::fmt::Display) -> NatsError {
    NatsError::asked(
        "looking for what is left in",
        &link.settings().stream,
        error,
    )
}

impl<'a> Leftovers<'a> {
    pub(crate) async fn open(link: &'a Link, made: &'a Topology) -> Result<Self, NatsError> {
        let failed = |error: &dyn std::fmt::Display| failed(link, error);
        let advised = made.advisories.get_info().await;
        let advised = advised.map_err(|error| failed(&error))?;
        let consumed = made.documents.get_info().await;
        let consumed = consumed.map_err(|error| failed(&error))?;
        let stream = made.invoices.get_info().await;
        let stream = stream.map_err(|error| failed(&error))?;
        // Words that are not yet acted on come first: theirs are dead letters, not leftovers.
        let all_acted_on = advised.num_pending == 0 && advised.num_ack_pending == 0;
        Ok(Self {
            link,
            made,
            sequence: stream.state.first_sequence,
            floor: if all_acted_on {
                consumed.ack_floor.stream_sequence
            } else {
                0
            },
        })
    }

    pub(crate) async fn next(&mut self) -> Result<Option<Leftover>, NatsError> {
        if self.sequence > self.floor {
            return Ok(None);
        }
        let next = self
            .made
            .invoices
            .raw_message_builder()
            .sequence(self.sequence);
        let message = match next.next_by_subject(format!("{INVOICES}.*")).send().await {
            Ok(message) if message.sequence <= self.floor => message,
            Ok(_) => return Ok(None),
            Err(error) if matches!(error.kind(), LastRawMessageErrorKind::NoMessageFound) => {
                return Ok(None);
            }
            Err(error) => return Err(failed(self.link, &error)),
        };
        self.sequence = message.sequence.saturating_add(1);
        let incoming = Incoming::read(
            &message.subject,
            Some(&message.headers),
            message.payload.clone(),
            0,
            self.link.settings().message_bytes_max,
        );
        Ok(Some(Leftover { message, incoming }))
    }

    /// Removes a message that is settled.
    pub(crate) async fn remove(&self, sequence: u64) -> Result<(), NatsError> {
        let removed = self.made.invoices.delete_message(sequence).await;
        removed.map(drop).map_err(|error| failed(self.link, &error))
    }
}
