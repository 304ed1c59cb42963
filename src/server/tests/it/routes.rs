//! Each route, as it should be used and as it should not.

use std::sync::atomic::Ordering;

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::hmac;

use crate::{
    fake::{EXAMPLE_ID, HOOK_SECRET},
    world::{OTHER, World, invoice},
};

#[tokio::test]
async fn a_document_becomes_a_verdict() {
    let world = World::with("", false).await;
    let sent = world
        .call("POST", "/v1/verifications", &[], &invoice("A", 100))
        .await;
    assert_eq!(sent.status, 202);
    assert_eq!(sent.header("retry-after"), "1");
    assert_eq!(sent.json()["state"], "waiting");
    let path = sent.header("location").to_owned();
    let early = world.get(&path).await;
    assert_eq!((early.status, early.header("retry-after")), (202, "1"));
    world.service.step("default", &sent.id(), "intake");
    assert_eq!(world.get(&path).await.json()["state"], "leased");
    world.service.finish("default", &sent.id());
    let done = world.get(&path).await;
    assert_eq!(done.status, 200);
    assert_eq!(done.json()["schema"], "satyapan.verdict/1");
    assert_eq!(done.json()["decision"], "approve");
}

#[tokio::test]
async fn who_waits_gets_the_verdict() {
    let world = World::with("wait_s_max = 20", false).await;
    let document = invoice("A", 100);
    let (waited, ()) = tokio::join!(
        world.call("POST", "/v1/verifications?wait=20", &[], &document),
        async {
            while world.service.jobs() == 0 {
                tokio::task::yield_now().await;
            }
            world.service.finish("default", EXAMPLE_ID);
        }
    );
    assert_eq!(waited.status, 200, "{waited:?}");
    assert_eq!(waited.json()["decision"], "approve");
    assert_eq!(waited.id(), EXAMPLE_ID);
}

#[tokio::test]
async fn a_wait_is_bounded_by_the_settings() {
    let world = World::with("wait_s_max = 0", false).await;
    let sent = world
        .call(
            "POST",
            "/v1/verifications?wait=86400",
            &[],
            &invoice("A", 1),
        )
        .await;
    assert_eq!(sent.status, 202);
}

#[tokio::test]
async fn one_key_is_one_document() {
    let world = World::start().await;
    let key = [("idempotency-key", "one")];
    let send = |body| world.call("POST", "/v1/verifications", &key, body);
    let (first, other) = (invoice("A", 1), invoice("B", 1));
    let id = send(&first).await.id();
    let again = send(&first).await;
    assert_eq!((again.status, again.id()), (202, id.clone()));
    assert_eq!(again.json()["state"], "done");
    assert_eq!(send(&other).await.problem(), "idempotency-conflict");
    assert_eq!(world.service.jobs(), 1);
    // Another tenant's key is another key.
    let bearer = format!("Bearer {OTHER}");
    let headers = [("authorization", bearer.as_str()), key[0]];
    let foreign = world
        .send("POST", "/v1/verifications", &headers, &other)
        .await;
    assert_eq!(foreign.status, 202);
    assert_ne!(foreign.id(), id);
}

#[tokio::test]
async fn a_verdict_has_a_tag() {
    let world = World::start().await;
    let path = format!("/v1/verifications/{}", world.submit("A", 200_000).await);
    let tag = world.get(&path).await.header("etag").to_owned();
    let conditional = [("if-none-match", tag.as_str())];
    let same = world.call("GET", &path, &conditional, b"").await;
    assert_eq!((same.status, same.body.len()), (304, 0));
    assert_eq!(same.header("etag"), tag);
    let review = br#"{"decision":"reject","reason":"a second account"}"#;
    let reviewed = world
        .call("POST", &format!("{path}/review"), &[], review)
        .await;
    assert_eq!(reviewed.status, 200, "{reviewed:?}");
    let changed = world.call("GET", &path, &conditional, b"").await;
    assert_eq!(
        (changed.status, changed.json()["decision"].as_str()),
        (200, Some("reject"))
    );
}

