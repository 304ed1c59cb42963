//! The server: connections, their limits, and how it stops.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use axum::{Router, body::Body, http::Request, response::Response};
use bytes::Bytes;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::{JoinHandle, JoinSet},
    time::timeout,
};
use tokio_io_timeout::TimeoutWriter;
use tokio_util::task::TaskTracker;
use tower_service::Service as _;

use crate::{
    app::{App, Shared},
    cursor::Cursors,
    door::Door,
    limits::{Bodies, Streams},
    openapi, routes,
    service::Service,
    settings::{Settings, SettingsError},
    tls::{Tls, TlsError},
};

/// How much longer than the settings allow a head may be before the connection is broken off without a word.
const HEADERS_READ: usize = 4;
/// How long to wait when there are no file descriptors left.
const PAUSE: Duration = Duration::from_millis(20);

/// The server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("server: {0}")]
    Settings(#[from] SettingsError),
    #[error("server: {0}")]
    Tls(#[from] TlsError),
    #[error("server: server.jwt: {0}")]
    Jwks(String),
    #[error(
        "server: cannot listen on {addr}: {source}; is another process there? server.listen names the address"
    )]
    Listen {
        addr: SocketAddr,
        source: std::io::Error,
    },
}

/// HTTP in front of a [`Service`].
#[derive(Debug)]
pub struct Server;

/// How the server stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drained {
    /// False where requests were still under way when `shutdown_s` was over, and were cut off.
    pub in_time: bool,
}

/// A running server. Dropping it stops it without waiting for more than `shutdown_s`.
pub struct Running {
    /// Where it listens: the real port where 0 was asked for.
    pub addr: SocketAddr,
    stop: watch::Sender<bool>,
    accepting: JoinHandle<Drained>,
    tls: Option<Arc<Tls>>,
    app: App,
}

impl Server {
    /// Starts on the current runtime.
    ///
    /// # Errors
    /// Settings that do not hold, keys or certificates that cannot be read, an address that is taken.
    pub async fn start(
        settings: Settings,
        service: Arc<dyn Service>,
    ) -> Result<Running, StartError> {
        let door = Door::new(&settings).await?;
        let tls = Tls::new(&settings.tls)?.map(Arc::new);
        let wanted = settings.listen;
        let failed = |source| StartError::Listen {
            addr: wanted,
            source,
        };
        let listener = TcpListener::bind(wanted).await.map_err(failed)?;
        let addr = listener.local_addr().map_err(failed)?;
        let (stop, stopping) = watch::channel(false);
        let app: App = Arc::new(Shared {
            service,
            bodies: Bodies::new(&settings),
            streams: Streams::new(&settings),
            cursors: Cursors::new(&door.auth.keys, settings.cursor_secret.as_ref()),
            door: RwLock::new(Arc::new(door)),
            openapi: Bytes::from(openapi::document().to_string()),
            stopping,
            tasks: TaskTracker::new(),
            settings,
        });
        let acceptor = Acceptor {
            router: routes::router(&app),
            app: Arc::clone(&app),
            tls: tls.clone(),
        };
        let accepting = tokio::spawn(Arc::new(acceptor).run(listener));
        Ok(Running {
            addr,
            stop,
            accepting,
            tls,
            app,
        })
    }
}

impl Running {
    /// Takes over what may change while the server runs, for requests from now on: API keys, tokens' issuer and keys, rates, and
    /// the files of TLS, which are read again. All of it or, after an error, nothing.
    ///
    /// # Errors
    /// Settings that do not hold, keys or certificates that cannot be read.
    pub async fn renew(&self, settings: &Settings) -> Result<(), StartError> {
        let door = self.app.door().renewed(settings).await?;
        self.reload_tls()?;
        *self
            .app
            .door
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Arc::new(door);
        Ok(())
    }

