//! A real model's answers to every prompt, recorded once and read again: `cassettes/example_book.jsonl` holds what
//! `satyapan audit prompts` printed after Qwen2.5-Coder-1.5B-Instruct (`Q4_K_M`, llama.cpp) was asked about the example
//! book, `example_questions.jsonl` what it chose for the questions of `questions.txt`, `read_passages.jsonl` what it read in the
//! contracts of `book/` for those of `passages.txt`. CONTRIBUTING.md says how to record them again, which a changed prompt
//! asks for.

use std::collections::{BTreeMap, BTreeSet};

use model::Prompts;
use model_server::{Behaviour, ModelServer, RunningServer};
use serde_json::Value;
use tempfile::tempdir;

use crate::command::{AS_OF, Ran, book, invoice, root, satyapan};

/// The name under which the model was asked: it is part of a case's key, and so of the masked values.
const MODEL: &str = "coder-1.5b";

/// The invoices in the order in which they were verified, and what became of each.
const DECISIONS: [(&str, &str); 6] = [
    ("clean", "approve"),
    ("clean-small-supplier", "approve"),
    ("held-2b-missing", "hold"),
    ("held-bank-account", "hold"),
    ("rejected-arithmetic", "reject"),
    ("rejected-duplicate", "reject"),
];

fn read(lines: &str) -> Vec<Value> {
    lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn about_invoices() -> Vec<Value> {
    read(include_str!("cassettes/example_book.jsonl"))
}

fn about_questions() -> Vec<Value> {
    read(include_str!("cassettes/example_questions.jsonl"))
}

fn about_passages() -> Vec<Value> {
    read(include_str!("cassettes/read_passages.jsonl"))
}

/// A server that says again what was said to the same question, and knows no other.
fn again(cassette: &[Value]) -> RunningServer {
    let answers: BTreeMap<String, String> = cassette
        .iter()
        .filter_map(|line| {
            Some((
                line["body"]["user"].as_str()?.to_owned(),
                line["answer"]["text"].as_str()?.to_owned(),
            ))
        })
        .collect();
    ModelServer::start(Behaviour::with(move |asked| {
        let user = asked
            .messages()
            .last()
            .map(|(_, text)| (*text).to_owned())
            .unwrap_or_default();
        answers.get(&user).map_or_else(
            || Behaviour::status(404),
            |text| Behaviour::Says(text.clone()),
        )
    }))
}

#[test]
fn every_prompt_is_recorded_as_it_is_now() {
    let prompts = Prompts::load(None).unwrap();
    let cassette = [about_invoices(), about_questions(), about_passages()].concat();
    let mut recorded = BTreeSet::new();
    for line in &cassette {
        let stamp = line["body"]["prompt"].as_str().unwrap();
        let (id, _) = stamp.split_once('@').unwrap();
        let prompt = prompts.get(id).unwrap();
        assert_eq!(stamp, prompt.stamp(), "record it again");
        assert_eq!(
            line["body"]["sha256"], *prompt.sha256,
            "{id}.md has changed: record it again"
        );
        recorded.insert(id.to_owned());
    }
    for prompt in prompts.iter() {
        assert!(
            recorded.contains(&prompt.id),
            "{}: no answer is recorded",
            prompt.id
        );
    }
}

#[test]
fn a_real_models_answers_are_read_and_change_no_decision_for_the_milder() {
    let cassette = about_invoices();
    let recorded = cassette.len();
    let server = again(&cassette);
    let dir = tempdir().unwrap();
    let store = ["--store", "sqlite:s.db"];
    let load = satyapan(dir.path())
        .args(["load", book().to_str().unwrap()])
        .args(store)
        .output()
        .unwrap();
    assert!(load.status.success(), "{load:?}");
    let mut asked = 0;
    for (name, decision) in DECISIONS {
        let ran: Ran = satyapan(dir.path())
            .args(["verify", "--as-of", AS_OF, "--format", "json"])
            .args(store)
            .arg(invoice(name))
            .env("OPENAI_BASE_URL", server.base_url())
            .env("OPENAI_MODEL", MODEL)
            .output()
            .unwrap()
            .into();
        let verdict = &ran.json()[0];
        assert_eq!(
            verdict["decision"], decision,
            "{name}: {}",
            verdict["summary"]
        );
        let calls = verdict["usage"]["llm_calls"].as_u64().unwrap();
        asked += calls;
        let unheard: Vec<&Value> = verdict["trace"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|step| step["thought"].as_str().unwrap().contains("no counsel"))
            .collect();
        assert!(unheard.is_empty(), "{name}: {unheard:?}");
        assert!((1..=4).contains(&calls), "{name}: {calls} questions");
    }
    assert_eq!(
        usize::try_from(asked).unwrap(),
        recorded,
        "as many questions as are recorded"
    );
}

#[test]
fn a_real_models_choices_are_looked_up_and_make_nothing_known() {
    let server = again(&about_questions());
    let (dir, book) = (tempdir().unwrap(), book());
    for question in include_str!("cassettes/questions.txt").lines() {
        let ran: Ran = satyapan(dir.path())
            .args(["ask", "--as-of", AS_OF, "--format", "json", "--book"])
            .arg(&book)
            .arg(question)
            .env("OPENAI_BASE_URL", server.base_url())
            .env("OPENAI_MODEL", MODEL)
            .output()
            .unwrap()
            .into();
        let answer = ran.json();
        assert_eq!(answer["usage"]["llm_calls"], 1, "{answer}");
        assert_eq!(answer["known"], false, "{answer}");
        let told = answer["answer"].as_str().unwrap();
        assert!(
            told.contains("a model chose what is told instead"),
            "{told}"
        );
        let thoughts = answer["trace"].to_string();
        assert!(!thoughts.contains("no counsel"), "{thoughts}");
    }
}

#[test]
fn a_real_models_quotes_are_told_where_they_stand_in_the_contract() {
    let server = again(&about_passages());
    let dir = tempdir().unwrap();
    let book = root().join("tests/it/cassettes/book");
    let mut read = 0;
    for question in include_str!("cassettes/passages.txt").lines() {
        let ask = |base_url: Option<&str>| -> Value {
            let mut command = satyapan(dir.path());
            command
                .args(["ask", "--as-of", AS_OF, "--format", "json", "--book"])
                .arg(&book)
                .arg(question);
            if let Some(base_url) = base_url {
                command
                    .env("OPENAI_BASE_URL", base_url)
                    .env("OPENAI_MODEL", MODEL);
            }
            Ran::from(command.output().unwrap()).json()
        };
        let (rules, with) = (ask(None), ask(Some(&server.base_url())));
        assert_eq!(with["usage"]["llm_calls"], 1, "{with}");
        assert_eq!(with["known"], rules["known"], "{with}");
        let thoughts = with["trace"].to_string();
        assert!(!thoughts.contains("no counsel"), "{thoughts}");
        let claims = |answer: &Value| answer["claims"].as_array().unwrap().clone();
        for claim in claims(&with) {
            if claims(&rules).contains(&claim) {
                continue;
            }
            let (told, quote) = claim["text"].as_str().unwrap().split_once(": ").unwrap();
            let document = told.strip_prefix("A model read in ").unwrap();
            let contract = std::fs::read_to_string(book.join(document)).unwrap();
            assert!(contract.contains(quote.trim_matches('"')), "{quote}");
            read += 1;
        }
    }
    assert!(read > 0, "no quote of the model's was kept");
}
