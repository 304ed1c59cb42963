//! `/v1/verifications/{id}/events`: each step as it happens.

use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, HeaderName, StatusCode},
    response::{IntoResponse, Response},
    routing::get,
};

use super::{Access, Id, Pace, Route, text};
use crate::{
    app::App,
    auth::{Caller, Role},
    negotiate::{JSON, SSE},
    openapi::{Operation, Parameter, Schemas},
    problem::{Kind, Problem},
    service::Events,
    sse,
};

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

pub(super) const EVENTS: Route = Route {
    method: "GET",
    path: "/v1/verifications/{id}/events",
    access: Access::Role(Some(Role::Read)),
    pace: Pace::Prompt,
    offers: &[SSE],
    handler: || get(events),
    operation: events_operation,
};

async fn events(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    Id(id): Id,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let after = text(&headers, &LAST_EVENT_ID)?.map(number).transpose()?;
    let place = app.streams.take()?;
    let events = app.service.events(&caller.tenant, &id, after).await?;
    match events {
        None => Err(Problem::no_such_verification(&id)),
        // By this a browser's EventSource knows to come back no more.
        Some(Events::Over) => Ok(StatusCode::NO_CONTENT.into_response()),
        Some(Events::Following(events)) => Ok(sse::response(events, app.stopped(), place)),
    }
}

fn number(text: &str) -> Result<u64, Problem> {
    let digits = text.len() <= 18 && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits.then(|| text.parse().ok()).flatten();
    number.ok_or_else(|| {
        Problem::bad_request("last-event-id is the number of the last event that was read")
    })
}

fn events_operation(_: &mut Schemas) -> Operation {
    // Each event, as OpenAPI 3.2 has it.
    let event = serde_json::json!({
        "type": "object",
        "properties": {
            "id": {"type": "string", "pattern": "^[0-9]+$"},
            "event": {"type": "string"},
            "data": {"type": "string", "contentMediaType": JSON}
        }
    });
    Operation::new("followVerification", "Each step as it happens")
        .describe(
            "Server-sent events: what the journal has, then what it gets, until the verification ends. \
             `Last-Event-ID` goes on after an event.",
        )
        .parameter(Parameter::id())
        .parameter(Parameter::header("Last-Event-ID", "The last event that was read").digits())
        .answer(200, "The events")
        .answer_as(200, SSE, &event)
        .answer(204, "The verification has ended, and nothing follows that event")
        .problems(&[Kind::BadRequest, Kind::NotFound, Kind::Overloaded])
}
