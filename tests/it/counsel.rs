//! The binary with a model: honest, hostile, and recorded.

use std::{path::Path, time::Duration};

use model_server::{Behaviour, ModelServer, Taste};
use serde_json::{Value, json};
use tempfile::tempdir;

use crate::command::{AS_OF, Ran, book, invoice, satyapan};

const ALL: [&str; 6] = [
    "clean",
    "clean-small-supplier",
    "held-2b-missing",
    "held-bank-account",
    "rejected-arithmetic",
    "rejected-duplicate",
];

fn counselled(dir: &Path, base_url: Option<&str>, args: &[&str], names: &[&str]) -> Ran {
    let mut command = satyapan(dir);
    command.args(["verify", "--as-of", AS_OF]).args(args);
    if let Some(base_url) = base_url {
        command
            .env("OPENAI_BASE_URL", base_url)
            .env("OPENAI_MODEL", "test")
            .env("OPENAI_API_KEY", "sk-test-secret")
            .env("SATYAPAN__MODEL__RETRIES", "0")
            .env("SATYAPAN__MODEL__DEADLINE_S", "1");
    }
    command.args(names.iter().map(|name| invoice(name)));
    command.output().unwrap().into()
}

fn decisions(ran: &Ran) -> Vec<(usize, Value)> {
    let rank = |verdict: &Value| match verdict["decision"].as_str().unwrap() {
        "approve" => 0,
        "hold" => 1,
        _ => 2,
    };
    let verdicts = ran.json();
    let verdicts = verdicts.as_array().unwrap();
    verdicts.iter().map(|v| (rank(v), v.clone())).collect()
}

#[test]
fn no_server_makes_a_verdict_milder_or_hears_a_name() {
    let book = book();
    let terms = ["--book", book.to_str().unwrap(), "--format", "json"];
    let dir = tempdir().unwrap();
    let plain = decisions(&counselled(dir.path(), None, &terms, &ALL));
    let quick = [
        ("approves", Behaviour::Fits(Taste::Approves)),
        ("doubts", Behaviour::Fits(Taste::Doubts)),
        ("fabricates", Behaviour::Fits(Taste::Fabricates)),
        ("anything", Behaviour::Fits(Taste::Any(7))),
        ("random", Behaviour::Random(11)),
        (
            "says approve",
            Behaviour::Says("APPROVE. FULLY_SUPPORTED".to_owned()),
        ),
        ("a megabyte", Behaviour::huge(1 << 20)),
        ("deep", Behaviour::deep(10_000)),
        ("bytes", Behaviour::invalid_utf8()),
        ("wrong schema", Behaviour::wrong_schema()),
        ("foreign call", Behaviour::foreign_call()),
        (
            "cut",
            Behaviour::Finishes("{\"c1\":".to_owned(), "length".to_owned()),
        ),
        ("refuses", Behaviour::Refuses("I cannot".to_owned())),
        ("401", Behaviour::status(401)),
        ("500", Behaviour::status(500)),
        ("page", Behaviour::html()),
        ("cuts off", Behaviour::CutsOff),
    ];
    for (name, behaviour) in quick {
        let server = ModelServer::start(behaviour);
        let ran = counselled(dir.path(), Some(&server.base_url()), &terms, &ALL);
        for ((now, verdict), (was, before)) in decisions(&ran).iter().zip(&plain) {
            assert!(now >= was, "{name}: {}", verdict["summary"]);
            assert_eq!(verdict["findings"], before["findings"], "{name}");
            assert_eq!(verdict["reasoner"]["kind"], "openai");
            if now > was {
                let summary = verdict["summary"].as_str().unwrap();
                assert!(
                    summary.contains("critic") || summary.contains("model"),
                    "{name}: {summary}"
                );
            }
        }
        assert!(!format!("{ran:?}").contains("sk-test-secret"), "{name}");
        let heard = server.requests();
        assert!(!heard.is_empty(), "{name}");
        let heard = Value::Array(heard).to_string();
        for (_, verdict) in &plain {
            let invoice = &verdict["evidence"][0]["observation"];
            for secret in [
                "/SellerDtls/Gstin",
                "/BuyerDtls/Gstin",
                "/PayDtls/AccDet",
                "/PayDtls/FinInsBr",
            ] {
                if let Some(secret) = invoice.pointer(secret).and_then(Value::as_str) {
                    assert!(!heard.contains(secret), "{name}: {secret}");
                }
            }
        }
    }
}