    /// Reads certificate and key again, for connections from now on.
    ///
    /// # Errors
    /// Files that cannot be used; the certificate is then left as it was.
    pub fn reload_tls(&self) -> Result<(), TlsError> {
        self.tls.as_ref().map_or(Ok(()), |tls| tls.reload())
    }

    /// Takes no more connections, lets requests under way end within `shutdown_s`, and returns when all is closed.
    /// Waiting requests are answered with how far it is, and event streams end: their clients come back elsewhere.
    pub async fn shutdown(self) -> Drained {
        self.stop.send_replace(true);
        // The task ends by itself; that it was cancelled with its runtime is as good.
        let drained = self.accepting.await;
        drained.unwrap_or(Drained { in_time: false })
    }
}

struct Acceptor {
    router: Router,
    app: App,
    tls: Option<Arc<Tls>>,
}

impl Acceptor {
    async fn run(self: Arc<Self>, listener: TcpListener) -> Drained {
        let settings = &self.app.settings;
        let places = Arc::new(Semaphore::new(
            settings.connections_max.min(Semaphore::MAX_PERMITS),
        ));
        let mut connections = JoinSet::new();
        let stopped = self.app.stopped();
        tokio::pin!(stopped);
        loop {
            let accepted = tokio::select! {
                () = &mut stopped => break,
                accepted = async {
                    // Without a place a client waits in the kernel's queue.
                    let place = Arc::clone(&places).acquire_owned().await;
                    (place, listener.accept().await)
                } => accepted,
                Some(_) = connections.join_next() => continue,
            };
            match accepted {
                (Ok(place), Ok((stream, _))) => {
                    let connection = Arc::clone(&self).connection(stream);
                    connections.spawn(async move {
                        connection.await;
                        drop(place);
                    });
                }
                // Out of file descriptors: wait for connections to close rather than spin.
                _ => tokio::time::sleep(PAUSE).await,
            }
        }
        drop(listener);
        self.app.tasks.close();
        let ended = async {
            while connections.join_next().await.is_some() {}
            self.app.tasks.wait().await;
        };
        // What is not done by then is cut off as the set is dropped.
        let drained = timeout(Duration::from_secs(settings.shutdown_s), ended).await;
        Drained {
            in_time: drained.is_ok(),
        }
    }

    async fn connection(self: Arc<Self>, stream: TcpStream) {
        // Small answers must not wait for the client's delayed acknowledgement; without the option they are only slower.
        stream.set_nodelay(true).ok();
        let Some(tls) = &self.tls else {
            return self.serve(stream).await;
        };
        let greeting = Duration::from_secs(self.app.settings.header_timeout_s);
        // A client that cannot agree on TLS, or takes too long over it, is nobody to report.
        if let Ok(Ok(stream)) = timeout(greeting, tls.acceptor().accept(stream)).await {
            self.serve(stream).await;
        }
    }

    async fn serve<S: AsyncRead + AsyncWrite>(&self, stream: S) {
        let settings = &self.app.settings;
        let mut stream = TimeoutWriter::new(stream);
        stream.set_timeout(Some(Duration::from_secs(settings.write_timeout_s)));
        let stream = std::pin::pin!(stream);
        let router = self.router.clone();
        let service = service_fn(move |request: Request<Incoming>| {
            let mut router = router.clone();
            async move {
                let answered: Result<Response, Infallible> =
                    router.call(request.map(Body::new)).await;
                answered
            }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(Duration::from_secs(settings.header_timeout_s))
            .max_buf_size(settings.header_bytes_max)
            .max_headers(settings.headers_max.saturating_mul(HEADERS_READ))
            .serve_connection(TokioIo::new(stream), service);
        tokio::pin!(connection);
        // A connection that ends in an error was broken by its client: nothing to report.
        tokio::select! {
            ended = connection.as_mut() => { ended.ok(); }
            () = self.app.stopped() => {
                connection.as_mut().graceful_shutdown();
                connection.await.ok();
            }
        }
    }
}
