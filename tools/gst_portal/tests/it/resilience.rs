//! What the tool does when the portal does not answer.

use std::time::{Duration, Instant};

use contract::{Tool, ToolError};
use gst_portal::{GstPortal, PortalSettings, Secret, SettingsError};
use portal::Faults;
use serde_json::json;

use crate::{
    scripted::{Scripted, script},
    support::{
        BUYER, IRN, SUPPLIER, fixture, found, full_book, irn, kind, listed, serve, settings,
        taxpayer, tool,
    },
};

/// A fault of the server and the right answer.
fn good() -> (u16, Option<&'static str>, String) {
    script(200, &fixture("taxpayer_search_gstval.json").to_string())
}

#[tokio::test]
async fn what_may_pass_is_tried_again_and_what_will_not_is_not() {
    for (first, hits, want) in [
        (vec![script(500, ""), script(503, "<html>")], 3, "found"),
        (vec![script(429, ""), script(429, "")], 3, "found"),
        (vec![(429, Some("0"), String::new())], 2, "found"),
        (
            vec![script(500, ""), script(500, ""), script(500, "")],
            3,
            "unreachable",
        ),
        (vec![script(200, "<html>")], 2, "found"),
        (
            vec![script(200, "<html>"), script(200, "{")],
            2,
            "malformed",
        ),
        (
            vec![script(200, "<html>"), script(500, ""), script(500, "")],
            3,
            "unreachable",
        ),
        (vec![script(401, "{}")], 1, "unreachable"),
        (vec![script(302, "")], 1, "unreachable"),
        (vec![script(404, "")], 1, "unreachable"),
        (vec![script(400, "{}")], 1, "arguments"),
        (
            vec![script(
                200,
                r#"{"status_cd":"0","error":{"error_cd":"FO8000"}}"#,
            )],
            1,
            "absent",
        ),
    ] {
        let shown = format!("{first:?}");
        let server = Scripted::start(first, good()).await;
        let mut settings = settings(server.base_url());
        settings.retries = 2;
        let answer = GstPortal::new(settings)
            .unwrap()
            .ask(taxpayer(SUPPLIER))
            .await;
        assert_eq!(kind(&answer), want, "{shown}: {answer:?}");
        assert_eq!(server.hits(), hits, "{shown}");
    }
}

#[tokio::test]
async fn a_pause_beyond_the_deadline_is_not_waited_for() {
    let server = Scripted::start(vec![(429, Some("3600"), String::new())], good()).await;
    let tool = tool(server.base_url());
    let asked = Instant::now();
    let answer = tool.ask(taxpayer(SUPPLIER)).await;
    assert_eq!(kind(&answer), "unreachable", "{answer:?}");
    assert_eq!(
        kind(&tool.ask(irn(IRN)).await),
        "unreachable",
        "the pause holds for every question"
    );
    assert_eq!(server.hits(), 1);
    assert!(
        asked.elapsed() < Duration::from_secs(5),
        "well before the deadline of ten seconds"
    );
}

#[tokio::test]
async fn the_breaker_opens_is_probed_once_and_closes() {
    let failures = (0..5).map(|_| script(500, "")).collect();
    let server = Scripted::start(failures, good()).await;
    let breaker = |cooldown_ms| {
        let mut settings = settings(server.base_url());
        settings.retries = 0;
        settings.breaker_failures = 3;
        settings.breaker_cooldown_ms = cooldown_ms;
        GstPortal::new(settings).unwrap()
    };
    let open = breaker(3_600_000);
    for hits in [1, 2, 3, 3, 3] {
        assert_eq!(kind(&open.ask(taxpayer(SUPPLIER)).await), "unreachable");
        assert_eq!(server.hits(), hits);
    }
    let answer = open.ask(taxpayer(SUPPLIER)).await.unwrap_err().to_string();
    assert!(answer.contains("not tried"), "{answer}");
    assert_eq!(kind(&open.ask(irn(IRN)).await), "unreachable");
    assert_eq!(
        server.hits(),
        4,
        "another operation has its own breaker and is tried"
    );

    // With no cooldown every attempt of an open breaker is a probe.
    let probing = breaker(0);
    assert_eq!(kind(&probing.ask(taxpayer(SUPPLIER)).await), "unreachable");
    assert_eq!(kind(&probing.ask(taxpayer(SUPPLIER)).await), "found");
}

