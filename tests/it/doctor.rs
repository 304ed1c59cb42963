//! `doctor` against real servers: what it says of connections that are sound, and of those that are not.

use std::{
    io::{Read, Write},
    net::TcpListener,
    path::Path,
    process::{Child, Stdio},
    sync::mpsc,
};

use model_server::{Behaviour, ModelServer};
use serde_json::Value;
use tempfile::tempdir;
use test_servers::nats::NatsServer;

use crate::command::{Ran, satyapan};

/// Stands in every setting that must not show.
const SECRET: &str = "c0nfidential";
const SIGNED: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

/// The lines of a doctor, none of which shows a secret.
fn doctor(dir: &Path, env: &[(&str, &str)]) -> (i32, Vec<Value>) {
    let ran: Ran = satyapan(dir)
        .args(["doctor", "--store", "sqlite:s.db", "--format", "json"])
        .envs(env.iter().copied())
        .output()
        .unwrap()
        .into();
    for secret in [SECRET, SIGNED] {
        assert!(
            !ran.out.contains(secret) && !ran.err.contains(secret),
            "{ran:?}"
        );
    }
    (ran.code, ran.json().as_array().unwrap().clone())
}

fn line<'a>(lines: &'a [Value], name: &str) -> &'a Value {
    let found = lines.iter().find(|line| line["name"] == name);
    found.unwrap_or_else(|| panic!("no line {name}: {lines:?}"))
}

/// Answers every request so, and tells of the bytes that each connection brought.
fn answering(answer: &'static str) -> (u16, mpsc::Receiver<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (told, heard) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            stream
                .set_read_timeout(Some(std::time::Duration::from_millis(300)))
                .unwrap();
            let mut bytes = Vec::new();
            // A client that waits for its answer says nothing more: that ends the reading too.
            stream.read_to_end(&mut bytes).ok();
            // One that has gone is not answered.
            stream.write_all(answer.as_bytes()).ok();
            if told.send(bytes).is_err() {
                return;
            }
        }
    });
    (port, heard)
}

/// A daemon with a certificate of its own, for the name `localhost`.
struct Tls(Child, u16);

