//! `/v1/verifications/{id}/review`: a person resolves a hold.

use axum::{
    Extension, body::Body, extract::State, http::HeaderMap, response::Response, routing::post,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Access, Id, Pace, Route, json, verification};
use crate::{
    app::App,
    auth::{Caller, Role},
    negotiate::JSON,
    openapi::{Operation, Parameter, Schemas},
    problem::{Kind, Problem},
    service::{Review, ReviewDecision, ReviewError},
};

const REASON_CHARS_MAX: usize = 2000;

pub(super) const REVIEW: Route = Route {
    method: "POST",
    path: "/v1/verifications/{id}/review",
    access: Access::Role(Some(Role::Review)),
    pace: Pace::Body,
    offers: &[JSON],
    handler: || post(review),
    operation: review_operation,
};

/// What a person makes of a hold, and why.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ReviewRequest")]
struct ReviewBody {
    decision: ReviewDecision,
    /// Goes into the audit chain.
    #[schemars(length(min = 1, max = 2000), regex(pattern = r"\S"))]
    reason: String,
}

async fn review(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    Id(id): Id,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let ReviewBody { decision, reason } = json(&app, &headers, body).await?;
    let reason = reason.trim().to_owned();
    if reason.is_empty() || reason.chars().count() > REASON_CHARS_MAX {
        return Err(Problem::new(
            Kind::Invalid,
            format!("reason has 1 to {REASON_CHARS_MAX} characters: it goes into the audit chain"),
        ));
    }
    let review = Review {
        decision,
        reason,
        who: caller.name.to_string(),
    };
    let service = app.service.clone();
    let asked = id.clone();
    let reviewed = app
        .to_the_end(async move { service.review(&caller.tenant, &asked, review).await })
        .await?;
    match reviewed {
        Ok(verdict) => Ok(verification::verdict_response(&verdict, None)),
        Err(ReviewError::NotFound) => Err(Problem::no_such_verification(&id)),
        Err(ReviewError::NotHeld { detail }) => Err(Problem::new(Kind::NotHeld, detail)),
        Err(ReviewError::SecondPerson { detail }) => Err(Problem::new(Kind::Forbidden, detail)),
        Err(ReviewError::Refused { detail }) => Err(Problem::new(Kind::Invalid, detail)),
        Err(ReviewError::Failed(failure)) => Err(failure.into()),
    }
}

fn review_operation(schemas: &mut Schemas) -> Operation {
    let example = serde_json::json!({
        "decision": "approve",
        "reason": "The supplier confirmed the account by telephone on the master's number."
    });
    Operation::new("reviewVerification", "A person resolves a hold")
        .parameter(Parameter::id())
        .body_json::<ReviewBody>(schemas, &example)
        .answer_json::<verification::Reviewed>(schemas, 200, "The verdict as it is now")
        .headers(200, &["ETag"])
        .problems(&[
            Kind::BadRequest,
            Kind::NotFound,
            Kind::RequestTimeout,
            Kind::NotHeld,
            Kind::BodyTooLarge,
            Kind::UnsupportedMediaType,
            Kind::Invalid,
            Kind::Overloaded,
        ])
}
