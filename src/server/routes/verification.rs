//! `/v1/verifications/{id}`: how far it is, or the verdict.

use std::time::Duration;

use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{review::Review, verdict::Verdict};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Access, Id, Pace, Query, Route};
use crate::{
    app::{App, Shared},
    auth::{Caller, Role},
    keys::hex,
    negotiate::JSON,
    openapi::{Operation, Parameter, Schemas},
    problem::{Kind, Problem},
    service::{Status, Tenant},
};

/// How soon a client should look again, in seconds.
const LOOK_AGAIN_S: u16 = 1;
/// The longest `?wait=` that is read; waited is for `server.wait_s_max` at most.
const WAIT_S_READ: u32 = 86_400;

pub(super) const SHOW: Route = Route {
    method: "GET",
    path: "/v1/verifications/{id}",
    access: Access::Role(Some(Role::Read)),
    pace: Pace::Wait,
    offers: &[JSON],
    handler: || get(show),
    operation: show_operation,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Terms {
    wait: Option<u32>,
}

/// A verdict, and what people decided on it.
#[derive(JsonSchema)]
#[schemars(rename = "ReviewedVerdict")]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct Reviewed {
    #[schemars(flatten)]
    verdict: Verdict,
    /// In their order; absent where nobody has decided anything.
    reviews: Option<Vec<Review>>,
}

async fn show(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    Id(id): Id,
    Query(terms): Query<Terms>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let wait = wait_of(&app, terms.wait)?;
    let status = status(&app, &caller.tenant, &id, wait).await?;
    answer(&id, status, Some(&headers))
}

/// How far a verification is.
#[derive(Serialize, JsonSchema)]
pub(super) struct Progress {
    id: String,
    state: Stage,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Stage {
    Waiting,
    Leased,
    Done,
    Dead,
}

/// How long is waited: not at all without `?wait=`, and never longer than the settings allow.
pub(super) fn wait_of(app: &Shared, asked: Option<u32>) -> Result<Duration, Problem> {
    let asked = asked.unwrap_or(0);
    if asked > WAIT_S_READ {
        let detail = format!("wait is from 0 to {WAIT_S_READ} seconds: come again instead");
        return Err(Problem::bad_request(detail));
    }
    Ok(Duration::from_secs(asked.into()).min(app.settings.wait_max()))
}

/// How far it is, when the wait is over or the server is told to stop.
pub(super) async fn status(
    app: &Shared,
    tenant: &Tenant,
    id: &str,
    wait: Duration,
) -> Result<Status, Problem> {
    if !wait.is_zero() && !app.is_stopping() {
        tokio::select! {
            waited = app.service.wait(tenant, id, wait) => {
                return waited?.ok_or_else(|| Problem::no_such_verification(id));
            }
            () = app.stopped() => {}
        }
    }
    let status = app.service.status(tenant, id).await?;
    status.ok_or_else(|| Problem::no_such_verification(id))
}

/// The verdict, with a tag by which the client can ask whether it changed; or how far it is.
///
/// # Errors
/// 409 for a verification that was given up.
pub(super) fn answer(
    id: &str,
    status: Status,
    conditions: Option<&HeaderMap>,
) -> Result<Response, Problem> {
    match status {
        Status::Done(verdict) => Ok(verdict_response(&verdict, conditions)),
        Status::Dead { reason } => Err(Problem::new(
            Kind::Dead,
            format!(
                "verification {id} was given up: {reason}. There is no verdict and nothing is approved; mend that, then `satyapan queue retry {id}`"
            ),
        )),
        Status::Waiting | Status::Leased => Ok(progress(id, &status)),
    }
}

/// How far it is, whatever it came to.
pub(super) fn progress(id: &str, status: &Status) -> Response {
    let state = match status {
        Status::Waiting => Stage::Waiting,
        Status::Leased => Stage::Leased,
        Status::Done(_) => Stage::Done,
        Status::Dead { .. } => Stage::Dead,
    };
    let progress = Progress {
        id: id.to_owned(),
        state,
    };
    let again = HeaderValue::from(LOOK_AGAIN_S);
    let headers = [(header::RETRY_AFTER, again)];
    (StatusCode::ACCEPTED, headers, axum::Json(progress)).into_response()
}

pub(super) fn verdict_response(verdict: &Value, conditions: Option<&HeaderMap>) -> Response {
    let body = verdict.to_string();
    let digest = hex(&Sha256::digest(body.as_bytes()));
    // Weak, because the bytes may be compressed on their way.
    let tag = format!("W/\"{}\"", digest.get(..32).unwrap_or(&digest));
    let unchanged = conditions.is_some_and(|headers| names(headers, &tag));
    let mut response = if unchanged {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, JSON)], body).into_response()
    };
    let headers = response.headers_mut();
    if let Ok(tag) = tag.try_into() {
        headers.insert(header::ETAG, tag);
    }
    let revalidate = HeaderValue::from_static("private, no-cache");
    headers.insert(header::CACHE_CONTROL, revalidate);
    response
}

/// Whether `If-None-Match` names the tag, compared weakly (RFC 9110 section 8.8.3.2).
fn names(headers: &HeaderMap, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let wanted = opaque(tag);
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|known| known.trim() == "*" || opaque(known) == wanted)
}

pub(super) fn wait_parameter() -> Parameter {
    Parameter::query(
        "wait",
        "Seconds to wait for the verdict, at most `server.wait_s_max`",
    )
    .number(0, WAIT_S_READ)
}

fn show_operation(schemas: &mut Schemas) -> Operation {
    Operation::new("showVerification", "The verdict, or how far it is")
        .parameter(Parameter::id())
        .parameter(wait_parameter())
        .parameter(Parameter::header("If-None-Match", "A tag from `ETag`").string())
        .answer_json::<Reviewed>(schemas, 200, "The verdict")
        .answer_json::<Progress>(schemas, 202, "Not done: look again after `Retry-After`")
        .answer(304, "As the tag says")
        .headers(200, &["ETag"])
        .headers(202, &["Retry-After"])
        .problems(&[Kind::BadRequest, Kind::NotFound, Kind::Dead])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_compared_weakly() {
        let tag = "W/\"ab\"";
        for (sent, want) in [
            ("W/\"ab\"", true),
            ("\"ab\"", true),
            ("*", true),
            ("\"cd\", W/\"ab\"", true),
            ("\"cd\"", false),
            ("ab", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_NONE_MATCH, sent.parse().unwrap());
            assert_eq!(names(&headers, tag), want, "{sent}");
        }
    }
}
