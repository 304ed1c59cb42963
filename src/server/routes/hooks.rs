//! `/v1/hooks/{source}`: webhooks. The service judges their signatures; here they are only carried.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::post,
};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Access, Id, Pace, Route, query_text};
use crate::{
    app::App,
    guard::{self, HookSource},
    openapi::{Operation, Parameter, Schemas},
    problem::{Kind, Problem},
    service::{Delivery, HookError},
};

pub(super) const HOOK: Route = Route {
    method: "POST",
    path: "/v1/hooks/{source}",
    access: Access::Hook,
    pace: Pace::Body,
    // Senders ask for all kinds of things and read the status alone.
    offers: &[],
    handler: || post(hook),
    operation: hook_operation,
};

/// A webhook that is taken, durably.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Accepted")]
struct Answer {
    /// The verification's id; null where there is nothing to verify.
    id: Option<String>,
}

async fn hook(
    State(app): State<App>,
    Id(source): Id,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let query = query_text(&uri)?.to_owned();
    let held = app.bodies.read(&headers, body).await?;
    let delivery = Delivery {
        source: source.clone(),
        query,
        body: held.bytes.clone(),
        traceparent: guard::traceparent(&headers),
        headers,
    };
    let service = app.service.clone();
    let taken = app
        .to_the_end(async move {
            let taken = service.hook(delivery).await;
            drop(held);
            taken
        })
        .await?;
    let known = !matches!(taken, Err(HookError::UnknownSource));
    let mut response = match taken {
        Ok(accepted) => {
            let place = accepted
                .id
                .as_deref()
                .and_then(|id| HeaderValue::from_str(&format!("/v1/verifications/{id}")).ok());
            let answer = Answer { id: accepted.id };
            let mut response = (StatusCode::ACCEPTED, axum::Json(answer)).into_response();
            if let Some(place) = place {
                response.headers_mut().insert(header::LOCATION, place);
            }
            response
        }
        Err(error) => refused(error).into_response(),
    };
    if known {
        let source = HookSource(source.into());
        response.extensions_mut().insert(source);
    }
    Ok(response)
}

fn refused(error: HookError) -> Problem {
    match error {
        HookError::UnknownSource => Problem::new(
            Kind::NotFound,
            "no webhook source of that name is configured: set hooks.<source>",
        ),
        HookError::Unsigned { detail } => Problem::new(Kind::Unauthenticated, detail),
        HookError::Unreadable { detail } => Problem::new(Kind::UnreadableDocument, detail),
        HookError::Conflict { detail } => Problem::new(Kind::IdempotencyConflict, detail),
        HookError::Full { retry_after } => Problem::plain(Kind::QueueFull).retry_after(retry_after),
        HookError::Failed(failure) => failure.into(),
    }
}

fn hook_operation(schemas: &mut Schemas) -> Operation {
    let body = serde_json::json!({"schema": {"type": "string", "format": "binary"}});
    Operation::new("receiveHook", "A webhook of an accounting system")
        .describe(
            "Signed by its sender, or with the token of its source where the sender cannot sign.",
        )
        .parameter(
            Parameter::path("source", "`erpnext`, `zoho`, `tally`, `standard` …")
                .word()
                .example("erpnext"),
        )
        .body(vec![("*/*".to_owned(), body)])
        .answer_json::<Answer>(schemas, 202, "Taken, durably")
        .problems(&[
            Kind::BadRequest,
            Kind::Unauthenticated,
            Kind::NotFound,
            Kind::RequestTimeout,
            Kind::BodyTooLarge,
            Kind::UnreadableDocument,
            Kind::IdempotencyConflict,
            Kind::QueueFull,
            Kind::Overloaded,
        ])
}