#[tokio::test]
async fn lists_go_page_by_page() {
    let world = World::start().await;
    for number in 0..5 {
        world.submit(&number.to_string(), 1).await;
    }
    world.submit("held", 200_000).await;
    let mut numbers = Vec::new();
    let mut path = "/v1/verifications?decision=approve&vendor=&limit=2".to_owned();
    loop {
        let page = world.get(&path).await.json();
        for verdict in page["verdicts"].as_array().unwrap() {
            numbers.push(verdict["invoice"]["number"].as_str().unwrap().to_owned());
        }
        let Some(next) = page["next"].as_str() else {
            break;
        };
        path = format!("/v1/verifications?decision=approve&limit=2&cursor={next}");
    }
    assert_eq!(numbers, ["4", "3", "2", "1", "0"]);
    let cursor = world.get("/v1/verifications?limit=1").await.json()["next"].clone();
    let cursor = cursor.as_str().unwrap();
    let flipped = if cursor.starts_with('A') { "B" } else { "A" };
    for (name, path) in [
        (
            "other filters",
            format!("/v1/verifications?decision=hold&cursor={cursor}"),
        ),
        (
            "changed",
            format!("/v1/verifications?cursor={flipped}{}", &cursor[1..]),
        ),
        ("cut", format!("/v1/verifications?cursor={}", &cursor[..10])),
        ("invented", "/v1/verifications?cursor=MQ".to_owned()),
    ] {
        assert_eq!(world.get(&path).await.problem(), "bad-cursor", "{name}");
    }
    let bearer = format!("Bearer {OTHER}");
    let path = format!("/v1/verifications?cursor={cursor}");
    let foreign = world
        .send("GET", &path, &[("authorization", &bearer)], b"")
        .await;
    assert_eq!(foreign.problem(), "bad-cursor");
}

#[tokio::test]
async fn lists_come_as_lines_too() {
    let world = World::start().await;
    for number in ["a", "b"] {
        world.submit(number, 1).await;
    }
    let accept = [("accept", "application/x-ndjson")];
    let lines = world
        .call(
            "GET",
            "/v1/verifications?limit=1&decision=approve",
            &accept,
            b"",
        )
        .await;
    assert_eq!(lines.header("content-type"), "application/x-ndjson");
    assert_eq!(
        String::from_utf8(lines.body.clone())
            .unwrap()
            .lines()
            .count(),
        1
    );
    let link = lines.header("link");
    let next = link.strip_prefix('<').unwrap().split('>').next().unwrap();
    let second = world.call("GET", next, &accept, b"").await;
    assert_eq!(second.json()["invoice"]["number"], "a");
    assert_eq!(second.header("link"), "");
}

#[tokio::test]
async fn only_a_hold_is_reviewed_and_once() {
    let world = World::start().await;
    let held = format!(
        "/v1/verifications/{}/review",
        world.submit("H", 200_000).await
    );
    let approved = format!("/v1/verifications/{}/review", world.submit("A", 1).await);
    let large = format!(
        "/v1/verifications/{}/review",
        world.submit("L", 2_000_000).await
    );
    let good = r#"{"decision":"approve","reason":"asked the supplier"}"#;
    let review = |path: &str, body: &str| {
        let (path, body) = (path.to_owned(), body.as_bytes().to_vec());
        let world = &world;
        async move { world.call("POST", &path, &[], &body).await }
    };
    for (name, path, body, want) in [
        (
            "blank reason",
            &held,
            r#"{"decision":"approve","reason":"  "}"#,
            "invalid",
        ),
        ("no reason", &held, r#"{"decision":"approve"}"#, "invalid"),
        (
            "hold",
            &held,
            r#"{"decision":"hold","reason":"x"}"#,
            "invalid",
        ),
        (
            "more",
            &held,
            r#"{"decision":"approve","reason":"x","who":"me"}"#,
            "invalid",
        ),
        ("no JSON", &held, "{", "bad-request"),
        ("not held", &approved, good, "not-held"),
        ("alone", &large, good, "forbidden"),
        (
            "unknown",
            &"/v1/verifications/none/review".to_owned(),
            good,
            "not-found",
        ),
    ] {
        assert_eq!(review(path, body).await.problem(), want, "{name}");
    }
    let long = format!(
        r#"{{"decision":"approve","reason":"{}"}}"#,
        "x".repeat(2001)
    );
    assert_eq!(review(&held, &long).await.problem(), "invalid");
    let taken = review(&held, good).await;
    assert_eq!(taken.status, 200);
    let summary = taken.json()["summary"].as_str().unwrap().to_owned();
    assert!(
        summary.starts_with("by key-") && summary.ends_with("asked the supplier"),
        "{summary}"
    );
    assert_eq!(review(&held, good).await.problem(), "not-held");
}

/// Name, method, path, headers, body, status, problem.
type Case<'a> = (
    &'a str,
    &'a str,
    &'a str,
    &'a [(&'a str, &'a str)],
    &'a [u8],
    u16,
    &'a str,
);