#[tokio::test]
async fn an_error_is_not_kept() {
    let server = Scripted::start(vec![script(500, "")], good()).await;
    let mut settings = settings(server.base_url());
    settings.retries = 0;
    let tool = GstPortal::new(settings).unwrap();
    assert_eq!(kind(&tool.ask(taxpayer(SUPPLIER)).await), "unreachable");
    assert_eq!(kind(&tool.ask(taxpayer(SUPPLIER)).await), "found");
    assert_eq!(kind(&tool.ask(taxpayer(SUPPLIER)).await), "found");
    assert_eq!(server.hits(), 2);
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_not_read() {
    let body = good().2;
    for (bytes_max, want) in [(body.len(), "found"), (body.len() - 1, "malformed")] {
        let server = Scripted::start(vec![], script(200, &body)).await;
        let mut settings = settings(server.base_url());
        settings.body_bytes_max = bytes_max;
        let answer = GstPortal::new(settings)
            .unwrap()
            .ask(taxpayer(SUPPLIER))
            .await;
        assert_eq!(kind(&answer), want, "{bytes_max}: {answer:?}");
    }
}

#[tokio::test]
async fn a_large_statement_is_read() {
    let documents: Vec<_> = (0..20_000)
        .map(|n| json!({"inum": format!("A/{n}"), "dt": "05-10-2026", "items": [{"txval": 100, "igst": 18}]}))
        .collect();
    let body = json!({"data": {"gstin": BUYER, "rtnprd": "092026", "docdata": {"b2b": [{"ctin": SUPPLIER, "inv": documents}]}}});
    let server = Scripted::start(vec![], script(200, &body.to_string())).await;
    let mut settings = settings(server.base_url());
    settings.attempt_timeout_ms = 30_000;
    settings.deadline_ms = 60_000;
    let tool = GstPortal::new(settings).unwrap();
    for number in [0, 1, 19_999] {
        let record = found(
            tool.ask(listed(&format!("A-{number}"), "092026", "092026"))
                .await,
        );
        assert_eq!(
            record["documents"][0]["document"]["inum"],
            format!("A/{number}")
        );
    }
    assert_eq!(server.hits(), 1);
}

#[tokio::test]
async fn credentials_go_out_as_headers_and_nowhere_else() {
    let server = Scripted::start(vec![], script(401, r#"{"message":"bad key abc-secret"}"#)).await;
    let mut settings = settings(server.base_url());
    settings.client_id = Some(Secret::new("abc-id"));
    settings.client_secret = Some(Secret::new("abc-secret"));
    let error = GstPortal::new(settings)
        .unwrap()
        .ask(taxpayer(SUPPLIER))
        .await
        .unwrap_err();
    assert_eq!(server.header("client_id").as_deref(), Some("abc-id"));
    assert_eq!(
        server.header("client_secret").as_deref(),
        Some("abc-secret")
    );
    assert!(!format!("{error} {error:?}").contains("abc-"), "{error}");
}

#[tokio::test]
async fn nobody_listening_is_no_answer() {
    let book = full_book("nobody");
    let portal = serve(&book, Faults::default()).await;
    let tool = tool(portal.base_url());
    portal.shutdown().await;
    let answer = tool.ask(taxpayer(SUPPLIER)).await;
    assert_eq!(kind(&answer), "unreachable");
    assert_eq!(
        answer.unwrap_err(),
        ToolError::Unreachable {
            tool: "gst_portal",
            detail: "the taxpayer Gstin(27…) in 3 attempts: cannot connect".to_owned()
        }
    );
}

#[tokio::test]
async fn every_third_request_failing_is_no_hindrance() {
    let book = full_book("third");
    let portal = serve(
        &book,
        Faults {
            fail_every_n: 3,
            ..Faults::default()
        },
    )
    .await;
    let mut settings = settings(portal.base_url());
    settings.cache_entries = 0;
    let tool = GstPortal::new(settings).unwrap();
    for _ in 0..20 {
        assert_eq!(kind(&tool.ask(taxpayer(SUPPLIER)).await), "found");
    }
    assert_eq!(tool.counts().cache_hits, 0);
    assert!(portal.requests() > 20);
}

#[test]
fn settings_without_a_usable_portal_are_refused() {
    let with = |base_url: Option<&str>| PortalSettings {
        base_url: base_url.map(str::to_owned),
        ..PortalSettings::default()
    };
    let error = |settings| GstPortal::new(settings).err();
    assert!(matches!(error(with(None)), Some(SettingsError::NoBaseUrl)));
    for base_url in [
        "",
        "gsp.example.in",
        "ftp://gsp.example.in",
        "file:///etc/passwd",
    ] {
        assert!(
            matches!(error(with(Some(base_url))), Some(SettingsError::BaseUrl)),
            "{base_url}"
        );
    }
    let good = with(Some("https://gsp.example.in/standard"));
    assert!(error(good.clone()).is_none());
    let idle = PortalSettings {
        concurrency: 0,
        ..good.clone()
    };
    assert!(matches!(
        error(idle),
        Some(SettingsError::Zero("concurrency"))
    ));
    let bad_header = PortalSettings {
        client_secret: Some(Secret::new("a\nb")),
        ..good
    };
    assert!(
        matches!(error(bad_header), Some(SettingsError::Header(name)) if name == "client_secret")
    );
}
