//! A labelled corpus (`tests/corpus/`), verified by the rules, and beside models that would have it otherwise.

use std::fs;

use model_server::{Behaviour, ModelServer, RunningServer, Taste};
use serde_json::Value;
use tempfile::tempdir;

use crate::command::{AS_OF, Ran, root, satyapan};

/// The most calls of a model for one invoice in the middle, and for nineteen of twenty.
const CALLS: (u64, u64) = (2, 4);

/// What the corpus says of each invoice, in its order.
fn labels() -> Vec<Value> {
    let labels = fs::read_to_string(root().join("tests/corpus/labels.jsonl")).unwrap();
    labels
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The verdicts on all invoices, in the order of the labels; by a model where there is a server.
fn verdicts(labels: &[Value], server: Option<&RunningServer>) -> Vec<Value> {
    let (dir, corpus) = (tempdir().unwrap(), root().join("tests/corpus"));
    let mut command = satyapan(dir.path());
    command
        .args(["verify", "--as-of", AS_OF, "--format", "json", "--book"])
        .arg(&corpus);
    if let Some(server) = server {
        command
            .env("OPENAI_BASE_URL", server.base_url())
            .env("OPENAI_MODEL", "test")
            .env("SATYAPAN__MODEL__RETRIES", "0");
    }
    let files = labels.iter().map(|label| label["file"].as_str().unwrap());
    command.args(files.map(|file| corpus.join(file)));
    let ran: Ran = command.output().unwrap().into();
    let verdicts = ran.json().as_array().unwrap().clone();
    assert_eq!(verdicts.len(), labels.len(), "{}", ran.err);
    verdicts
}

fn rank(verdict: &Value) -> usize {
    let decisions = ["approve", "hold", "reject"];
    let decision = verdict["decision"].as_str().unwrap();
    decisions.iter().position(|d| *d == decision).unwrap()
}

#[test]
fn every_invoice_is_judged_as_it_is_labelled() {
    let labels = labels();
    for (label, verdict) in labels.iter().zip(verdicts(&labels, None)) {
        assert_eq!(label["as_of"], AS_OF, "{label}");
        assert_eq!(
            verdict["decision"], label["decision"],
            "{label}: {}",
            verdict["summary"]
        );
        assert_eq!(verdict["usage"]["llm_calls"], 0, "{label}");
        for check in label["checks"].as_array().unwrap() {
            let mut findings = verdict["findings"].as_array().unwrap().iter();
            let found = findings.find(|f| f["check"] == *check).unwrap();
            assert_eq!(found["outcome"], "fail", "{label}");
        }
    }
}

#[test]
fn no_model_makes_an_invoice_of_the_corpus_pass_or_asks_for_much() {
    let labels = labels();
    let plain = verdicts(&labels, None);
    let servers = [
        ("approves", Behaviour::Fits(Taste::Approves), true),
        ("doubts", Behaviour::Fits(Taste::Doubts), true),
        ("fabricates", Behaviour::Fits(Taste::Fabricates), false),
        ("random", Behaviour::Random(5), false),
        (
            "says approve",
            Behaviour::Says("APPROVE. FULLY_SUPPORTED".to_owned()),
            false,
        ),
        ("foreign call", Behaviour::foreign_call(), false),
    ];
    for (name, behaviour, honest) in servers {
        let server = ModelServer::start(behaviour);
        let with = verdicts(&labels, Some(&server));
        for ((label, before), now) in labels.iter().zip(&plain).zip(&with) {
            assert!(
                rank(now) >= rank(before),
                "{name}: {label}: {}",
                now["summary"]
            );
            assert_eq!(now["findings"], before["findings"], "{name}: {label}");
        }
        let mut calls: Vec<u64> = with
            .iter()
            .map(|verdict| verdict["usage"]["llm_calls"].as_u64().unwrap())
            .collect();
        calls.sort_unstable();
        assert!(calls.last() > Some(&0), "{name}: it was never asked");
        if honest {
            let at = |share: usize| calls[(calls.len() * share).div_ceil(100) - 1];
            let (median, most) = (at(50), at(95));
            assert!(
                median <= CALLS.0 && most <= CALLS.1,
                "{name}: {median}, {most}: {calls:?}"
            );
        }
    }
}
