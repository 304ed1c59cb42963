//! Every route: path, method, what it takes to use it, its handler and its part of the `OpenAPI` document.

use axum::{
    Router,
    extract::{FromRequestParts, Path, Request},
    http::{HeaderMap, HeaderName, HeaderValue, Uri, header, request::Parts},
    middleware,
    routing::MethodRouter,
};
use serde::de::DeserializeOwned;
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer};

use crate::{
    app::{App, Shared},
    auth::Role,
    guard,
    negotiate::{self, JSON},
    openapi::{Operation, Schemas},
    problem::{Kind, Problem},
    service::is_word,
};

mod ask;
mod documentation;
mod events;
mod health;
mod hooks;
mod reports;
mod review;
mod verification;
mod verifications;

/// What it takes to be let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Everybody.
    Open,
    /// The service judges the sender's signature or token.
    Hook,
    /// A bearer token, with this role if one is named.
    Role(Option<Role>),
}

/// How long an answer may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pace {
    /// The request's timeout.
    Prompt,
    /// As long again for the body.
    Body,
    /// And `?wait=` on top.
    Wait,
}

pub(crate) struct Route {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) access: Access,
    pub(crate) pace: Pace,
    /// Media types of the answer, the usual one first; empty for one that is sent whatever `Accept` says.
    pub(crate) offers: &'static [&'static str],
    pub(crate) handler: fn() -> MethodRouter<App>,
    pub(crate) operation: fn(&mut Schemas) -> Operation,
}

pub(crate) static ROUTES: &[Route] = &[
    verifications::SUBMIT,
    verifications::LIST,
    verification::SHOW,
    events::EVENTS,
    review::REVIEW,
    hooks::HOOK,
    ask::ASK,
    reports::REPORT,
    documentation::OPENAPI,
    documentation::PROBLEM,
    documentation::INDEX,
    health::HEALTHZ,
    health::READYZ,
    health::METRICS,
];

/// The methods of a path, as `Allow` lists them.
fn allowed(path: &str) -> String {
    let mut methods: Vec<&str> = ROUTES
        .iter()
        .filter(|route| route.path == path)
        .map(|route| route.method)
        .collect();
    if methods.contains(&"GET") {
        methods.push("HEAD");
    }
    methods.join(", ")
}

/// All of it, ready to be served.
pub(crate) fn router(app: &App) -> Router {
    let mut router = Router::new();
    for route in ROUTES {
        let guard = middleware::from_fn_with_state((app.clone(), route), guard::guard);
        let state = app.clone();
        let other = move |request: Request| async move {
            let allow = allowed(route.path);
            let detail = format!("{} is for {allow}: use one of them", route.path);
            let problem = Problem::new(Kind::MethodNotAllowed, detail);
            let problem = match HeaderValue::try_from(allow) {
                Ok(allow) => problem.with(header::ALLOW, allow),
                Err(_) => problem,
            };
            guard::refuse(&state, request, problem).await
        };
        let handler = (route.handler)().route_layer(guard);
        // Of two routes of one path only one may say what becomes of the other methods.
        let first = ROUTES.iter().find(|other| other.path == route.path);
        let handler = match first {
            Some(first) if std::ptr::eq(first, route) => handler.fallback(other),
            _ => handler,
        };
        router = router.route(route.path, handler);
    }
    let panicked = |_| axum::response::IntoResponse::into_response(Problem::plain(Kind::Internal));
    router
        .fallback(guard::not_found)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(app.clone(), guard::exchange))
        .layer(CompressionLayer::new())
        .with_state(app.clone())
}

/// The id in a path. What has not an id's shape is nobody's id.
struct Id(String);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let id = path(parts, state).await?;
        if is_word(&id) {
            return Ok(Self(id));
        }
        Err(Problem::new(
            Kind::NotFound,
            "an id is 1 to 64 of A-Z a-z 0-9 . _ -, and this is none: take it from `Location`",
        ))
    }
}

/// The rest of a path, as text.
struct Rest(String);

impl<S: Send + Sync> FromRequestParts<S> for Rest {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        path(parts, state).await.map(Self)
    }
}

async fn path<S: Send + Sync>(parts: &mut Parts, state: &S) -> Result<String, Problem> {
    let path = Path::<String>::from_request_parts(parts, state).await;
    path.map(|Path(path)| path)
        .map_err(|_| Problem::bad_request("the path is not UTF-8: encode it so"))
}

/// A query's members. A member without a value counts as not there.
struct Query<T>(T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = query_text(&parts.uri)?;
        let given = query.split('&').filter(|pair| {
            pair.split_once('=')
                .is_some_and(|(_, value)| !value.is_empty())
        });
        let given: Vec<&str> = given.collect();
        let uri = format!("/?{}", given.join("&")).parse::<Uri>();
        let uri = uri.map_err(|_| Problem::bad_request("the query does not read"))?;
        axum::extract::Query::try_from_uri(&uri)
            .map(|axum::extract::Query(members)| Self(members))
            .map_err(|rejection| {
                Problem::bad_request(format!(
                    "{}: mend or leave out that parameter",
                    rejection.body_text()
                ))
            })
    }
}

/// The query as it stands, empty without one. Text that is not UTF-8 would be read with holes in it.
fn query_text(uri: &Uri) -> Result<&str, Problem> {
    let query = uri.query().unwrap_or_default();
    match percent_encoding::percent_decode_str(query).decode_utf8() {
        Ok(_) => Ok(query),
        Err(_) => Err(Problem::bad_request("the query is not UTF-8: encode it so")),
    }
}

/// A JSON body's members.
///
/// # Errors
/// 415 for another media type, 400 for no JSON, 422 for JSON of another shape; and what reading a body can come to.
async fn json<T: DeserializeOwned>(
    app: &Shared,
    headers: &HeaderMap,
    body: axum::body::Body,
) -> Result<T, Problem> {
    let form = negotiate::body_is(headers, &[JSON]);
    if let Err(problem) = form {
        app.bodies.discard(headers, body).await;
        return Err(problem);
    }
    let held = app.bodies.read(headers, body).await?;
    serde_json::from_slice(&held.bytes).map_err(|error| {
        let kind = if error.is_data() {
            Kind::Invalid
        } else {
            Kind::BadRequest
        };
        Problem::new(kind, format!("the body: {error}"))
    })
}

/// A header as text.
///
/// # Errors
/// 400 where it stands twice or is not printable ASCII.
fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Problem> {
    let mut all = headers.get_all(name).iter();
    let first = all.next().map(|value| value.to_str());
    match (first, all.next()) {
        (None, _) => Ok(None),
        (Some(Ok(text)), None) => Ok(Some(text)),
        (Some(Ok(_)), Some(_)) => Err(Problem::bad_request(format!("{name} stands there twice"))),
        (Some(Err(_)), _) => Err(Problem::bad_request(format!(
            "{name} must be printable ASCII"
        ))),
    }
}

#[cfg(test)]
mod tests;