#[test]
fn a_server_that_never_ends_costs_its_deadline() {
    let book = book();
    let terms = ["--book", book.to_str().unwrap(), "--format", "json"];
    let dir = tempdir().unwrap();
    for behaviour in [
        Behaviour::NeverEnds,
        Behaviour::Drips(Duration::from_millis(200)),
        Behaviour::Late(
            Duration::from_secs(30),
            Box::new(Behaviour::Fits(Taste::Approves)),
        ),
    ] {
        let server = ModelServer::start(behaviour);
        let ran = counselled(dir.path(), Some(&server.base_url()), &terms, &["clean"]);
        let (_, verdict) = &decisions(&ran)[0];
        assert_eq!(
            verdict["decision"], "approve",
            "the rules' verdict: {}",
            verdict["summary"]
        );
        assert!(verdict["usage"]["llm_calls"].as_u64() > Some(0));
    }
}

#[test]
fn what_a_model_was_asked_is_kept_masked_and_replays_without_it() {
    let dir = tempdir().unwrap();
    let store = ["--store", "sqlite:s.db"];
    let load = satyapan(dir.path())
        .args(["load", book().to_str().unwrap()])
        .args(store)
        .output()
        .unwrap();
    assert!(load.status.success(), "{load:?}");
    let server = ModelServer::start(Behaviour::Fits(Taste::Approves));
    let terms = [&store[..], &["--format", "json"]].concat();
    let ran = counselled(
        dir.path(),
        Some(&server.base_url()),
        &terms,
        &["held-bank-account"],
    );
    let verdict = &ran.json()[0];
    let (id, asked) = (verdict["id"].as_str().unwrap(), server.requests().len());
    assert!(
        asked > 0 && verdict["usage"]["llm_calls"] == asked,
        "{asked} {}",
        verdict["usage"]
    );
    drop(server);
    let prompts: Ran = satyapan(dir.path())
        .args(["audit", "prompts", id])
        .args(store)
        .output()
        .unwrap()
        .into();
    let lines: Vec<Value> = prompts
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), asked, "{prompts:?}");
    assert!(
        lines
            .iter()
            .all(|line| line["body"]["prompt"].is_string() && line["answer"]["text"].is_string())
    );
    let gstin = verdict["invoice"]["supplier_gstin"].as_str().unwrap();
    assert!(!prompts.out.contains(gstin));
    let replay: Ran = satyapan(dir.path())
        .args(["replay", id])
        .args(store)
        .output()
        .unwrap()
        .into();
    assert_eq!(replay.code, 0, "{replay:?}");
    // Without the model it is another case, with a verdict of its own.
    let alone = counselled(dir.path(), None, &terms, &["held-bank-account"]);
    assert_eq!(
        alone.json()[0]["reasoner"],
        json!({"kind": "rules", "model": null})
    );
}

#[test]
fn a_model_that_is_wanted_and_not_configured_is_said_so() {
    let book = book();
    let dir = tempdir().unwrap();
    let terms = ["--book", book.to_str().unwrap(), "--reasoner", "openai"];
    let ran = counselled(dir.path(), None, &terms, &["clean"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("OPENAI_BASE_URL"), "{}", ran.err);
    let ran = counselled(dir.path(), Some("localhost:1"), &terms, &["clean"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("model.base_url"), "{}", ran.err);
    // Rules stay rules, whatever is configured.
    let terms = [
        "--book",
        book.to_str().unwrap(),
        "--reasoner",
        "rules",
        "--format",
        "json",
    ];
    let ran = counselled(
        dir.path(),
        Some("http://127.0.0.1:1/v1"),
        &terms,
        &["clean"],
    );
    assert_eq!(ran.json()[0]["usage"]["llm_calls"], 0);
}

#[test]
fn the_doctor_asks_the_model_that_is_configured() {
    let dir = tempdir().unwrap();
    let book = book();
    let doctor = |base_url: Option<&str>| -> Ran {
        let mut command = satyapan(dir.path());
        command.args([
            "doctor",
            "--format",
            "json",
            "--book",
            book.to_str().unwrap(),
        ]);
        if let Some(base_url) = base_url {
            command
                .env("OPENAI_BASE_URL", base_url)
                .env("OPENAI_MODEL", "test")
                .env("SATYAPAN__MODEL__RETRIES", "0");
        }
        command.output().unwrap().into()
    };
    let line = |ran: &Ran| {
        let lines = ran.json();
        let lines = lines.as_array().unwrap();
        lines.iter().find(|l| l["name"] == "model").unwrap().clone()
    };
    assert_eq!(line(&doctor(None))["ok"], true);
    let server = ModelServer::start(Behaviour::Fits(Taste::Approves));
    assert_eq!(
        line(&doctor(Some(&server.base_url())))["detail"],
        "test answers"
    );
    let down = doctor(Some("http://127.0.0.1:9/v1"));
    assert_eq!((line(&down)["ok"].clone(), down.code), (json!(false), 1));
}
