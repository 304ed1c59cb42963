//! `doctor --probe`: does the daemon that runs here answer? For health checks in images that hold no other program.

use std::{
    io::{Read, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, ToSocketAddrs},
    time::Duration,
};

use anyhow::{Context, Result, bail};

/// A health check is asked for every few seconds, and gives up before the next.
const PATIENCE: Duration = Duration::from_secs(3);
/// The head of an answer; the rest is not read.
const HEAD_MAX: u64 = 4096;

/// Where a daemon of these settings says whether it lives.
pub(super) fn own(settings: &server::Settings) -> String {
    let listen = settings.listen;
    // Who listens everywhere is asked here.
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    let scheme = settings.tls.scheme();
    format!("{scheme}://{}/healthz", SocketAddr::new(ip, listen.port()))
}

/// Asks once. It is meant for an address of this machine: with TLS, only one of this machine is asked, since its
/// certificate is not.
///
/// # Errors
/// An address that is not `http://HOST:PORT/PATH` or the same with `https`, TLS with another machine, no answer in time, an
/// answer that is not 200.
pub(super) fn probe(url: &str) -> Result<String> {
    let (scheme, rest) = url
        .split_once("://")
        .filter(|(scheme, _)| matches!(*scheme, "http" | "https"))
        .with_context(|| {
            format!("--probe {url}: it is no http:// or https:// address; write http://127.0.0.1:8080/healthz")
        })?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    if path.contains(char::is_whitespace) {
        bail!("--probe {url}: there is a blank in the path");
    }
    let address = host
        .to_socket_addrs()
        .ok()
        .and_then(|mut addresses| addresses.next())
        .with_context(|| format!("--probe {url}: {host} is no HOST:PORT that is known here"))?;
    let unanswered = || format!("{url}: no answer within {PATIENCE:?}; is the daemon running?");
    let stream = TcpStream::connect_timeout(&address, PATIENCE).with_context(unanswered)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let request = format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    let status = if scheme == "http" {
        ask(stream, &request)
    } else {
        if !address.ip().is_loopback() && stream.local_addr()?.ip() != address.ip() {
            bail!("--probe {url}: with TLS only an address of this machine is asked");
        }
        ask(server::tls_within(stream)?, &request)
    };
    let status = status.with_context(unanswered)?;
    match status.split(' ').nth(1) {
        Some("200") => Ok(format!("{url} answers")),
        _ => bail!("{url} answers {status:?}, and not 200"),
    }
}

/// The first line of the answer.
fn ask(mut stream: impl Read + Write, request: &str) -> std::io::Result<String> {
    stream.write_all(request.as_bytes())?;
    stream.flush()?;
    let mut head = Vec::new();
    let read = stream.take(HEAD_MAX).read_to_end(&mut head);
    let head = String::from_utf8_lossy(&head);
    let status = head.lines().next().unwrap_or_default();
    if status.is_empty() {
        read?;
    }
    Ok(status.to_owned())
}

#[cfg(test)]
mod tests {
    use std::{net::TcpListener, thread};

    use super::*;

    /// An address where one connection is answered with this.
    fn answering(answer: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 512];
            let read = stream.read(&mut request).unwrap();
            // What begins otherwise is a greeting of TLS.
            let asked = request[..read].starts_with(b"GET /healthz HTTP/1.1\r\n");
            assert!(asked || request[0] == 0x16);
            stream.write_all(answer.as_bytes()).unwrap();
        });
        format!("http://{address}/healthz")
    }

    #[test]
    fn only_200_is_health() {
        for (answer, sound) in [
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", true),
            ("HTTP/1.1 503 Service Unavailable\r\n\r\n", false),
            ("HTTP/1.1 2000 OK\r\n\r\n", false),
            ("nonsense", false),
            ("", false),
        ] {
            assert_eq!(probe(&answering(answer)).is_ok(), sound, "{answer}");
        }
    }

    #[test]
    fn who_speaks_no_tls_is_said() {
        let url = answering("HTTP/1.1 200 OK\r\n\r\n").replace("http://", "https://");
        let error = format!("{:#}", probe(&url).unwrap_err());
        assert!(error.contains(&url), "{error}");
    }

    #[test]
    fn a_daemon_is_asked_where_it_listens() {
        for (listen, cert, want) in [
            ("0.0.0.0:8080", None, "http://127.0.0.1:8080/healthz"),
            (
                "127.0.0.1:81",
                Some("c.pem"),
                "https://127.0.0.1:81/healthz",
            ),
            ("[::]:8443", Some("c.pem"), "https://[::1]:8443/healthz"),
            ("10.1.2.3:8080", None, "http://10.1.2.3:8080/healthz"),
        ] {
            let mut settings = server::Settings {
                listen: listen.parse().unwrap(),
                ..server::Settings::default()
            };
            settings.tls.cert = cert.map(Into::into);
            assert_eq!(own(&settings), want);
        }
    }

    #[test]
    fn what_is_no_address_is_said() {
        for url in [
            "https://127.0.0.1/",
            "ftp://127.0.0.1:21/",
            "127.0.0.1:8080",
            "http://127.0.0.1",
            "http://127.0.0.1:1/a b",
        ] {
            let error = probe(url).unwrap_err().to_string();
            assert!(error.contains(url), "{error}");
        }
    }
}