#[tokio::test]
async fn errors_are_problems_wherever_they_come_from() {
    let world = World::with("body_bytes_max = 2048\nbodies_bytes_max = 4096", true).await;
    let poison = world
        .call(
            "POST",
            "/v1/verifications?wait=1",
            &[],
            br#"{"poison":true}"#,
        )
        .await;
    assert_eq!(poison.problem(), "dead");
    assert_eq!(poison.id(), EXAMPLE_ID);
    let big = vec![b' '; 2049];
    let good = invoice("A", 1);
    let verifications = "/v1/verifications";
    #[rustfmt::skip] // A table reads as one.
    let cases: &[Case<'_>] = &[
        ("no route", "GET", "/v1/verification", &[], b"", 404, "not-found"),
        ("no such id", "GET", "/v1/verifications/01KAF3", &[], b"", 404, "not-found"),
        ("no id at all", "GET", "/v1/verifications/a%20b", &[], b"", 404, "not-found"),
        ("no such events", "GET", "/v1/verifications/01KAF3/events", &[], b"", 404, "not-found"),
        ("no such report", "GET", "/v1/report/nothing", &[], b"", 404, "not-found"),
        ("no such source", "POST", "/v1/hooks/nobody", &[], b"{}", 404, "not-found"),
        ("no such page", "GET", "/problems/nothing", &[], b"", 404, "not-found"),
        ("method", "PUT", verifications, &[], b"", 405, "method-not-allowed"),
        ("method of a part", "DELETE", "/v1/verifications/01KAF3", &[], b"", 405, "method-not-allowed"),
        ("method of health", "POST", "/healthz", &[], b"", 405, "method-not-allowed"),
        ("wait in words", "POST", "/v1/verifications?wait=long", &[], &good, 400, "bad-request"),
        ("wait of more than a day", "POST", "/v1/verifications?wait=86401", &[], &good, 400, "bad-request"),
        ("wait below zero", "POST", "/v1/verifications?wait=-1", &[], &good, 400, "bad-request"),
        ("no day", "POST", "/v1/verifications?as_of=2026-02-30", &[], &good, 400, "bad-request"),
        ("no priority", "POST", "/v1/verifications?priority=urgent", &[], &good, 400, "bad-request"),
        ("no source", "POST", "/v1/verifications?source=a%2Fb", &[], &good, 400, "bad-request"),
        ("unknown member", "POST", "/v1/verifications?asof=2026-01-01", &[], &good, 400, "bad-request"),
        ("twice", "GET", "/v1/verifications?limit=1&limit=2", &[], b"", 400, "bad-request"),
        ("limit 0", "GET", "/v1/verifications?limit=0", &[], b"", 400, "bad-request"),
        ("limit 101", "GET", "/v1/verifications?limit=101", &[], b"", 400, "bad-request"),
        ("no decision", "GET", "/v1/verifications?decision=maybe", &[], b"", 400, "bad-request"),
        ("days turned round", "GET", "/v1/verifications?from=2026-11-02&to=2026-11-01", &[], b"", 400, "bad-request"),
        ("query not UTF-8", "GET", "/v1/verifications?vendor=%ff", &[], b"", 400, "bad-request"),
        ("path not UTF-8", "GET", "/v1/verifications/%ff", &[], b"", 400, "bad-request"),
        ("report path not UTF-8", "GET", "/v1/report/%ff", &[], b"", 400, "bad-request"),
        ("empty idempotency key", "POST", verifications, &[("idempotency-key", "")], &good, 400, "bad-request"),
        ("last event in words", "GET", "/v1/verifications/01KAF3/events", &[("last-event-id", "x")], b"", 400, "bad-request"),
        ("JSON refused", "GET", "/v1/verifications/01KAF3", &[("accept", "text/html")], b"", 406, "not-acceptable"),
        ("JSON weighed at nothing", "GET", verifications, &[("accept", "application/json;q=0")], b"", 406, "not-acceptable"),
        ("events as JSON", "GET", "/v1/verifications/01KAF3/events", &[("accept", "application/json")], b"", 406, "not-acceptable"),
        ("large", "POST", verifications, &[], &big, 413, "body-too-large"),
        ("large hook", "POST", "/v1/hooks/tally", &[], &big, 413, "body-too-large"),
        ("form", "POST", verifications, &[("content-type", "application/x-www-form-urlencoded")], &good, 415, "unsupported-media-type"),
        ("packed", "POST", verifications, &[("content-encoding", "gzip")], &good, 415, "unsupported-media-type"),
        ("question as text", "POST", "/v1/ask", &[("content-type", "text/plain")], b"{}", 415, "unsupported-media-type"),
        ("broken", "POST", verifications, &[], b"{", 422, "unreadable-document"),
        ("empty", "POST", verifications, &[], b"", 422, "unreadable-document"),
        ("no format", "POST", verifications, &[("content-type", "application/octet-stream")], b"hello", 422, "unreadable-document"),
        ("empty question", "POST", "/v1/ask", &[], br#"{"question":" "}"#, 422, "invalid"),
        ("question of a number", "POST", "/v1/ask", &[], br#"{"question":1}"#, 422, "invalid"),
        ("question not JSON", "POST", "/v1/ask", &[], b"Which?", 400, "bad-request"),
        ("body not UTF-8", "POST", "/v1/ask", &[], b"{\"question\":\"\xff\"}", 400, "bad-request"),
        ("report parameter", "GET", "/v1/report/spend/by-vendor?bottom=3", &[], b"", 422, "invalid"),
    ];
    for (name, method, path, headers, body, status, slug) in cases {
        let answer = world.call(method, path, headers, body).await;
        assert_eq!(
            (answer.problem().as_str(), answer.status),
            (*slug, *status),
            "{name}"
        );
        let page = world
            .send("GET", &format!("/problems/{slug}"), &[], b"")
            .await;
        assert_eq!(page.status, 200, "{name}");
        assert!(
            page.header("content-type").starts_with("text/html"),
            "{name}"
        );
    }
    let put = world.call("PUT", "/v1/verifications", &[], b"").await;
    let mut allow: Vec<&str> = put.header("allow").split(", ").collect();
    allow.sort_unstable();
    assert_eq!(allow, ["GET", "HEAD", "POST"]);
}

#[tokio::test]
async fn a_full_queue_says_when_to_come_back() {
    let world = World::with("[rate]\nper_minute = 0", false).await;
    for number in 0..500 {
        world.submit(&number.to_string(), 1).await;
    }
    let full = world
        .call("POST", "/v1/verifications", &[], &invoice("X", 1))
        .await;
    assert_eq!(full.problem(), "queue-full");
    assert_eq!((full.status, full.header("retry-after")), (429, "2"));
}

#[tokio::test]
async fn a_service_that_fails_tells_nobody_why() {
    let world = World::start().await;
    let id = world.submit("A", 1).await;
    world.service.broken.store(true, Ordering::SeqCst);
    for (method, path, body) in [
        ("POST", "/v1/verifications".to_owned(), invoice("B", 1)),
        ("GET", "/v1/verifications".to_owned(), Vec::new()),
        ("GET", format!("/v1/verifications/{id}"), Vec::new()),
        ("GET", format!("/v1/verifications/{id}/events"), Vec::new()),
        (
            "POST",
            format!("/v1/verifications/{id}/review"),
            br#"{"decision":"approve","reason":"x"}"#.to_vec(),
        ),
        (
            "POST",
            "/v1/ask".to_owned(),
            br#"{"question":"x"}"#.to_vec(),
        ),
        ("GET", "/v1/report/spend/by-vendor".to_owned(), Vec::new()),
        ("POST", "/v1/hooks/erpnext".to_owned(), b"{}".to_vec()),
        ("GET", "/readyz".to_owned(), Vec::new()),
        ("GET", "/metrics".to_owned(), Vec::new()),
        ("GET", "/".to_owned(), Vec::new()),
    ] {
        let answer = world.call(method, &path, &[], &body).await;
        assert_eq!(
            (answer.problem().as_str(), answer.status),
            ("unavailable", 503),
            "{path}"
        );
        assert!(!answer.header("retry-after").is_empty(), "{path}");
        assert!(
            !String::from_utf8_lossy(&answer.body).contains("disk"),
            "{path}"
        );
    }
    assert_eq!(
        world.get("/readyz").await.json()["parts"][0]["name"],
        "store"
    );
    assert_eq!(world.get("/healthz").await.status, 200);
    world.service.broken.store(false, Ordering::SeqCst);
    world.service.panics.store(true, Ordering::SeqCst);
    assert_eq!(world.get("/v1/verifications").await.problem(), "internal");
    let submitted = world
        .call("POST", "/v1/verifications", &[], &invoice("C", 1))
        .await;
    assert_eq!(submitted.problem(), "internal");
    world.service.panics.store(false, Ordering::SeqCst);
    assert_eq!(world.get("/v1/verifications").await.status, 200);
}

#[tokio::test]
async fn hooks_are_carried_as_they_came() {
    let world = World::start().await;
    let body = b"{\"doctype\":\"Purchase Invoice\",  \"name\":\"\xe0\xa4\xb8\"}";
    let key = hmac::Key::new(hmac::HMAC_SHA256, HOOK_SECRET.as_bytes());
    let signature = STANDARD.encode(hmac::sign(&key, body));
    let signed = [
        ("X-Frappe-Webhook-Signature", signature.as_str()),
        ("accept", "text/html"),
    ];
    let taken = world.send("POST", "/v1/hooks/erpnext", &signed, body).await;
    assert_eq!(
        (taken.status, taken.json()["id"].as_str()),
        (202, Some("hook-0"))
    );
    let unsigned = world.send("POST", "/v1/hooks/erpnext", &[], body).await;
    assert_eq!(
        (unsigned.status, unsigned.problem().as_str()),
        (401, "unauthenticated")
    );
    assert_eq!(
        unsigned.header("www-authenticate"),
        "Bearer realm=\"satyapan\""
    );
    let changed = world
        .send("POST", "/v1/hooks/erpnext", &signed, b"{}")
        .await;
    assert_eq!(changed.status, 401);
    let path = format!("/v1/hooks/tally?token={HOOK_SECRET}&x=%20");
    assert_eq!(world.send("POST", &path, &[], b"<X/>").await.status, 202);
    assert_eq!(
        world.send("POST", &path, &[], b"").await.problem(),
        "unreadable-document"
    );
    let ping = world.send("POST", &path, &[], b"{}").await;
    assert_eq!((ping.status, ping.json()["id"].is_null()), (202, true));
    let served = world.service.served.lock().unwrap().clone();
    let routes: Vec<(&str, &str, u16)> = served
        .iter()
        .map(|(route, source, status)| (&**route, &**source, *status))
        .collect();
    assert_eq!(routes[0], ("/v1/hooks/{source}", "erpnext", 202));
    assert_eq!(routes[1], ("/v1/hooks/{source}", "erpnext", 401));
}

#[tokio::test]
async fn request_ids_are_kept_where_they_are_ids() {
    let world = World::start().await;
    let answer = world
        .call("GET", "/v1/nothing", &[("x-request-id", "abc-1.2_3")], b"")
        .await;
    answer.problem();
    assert_eq!(answer.header("x-request-id"), "abc-1.2_3");
    for bad in ["", "a b", "<script>", &"x".repeat(65)] {
        let answer = world
            .call("GET", "/healthz", &[("x-request-id", bad)], b"")
            .await;
        assert_eq!(answer.header("x-request-id").len(), 26, "{bad}");
    }
}

#[tokio::test]
async fn large_answers_are_packed_for_who_asks() {
    let world = World::start().await;
    let packed = world
        .call("GET", "/openapi.json", &[("accept-encoding", "gzip")], b"")
        .await;
    assert_eq!(packed.header("content-encoding"), "gzip");
    assert_eq!(packed.body[..2], [0x1f, 0x8b]);
    let plain = world.get("/openapi.json").await;
    assert_eq!(plain.header("content-encoding"), "");
    assert!(plain.body.len() > 2 * packed.body.len());
    assert_eq!(plain.header("cache-control"), "no-store");
    assert_eq!(plain.header("x-content-type-options"), "nosniff");
}

#[tokio::test]
async fn whoever_runs_it_can_look() {
    let world = World::start().await;
    world.submit("A", 200_000).await;
    let send = |path| world.send("GET", path, &[], b"");
    assert_eq!(send("/healthz").await.json()["ok"], true);
    let ready = send("/readyz").await;
    assert_eq!((ready.status, &ready.json()["ready"]), (200, &true.into()));
    let metrics = send("/metrics").await;
    assert!(
        metrics
            .header("content-type")
            .starts_with("text/plain; version=0.0.4")
    );
    assert!(
        String::from_utf8(metrics.body)
            .unwrap()
            .contains("satyapan_")
    );
    let page = world.get("/").await;
    assert!(
        page.header("content-security-policy")
            .contains("default-src 'self'")
    );
    assert!(String::from_utf8(page.body).unwrap().contains("1 verdicts"));
    let asked = world
        .call(
            "POST",
            "/v1/ask",
            &[],
            br#"{"question":"held?","as_of":"2026-11-21"}"#,
        )
        .await;
    assert_eq!(asked.json()["answer"], "1 invoices are held.");
    let report = world.get("/v1/report/spend/by-vendor?top=3").await;
    assert_eq!(report.json()["27AAPFU0939F1ZV"], 1);
    let head = world.call("HEAD", "/openapi.json", &[], b"").await;
    assert_eq!((head.status, head.body.len()), (200, 0));
}