impl Tls {
    fn start(dir: &Path) -> Self {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        std::fs::write(dir.join("cert.pem"), made.cert.pem()).unwrap();
        std::fs::write(dir.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
        let mut child = satyapan(dir)
            .args([
                "serve",
                "--no-worker",
                "--listen",
                "127.0.0.1:0",
                "--store",
                "sqlite:s.db",
            ])
            .env("SATYAPAN__SERVER__TLS__CERT", dir.join("cert.pem"))
            .env("SATYAPAN__SERVER__TLS__KEY", dir.join("key.pem"))
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut told = std::io::BufReader::new(child.stderr.take().unwrap());
        let port = loop {
            let mut line = String::new();
            assert!(std::io::BufRead::read_line(&mut told, &mut line).unwrap() > 0);
            if let Some((_, port)) = line.trim().rsplit_once(':') {
                break port.parse().unwrap();
            }
        };
        Self(child, port)
    }
}

impl Drop for Tls {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

#[test]
fn a_daemon_is_probed_as_it_is_set_up_with_tls_and_without() {
    let dir = tempdir().unwrap();
    let dir = dir.path();
    let tls = Tls::start(dir);
    let (clear, asked) =
        answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let shown = |name: &str| dir.join(name).display().to_string();
    let settings = format!(
        "[server]\nlisten = \"0.0.0.0:{}\"\napi_keys = [\"{SECRET}-and-more\"]\n[server.tls]\ncert = '{}'\nkey = '{}'\n",
        tls.1,
        shown("cert.pem"),
        shown("key.pem")
    );
    std::fs::write(dir.join("s.toml"), settings).unwrap();
    let secure = format!("https://127.0.0.1:{}/healthz", tls.1);
    let plain = format!("http://127.0.0.1:{clear}/healthz");
    let probe = |args: &[&str], listen: Option<u16>| -> Ran {
        let listen = listen.map(|port| ("SATYAPAN__SERVER__LISTEN", format!("127.0.0.1:{port}")));
        satyapan(dir)
            .args(["doctor", "--probe"])
            .args(args)
            .envs(listen)
            .output()
            .unwrap()
            .into()
    };
    for (args, listen, url) in [
        (&["--config", "s.toml"][..], None, &secure),
        (&[&*secure], None, &secure),
        (&[], Some(clear), &plain),
        (&[&*plain], None, &plain),
    ] {
        let ran = probe(args, listen);
        assert_eq!(ran.code, 0, "{args:?}: {ran:?}");
        assert_eq!(ran.out, format!("{url} answers\n"));
    }
    assert!(
        asked
            .recv()
            .unwrap()
            .starts_with(b"GET /healthz HTTP/1.1\r\n")
    );
    // By the other one's language: no answer that is one, and no panic.
    for args in [
        &[&*secure.replace("https", "http")],
        &[&*plain.replace("http", "https")],
    ] {
        let ran = probe(args, None);
        assert_eq!(ran.code, 1, "{args:?}: {ran:?}");
        assert!(ran.err.contains(args[0]), "{ran:?}");
    }
}

#[test]
fn sound_connections_are_said_to_be_sound_and_are_sent_no_message() {
    let dir = tempdir().unwrap();
    let dir = dir.path();
    let nats = NatsServer::start_with(&format!("authorization {{ token: \"{SECRET}\" }}")).unwrap();
    let embeddings = ModelServer::start(Behaviour::Embeds);
    let (collector, spans) =
        answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let (receiver, messages) = answering("");
    let tls = Tls::start(dir);
    let keys = dir.join("keys.json");
    let key = serde_json::json!({"kty": "OKP", "crv": "Ed25519", "kid": "1", "x": "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc"});
    std::fs::write(&keys, serde_json::json!({"keys": [key]}).to_string()).unwrap();
    let cert = dir.join("cert.pem");
    let (code, lines) = doctor(
        dir,
        &[
            ("SATYAPAN__SERVER__API_KEYS", &format!("{SECRET}-and-more")),
            ("SATYAPAN__SERVER__JWT__JWKS_FILE", keys.to_str().unwrap()),
            ("SATYAPAN__SERVER__JWT__ISSUER", "i"),
            ("SATYAPAN__SERVER__JWT__AUDIENCE", "a"),
            ("SATYAPAN__SERVER__TLS__CERT", cert.to_str().unwrap()),
            (
                "SATYAPAN__SERVER__TLS__KEY",
                dir.join("key.pem").to_str().unwrap(),
            ),
            ("SATYAPAN__HOOKS__ERPNEXT__SECRET", SECRET),
            ("SATYAPAN__NATS__URL", &nats.url()),
            ("SATYAPAN__NATS__TOKEN", SECRET),
            ("SATYAPAN__CALLBACKS__ALLOW", "localhost"),
            (
                "SATYAPAN__CALLBACKS__URL",
                &format!("https://localhost:{}/{SECRET}", tls.1),
            ),
            ("SATYAPAN__CALLBACKS__SECRET", SIGNED),
            (
                "SATYAPAN__CALLBACKS__ENDPOINTS__ERP__URL",
                &format!("http://localhost:{receiver}/{SECRET}"),
            ),
            ("SATYAPAN__CALLBACKS__ENDPOINTS__ERP__SECRET", SIGNED),
            ("SSL_CERT_FILE", cert.to_str().unwrap()),
            (
                "SATYAPAN__MODEL__EMBEDDINGS__BASE_URL",
                &embeddings.base_url(),
            ),
            ("SATYAPAN__MODEL__EMBEDDINGS__NAME", "e"),
            (
                "SATYAPAN__READ_BACK__ODOO__BASE_URL",
                &format!("https://localhost:{}", tls.1),
            ),
            (
                "SATYAPAN__READ_BACK__TALLY__BASE_URL",
                &format!("http://localhost:{receiver}"),
            ),
            ("SATYAPAN__INBOX__FOLDER", dir.to_str().unwrap()),
            (
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                &format!("http://user:{SECRET}@127.0.0.1:{collector}"),
            ),
        ],
    );
    assert_eq!(code, 0, "{lines:#?}");
    for (name, detail) in [
        ("store", "audit chain holds"),
        ("portal", "the mock in this process answers"),
        ("embeddings", "answers"),
        ("server", "API keys: 1"),
        ("tls", "go together"),
        ("jwt", "1 keys"),
        ("hooks", "erpnext can be verified"),
        (
            "nats",
            "JetStream answers; the stream SATYAPAN_INVOICES is made by",
        ),
        ("callback default", "its certificate holds"),
        ("callback erp", "without TLS"),
        ("read back odoo", "its certificate holds"),
        ("read back tally", "without TLS"),
        ("folder", "can be read"),
        ("otlp", "took a span"),
    ] {
        let line = line(&lines, name);
        assert!(line["detail"].as_str().unwrap().contains(detail), "{line}");
        assert!(line.get("mend").is_none(), "{line}");
    }
    assert_eq!(messages.recv().unwrap(), b"", "a receiver is told nothing");
    let sent = spans.recv().unwrap();
    assert!(
        sent.starts_with(b"POST /v1/traces HTTP/1.1\r\n"),
        "{sent:?}"
    );
}

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "a line a setting, and a line what is said of it"
)]
fn what_is_wrong_is_said_with_its_mend() {
    let dir = tempdir().unwrap();
    let dir = dir.path();
    let nats = NatsServer::start_with("authorization { token: \"another\" }").unwrap();
    let tls = Tls::start(dir);
    let (refusing, _spans) =
        answering("HTTP/1.1 503 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let here = |port: u16| format!("http://127.0.0.1:{port}");
    let (code, lines) = doctor(
        dir,
        &[
            ("SATYAPAN__SERVER__HEADERS_MAX", "1"),
            (
                "SATYAPAN__SERVER__JWT__JWKS_URL",
                &format!("{}/{SECRET}", here(closed)),
            ),
            ("SATYAPAN__SERVER__JWT__ISSUER", "i"),
            (
                "SATYAPAN__SERVER__TLS__CERT",
                dir.join("cert.pem").to_str().unwrap(),
            ),
            (
                "SATYAPAN__SERVER__TLS__KEY",
                dir.join("cert.pem").to_str().unwrap(),
            ),
            ("SATYAPAN__HOOKS__ERPNEXT__TENANT", "acme"),
            ("SATYAPAN__NATS__URL", &nats.url()),
            ("SATYAPAN__NATS__TOKEN", SECRET),
            ("SATYAPAN__CALLBACKS__ALLOW", "127.0.0.1"),
            // Its certificate is nobody's that this machine trusts.
            (
                "SATYAPAN__CALLBACKS__URL",
                &format!("https://localhost:{}/{SECRET}", tls.1),
            ),
            ("SATYAPAN__CALLBACKS__SECRET", SIGNED),
            ("SATYAPAN__CALLBACKS__ENDPOINTS__CLOSED__URL", &here(closed)),
            ("SATYAPAN__CALLBACKS__ENDPOINTS__CLOSED__SECRET", SIGNED),
            (
                "SATYAPAN__CALLBACKS__ENDPOINTS__NOBODY__URL",
                "https://nobody.invalid/",
            ),
            ("SATYAPAN__CALLBACKS__ENDPOINTS__NOBODY__SECRET", SIGNED),
            ("SATYAPAN__MODEL__EMBEDDINGS__BASE_URL", &here(closed)),
            ("SATYAPAN__MODEL__EMBEDDINGS__NAME", "e"),
            ("SATYAPAN__MODEL__RETRIES", "0"),
            ("SATYAPAN__PORTAL__BASE_URL", &here(closed)),
            ("SATYAPAN__PORTAL__CLIENT_SECRET", SECRET),
            ("SATYAPAN__READ_BACK__ERPNEXT__BASE_URL", &here(closed)),
            ("SATYAPAN__READ_BACK__ERPNEXT__API_KEY", "k"),
            ("SATYAPAN__READ_BACK__ERPNEXT__API_SECRET", SECRET),
            ("SATYAPAN__INBOX__FOLDER", "mistyped"),
            (
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                &format!("http://user:{SECRET}@127.0.0.1:{refusing}"),
            ),
        ],
    );
    assert_eq!(code, 1);
    for (name, detail) in [
        ("portal", "no answer"),
        ("embeddings", ""),
        ("server", "server.headers_max must be at least 16"),
        ("tls", "the private key cannot be read"),
        ("jwt", "issuer and audience are needed"),
        ("hooks", "hooks.erpnext.secret is not set"),
        ("nats", "not connected"),
        ("callback default", "no TLS with it"),
        ("callback closed", "refused"),
        ("callback nobody", ""),
        ("read back erpnext", "refused"),
        ("folder", "mistyped"),
        ("otlp", "took no span"),
    ] {
        let line = line(&lines, name);
        assert_eq!(line["ok"], false, "{line}");
        assert!(line["detail"].as_str().unwrap().contains(detail), "{line}");
        assert!(
            line["mend"].as_str().is_some_and(|mend| !mend.is_empty()),
            "{line}"
        );
    }
    assert_eq!(line(&lines, "store")["ok"], true);
    // Under settings that hold: a key set that cannot be had, a receiver in the house that nobody allowed.
    let (_, lines) = doctor(
        dir,
        &[
            (
                "SATYAPAN__SERVER__JWT__JWKS_URL",
                &format!("{}/{SECRET}", here(closed)),
            ),
            ("SATYAPAN__SERVER__JWT__ISSUER", "i"),
            ("SATYAPAN__SERVER__JWT__AUDIENCE", "a"),
            (
                "SATYAPAN__CALLBACKS__URL",
                &format!("https://localhost:{}/", tls.1),
            ),
            ("SATYAPAN__CALLBACKS__SECRET", SIGNED),
        ],
    );
    let inside = line(&lines, "callback default")["detail"].as_str().unwrap();
    assert!(inside.contains("callbacks.allow"), "{inside}");
    let jwt = line(&lines, "jwt")["detail"].as_str().unwrap();
    assert!(jwt.contains("the JWK Set cannot be read"), "{jwt}");
}
