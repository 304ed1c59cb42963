//! The door of a process without HTTP of its own.

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::Arc,
};

use telemetry::{Build, Metrics, expose};
use tokio::{net::TcpListener, sync::oneshot};

use crate::sample;

/// What comes back for a request as it stands.
fn ask(address: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn metrics_and_health_are_told_and_nothing_else() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let build = Build {
        version: "0.1.0",
        law: "1",
        policy: "1",
    };
    let metrics = Arc::new(Metrics::new(sample::vocabulary(), build));
    let (stop, stopped) = oneshot::channel::<()>();
    let until = async { drop(stopped.await) };
    let served = runtime.spawn(expose(listener, metrics, until));
    let get = |path: &str, accept: &str| {
        ask(
            &address,
            &format!("GET {path} HTTP/1.1\r\nHost: x\r\nAccept: {accept}\r\n\r\n"),
        )
    };
    let text = get("/metrics", "*/*");
    assert!(
        text.starts_with("HTTP/1.1 200") && text.contains("text/plain; version=0.0.4"),
        "{text}"
    );
    assert!(
        text.contains("satyapan_build_info{version=\"0.1.0\",law=\"1\",policy=\"1\"} 1"),
        "{text}"
    );
    let open = get("/metrics", "application/openmetrics-text; version=1.0.0");
    assert!(
        open.contains("application/openmetrics-text") && open.ends_with("# EOF\n"),
        "{open}"
    );
    assert!(get("/healthz", "*/*").ends_with("\r\n\r\nok\n"));
    assert!(get("/v1/verifications", "*/*").starts_with("HTTP/1.1 404"));
    assert!(
        ask(
            &address,
            "POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
        )
        .starts_with("HTTP/1.1 405")
    );
    let long = format!(
        "GET /metrics HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n",
        "a".repeat(12_000)
    );
    assert!(ask(&address, &long).starts_with("HTTP/1.1 200"));
    // One who says nothing holds up nobody.
    let silent = TcpStream::connect(&address).unwrap();
    assert!(get("/healthz", "*/*").contains("ok"));
    drop(silent);
    stop.send(()).unwrap();
    runtime.block_on(served).unwrap();
}
