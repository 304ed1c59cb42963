//! A door for whoever scrapes: `/metrics` and `/healthz`, for a process that serves no HTTP of its own.

use std::{convert::Infallible, future::Future, sync::Arc, time::Duration};

use hyper::{
    Method, Request, Response, StatusCode, body::Incoming, header, server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{net::TcpListener, sync::Semaphore, time};

use crate::{exposition::Format, metrics::Metrics};

/// Those that come when so many are there are turned away.
const CONNECTIONS_MAX: usize = 32;
/// One request and its answer: connections are not kept.
const CONNECTION_MAX: Duration = Duration::from_secs(10);
const HEAD_MAX: Duration = Duration::from_secs(5);
const HEAD_BYTES_MAX: usize = 16 * 1024;

/// Answers until told to stop. Meant for the network inside: it asks nobody who they are, and tells no secret.
pub async fn expose(
    listener: TcpListener,
    metrics: Arc<Metrics>,
    until: impl Future<Output = ()> + Send,
) {
    let free = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let mut until = std::pin::pin!(until);
    loop {
        let accepted = tokio::select! {
            () = &mut until => return,
            accepted = listener.accept() => accepted,
        };
        // A connection that broke before it was taken, or no descriptor left: the next one may do better.
        let Ok((stream, _)) = accepted else {
            time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        let Ok(place) = Arc::clone(&free).try_acquire_owned() else {
            continue;
        };
        let metrics = Arc::clone(&metrics);
        tokio::spawn(async move {
            let answering = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(HEAD_MAX)
                .max_buf_size(HEAD_BYTES_MAX)
                .keep_alive(false)
                .serve_connection(
                    TokioIo::new(stream),
                    service_fn(|request| {
                        let answer = answer(&request, &metrics);
                        async { Ok::<_, Infallible>(answer) }
                    }),
                );
            // Whoever went away or was too slow is not answered.
            time::timeout(CONNECTION_MAX, answering).await.ok();
            drop(place);
        });
    }
}

fn answer(request: &Request<Incoming>, metrics: &Metrics) -> Response<String> {
    let accept = request.headers().get(header::ACCEPT);
    let format = Format::accepted(accept.and_then(|v| v.to_str().ok()).unwrap_or_default());
    let (status, kind, body) = match (request.method(), request.uri().path()) {
        (&Method::GET | &Method::HEAD, "/metrics") => (
            StatusCode::OK,
            format.content_type(),
            metrics.render(format),
        ),
        (&Method::GET | &Method::HEAD, "/healthz") => (StatusCode::OK, TEXT, "ok\n".to_owned()),
        (_, "/metrics" | "/healthz") => (StatusCode::METHOD_NOT_ALLOWED, TEXT, "GET\n".to_owned()),
        _ => (
            StatusCode::NOT_FOUND,
            TEXT,
            "/metrics, /healthz\n".to_owned(),
        ),
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let kind = header::HeaderValue::from_static(kind);
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

const TEXT: &str = "text/plain; charset=utf-8";
