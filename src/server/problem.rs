//! Errors as RFC 9457 problem details: every answer from 400 on is one.

use std::{fmt::Write, time::Duration};

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::service::{Failure, Part};

pub(crate) const MEDIA_TYPE: &str = "application/problem+json";
/// How to say who one is.
pub(crate) const CHALLENGE: &str = "Bearer realm=\"satyapan\"";

/// What can go wrong. Each has a page under `/problems/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    BadRequest,
    BadCursor,
    Unauthenticated,
    Forbidden,
    NotFound,
    MethodNotAllowed,
    NotAcceptable,
    RequestTimeout,
    IdempotencyConflict,
    NotHeld,
    Dead,
    BodyTooLarge,
    UnsupportedMediaType,
    UnreadableDocument,
    Invalid,
    RateLimited,
    QueueFull,
    TooManyHeaders,
    Internal,
    Unavailable,
    Overloaded,
}

/// What the page says.
pub(crate) struct About {
    pub(crate) slug: &'static str,
    pub(crate) status: StatusCode,
    pub(crate) title: &'static str,
    /// What it means, and what holds now.
    pub(crate) means: &'static str,
    pub(crate) mend: &'static str,
}

const fn about(
    slug: &'static str,
    status: StatusCode,
    title: &'static str,
    means: &'static str,
    mend: &'static str,
) -> About {
    About {
        slug,
        status,
        title,
        means,
        mend,
    }
}

impl Kind {
    pub(crate) const ALL: &[Self] = &[
        Self::BadRequest,
        Self::BadCursor,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::NotAcceptable,
        Self::RequestTimeout,
        Self::IdempotencyConflict,
        Self::NotHeld,
        Self::Dead,
        Self::BodyTooLarge,
        Self::UnsupportedMediaType,
        Self::UnreadableDocument,
        Self::Invalid,
        Self::RateLimited,
        Self::QueueFull,
        Self::TooManyHeaders,
        Self::Internal,
        Self::Unavailable,
        Self::Overloaded,
    ];

