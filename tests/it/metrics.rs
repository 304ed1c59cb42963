//! What a daemon counts, from outside: each figure that a board shows moves when what it counts happens.

use std::time::{Duration, Instant};

use model_server::{Behaviour, ModelServer, Taste};

use crate::{
    command::invoice,
    serving::Daemon,
    worker::{STORE, Worker, add, invoices, loaded, ok},
};

/// The sum of a metric's samples whose labels hold all of these.
fn sum(text: &str, name: &str, labels: &[&str]) -> f64 {
    let of_name = text.lines().filter(|line| {
        line.strip_prefix(name)
            .is_some_and(|rest| rest.starts_with(['{', ' ']))
    });
    of_name
        .filter(|line| labels.iter().all(|label| line.contains(label)))
        .map(|line| line.rsplit(' ').next().unwrap().parse::<f64>().unwrap())
        .sum()
}

#[test]
fn masks_costs_caches_silent_tools_and_drift_are_counted() {
    let model = ModelServer::start(Behaviour::Fits(Taste::Approves));
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let portal = format!("http://{}", silent.local_addr().unwrap());
    // Nobody listens there any more.
    drop(silent);
    let daemon = Daemon::start(&[
        ("OPENAI_BASE_URL", &model.base_url()),
        ("OPENAI_MODEL", "test"),
        ("SATYAPAN__MODEL__PAISE_PER_MILLION_PROMPT_TOKENS", "10000"),
        ("SATYAPAN__PORTAL__BASE_URL", &portal),
        ("SATYAPAN__PORTAL__RETRIES", "0"),
    ]);
    let held = std::fs::read(invoice("held-bank-account")).unwrap();
    // The same case under two keys: two jobs, and the second finds its verdict.
    let verdicts: Vec<_> = ["one", "two"]
        .iter()
        .map(|key| {
            let key = [("Idempotency-Key", *key)];
            let taken = daemon.post("/v1/verifications?wait=50&as_of=2026-11-21", &key, &held);
            assert_eq!(taken.status, 200, "{}", taken.body);
            taken.json()
        })
        .collect();
    assert_eq!(verdicts[0]["id"], verdicts[1]["id"]);
    assert!(verdicts[0]["usage"]["llm_calls"].as_u64().unwrap() > 0);
    let text = daemon.get("/metrics").body;
    let at_least_one: &[(&str, &[&str])] = &[
        ("satyapan_masked_spans_total", &["type=\"gstin\""]),
        ("satyapan_model_cost_rupees_total", &[]),
        (
            "satyapan_tool_calls_total",
            &["tool=\"gst_portal\"", "result=\"unanswered\""],
        ),
        (
            "satyapan_cache_requests_total",
            &["cache=\"portal\"", "result=\"miss\""],
        ),
    ];
    for (name, labels) in at_least_one {
        assert!(sum(&text, name, labels) > 0.0, "{name} {labels:?}: {text}");
    }
    for result in ["hit", "miss"] {
        let labels = ["cache=\"verdict\"", &format!("result=\"{result}\"")];
        let counted = sum(&text, "satyapan_cache_requests_total", &labels);
        assert!((counted - 1.0).abs() < 1e-9, "{result}: {text}");
    }
    for signal in ["approve_share", "hold_share", "reject_share"] {
        let shown = format!("satyapan_drift_score{{signal=\"{signal}\"}} ");
        assert!(text.contains(&shown), "{text}");
    }
}

/// A worker is scraped as well: what it says of the queue is so.
#[test]
fn a_worker_tells_how_the_queue_stands() {
    let dir = loaded();
    let dir = dir.path();
    let file = invoices(dir, 3);
    add(dir, &[file]);
    ok(dir, &["queue", "pause", "--store", STORE]);
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = free.local_addr().unwrap().to_string();
    drop(free);
    let worker = Worker::start(dir, &[], &[("SATYAPAN__TELEMETRY__LISTEN", &listen)]);
    let began = Instant::now();
    let waiting = "satyapan_queue_jobs{state=\"waiting\"} 3";
    loop {
        let text = scraped(&listen);
        if text.contains(waiting) {
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(100), "{text}");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(worker.stop(), Some(0));
}

/// What metrics say; empty while nobody listens.
fn scraped(listen: &str) -> String {
    use std::io::{Read, Write};
    let mut text = String::new();
    if let Ok(mut stream) = std::net::TcpStream::connect(listen) {
        let request =
            format!("GET /metrics HTTP/1.1\r\nHost: {listen}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        stream.read_to_string(&mut text).unwrap();
    }
    text
}
