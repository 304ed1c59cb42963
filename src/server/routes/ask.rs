//! `/v1/ask`: one question, answered with citations.

use axum::{Extension, Json, body::Body, extract::State, http::HeaderMap, routing::post};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::{Access, Pace, Route, json};
use crate::{
    app::App,
    auth::{Caller, Role},
    negotiate::JSON,
    openapi::{Operation, Schemas},
    problem::{Kind, Problem},
    service::{AskError, Question},
};

pub(super) const ASK: Route = Route {
    method: "POST",
    path: "/v1/ask",
    access: Access::Role(Some(Role::Read)),
    // A model may be asked on the way.
    pace: Pace::Wait,
    offers: &[JSON],
    handler: || post(ask),
    operation: ask_operation,
};

/// A question about invoices, vendors, orders, payments or the law.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Question")]
struct QuestionBody {
    #[schemars(length(min = 1), regex(pattern = r"\S"))]
    question: String,
    /// The day that "today" means; by default today.
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    as_of: Option<Date>,
}

async fn ask(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Value>, Problem> {
    let QuestionBody { question, as_of } = json(&app, &headers, body).await?;
    if question.trim().is_empty() {
        return Err(Problem::new(
            Kind::Invalid,
            "question is empty: ask something",
        ));
    }
    let question = Question { question, as_of };
    let answer = app.service.ask(&caller.tenant, question).await;
    answer.map(Json).map_err(refused)
}

pub(super) fn refused(error: AskError) -> Problem {
    match error {
        AskError::Refused { detail } => Problem::new(Kind::Invalid, detail),
        AskError::NotFound { detail } => Problem::new(Kind::NotFound, detail),
        AskError::Failed(failure) => failure.into(),
    }
}

fn ask_operation(schemas: &mut Schemas) -> Operation {
    let example =
        serde_json::json!({"question": "Which invoices are held?", "as_of": "2026-11-21"});
    Operation::new("ask", "Answer one question, with citations")
        .body_json::<QuestionBody>(schemas, &example)
        .answer(
            200,
            "The answer, its claims and their evidence; what is not known is said to be",
        )
        .answer_as(200, JSON, &serde_json::json!({"type": "object"}))
        .problems(&[
            Kind::BadRequest,
            Kind::RequestTimeout,
            Kind::BodyTooLarge,
            Kind::UnsupportedMediaType,
            Kind::Invalid,
            Kind::Overloaded,
        ])
}
