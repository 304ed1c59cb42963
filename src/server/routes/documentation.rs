//! `/openapi.json`, the pages behind problems, and the reviewer's page.

use axum::{
    Extension,
    extract::State,
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};

use super::{Access, Pace, Rest, Route};
use crate::{
    app::App,
    auth::{Caller, Role},
    negotiate::{HTML, JSON},
    openapi::{Operation, Parameter, Schemas},
    problem::{Kind, Problem},
};

/// Pages bring their own style and nothing from elsewhere.
const POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

pub(super) const OPENAPI: Route = Route {
    method: "GET",
    path: "/openapi.json",
    access: Access::Role(None),
    pace: Pace::Prompt,
    offers: &[JSON],
    handler: || get(openapi),
    operation: openapi_operation,
};

/// Open to everybody: whoever is refused for want of a token reads here why.
pub(super) const PROBLEM: Route = Route {
    method: "GET",
    path: "/problems/{slug}",
    access: Access::Open,
    pace: Pace::Prompt,
    offers: &[],
    handler: || get(problem),
    operation: problem_operation,
};

pub(super) const INDEX: Route = Route {
    method: "GET",
    path: "/",
    access: Access::Role(Some(Role::Read)),
    pace: Pace::Prompt,
    offers: &[HTML],
    handler: || get(index),
    operation: index_operation,
};

async fn openapi(State(app): State<App>) -> Response {
    ([(header::CONTENT_TYPE, JSON)], app.openapi.clone()).into_response()
}

async fn problem(Rest(slug): Rest) -> Result<Response, Problem> {
    let kind = Kind::by_slug(&slug).ok_or_else(|| Problem::plain(Kind::NotFound))?;
    Ok(page(kind.page()))
}

async fn index(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
) -> Result<Response, Problem> {
    let html = app.service.page(&caller.tenant, "/").await?;
    let html = html.ok_or_else(|| Problem::plain(Kind::NotFound))?;
    Ok(page(html))
}

fn page(html: String) -> Response {
    let headers: [(HeaderName, HeaderValue); 3] = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        ),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(POLICY),
        ),
        (
            header::REFERRER_POLICY,
            HeaderValue::from_static("same-origin"),
        ),
    ];
    (headers, html).into_response()
}

fn openapi_operation(_: &mut Schemas) -> Operation {
    Operation::new("openapi", "This document")
        .answer(200, "OpenAPI 3.1")
        .answer_as(200, JSON, &serde_json::json!({"type": "object"}))
}

fn problem_operation(_: &mut Schemas) -> Operation {
    let slugs: Vec<&str> = Kind::ALL.iter().map(|kind| kind.about().slug).collect();
    Operation::new("explainProblem", "What a problem's type means")
        .parameter(
            Parameter::path("slug", "The last part of `type`")
                .one_of(&slugs)
                .example("not-found"),
        )
        .answer(200, "A page")
        .answer_as(200, HTML, &serde_json::json!({"type": "string"}))
        .problems(&[Kind::BadRequest, Kind::NotFound])
}

fn index_operation(_: &mut Schemas) -> Operation {
    Operation::new("pages", "The reviewer's page")
        .answer(200, "A page")
        .answer_as(200, HTML, &serde_json::json!({"type": "string"}))
        .problems(&[Kind::NotFound])
}