    #[rustfmt::skip] // A table reads as one.
    pub(crate) const fn about(self) -> About {
        use StatusCode as S;
        match self {
            Self::BadRequest => about("bad-request", S::BAD_REQUEST, "Bad request",
                "The path, the query or a header does not read. Nothing was done.",
                "The detail names the part and what is expected there."),
            Self::BadCursor => about("bad-cursor", S::BAD_REQUEST, "Bad cursor",
                "The cursor was changed, belongs to another filter or tenant, or was made by a process with other keys.",
                "Take `next` of the page before as it is, with the same filters; or begin without a cursor."),
            Self::Unauthenticated => about("unauthenticated", S::UNAUTHORIZED, "Who is asking?",
                "There is no valid bearer token, signature or hook token. Nothing was done.",
                "Send `Authorization: Bearer <API key or JWT>`; keys stand in `server.api_keys`. A webhook needs its sender's signature or token, from `hooks.<source>`."),
            Self::Forbidden => about("forbidden", S::FORBIDDEN, "Not allowed",
                "The token is valid and its roles do not cover this, or a second person must do it. Nothing was done.",
                "Use a token with the role that the detail names, or ask somebody else."),
            Self::NotFound => about("not-found", S::NOT_FOUND, "Not found",
                "There is nothing here, or nothing that this tenant may see.",
                "Check the path and the id; `/openapi.json` lists the paths."),
            Self::MethodNotAllowed => about("method-not-allowed", S::METHOD_NOT_ALLOWED, "Method not allowed",
                "The path exists, and not for this method.",
                "`Allow` lists the methods."),
            Self::NotAcceptable => about("not-acceptable", S::NOT_ACCEPTABLE, "No such form",
                "`Accept` excludes every form that this path is answered in.",
                "The detail lists the media types; without `Accept` the first is sent."),
            Self::RequestTimeout => about("request-timeout", S::REQUEST_TIMEOUT, "The request did not arrive in time",
                "The body came too slowly, or broke off. Nothing was done.",
                "Send it again; `server.request_timeout_s` is the limit."),
            Self::IdempotencyConflict => about("idempotency-conflict", S::CONFLICT, "The key was used for another document",
                "`Idempotency-Key`, or the id of a webhook, stands for another document already, or for another `as_of`. The new one was not taken.",
                "Use another key for another document."),
            Self::NotHeld => about("not-held", S::CONFLICT, "Nothing to review",
                "Only a held verification can be reviewed, and once. Nothing was changed.",
                "Read the verification again: it may be under way, or somebody has decided."),
            Self::Dead => about("dead", S::CONFLICT, "Given up",
                "The verification was given up after its attempts. There is no verdict, and nobody has approved the invoice.",
                "Mend what the detail names, then `satyapan queue retry ID`."),
            Self::BodyTooLarge => about("body-too-large", S::PAYLOAD_TOO_LARGE, "Body too large",
                "The body is larger than this server takes. Nothing was done.",
                "The detail names the limit; `server.body_bytes_max` sets it."),
            Self::UnsupportedMediaType => about("unsupported-media-type", S::UNSUPPORTED_MEDIA_TYPE, "No such body",
                "The body's media type or encoding is not taken here. Nothing was done.",
                "The detail lists what is taken. Bodies are sent without `Content-Encoding`."),
            Self::UnreadableDocument => about("unreadable-document", S::UNPROCESSABLE_ENTITY, "The document cannot be read",
                "The document is of no known format, or broken. It was not queued.",
                "The detail names the place. JSON (INV-01, ERPNext, Zoho Books), Tally XML, PDF and images are read."),
            Self::Invalid => about("invalid", S::UNPROCESSABLE_ENTITY, "The request does not hold",
                "The body reads, and its content cannot be worked with. Nothing was done.",
                "The detail names the member and what is expected."),
            Self::RateLimited => about("rate-limited", S::TOO_MANY_REQUESTS, "Too fast",
                "This key or subject asks more often than it may. Nothing was done.",
                "Wait for `Retry-After` seconds; `server.rate` is the limit."),
            Self::QueueFull => about("queue-full", S::TOO_MANY_REQUESTS, "The queue is full",
                "More documents wait than the queue takes. This one was not taken.",
                "Send it again after `Retry-After` seconds, with the same `Idempotency-Key`."),
            Self::TooManyHeaders => about("too-many-headers", S::REQUEST_HEADER_FIELDS_TOO_LARGE, "Too many headers",
                "The request has more headers than this server reads. Nothing was done.",
                "The detail names the limit; `server.headers_max` sets it."),
            Self::Internal => about("internal", S::INTERNAL_SERVER_ERROR, "A fault of the server",
                "The server failed in a way that it does not know. Nobody has approved anything by it.",
                "Send it again with the same `Idempotency-Key`; look up the request id in the server's log."),
            Self::Unavailable => about("unavailable", S::SERVICE_UNAVAILABLE, "Not now",
                "The store, the queue or what else is needed does not answer, or not in time. What was acknowledged before is kept.",
                "Send it again after `Retry-After` seconds, with the same `Idempotency-Key`. `/readyz` names the part."),
            Self::Overloaded => about("overloaded", S::SERVICE_UNAVAILABLE, "Too much at once",
                "The server holds as many bodies or streams as it may. Nothing was done.",
                "Send it again after `Retry-After` seconds; `server.bodies_bytes_max` and `server.streams_max` are the limits."),
        }
    }

    pub(crate) fn by_slug(slug: &str) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.find(|kind| kind.about().slug == slug)
    }

    fn by_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Self::MethodNotAllowed,
            StatusCode::PAYLOAD_TOO_LARGE => Self::BodyTooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::UnsupportedMediaType,
            status if status.is_client_error() => Self::BadRequest,
            _ => Self::Internal,
        }
    }

    /// The page behind the type, as HTML.
    pub(crate) fn page(self) -> String {
        let about = self.about();
        let mut page = String::new();
        // Writing to a string does not fail. Every text here is ours and free of markup.
        writeln!(
            page,
            "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title></head><body>\
             <h1>{status}: {title}</h1><p>{means}</p><p>{mend}</p></body></html>",
            title = about.title,
            status = about.status.as_u16(),
            means = about.means,
            mend = about.mend.replace('<', "&lt;").replace('>', "&gt;"),
        )
        .ok();
        page
    }
}

