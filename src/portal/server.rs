//! The server: connections, limits, faults of the transport, shutdown.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Request, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures::StreamExt;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::{JoinHandle, JoinSet},
    time::Instant,
};

use crate::{
    data::PortalData,
    fault::{Fault, Faults},
    routes::{Routes, gst_error},
};

/// How long a client may take to send the head of a request, or be idle between two.
const HEAD_TIMEOUT: Duration = Duration::from_mins(1);
/// The head of a request; bodies are never read.
const HEAD_BYTES_MAX: usize = 16 * 1024;
const HEADERS_MAX: usize = 64;
const CONNECTIONS_MAX: usize = 1024;
/// How long answers under way may take once the server is told to stop.
const GRACE: Duration = Duration::from_secs(2);
/// The longest delay that a request can ask for.
const LATENCY_MAX: Duration = Duration::from_mins(1);
/// What a portal in maintenance sends in place of JSON.
const PAGE: &str = "<!DOCTYPE html><html><body><h1>Scheduled maintenance</h1></body></html>";

/// The server cannot listen there.
#[derive(Debug, thiserror::Error)]
#[error("portal: cannot listen on {addr}: {source}")]
pub struct StartError {
    addr: SocketAddr,
    source: std::io::Error,
}

/// The stand-in for the GST portal and the registration portals.
#[derive(Debug)]
pub struct Portal;

/// A running server. Dropping it stops it without waiting.
#[derive(Debug)]
pub struct Running {
    /// Where it listens: the real port where 0 was asked for.
    pub addr: SocketAddr,
    stop: watch::Sender<bool>,
    accepting: JoinHandle<()>,
    requests: Arc<AtomicU64>,
}

impl Portal {
    /// Starts the server on the current runtime.
    ///
    /// # Errors
    /// The address is taken or not ours.
    pub async fn start(
        addr: SocketAddr,
        data: Arc<dyn PortalData>,
        faults: Faults,
    ) -> Result<Running, StartError> {
        let error = |source| StartError { addr, source };
        let listener = TcpListener::bind(addr).await.map_err(error)?;
        let addr = listener.local_addr().map_err(error)?;
        let (stop, stopped) = watch::channel(false);
        let requests = Arc::new(AtomicU64::new(0));
        let server = Arc::new(Server {
            routes: Routes::over(data),
            faults,
            requests: Arc::clone(&requests),
            window: Mutex::new(Window {
                since: Instant::now(),
                requests: 0,
            }),
        });
        let accepting = tokio::spawn(accept(listener, server, stopped));
        Ok(Running {
            addr,
            stop,
            accepting,
            requests,
        })
    }
}

impl Running {
    /// `http://127.0.0.1:41234`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Requests so far, without those for `/healthz`.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Takes no more connections, lets answers under way end within two seconds, and returns when all is closed.
    pub async fn shutdown(self) {
        self.stop.send_replace(true);
        // The task ends by itself; that it was cancelled with its runtime is as good.
        self.accepting.await.ok();
    }
}

struct Server {
    routes: Routes,
    faults: Faults,
    requests: Arc<AtomicU64>,
    window: Mutex<Window>,
}

/// The connection is closed without an answer.
#[derive(Debug, thiserror::Error)]
#[error("dropped on demand")]
struct Dropped;

async fn accept(listener: TcpListener, server: Arc<Server>, mut stopped: watch::Receiver<bool>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            // A sender that is gone is a server that was dropped.
            _ = stopped.changed() => break,
            accepted = async {
                let place = Arc::clone(&places).acquire_owned().await;
                (place, listener.accept().await)
            } => accepted,
            Some(_) = connections.join_next() => continue,
        };
        match accepted {
            (Ok(place), Ok((stream, _))) => {
                let connection = serve(stream, Arc::clone(&server), stopped.clone());
                connections.spawn(async move {
                    connection.await;
                    drop(place);
                });
            }
            // Out of file descriptors: wait for connections to close rather than spin.
            _ => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
    drop(listener);
    let ended = async { while connections.join_next().await.is_some() {} };
    // What is not done within the grace is aborted as the set is dropped.
    tokio::time::timeout(GRACE, ended).await.ok();
}

