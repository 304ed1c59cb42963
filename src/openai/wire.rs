//! The transport below `async-openai`: one HTTP request, its reply read whole and within bounds.
//!
//! The client of `async-openai` reads bodies without bound, retries by a policy of its own, keeps no `Retry-After`, and logs
//! what it cannot read. All of that happens above the service that it sends requests through, so this service is ours: what
//! it hands up is complete, bounded and proven JSON, and everything else is a [`Failure`], which passes through untouched.
//! Replies are asked for whole and not streamed: a bound on bytes and on time says all that is needed, and one
//! form of reply is half as much to get wrong.

use std::{
    net::IpAddr,
    task::{Context, Poll},
    time::Duration,
};

use async_openai::{config::Config, error::OpenAIError, middleware::HttpRequestFactory};
use futures::future::BoxFuture;
use reqwest13::{
    Client, Response, Url,
    header::{AUTHORIZATION, DATE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER},
};
use rustls::{ClientConfig, RootCertStore};
use secrecy::SecretString;
use serde_json::Value;
use tower_service::Service;

use crate::{
    complaint::Complaint,
    settings::{Endpoint, SettingsError},
};

/// The most that is read of an error's body.
const ERROR_BYTES_MAX: usize = 16 * 1024;
/// The longest `Retry-After` that is believed.
const RETRY_AFTER_MAX: Duration = Duration::from_hours(1);

/// Why an attempt gave no reply. Says nothing of what was sent or received but statuses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Failure {
    #[error("status {status}")]
    Status {
        status: u16,
        retry_after: Option<Duration>,
        complaint: Complaint,
    },
    /// No whole reply came.
    #[error("{0}")]
    Broken(&'static str),
    /// A reply came that is none.
    #[error("{0}")]
    Unreadable(String),
}

/// Sends requests and reads replies within a bound.
#[derive(Debug, Clone)]
pub(crate) struct Bounded {
    http: Client,
    bytes_max: usize,
}

impl Bounded {
    pub(crate) fn new(
        base_url: &Url,
        connect: Duration,
        bytes_max: usize,
    ) -> Result<Self, SettingsError> {
        let client = |error: &dyn std::error::Error| SettingsError::Client(error.to_string());
        let mut builder = Client::builder()
            .user_agent(concat!("satyapan/", env!("CARGO_PKG_VERSION")))
            .tls_backend_preconfigured(tls(base_url).map_err(|error| client(&error))?)
            .connect_timeout(connect)
            .http1_only()
            .tcp_nodelay(true)
            .pool_idle_timeout(Duration::from_secs(30))
            // A redirect is no answer, and would carry the key elsewhere.
            .redirect(reqwest13::redirect::Policy::none())
            // What is sent again is decided above.
            .retry(reqwest13::retry::never());
        // The environment's proxy serves the world outside; a model on this machine is reached directly.
        let host = base_url.host_str().unwrap_or_default();
        let host = host.trim_matches(['[', ']']);
        if host == "localhost" || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback()) {
            builder = builder.no_proxy();
        }
        let http = builder
            .build()
            .map_err(|error| client(&error.without_url()))?;
        Ok(Self { http, bytes_max })
    }

    /// With which requests are made.
    pub(crate) fn http(&self) -> &Client {
        &self.http
    }

    async fn reply(&self, request: HttpRequestFactory) -> Result<Vec<u8>, Failure> {
        let built = request.build().await;
        // It holds the body, which the connection needs until it is sent, and nobody after that.
        drop(request);
        let built = built.map_err(|_| Failure::Broken("the request could not be made"))?;
        let mut response = self.http.execute(built).await.map_err(|error| {
            Failure::Broken(if error.is_connect() {
                "cannot connect"
            } else if error.is_timeout() {
                "timed out"
            } else {
                "the connection broke"
            })
        })?;
        if !response.status().is_success() {
            let status = response.status().as_u16();
            let retry_after = retry_after(response.headers());
            // Of a body that breaks off or goes on too long, the status is enough.
            let (body, _) = body(&mut response, ERROR_BYTES_MAX)
                .await
                .unwrap_or_default();
            return Err(Failure::Status {
                status,
                retry_after,
                complaint: Complaint::read(&body),
            });
        }
        let (body, whole) = body(&mut response, self.bytes_max).await?;
        if !whole {
            return Err(Failure::Unreadable(format!(
                "it has more than {} bytes",
                self.bytes_max
            )));
        }
        // The client above would log what it cannot read: it is to get nothing of that kind.
        match serde_json::from_slice::<Value>(&body) {
            Ok(_) => Ok(body),
            Err(_) => Err(Failure::Unreadable("it is no JSON".to_owned())),
        }
    }
}