/// The body of an error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub(crate) struct Details {
    /// A path on this server with a page that explains it.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) title: String,
    pub(crate) status: u16,
    /// What happened here, what holds now and how to mend it.
    pub(crate) detail: String,
    /// The request's id, as in `x-request-id` and the server's log.
    pub(crate) instance: String,
    /// Where the service is not ready: each part.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub(crate) parts: Vec<Part>,
}

/// An error on its way out. It gets its body where the request's id is known.
#[derive(Debug, Clone)]
pub(crate) struct Problem(Box<Contents>);

#[derive(Debug, Clone)]
struct Contents {
    kind: Kind,
    detail: String,
    headers: HeaderMap,
    parts: Vec<Part>,
}

impl Problem {
    pub(crate) fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self(Box::new(Contents {
            kind,
            detail: detail.into(),
            headers: HeaderMap::new(),
            parts: Vec::new(),
        }))
    }

    /// An error whose page says all there is.
    pub(crate) fn plain(kind: Kind) -> Self {
        let about = kind.about();
        Self::new(kind, format!("{} {}", about.means, about.mend))
    }

    pub(crate) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(Kind::BadRequest, detail)
    }

    pub(crate) fn no_such_verification(id: &str) -> Self {
        // An id has its shape, or it would not have come this far.
        Self::new(
            Kind::NotFound,
            format!("there is no verification {id} that you may see: check the id"),
        )
    }

    /// The service is not ready.
    pub(crate) fn not_ready(parts: Vec<Part>) -> Self {
        let failing = parts.iter().filter(|part| !part.ok);
        let failing: Vec<&str> = failing.map(|part| part.name.as_str()).collect();
        let detail = format!("not ready: {}; `parts` says why", failing.join(", "));
        let mut problem = Self::new(Kind::Unavailable, detail);
        problem.0.parts = parts;
        problem.retry_after(Duration::from_secs(1))
    }

    #[must_use]
    pub(crate) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.insert(name, value);
        self
    }

    /// Whole seconds, rounded up, at least one.
    #[must_use]
    pub(crate) fn retry_after(self, after: Duration) -> Self {
        let part = u64::from(after.subsec_nanos() > 0);
        let seconds = after.as_secs().saturating_add(part).max(1);
        self.with(header::RETRY_AFTER, seconds.into())
    }

    /// Gives an error its body.
    pub(crate) fn dress(response: Response, request_id: &str) -> Response {
        let status = response.status();
        if !status.is_client_error() && !status.is_server_error() {
            return response;
        }
        let (mut parts, _) = response.into_parts();
        // Without one, somebody else made the answer, as axum does for a method that a path does not have.
        let problem = parts.extensions.remove::<Self>();
        let Self(problem) = problem.unwrap_or_else(|| Self::plain(Kind::by_status(status)));
        let about = problem.kind.about();
        let details = Details {
            kind: format!("/problems/{}", about.slug),
            title: about.title.to_owned(),
            status: about.status.as_u16(),
            detail: problem.detail,
            instance: request_id.to_owned(),
            parts: problem.parts,
        };
        parts.status = about.status;
        parts.headers.remove(header::CONTENT_LENGTH);
        let media_type = HeaderValue::from_static(MEDIA_TYPE);
        parts.headers.insert(header::CONTENT_TYPE, media_type);
        parts.headers.extend(problem.headers);
        if problem.kind == Kind::Unauthenticated {
            // RFC 9110 section 11.6.1: no 401 without a challenge.
            let challenge = HeaderValue::from_static(CHALLENGE);
            let named = parts.headers.entry(header::WWW_AUTHENTICATE);
            named.or_insert(challenge);
        }
        // A struct of texts and a number is always JSON.
        let body = serde_json::to_vec(&details).unwrap_or_default();
        Response::from_parts(parts, Body::from(body))
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.0.kind.about().status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        tracing::error!(error = %failure, "A request could not be served: {failure}");
        Self::plain(Kind::Unavailable).retry_after(Duration::from_secs(1))
    }
}
