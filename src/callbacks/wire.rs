//! The HTTP below: one client, no redirects, no proxy, answers read within bounds.

use std::{error::Error, sync::Arc, time::Duration};

use jiff::Timestamp;
use reqwest13::{
    Client, ClientBuilder, Response,
    header::{HeaderMap, RETRY_AFTER},
};
use rustls::{ClientConfig, RootCertStore};

use crate::guard::Forbidden;

const CONNECT_MAX: Duration = Duration::from_secs(10);

/// A client with all that holds for every call out of here.
pub(crate) fn client() -> Result<ClientBuilder, rustls::Error> {
    Ok(Client::builder()
        .user_agent(concat!("satyapan/", env!("CARGO_PKG_VERSION")))
        .tls_backend_preconfigured(tls()?)
        .connect_timeout(CONNECT_MAX)
        .http1_only()
        .tcp_nodelay(true)
        .pool_idle_timeout(Duration::from_secs(30))
        // A redirect leads where nobody looked.
        .redirect(reqwest13::redirect::Policy::none())
        // What is sent again is decided by the schedule.
        .retry(reqwest13::retry::never())
        // A proxy would resolve names itself, past the guard.
        .no_proxy())
}

/// TLS by ring. The public roots, and those that this machine trusts: a receiver in the house has a certificate of the
/// house.
pub(crate) fn tls() -> Result<ClientConfig, rustls::Error> {
    let mut roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

/// Whether a name led to an address that may not be called.
pub(crate) fn is_forbidden(error: &reqwest13::Error) -> bool {
    let mut cause: Option<&(dyn Error + 'static)> = error.source();
    while let Some(error) = cause {
        if error.is::<Forbidden>() {
            return true;
        }
        cause = error.source();
    }
    false
}

/// Why a request got no answer, without its address.
pub(crate) fn reason(error: &reqwest13::Error) -> String {
    if is_forbidden(error) {
        return Forbidden.to_string();
    }
    let said = if error.is_connect() {
        "cannot connect"
    } else if error.is_timeout() {
        TIMED_OUT
    } else {
        "the connection broke"
    };
    said.to_owned()
}

pub(crate) const TIMED_OUT: &str = "no answer in time";

/// A body up to a bound, and whether that is all of it.
pub(crate) async fn body(
    response: &mut Response,
    bytes_max: usize,
) -> Result<(Vec<u8>, bool), reqwest13::Error> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        let room = bytes_max.saturating_sub(body.len());
        let (taken, left) = chunk.split_at(chunk.len().min(room));
        body.extend_from_slice(taken);
        if !left.is_empty() {
            return Ok((body, false));
        }
    }
    Ok((body, true))
}

/// When a receiver wants to be called again: in seconds, or at a time, which is judged by our clock.
pub(crate) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = httpdate::parse_http_date(text).ok()?;
    let at = Timestamp::try_from(at).ok()?;
    Some(at.duration_since(now).try_into().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receiver_says_when_in_seconds_or_by_the_clock() {
        let now: Timestamp = "2026-11-21T06:00:00Z".parse().unwrap();
        for (value, want) in [
            ("120", Some(120)),
            (" 0 ", Some(0)),
            ("Sat, 21 Nov 2026 06:02:00 GMT", Some(120)),
            ("Sat, 21 Nov 2026 05:00:00 GMT", Some(0)),
            ("-5", None),
            ("1.5", None),
            ("soon", None),
            ("18446744073709551616", None),
        ] {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, value.parse().unwrap())]);
            let want = want.map(Duration::from_secs);
            assert_eq!(retry_after(&headers, now), want, "{value}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), now), None);
    }
}
