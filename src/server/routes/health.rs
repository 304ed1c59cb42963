//! `/healthz`, `/readyz`, `/metrics`: for whoever runs the daemon, without a token.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Access, Pace, Route};
use crate::{
    app::App,
    openapi::{Operation, Schemas},
    problem::Problem,
    service::Part,
};

const PROMETHEUS: &str = "text/plain; version=0.0.4; charset=utf-8";

pub(super) const HEALTHZ: Route = Route {
    method: "GET",
    path: "/healthz",
    access: Access::Open,
    pace: Pace::Prompt,
    offers: &[],
    handler: || get(healthz),
    operation: healthz_operation,
};

pub(super) const READYZ: Route = Route {
    method: "GET",
    path: "/readyz",
    access: Access::Open,
    pace: Pace::Prompt,
    offers: &[],
    handler: || get(readyz),
    operation: readyz_operation,
};

pub(super) const METRICS: Route = Route {
    method: "GET",
    path: "/metrics",
    access: Access::Open,
    pace: Pace::Prompt,
    offers: &[],
    handler: || get(metrics),
    operation: metrics_operation,
};

/// That the process lives; nothing is touched.
#[derive(Serialize, JsonSchema)]
struct Health {
    ok: bool,
}

async fn healthz() -> Json<Health> {
    Json(Health { ok: true })
}

/// Whether requests should be sent here, and what keeps them from it.
#[derive(Serialize, JsonSchema)]
struct Readiness {
    ready: bool,
    parts: Vec<Part>,
}

async fn readyz(State(app): State<App>) -> Response {
    let mut parts = app.service.readiness().await;
    let stopping = app.is_stopping();
    let detail = if stopping { "is stopping" } else { "accepts" };
    parts.push(Part {
        name: "server".to_owned(),
        ok: !stopping,
        detail: detail.to_owned(),
    });
    let ready = parts.iter().all(|part| part.ok);
    if ready {
        return Json(Readiness { ready, parts }).into_response();
    }
    Problem::not_ready(parts).into_response()
}

async fn metrics(State(app): State<App>) -> Result<Response, Problem> {
    let text = app.service.metrics().await?;
    Ok((StatusCode::OK, [(header::CONTENT_TYPE, PROMETHEUS)], text).into_response())
}

fn healthz_operation(schemas: &mut Schemas) -> Operation {
    Operation::new("healthz", "That the process lives")
        .answer_json::<Health>(schemas, 200, "It does")
}

fn readyz_operation(schemas: &mut Schemas) -> Operation {
    Operation::new("readyz", "Whether requests should be sent here").answer_json::<Readiness>(
        schemas,
        200,
        "They should; each part by name",
    )
}

fn metrics_operation(_: &mut Schemas) -> Operation {
    Operation::new("metrics", "What is counted, in Prometheus' text format")
        .answer(200, "The metrics")
        .answer_as(200, "text/plain", &serde_json::json!({"type": "string"}))
}
