//! What a daemon sends to a collector, from outside: with content only where it is asked for, and then masked.

use std::{
    io::Write,
    net::TcpListener,
    sync::mpsc::{Receiver, channel},
    time::{Duration, Instant},
};

use model_server::{Behaviour, ModelServer, Taste};
use serde_json::Value;

use crate::{
    command::invoice,
    serving::{Daemon, PATIENCE, request},
};

const CONTENT: [&str; 4] = [
    "gen_ai.input.messages",
    "gen_ai.output.messages",
    "gen_ai.tool.call.result",
    "gen_ai.evaluation.explanation",
];

/// Takes whatever is posted to it; gives its address and the spans that come, as they stand on the wire.
fn collector() -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (told, heard) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let (head, body) = request(&stream);
            let answer = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
            stream.write_all(answer).ok();
            let spans = head.starts_with("POST /v1/traces ");
            if spans
                && told
                    .send(String::from_utf8_lossy(&body).into_owned())
                    .is_err()
            {
                return;
            }
        }
    });
    (url, heard)
}

#[test]
fn content_is_sent_where_it_is_asked_for_and_masked() {
    let model = ModelServer::start(Behaviour::Fits(Taste::Approves));
    let held = std::fs::read(invoice("held-bank-account")).unwrap();
    let stated: Value = serde_json::from_slice(&held).unwrap();
    let secret = ["/SellerDtls/Gstin", "/BuyerDtls/Gstin", "/PayDtls/AccDet"];
    let secret = secret.map(|place| stated.pointer(place).unwrap().as_str().unwrap());
    for capture in ["false", "true"] {
        let (url, spans) = collector();
        let daemon = Daemon::start(&[
            ("OPENAI_BASE_URL", &model.base_url()),
            ("OPENAI_MODEL", "test"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", &url),
            ("SATYAPAN__TELEMETRY__INTERVAL_MS", "100"),
            (
                "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT",
                capture,
            ),
        ]);
        let taken = daemon.post("/v1/verifications?wait=50&as_of=2026-11-21", &[], &held);
        assert_eq!(taken.status, 200, "{}", taken.body);
        let mut sent = String::new();
        let began = Instant::now();
        // The root is the last to end.
        while !sent.contains("invoke_workflow verify") {
            sent.extend(spans.recv_timeout(Duration::from_secs(1)));
            assert!(began.elapsed() < PATIENCE, "{sent}");
        }
        for key in [
            "gen_ai.request.temperature",
            "gen_ai.request.seed",
            "gen_ai.request.max_tokens",
            "gen_ai.response.id",
            "chatcmpl-1",
            "gen_ai.response.finish_reasons",
            "server.address",
        ] {
            assert!(sent.contains(key), "{key}: {sent}");
        }
        for key in CONTENT {
            assert_eq!(sent.contains(key), capture == "true", "{key}: {sent}");
        }
        for never in secret {
            assert!(!sent.contains(never), "{never} with {capture}");
        }
    }
}
