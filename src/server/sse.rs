//! Server-sent events, as the HTML standard has them.

use std::{convert::Infallible, future::Future, time::Duration};

use axum::response::{
    IntoResponse, Response, Sse,
    sse::{self, KeepAlive},
};
use futures::{StreamExt, stream::BoxStream};
use tokio::sync::OwnedSemaphorePermit;

use crate::service::{Event, Failure};

/// How often a silent stream says that it lives: less than the minute after which proxies give up.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How soon a client comes back to a stream that broke off.
const RETRY: Duration = Duration::from_secs(2);

/// The events, until they end or the server stops. A service that fails midway ends the stream, and the client comes back
/// with the last event that it has.
pub(crate) fn response(
    events: BoxStream<'static, Result<Event, Failure>>,
    stopped: impl Future<Output = ()> + Send + 'static,
    place: OwnedSemaphorePermit,
) -> Response {
    let retry = futures::stream::once(async { Ok(sse::Event::default().retry(RETRY)) });
    let events = events
        .take_until(stopped)
        .scan(place, |_place, event| {
            let event = event.inspect_err(|failure| {
                tracing::error!(error = %failure, "An event stream broke off: {failure}");
            });
            std::future::ready(event.ok())
        })
        .map(|event| Ok::<_, Infallible>(line(&event)));
    Sse::new(retry.chain(events))
        .keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
        .into_response()
}

fn line(event: &Event) -> sse::Event {
    // A line feed in a name would begin another field; the library would panic on it.
    let name: String = event
        .name
        .chars()
        .filter(|letter| !letter.is_control())
        .collect();
    sse::Event::default()
        .id(event.id.to_string())
        .event(name)
        .data(event.data.to_string())
}