async fn serve(stream: TcpStream, server: Arc<Server>, mut stopped: watch::Receiver<bool>) {
    // Small answers must not wait for the client's delayed acknowledgement; without the option they are only slower.
    stream.set_nodelay(true).ok();
    let service = service_fn(move |request| {
        let server = Arc::clone(&server);
        async move { server.answer(request).await }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(HEAD_BYTES_MAX)
        .max_headers(HEADERS_MAX)
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    // A connection that ends in an error was broken by its client, or dropped on demand: nothing to report.
    tokio::select! {
        ended = connection.as_mut() => { ended.ok(); }
        _ = stopped.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await.ok();
        }
    }
}

fn header<T: std::str::FromStr>(headers: &HeaderMap, name: &str) -> Result<Option<T>, T::Err> {
    // A value that is no text parses to nothing, as an empty one does.
    headers
        .get(name)
        .map(|value| value.to_str().unwrap_or_default().parse())
        .transpose()
}

impl Server {
    async fn answer(&self, request: Request<Incoming>) -> Result<Response, Dropped> {
        if request.uri().path() == "/healthz" {
            return Ok(self.route(request, None).await);
        }
        let count = self
            .requests
            .fetch_add(1, Ordering::Relaxed)
            .wrapping_add(1);
        let asked = match header::<Fault>(request.headers(), "x-portal-fault") {
            Ok(asked) => asked,
            Err(unknown) => {
                return Ok(gst_error(
                    StatusCode::BAD_REQUEST,
                    "BAD_REQUEST",
                    &unknown.to_string(),
                ));
            }
        };
        let Ok(latency) = header::<u64>(request.headers(), "x-portal-latency-ms") else {
            let message = "x-portal-latency-ms must be a number";
            return Ok(gst_error(StatusCode::BAD_REQUEST, "BAD_REQUEST", message));
        };
        let latency = latency.unwrap_or(self.faults.latency_ms);
        if latency > 0 {
            tokio::time::sleep(Duration::from_millis(latency).min(LATENCY_MAX)).await;
        }
        if self.over_the_limit() {
            return Ok(too_many());
        }
        if self.faults.fail_every_n > 0 && count.is_multiple_of(self.faults.fail_every_n) {
            return Ok(internal());
        }
        match asked.or(self.faults.fault) {
            None => Ok(self.route(request, None).await),
            Some(Fault::Internal) => Ok(internal()),
            Some(Fault::Unavailable) => Ok(page(StatusCode::SERVICE_UNAVAILABLE)),
            Some(Fault::TooMany) => Ok(too_many()),
            Some(Fault::Timeout) => std::future::pending().await,
            Some(Fault::Drop) => Err(Dropped),
            Some(Fault::Garbage) => Ok(page(StatusCode::OK)),
            Some(Fault::Truncate) => Ok(truncated(self.route(request, None).await).await),
            Some(fault @ (Fault::WrongRecord | Fault::Stale | Fault::Empty)) => {
                Ok(self.route(request, Some(fault)).await)
            }
        }
    }

    async fn route(&self, request: Request<Incoming>, fault: Option<Fault>) -> Response {
        self.routes.answer(request.map(Body::new), fault).await
    }

    fn over_the_limit(&self) -> bool {
        let limit = self.faults.rate_limit_per_s;
        if limit == 0 {
            return false;
        }
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        window.count(Instant::now()) > limit
    }
}

/// The second that is being counted.
#[derive(Debug)]
struct Window {
    since: Instant,
    requests: u64,
}

impl Window {
    /// Counts a request; how many there were in its second, itself included.
    fn count(&mut self, now: Instant) -> u64 {
        if now.duration_since(self.since) >= Duration::from_secs(1) {
            *self = Self {
                since: now,
                requests: 0,
            };
        }
        self.requests += 1;
        self.requests
    }
}

fn internal() -> Response {
    gst_error(
        StatusCode::INTERNAL_SERVER_ERROR,
        "SYS500",
        "System failure",
    )
}

fn too_many() -> Response {
    let mut response = gst_error(
        StatusCode::TOO_MANY_REQUESTS,
        "RATE",
        "Too many requests; try again later",
    );
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    response
}

fn page(status: StatusCode) -> Response {
    (status, [(header::CONTENT_TYPE, "text/html")], PAGE).into_response()
}

/// The head of the answer with its true length, then half of its body.
async fn truncated(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(body) = axum::body::to_bytes(body, usize::MAX).await else {
        return internal();
    };
    parts
        .headers
        .insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    let half = body.slice(..body.len() / 2);
    // The half is on its way before the connection breaks: the server writes whenever the body makes it wait.
    let broken = futures::stream::once(async {
        tokio::task::yield_now().await;
        Err(Dropped)
    });
    let cut = futures::stream::iter([Ok::<Bytes, Dropped>(half)]).chain(broken);
    Response::from_parts(parts, Body::from_stream(cut))
}

#[cfg(test)]
mod tests;
