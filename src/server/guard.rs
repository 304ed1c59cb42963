//! What every request passes: its id, its credentials, its limits, its deadline, and on the way back the error's body.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tokio::time::{Instant, timeout};

use crate::{
    app::{App, Shared},
    auth::Caller,
    negotiate,
    problem::{Kind, Problem},
    routes::{Access, Pace, Route},
    service::{Exchange, is_word},
};

pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The route that a request took, for the log.
#[derive(Clone, Copy)]
struct Routed(&'static Route);

/// The source of a webhook that the service knows.
#[derive(Clone)]
pub(crate) struct HookSource(pub(crate) Arc<str>);

/// The form that the client wants most, of those that the route offers.
#[derive(Clone, Copy)]
pub(crate) struct Form(pub(crate) &'static str);

/// The outermost: gives a request its id, an answer its headers and an error its body.
pub(crate) async fn exchange(State(app): State<App>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id(request.headers());
    let method = request.method().clone();
    let mut response = if request.headers().len() > app.settings.headers_max {
        let detail = format!(
            "the request has more than {} headers (server.headers_max): send fewer",
            app.settings.headers_max
        );
        refuse(&app, request, Problem::new(Kind::TooManyHeaders, detail)).await
    } else {
        next.run(request).await
    };
    let route = response.extensions_mut().remove::<Routed>();
    let source = response.extensions_mut().remove::<HookSource>();
    let mut response = Problem::dress(response, &id);
    decorate(response.headers_mut(), &id);
    let exchange = Exchange {
        method: method.as_str(),
        route: route.map_or("", |Routed(route)| route.path),
        source: source.as_ref().map(|HookSource(source)| &**source),
        status: response.status().as_u16(),
        elapsed: started.elapsed(),
    };
    tracing::info!(
        request.id = id,
        http.method = exchange.method,
        http.route = exchange.route,
        http.status = exchange.status,
        "{} {} answered {}",
        exchange.method,
        exchange.route,
        exchange.status
    );
    app.service.served(&exchange);
    response
}

/// A sender's own id where it is one, else a new one.
fn request_id(headers: &HeaderMap) -> String {
    let sent = headers
        .get(REQUEST_ID)
        .and_then(|value| value.to_str().ok());
    match sent {
        Some(sent) if is_word(sent) => sent.to_owned(),
        _ => ulid::Ulid::new().to_string(),
    }
}

fn decorate(headers: &mut HeaderMap, id: &str) {
    // An id is of letters that a header takes.
    if let Ok(id) = HeaderValue::try_from(id) {
        headers.insert(REQUEST_ID, id);
    }
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    // What is answered here is somebody's own, and old the moment after.
    let no_store = HeaderValue::from_static("no-store");
    headers.entry(header::CACHE_CONTROL).or_insert(no_store);
}

/// Before each route: who asks, whether he may, in which form he wants the answer, and by when.
pub(crate) async fn guard(
    State((app, route)): State<(App, &'static Route)>,
    mut request: Request,
    next: Next,
) -> Response {
    let mut response = match admit(&app, route, &mut request).await {
        Err(problem) => refuse(&app, request, problem).await,
        Ok(()) => match timeout(deadline(&app, route.pace), next.run(request)).await {
            Ok(response) => response,
            Err(_) => Problem::plain(Kind::Unavailable)
                .retry_after(Duration::from_secs(1))
                .into_response(),
        },
    };
    response.extensions_mut().insert(Routed(route));
    response
}

/// Refuses a request whose body nobody has read.
pub(crate) async fn refuse(app: &Shared, request: Request, problem: Problem) -> Response {
    let (parts, body) = request.into_parts();
    app.bodies.discard(&parts.headers, body).await;
    problem.into_response()
}

async fn admit(app: &App, route: &'static Route, request: &mut Request) -> Result<(), Problem> {
    if let Access::Role(role) = route.access {
        let door = app.door();
        let caller = door.auth.caller(request.headers()).await?;
        door.rates.count(&caller)?;
        if let Some(role) = role
            && !caller.roles.allow(role)
        {
            return Err(Problem::new(
                Kind::Forbidden,
                format!(
                    "this needs the role {}, and {} has none that covers it: use another token",
                    role.name(),
                    caller.name
                ),
            ));
        }
        request.extensions_mut().insert::<Caller>(caller);
    }
    if !route.offers.is_empty() {
        let form = negotiate::accepted(request.headers(), route.offers)?;
        request.extensions_mut().insert(Form(form));
    }
    Ok(())
}

/// Reading a body has a limit of its own, within this one.
fn deadline(app: &Shared, pace: Pace) -> Duration {
    let prompt = app.settings.request_timeout();
    match pace {
        Pace::Prompt => prompt,
        Pace::Body => prompt.saturating_mul(2),
        Pace::Wait => prompt
            .saturating_mul(2)
            .saturating_add(app.settings.wait_max()),
    }
}

/// A path that no route has.
pub(crate) async fn not_found(State(app): State<App>, request: Request) -> Response {
    refuse(&app, request, Problem::plain(Kind::NotFound)).await
}

/// W3C trace context: version 00, a trace, a parent, flags; or a later version that begins like it.
pub(crate) fn traceparent(headers: &HeaderMap) -> Option<String> {
    let text = headers.get("traceparent")?.to_str().ok()?;
    let mut parts = text.split('-');
    let lengths = [2, 32, 16, 2];
    let hex = |part: &str, length| {
        part.len() == length && part.bytes().all(|byte| b"0123456789abcdef".contains(&byte))
    };
    let read: Vec<&str> = parts.by_ref().take(4).collect();
    let shaped = read.len() == 4
        && read
            .iter()
            .zip(lengths)
            .all(|(part, length)| hex(part, length))
        && read
            .iter()
            .skip(1)
            .take(2)
            .all(|part| part.bytes().any(|byte| byte != b'0'));
    let version = read.first().copied()?;
    let known = version != "ff" && (version != "00" || parts.next().is_none());
    (shaped && known && text.len() <= 128).then(|| text.to_owned())
}

#[cfg(test)]
mod tests;
