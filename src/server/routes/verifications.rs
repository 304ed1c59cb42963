//! `/v1/verifications`: submit a document, list verdicts.

use axum::{
    Extension,
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use bytes::{Bytes, BytesMut};
use domain::verdict::Decision;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    Access, Pace, Query, Route, text,
    verification::{self, Progress, Reviewed},
};
use crate::{
    app::App,
    auth::{Caller, Role},
    guard::{self, Form},
    negotiate::{self, DOCUMENTS, JSON, NDJSON},
    openapi::{Operation, Parameter, Schemas, example},
    problem::{Kind, Problem},
    service::{ListQuery, Priority, Status, Submission, SubmitError, is_word},
};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const KEY_CHARS_MAX: usize = 255;
/// Verdicts hold their evidence: a page of many is megabytes.
const PAGE_MAX: usize = 100;
const PAGE: usize = 20;

pub(super) const SUBMIT: Route = Route {
    method: "POST",
    path: "/v1/verifications",
    access: Access::Role(Some(Role::Submit)),
    pace: Pace::Wait,
    offers: &[JSON],
    handler: || post(submit),
    operation: submit_operation,
};

pub(super) const LIST: Route = Route {
    method: "GET",
    path: "/v1/verifications",
    access: Access::Role(Some(Role::Read)),
    pace: Pace::Prompt,
    offers: &[JSON, NDJSON],
    handler: || get(list),
    operation: list_operation,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Terms {
    wait: Option<u32>,
    as_of: Option<Date>,
    #[serde(default)]
    priority: Priority,
    source: Option<String>,
}

async fn submit(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    Query(terms): Query<Terms>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let read = negotiate::body_is(&headers, DOCUMENTS)
        .and_then(|()| terms_of(&terms, &headers))
        .and_then(|read| Ok((read, verification::wait_of(&app, terms.wait)?)));
    let ((source, idempotency_key), wait) = match read {
        Ok(read) => read,
        Err(problem) => {
            app.bodies.discard(&headers, body).await;
            return Err(problem);
        }
    };
    let held = app.bodies.read(&headers, body).await?;
    if held.bytes.is_empty() {
        let detail =
            "the body is empty: send the document as it is, for curl with --data-binary @FILE";
        return Err(Problem::new(Kind::UnreadableDocument, detail));
    }
    let submission = Submission {
        tenant: caller.tenant.clone(),
        document: held.bytes.clone(),
        source,
        idempotency_key,
        as_of: terms.as_of,
        priority: terms.priority,
        traceparent: guard::traceparent(&headers),
    };
    let service = app.service.clone();
    let submitted = app
        .to_the_end(async move {
            // The place is held as long as the service may hold the bytes.
            let submitted = service.submit(submission).await;
            drop(held);
            submitted
        })
        .await?
        .map_err(refused)?;
    let id = &submitted.id;
    let location = HeaderValue::try_from(format!("/v1/verifications/{id}"));
    let location = location.map_err(|_| Problem::plain(Kind::Internal))?;
    let status = if submitted.new && wait.is_zero() {
        Status::Waiting
    } else {
        // The document is in the queue: what cannot be told now is no reason to have it sent again.
        let status = verification::status(&app, &caller.tenant, id, wait).await;
        status.unwrap_or(Status::Waiting)
    };
    let mut response = if wait.is_zero() {
        verification::progress(id, &status)
    } else {
        verification::answer(id, status, None)
            .map_err(|problem| problem.with(header::LOCATION, location.clone()))?
    };
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}

/// Source and idempotency key, checked.
fn terms_of(terms: &Terms, headers: &HeaderMap) -> Result<(String, Option<String>), Problem> {
    let source = terms.source.as_deref().unwrap_or("api");
    if !is_word(source) {
        return Err(Problem::bad_request(
            "source is 1 to 64 of A-Z a-z 0-9 . _ -: name the sending system",
        ));
    }
    let key = text(headers, &IDEMPOTENCY_KEY)?;
    if key.is_some_and(|key| key.is_empty() || key.len() > KEY_CHARS_MAX) {
        return Err(Problem::bad_request(format!(
            "idempotency-key has 1 to {KEY_CHARS_MAX} characters: a UUID does"
        )));
    }
    Ok((source.to_owned(), key.map(str::to_owned)))
}

fn refused(error: SubmitError) -> Problem {
    match error {
        SubmitError::Conflict => Problem::plain(Kind::IdempotencyConflict),
        SubmitError::Full { retry_after } => {
            Problem::plain(Kind::QueueFull).retry_after(retry_after)
        }
        SubmitError::Unreadable { detail } => Problem::new(Kind::UnreadableDocument, detail),
        SubmitError::Failed(failure) => failure.into(),
    }
}

fn submit_operation(schemas: &mut Schemas) -> Operation {
    let documents = DOCUMENTS.iter().map(|media_type| {
        let body = if *media_type == JSON {
            serde_json::json!({"schema": {"description": "INV-01, ERPNext or Zoho Books JSON"}, "example": example::invoice()})
        } else {
            serde_json::json!({"schema": {"type": "string", "format": "binary"}})
        };
        ((*media_type).to_owned(), body)
    });
    Operation::new("submitVerification", "Verify an invoice")
        .describe(
            "The document is queued durably before the answer. The same `Idempotency-Key` with the same bytes is the same verification.",
        )
        .parameter(verification::wait_parameter())
        .parameter(Parameter::query("as_of", "The day on which the invoice is judged; by default today").date())
        .parameter(Parameter::query("priority", "What is taken first").of::<Priority>(schemas))
        .parameter(Parameter::query("source", "The sending system's name, by default `api`").word())
        .parameter(Parameter::header("Idempotency-Key", "1 to 255 printable characters").text(1, KEY_CHARS_MAX))
        .parameter(Parameter::header("traceparent", "W3C trace context").string())
        .body(documents.collect())
        .answer_json::<Reviewed>(schemas, 200, "The verdict, waited for")
        .answer_json::<Progress>(schemas, 202, "Queued: look again at `Location`")
        .headers(200, &["Location", "ETag"])
        .headers(202, &["Location", "Retry-After"])
        .problems(&[
            Kind::BadRequest,
            Kind::RequestTimeout,
            Kind::IdempotencyConflict,
            Kind::Dead,
            Kind::BodyTooLarge,
            Kind::UnsupportedMediaType,
            Kind::UnreadableDocument,
            Kind::QueueFull,
            Kind::Overloaded,
        ])
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    decision: Option<Decision>,
    vendor: Option<String>,
    from: Option<Date>,
    to: Option<Date>,
    cursor: Option<String>,
    limit: Option<usize>,
}

/// Verdicts, the newest first.
#[derive(Serialize, JsonSchema)]
struct Page {
    #[schemars(with = "Vec<Reviewed>")]
    verdicts: Vec<Value>,
    /// The next page's `cursor`; null at the end.
    next: Option<String>,
}

async fn list(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    Extension(Form(form)): Extension<Form>,
    Query(filter): Query<Filter>,
) -> Result<Response, Problem> {
    let limit = filter.limit.unwrap_or(PAGE);
    if !(1..=PAGE_MAX).contains(&limit) {
        return Err(Problem::bad_request(format!(
            "limit is from 1 to {PAGE_MAX}"
        )));
    }
    if filter
        .vendor
        .as_deref()
        .is_some_and(|vendor| !is_word(vendor))
    {
        return Err(Problem::bad_request("vendor is a GSTIN or a vendor id"));
    }
    if filter
        .from
        .zip(filter.to)
        .is_some_and(|(from, to)| from > to)
    {
        return Err(Problem::bad_request("from is after to: exchange them"));
    }
    let filters = format!(
        "{:?} {:?} {:?} {:?}",
        filter.decision, filter.vendor, filter.from, filter.to
    );
    let cursor = filter.cursor.as_deref();
    let after = cursor
        .map(|cursor| app.cursors.open(&caller.tenant, &filters, cursor))
        .transpose()?;
    let query = ListQuery {
        decision: filter.decision,
        vendor: filter.vendor.clone(),
        from: filter.from,
        to: filter.to,
        after,
        limit,
    };
    let listed = app.service.list(&caller.tenant, query).await?;
    let next = listed
        .next
        .map(|position| app.cursors.seal(&caller.tenant, &filters, &position));
    if form == NDJSON {
        let link = next.map(|next| filter.link(&next));
        return Ok(lines(&listed.verdicts, link));
    }
    Ok(axum::Json(Page {
        verdicts: listed.verdicts,
        next,
    })
    .into_response())
}

/// A verdict a line. The next page's cursor has no place among them and goes into `Link` (RFC 8288).
fn lines(verdicts: &[Value], link: Option<String>) -> Response {
    let mut text = BytesMut::new();
    for verdict in verdicts {
        text.extend_from_slice(verdict.to_string().as_bytes());
        text.extend_from_slice(b"\n");
    }
    let mut response = ([(header::CONTENT_TYPE, NDJSON)], Bytes::from(text)).into_response();
    if let Some(link) = link.and_then(|link| link.try_into().ok()) {
        response.headers_mut().insert(header::LINK, link);
    }
    response
}

impl Filter {
    /// The next page, with the same filters. Words, days and cursors need no escapes.
    fn link(&self, next: &str) -> String {
        let members = [
            self.decision
                .map(|decision| format!("&decision={}", decision.name())),
            self.vendor
                .as_ref()
                .map(|vendor| format!("&vendor={vendor}")),
            self.from.map(|from| format!("&from={from}")),
            self.to.map(|to| format!("&to={to}")),
            self.limit.map(|limit| format!("&limit={limit}")),
        ];
        let members: String = members.into_iter().flatten().collect();
        format!("</v1/verifications?cursor={next}{members}>; rel=\"next\"")
    }
}

fn list_operation(schemas: &mut Schemas) -> Operation {
    Operation::new("listVerifications", "List verdicts, the newest first")
        .parameter(Parameter::query("decision", "Only these").of::<Decision>(schemas))
        .parameter(Parameter::query("vendor", "Only of this supplier: GSTIN or vendor id").word())
        .parameter(Parameter::query("from", "First day of the verdict").date())
        .parameter(Parameter::query("to", "Last day of the verdict").date())
        .parameter(
            Parameter::query("cursor", "`next` of the page before, with the same filters").string(),
        )
        .parameter(Parameter::query("limit", "Verdicts of a page").number(1, PAGE_MAX))
        .answer_json::<Page>(
            schemas,
            200,
            "A page; as NDJSON the next cursor stands in `Link`",
        )
        .answer_as(200, NDJSON, &serde_json::json!({"type": "string"}))
        .problems(&[Kind::BadRequest, Kind::BadCursor])
}
