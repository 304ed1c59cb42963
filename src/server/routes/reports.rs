//! `/v1/report/{path}`: analytics over the ledger.

use axum::{Extension, Json, extract::State, http::Uri, routing::get};
use serde_json::Value;

use super::{Access, Pace, Rest, Route, ask, query_text};
use crate::{
    app::App,
    auth::{Caller, Role},
    negotiate::JSON,
    openapi::{Operation, Parameter, Schemas},
    problem::{Kind, Problem},
};

pub(super) const REPORT: Route = Route {
    method: "GET",
    path: "/v1/report/{*path}",
    access: Access::Role(Some(Role::Read)),
    pace: Pace::Prompt,
    offers: &[JSON],
    handler: || get(report),
    operation: report_operation,
};

async fn report(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    Rest(path): Rest,
    uri: Uri,
) -> Result<Json<Value>, Problem> {
    query_text(&uri)?;
    let query = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&uri);
    let Ok(axum::extract::Query(query)) = query else {
        return Err(Problem::bad_request(
            "the query does not read: name=value&name=value",
        ));
    };
    let report = app.service.report(&caller.tenant, &path, &query).await;
    report.map(Json).map_err(ask::refused)
}

fn report_operation(_: &mut Schemas) -> Operation {
    Operation::new("report", "A report over the ledger")
        .describe(
            "`spend/by-vendor`, `-month`, `-quarter`, `-year`, `-buyer`, `-status`: ranks, shares, running totals. \
             `growth/by-month`, `-quarter`, `-year`: beside the period before and the year before. `gaps`: numbers missing from \
             suppliers' series. `drift`: since when which check of which supplier fails or is left unverified more often, over \
             the tenant's verdicts. As `satyapan report`; quarters and years are the financial year's.",
        )
        .parameter(
            Parameter::path("path", "The report, as `spend/by-vendor`")
                .string()
                .example("spend/by-vendor"),
        )
        .parameter(Parameter::query("from", "First day, in IST").date())
        .parameter(Parameter::query("to", "Last day").date())
        .parameter(Parameter::query("vendor", "Of one vendor: GSTIN or vendor id").word())
        .parameter(Parameter::query("top", "Rows at most; by default 100").number(1, 1_000))
        .answer(
            200,
            "The report: what was asked for, its columns with their forms, its rows, and where they add up their totals",
        )
        .answer_as(200, JSON, &serde_json::json!({"type": "object"}))
        .problems(&[Kind::BadRequest, Kind::NotFound, Kind::Invalid])
}
