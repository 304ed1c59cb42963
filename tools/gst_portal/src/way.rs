//! How a request gets to the portal, and what comes back, unread.

use std::{net::IpAddr, sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use futures::future::BoxFuture;
use reqwest::{
    Url,
    header::{ACCEPT, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER},
};

use crate::settings::{PortalSettings, Secret, SettingsError};

/// Before the paths that are asked of a portal in this process.
const ORIGIN: &str = "http://in.process";

/// A portal in this process: asked by a call instead of over a socket.
pub trait InProcess: Send + Sync {
    /// Answers a `GET` of a path with its query, as both stand in a URL: the status and the body.
    fn get<'a>(&'a self, path_and_query: &'a str) -> BoxFuture<'a, (u16, Bytes)>;
}

/// An attempt without a readable HTTP answer.
pub(crate) struct Broken(pub(crate) &'static str);

pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<Duration>,
    /// `None` where it is larger than any that is read.
    pub(crate) body: Option<Bytes>,
}

pub(crate) enum Way {
    Wire { http: reqwest::Client, base: Url },
    InProcess(Arc<dyn InProcess>),
}

fn header(headers: &mut HeaderMap, name: &str, value: &Secret) -> Result<(), SettingsError> {
    let error = || SettingsError::Header(name.to_owned());
    let mut shown = HeaderValue::from_str(value.reveal()).map_err(|_| error())?;
    shown.set_sensitive(true);
    headers.insert(
        HeaderName::from_bytes(name.as_bytes()).map_err(|_| error())?,
        shown,
    );
    Ok(())
}

impl Way {
    pub(crate) fn wire(settings: &PortalSettings) -> Result<Self, SettingsError> {
        let base = settings
            .base_url
            .as_deref()
            .ok_or(SettingsError::NoBaseUrl)?;
        let base = Url::parse(base).map_err(|_| SettingsError::BaseUrl)?;
        if !matches!(base.scheme(), "http" | "https") || base.host_str().is_none() {
            return Err(SettingsError::BaseUrl);
        }
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let named = [
            ("client_id", &settings.client_id),
            ("client_secret", &settings.client_secret),
        ];
        for (name, value) in named {
            if let Some(value) = value {
                header(&mut headers, name, value)?;
            }
        }
        for (name, value) in &settings.headers {
            header(&mut headers, name, value)?;
        }
        let attempt = Duration::from_millis(settings.attempt_timeout_ms);
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("satyapan/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers)
            .connect_timeout(attempt)
            .http1_only()
            .tcp_nodelay(true)
            .pool_max_idle_per_host(settings.concurrency)
            .pool_idle_timeout(Duration::from_secs(30))
            // A redirect is no answer, and would carry the credentials elsewhere.
            .redirect(reqwest::redirect::Policy::none());
        // The environment's proxy serves the world outside; a portal on this machine is reached directly.
        let host = base.host_str().unwrap_or_default().trim_matches(['[', ']']);
        if host == "localhost" || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback()) {
            builder = builder.no_proxy();
        }
        let http = builder
            .build()
            .map_err(|e| SettingsError::Client(e.without_url().to_string()))?;
        Ok(Self::Wire { http, base })
    }

    /// Where the routes begin.
    pub(crate) fn base(&self) -> Result<Url, SettingsError> {
        match self {
            Self::Wire { base, .. } => Ok(base.clone()),
            Self::InProcess(_) => Url::parse(ORIGIN).map_err(|_| SettingsError::BaseUrl),
        }
    }

    pub(crate) fn is_wire(&self) -> bool {
        matches!(self, Self::Wire { .. })
    }

    pub(crate) async fn get(&self, url: Url, bytes_max: usize) -> Result<Answered, Broken> {
        match self {
            Self::Wire { http, .. } => over_the_wire(http, url, bytes_max).await,
            Self::InProcess(portal) => {
                let asked = url.as_str().strip_prefix(ORIGIN).unwrap_or_default();
                let (status, body) = portal.get(asked).await;
                Ok(Answered {
                    status,
                    retry_after: None,
                    body: Some(body).filter(|body| body.len() <= bytes_max),
                })
            }
        }
    }
}

async fn over_the_wire(
    http: &reqwest::Client,
    url: Url,
    bytes_max: usize,
) -> Result<Answered, Broken> {
    let mut response = http.get(url).send().await.map_err(|error| {
        Broken(if error.is_connect() {
            "cannot connect"
        } else if error.is_timeout() {
            "timed out"
        } else {
            "the connection broke"
        })
    })?;
    let status = response.status().as_u16();
    // The date form is left aside: it needs a clock that agrees with the portal's.
    let retry_after = response
        .headers()
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.trim().parse().ok())
        .map(Duration::from_secs);
    let broken = |_| Broken("the connection broke in the middle of the answer");
    // An answer that came in one piece is not copied.
    let first = response.chunk().await.map_err(broken)?.unwrap_or_default();
    let mut whole = BytesMut::new();
    let mut length = first.len();
    while let Some(chunk) = response.chunk().await.map_err(broken)? {
        if whole.is_empty() {
            whole.extend_from_slice(&first);
        }
        length = length.saturating_add(chunk.len());
        if length > bytes_max {
            break;
        }
        whole.extend_from_slice(&chunk);
    }
    let body = if whole.is_empty() {
        first
    } else {
        whole.freeze()
    };
    Ok(Answered {
        status,
        retry_after,
        body: Some(body).filter(|_| length <= bytes_max),
    })
}