/// A body up to a bound, and whether that is all of it.
async fn body(response: &mut Response, bytes_max: usize) -> Result<(Vec<u8>, bool), Failure> {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) => {
                let room = bytes_max.saturating_sub(body.len());
                let (taken, left) = chunk.split_at(chunk.len().min(room));
                body.extend_from_slice(taken);
                if !left.is_empty() {
                    return Ok((body, false));
                }
            }
            Ok(None) => return Ok((body, true)),
            Err(_) => {
                return Err(Failure::Broken(
                    "the connection broke in the middle of the answer",
                ));
            }
        }
    }
}

/// When to come back: in milliseconds or seconds, or at a time, judged by the `Date` that
/// the endpoint gives beside it.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: HeaderName| Some(headers.get(name)?.to_str().ok()?.trim());
    let number = |name| text(name)?.parse().ok();
    let time = |name| httpdate::parse_http_date(text(name)?).ok();
    let after = number(HeaderName::from_static("retry-after-ms"))
        .map(Duration::from_millis)
        .or_else(|| number(RETRY_AFTER).map(Duration::from_secs))
        .or_else(|| {
            let (now, then) = (time(DATE)?, time(RETRY_AFTER)?);
            Some(then.duration_since(now).unwrap_or_default())
        });
    after.map(|after| after.min(RETRY_AFTER_MAX))
}

/// TLS by ring, which the workspace has, and not by the provider that reqwest would bring. The public roots, and those
/// that this machine trusts: a model in the house has a certificate of the house.
fn tls(base_url: &Url) -> Result<ClientConfig, rustls::Error> {
    let mut roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    if base_url.scheme() == "https" {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

impl Service<HttpRequestFactory> for Bounded {
    type Response = Response;
    type Error = OpenAIError;
    type Future = BoxFuture<'static, Result<Response, OpenAIError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), OpenAIError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: HttpRequestFactory) -> Self::Future {
        let this = self.clone();
        Box::pin(async move {
            match this.reply(request).await {
                Ok(body) => Ok(Response::from(http::Response::new(body))),
                Err(failure) => Err(OpenAIError::Boxed(Box::new(failure))),
            }
        })
    }
}

/// Where requests go and with what. That of `async-openai` reads the environment, sends an empty key where there is none,
/// and its header shows in debug output.
#[derive(Debug, Clone)]
pub(crate) struct Address {
    base: String,
    headers: HeaderMap,
    /// The headers hold the key; what asks for it here gets none.
    no_key: SecretString,
}

impl Address {
    pub(crate) fn new(endpoint: &Endpoint) -> Self {
        let mut headers = HeaderMap::new();
        // The settings have proven that the key can be a header.
        let bearer = endpoint.key().map(|key| format!("Bearer {key}"));
        if let Some(Ok(mut bearer)) = bearer.map(HeaderValue::try_from) {
            bearer.set_sensitive(true);
            headers.insert(AUTHORIZATION, bearer);
        }
        Self {
            base: endpoint.base_url.as_str().trim_end_matches('/').to_owned(),
            headers,
            no_key: SecretString::default(),
        }
    }
}

impl Config for Address {
    fn headers(&self) -> HeaderMap {
        self.headers.clone()
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    fn query(&self) -> Vec<(&str, &str)> {
        Vec::new()
    }

    fn api_base(&self) -> &str {
        &self.base
    }

    fn api_key(&self) -> &SecretString {
        &self.no_key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_says_when_in_its_own_time() {
        let cases = [
            ("retry-after: 120", Some(120_000)),
            ("retry-after: 9999999", Some(3_600_000)),
            ("retry-after-ms: 250; retry-after: 1", Some(250)),
            (
                "date: Sat, 21 Nov 2026 06:00:00 GMT; retry-after: Sat, 21 Nov 2026 06:02:00 GMT",
                Some(120_000),
            ),
            (
                "date: Sat, 21 Nov 2026 06:00:00 GMT; retry-after: Sat, 21 Nov 2026 05:00:00 GMT",
                Some(0),
            ),
            ("retry-after: Sat, 21 Nov 2026 06:02:00 GMT", None),
            (
                "date: Sat, 21 Nov 2026 06:00:00 GMT; retry-after: soon",
                None,
            ),
            ("", None),
        ];
        for (written, want) in cases {
            let headers: HeaderMap = written
                .split_terminator("; ")
                .map(|header| {
                    let (name, value) = header.split_once(": ").unwrap();
                    (name.parse::<HeaderName>().unwrap(), value.parse().unwrap())
                })
                .collect();
            assert_eq!(
                retry_after(&headers),
                want.map(Duration::from_millis),
                "{written}"
            );
        }
    }
}
