//! `doctor --probe URL`: does the daemon that runs here answer? For health checks in images that hold no other program.

use std::{
    io::{Read, Write},
    net::{TcpStream, ToSocketAddrs},
    time::Duration,
};

use anyhow::{Context, Result, bail};

/// A health check is asked for every few seconds, and gives up before the next.
const PATIENCE: Duration = Duration::from_secs(3);
/// The head of an answer; the rest is not read.
const HEAD_MAX: u64 = 4096;

/// Asks once, in the clear: it is meant for an address of this machine.
///
/// # Errors
/// An address that is not `http://HOST:PORT/PATH`, no answer in time, an answer that is not 200.
pub(super) fn probe(url: &str) -> Result<String> {
    let rest = url.strip_prefix("http://").with_context(|| {
        format!("--probe {url}: only http:// is spoken; write http://127.0.0.1:8080/healthz")
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
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE).with_context(unanswered)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let request = format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream
        .write_all(request.as_bytes())
        .with_context(unanswered)?;
    let mut head = Vec::new();
    let read = stream.take(HEAD_MAX).read_to_end(&mut head);
    let head = String::from_utf8_lossy(&head);
    let status = head.lines().next().unwrap_or_default();
    if status.is_empty() {
        read.with_context(unanswered)?;
    }
    match status.split(' ').nth(1) {
        Some("200") => Ok(format!("{url} answers")),
        _ => bail!("{url} answers {status:?}, and not 200"),
    }
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
            assert!(request[..read].starts_with(b"GET /healthz HTTP/1.1\r\n"));
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
    fn what_is_no_address_is_said() {
        for url in [
            "https://127.0.0.1/",
            "127.0.0.1:8080",
            "http://127.0.0.1",
            "http://127.0.0.1:1/a b",
        ] {
            let error = probe(url).unwrap_err().to_string();
            assert!(error.contains(url), "{error}");
        }
    }
}
