//! The portal's questions and its own way of answering and refusing them.

use std::{borrow::Cow, convert::Infallible, sync::Arc};

use axum::{
    Router,
    body::Body,
    extract::{Extension, Path, Query, State},
    http::{HeaderValue, Request, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use bytes::{BufMut, Bytes, BytesMut};
use domain::{FinancialYear, TaxPeriod};
use serde::Deserialize;
use tower_service::Service;

use crate::{
    data::{Lookup, PortalData},
    fault::{Fault, Kind, distort},
};

type Data = Arc<dyn PortalData>;

/// A fault that changes the record, set for one request.
#[derive(Debug, Clone, Copy)]
struct RecordFault(Option<Fault>);

/// The portal's routes.
#[derive(Debug, Clone)]
pub(crate) struct Routes(Router);

impl Routes {
    pub(crate) fn over(data: Data) -> Self {
        Self(router(data))
    }

    /// Answers a request; a fault may change the record that is answered.
    pub(crate) async fn answer(
        &self,
        mut request: Request<Body>,
        fault: Option<Fault>,
    ) -> Response {
        request.extensions_mut().insert(RecordFault(fault));
        let answered: Result<Response, Infallible> = self.0.clone().call(request).await;
        answered.into_response()
    }
}

fn router(data: Data) -> Router {
    Router::new()
        .route("/commonapi/{version}/search", get(taxpayer))
        .route("/commonapi/{version}/returns", get(returns))
        .route("/taxpayerapi/{version}/returns/gstr2b", get(statement))
        .route("/eicore/{version}/Invoice/irn/{irn}", get(irn))
        .route("/.well-known/irp/jwks.json", get(jwks))
        .route("/healthz", get(async || "ok"))
        .fallback(async || StatusCode::NOT_FOUND)
        .with_state(data)
}

/// A JSON answer.
fn json(status: StatusCode, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    response
}

/// The error body of the GST portal and of providers in front of it.
pub(crate) fn gst_error(status: StatusCode, code: &str, message: &str) -> Response {
    json(
        status,
        format!(r#"{{"status_cd":"0","error":{{"error_cd":"{code}","message":"{message}"}}}}"#),
    )
}

/// The error body of the registration portals.
fn irp_error(status: StatusCode, code: &str, message: &str) -> Response {
    json(
        status,
        format!(
            r#"{{"Status":"0","Data":null,"ErrorDetails":[{{"ErrorCode":"{code}","ErrorMessage":"{message}"}}],"InfoDtls":null}}"#
        ),
    )
}

type Refuse = fn(StatusCode, &str, &str) -> Response;

/// The registration portals' envelope, before and behind the record.
const BEFORE: &[u8] = br#"{"Status":"1","Data":"#;
const AFTER: &[u8] = br#","ErrorDetails":null,"InfoDtls":null}"#;

/// Wraps a found record for the wire. Bodies are joined as bytes: a record is never parsed for an ordinary answer.
fn answer(
    kind: Kind,
    fault: Option<Fault>,
    lookup: Lookup,
    refuse: Refuse,
    absent: (&str, &str),
) -> Response {
    let record = match lookup {
        Lookup::Found(record) => record,
        // The portal says "no" with HTTP 200: only the body tells.
        Lookup::Absent => return refuse(StatusCode::OK, absent.0, absent.1),
        Lookup::NotLoaded => {
            return refuse(
                StatusCode::SERVICE_UNAVAILABLE,
                "NOT_LOADED",
                "this source is not loaded",
            );
        }
        Lookup::Failed => {
            return refuse(
                StatusCode::INTERNAL_SERVER_ERROR,
                "STORE",
                "the records cannot be read now",
            );
        }
    };
    let record = match fault {
        None => record,
        Some(fault) => match distorted(fault, kind, &record) {
            Some(record) => record,
            None => {
                return refuse(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "STORE",
                    "the record is no JSON object",
                );
            }
        },
    };
    if kind != Kind::Irn {
        return json(StatusCode::OK, record);
    }
    let mut body = BytesMut::with_capacity(BEFORE.len() + record.len() + AFTER.len());
    body.put_slice(BEFORE);
    body.put_slice(&record);
    body.put_slice(AFTER);
    json(StatusCode::OK, body.freeze())
}

fn distorted(fault: Fault, kind: Kind, record: &[u8]) -> Option<Bytes> {
    let mut value: serde_json::Value = serde_json::from_slice(record).ok()?;
    if !value.is_object() {
        return None;
    }
    distort(fault, kind, &mut value);
    serde_json::to_vec(&value).ok().map(Bytes::from)
}

/// A request that is none of the portal's questions.
struct Malformed(&'static str);

impl IntoResponse for Malformed {
    fn into_response(self) -> Response {
        gst_error(StatusCode::BAD_REQUEST, "BAD_REQUEST", self.0)
    }
}

/// A GSTIN as a request names it, in upper case. Its check character is not looked at: the portal answers for sandbox
/// ids too, which have none.
fn gstin(text: Option<&str>) -> Result<Cow<'_, str>, Malformed> {
    let text = text.unwrap_or_default();
    if text.len() != 15 || !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(Malformed("gstin must be 15 letters and digits"));
    }
    if text.bytes().any(|byte| byte.is_ascii_lowercase()) {
        return Ok(Cow::Owned(text.to_ascii_uppercase()));
    }
    Ok(Cow::Borrowed(text))
}

/// `2026-27`: two years that follow each other.
fn financial_year(text: &str) -> Result<FinancialYear, Malformed> {
    text.get(..4)
        .and_then(|first| first.parse().ok())
        .map(FinancialYear)
        .filter(|year| year.to_string() == text)
        .ok_or(Malformed("fy must be written 2026-27"))
}

/// The query members of all questions; each question reads its own.
#[derive(Deserialize)]
struct Asked {
    action: Option<String>,
    gstin: Option<String>,
    fy: Option<String>,
    rtnprd: Option<String>,
    ret_period: Option<String>,
    file_num: Option<String>,
}

impl Asked {
    fn action(&self, expected: &str, otherwise: &'static str) -> Result<(), Malformed> {
        if self.action.as_deref() == Some(expected) {
            Ok(())
        } else {
            Err(Malformed(otherwise))
        }
    }
}

async fn taxpayer(
    State(data): State<Data>,
    Extension(RecordFault(fault)): Extension<RecordFault>,
    Query(asked): Query<Asked>,
) -> Result<Response, Malformed> {
    asked.action("TP", "action must be TP")?;
    let gstin = gstin(asked.gstin.as_deref())?;
    let absent = ("FO8000", "No records found for the provided inputs");
    Ok(answer(
        Kind::Taxpayer,
        fault,
        data.taxpayer(&gstin).await,
        gst_error,
        absent,
    ))
}

async fn returns(
    State(data): State<Data>,
    Extension(RecordFault(fault)): Extension<RecordFault>,
    Query(asked): Query<Asked>,
) -> Result<Response, Malformed> {
    asked.action("RETTRACK", "action must be RETTRACK")?;
    let gstin = gstin(asked.gstin.as_deref())?;
    let year = asked.fy.as_deref().map(financial_year).transpose()?;
    let absent = ("RET13510", "No Record found for the provided Inputs");
    Ok(answer(
        Kind::Returns,
        fault,
        data.returns(&gstin, year).await,
        gst_error,
        absent,
    ))
}

async fn statement(
    State(data): State<Data>,
    Extension(RecordFault(fault)): Extension<RecordFault>,
    Query(asked): Query<Asked>,
) -> Result<Response, Malformed> {
    asked.action("GET2B", "action must be GET2B")?;
    let gstin = gstin(asked.gstin.as_deref())?;
    let period = asked
        .rtnprd
        .as_deref()
        .or(asked.ret_period.as_deref())
        .and_then(TaxPeriod::parse)
        .ok_or(Malformed("rtnprd must be written mmyyyy"))?;
    let file = asked
        .file_num
        .as_deref()
        .map(|number| number.parse().ok().filter(|number| *number > 0))
        .map(|number| number.ok_or(Malformed("file_num must be a number from 1")))
        .transpose()?;
    let absent = ("RET2B1023", "GSTR-2B is not generated for this period");
    let lookup = data.statement(&gstin, period, file).await;
    Ok(answer(Kind::Statement, fault, lookup, gst_error, absent))
}

async fn irn(
    State(data): State<Data>,
    Extension(RecordFault(fault)): Extension<RecordFault>,
    Path((_version, irn)): Path<(String, String)>,
) -> Response {
    let absent = ("2154", "IRN details are not found");
    answer(Kind::Irn, fault, data.irn(&irn).await, irp_error, absent)
}

async fn jwks(
    State(data): State<Data>,
    Extension(RecordFault(fault)): Extension<RecordFault>,
) -> Response {
    let absent = ("NO_KEYS", "no keys are published");
    answer(Kind::Keys, fault, data.jwks().await, gst_error, absent)
}
