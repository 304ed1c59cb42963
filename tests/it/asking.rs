//! `satyapan ask` from outside.

use model_server::{Behaviour, ModelServer, Taste};
use serde_json::{Value, json};
use tempfile::tempdir;

use crate::{
    command::{AS_OF, Ran, book, invoice, root, run_with_input, satyapan},
    serving::Daemon,
};

fn answers(questions: &str) -> Vec<Value> {
    let dir = tempdir().unwrap();
    let book = book();
    let args = [
        "ask",
        "--book",
        book.to_str().unwrap(),
        "--as-of",
        AS_OF,
        "--format",
        "ndjson",
        "-",
    ];
    let ran = run_with_input(dir.path(), &args, questions.as_bytes());
    assert_eq!(ran.code, 0, "{}", ran.err);
    ran.out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn the_same_question_in_other_words_is_looked_up_once_and_another_is_not() {
    let asked = "What are the payment terms of V001?\nplease tell me the payment terms of v001\nWhat are the payment terms of V002?\n";
    let answers = answers(asked);
    assert!(
        answers.iter().all(|answer| answer["known"] == true),
        "{answers:?}"
    );
    let hits = |at: usize| answers[at]["usage"]["cache_hits"].as_u64().unwrap();
    assert_eq!((hits(0), hits(1), hits(2)), (0, 1, 0));
    assert_eq!(answers[0]["claims"], answers[1]["claims"]);
    assert_ne!(answers[0]["claims"], answers[2]["claims"]);
    assert_eq!(
        answers[1]["question"],
        "please tell me the payment terms of v001"
    );
}

#[test]
fn a_daemon_with_a_model_looks_a_question_up_once_until_something_changes() {
    let server = ModelServer::start(Behaviour::Fits(Taste::Approves));
    let url = server.base_url();
    let daemon = Daemon::start(&[("OPENAI_BASE_URL", &url), ("OPENAI_MODEL", "test")]);
    let ask = |question: &str| {
        let body = json!({"question": question, "as_of": AS_OF}).to_string();
        let answer = daemon.post("/v1/ask", &[], body.as_bytes());
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    };
    let hits = |answer: &Value| answer["usage"]["cache_hits"].as_u64().unwrap();
    let first = ask("What are the payment terms of V001?");
    assert_eq!(hits(&first), 0);
    // What a portal may say otherwise by now is asked anew at times, so once may be just then.
    let again = (0..2).map(|_| ask("please tell me the payment terms of v001"));
    let again = again.into_iter().find(|answer| hits(answer) == 1).unwrap();
    assert_eq!(again["claims"], first["claims"]);
    assert_eq!(hits(&ask("What are the payment terms of V002?")), 0);
    let clean = std::fs::read(invoice("clean")).unwrap();
    let path = format!("/v1/verifications?wait=30&as_of={AS_OF}");
    assert_eq!(daemon.post(&path, &[], &clean).status, 200);
    let anew = ask("please tell me the payment terms of v001");
    assert_eq!(hits(&anew), 0);
    assert_ne!(anew["id"], again["id"]);
}

#[test]
fn what_is_not_in_the_book_is_not_known() {
    let answers = answers("payment terms of Nonexistent Traders?\nwho is the prime minister?\n");
    for answer in &answers {
        assert_eq!(answer["known"], false, "{answer}");
    }
}

/// Questions of which the rules understand all, a part, or nothing.
const ASKED: &str = "What are the payment terms of V001?\nHow is Mutha Cartons faring with its paperwork?\n\
                     27ZZQCM1107R1ZT: dubious?\nhow much did Velhe Spice Growers bill for saffron?\nwho is the prime minister?\n";

fn asked_of(base_url: Option<&str>, dir: &std::path::Path, more: &[&str]) -> Vec<Value> {
    let mut command = satyapan(dir);
    command.args(["ask", "--as-of", AS_OF, "--format", "ndjson"]);
    command.args(more).args(["--file", "questions"]);
    if let Some(base_url) = base_url {
        command
            .env("OPENAI_BASE_URL", base_url)
            .env("OPENAI_MODEL", "test")
            .env("SATYAPAN__MODEL__RETRIES", "0")
            .env("SATYAPAN__MODEL__DEADLINE_S", "5");
    }
    std::fs::write(dir.join("questions"), ASKED).unwrap();
    let ran: Ran = command.output().unwrap().into();
    assert_eq!(ran.code, 0, "{}", ran.err);
    ran.out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn no_model_makes_known_what_the_rules_do_not_know() {
    let (dir, book) = (tempdir().unwrap(), book());
    let terms = ["--book", book.to_str().unwrap()];
    let plain = asked_of(None, dir.path(), &terms);
    for (name, behaviour) in [
        ("approves", Behaviour::Fits(Taste::Approves)),
        ("doubts", Behaviour::Fits(Taste::Doubts)),
        ("fabricates", Behaviour::Fits(Taste::Fabricates)),
        ("anything", Behaviour::Fits(Taste::Any(3))),
        ("random", Behaviour::Random(5)),
        ("a megabyte", Behaviour::huge(1 << 20)),
        ("wrong schema", Behaviour::wrong_schema()),
        ("foreign call", Behaviour::foreign_call()),
        ("refuses", Behaviour::Refuses("I cannot".to_owned())),
        ("500", Behaviour::status(500)),
    ] {
        let server = ModelServer::start(behaviour);
        let told = asked_of(Some(&server.base_url()), dir.path(), &terms);
        for (now, was) in told.iter().zip(&plain) {
            assert_eq!(now["known"], was["known"], "{name}: {now}");
            assert_eq!(now["reasoner"]["kind"], "openai");
            let claims = now["claims"].as_array().unwrap();
            for claim in was["claims"].as_array().unwrap() {
                assert!(claims.contains(claim), "{name}: {claim} is gone");
            }
            assert_eq!(
                now["critique"]["grounding"],
                was_or_full(was, claims.len()),
                "{name}: {now}"
            );
        }
        // The question that the rules understood costs nothing.
        assert_eq!(told[0]["usage"]["llm_calls"], 0, "{name}");
        assert!(!server.requests().is_empty(), "{name}");
        let heard = Value::Array(server.requests()).to_string();
        assert!(!heard.contains("27ZZQCM1107R1ZT"), "{name}");
    }
}

/// The grounding that an answer may have: that of the rules, or whole where a chosen part gave it its only claims.
fn was_or_full(was: &Value, claims: usize) -> Value {
    if claims > was["claims"].as_array().unwrap().len() {
        Value::from("full")
    } else {
        was["critique"]["grounding"].clone()
    }
}

#[test]
fn a_model_chooses_from_the_list_and_what_it_was_asked_is_kept() {
    let (dir, book) = (tempdir().unwrap(), book());
    let store = ["--store", "sqlite:s.db"];
    let loaded: Ran = satyapan(dir.path())
        .args(["load", book.to_str().unwrap()])
        .args(store)
        .output()
        .unwrap()
        .into();
    assert_eq!(loaded.code, 0, "{}", loaded.err);
    // What an honest router would do: find the action by what it answers.
    let server = ModelServer::start(Behaviour::with(|asked| {
        let user = asked.messages().last().map(|(_, text)| (*text).to_owned());
        let user = user.unwrap_or_default();
        let returns = user.lines().find(|line| line.contains("GST returns filed"));
        let action: Value = serde_json::from_str(returns.unwrap_or("{}")).unwrap();
        let actions: Vec<&Value> = action.get("id").into_iter().collect();
        Behaviour::Says(
            serde_json::json!({"thought": "Paperwork is returns.", "actions": actions}).to_string(),
        )
    }));
    let answers = asked_of(Some(&server.base_url()), dir.path(), &store);
    let faring = &answers[1];
    let told = faring["answer"].as_str().unwrap();
    assert!(told.contains("GSTR3B"), "{told}");
    assert!(told.contains("Not understood"), "{told}");
    assert!(
        told.contains("a model chose what is told instead"),
        "{told}"
    );
    assert_eq!(faring["known"], false);
    assert_eq!(faring["usage"]["llm_calls"], 1);
    assert_eq!(faring["reasoner"]["prompts"][0]["prompt"], "choose@1");
    let id = faring["id"].as_str().unwrap();
    let kept: Ran = satyapan(dir.path())
        .args(["audit", "prompts", id])
        .args(store)
        .output()
        .unwrap()
        .into();
    assert_eq!(kept.code, 0, "{}", kept.err);
    let kept = kept.json();
    assert_eq!(kept["body"]["prompt"], "choose@1");
    assert!(
        kept["answer"]["text"]
            .as_str()
            .unwrap()
            .contains("Paperwork"),
        "{kept}"
    );
}

/// Questions whose contracts say it in words that the rules do not look for.
const PASSAGES: &str = include_str!("cassettes/passages.txt");

#[test]
fn no_reader_adds_what_no_contract_says() {
    let dir = tempdir().unwrap();
    let book = root().join("tests/it/cassettes/book");
    let contracts: String = std::fs::read_dir(book.join("contracts"))
        .unwrap()
        .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap())
        .collect();
    let ask = |base_url: Option<&str>| -> Vec<Value> {
        let mut command = satyapan(dir.path());
        command.args(["ask", "--as-of", AS_OF, "--format", "ndjson", "--book"]);
        command.arg(&book).args(["--file", "passages"]);
        if let Some(base_url) = base_url {
            command
                .env("OPENAI_BASE_URL", base_url)
                .env("OPENAI_MODEL", "test")
                .env("SATYAPAN__MODEL__RETRIES", "0")
                .env("SATYAPAN__MODEL__DEADLINE_S", "5");
        }
        std::fs::write(dir.path().join("passages"), PASSAGES).unwrap();
        let ran: Ran = command.output().unwrap().into();
        assert_eq!(ran.code, 0, "{}", ran.err);
        let lines = ran.out.lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    };
    let plain = ask(None);
    // Copies what it is shown, whole, for whatever it is asked.
    let copies = Behaviour::with(|asked| {
        let user = asked.messages().last().map(|(_, text)| (*text).to_owned());
        let user = user.unwrap_or_default();
        let lines = user
            .lines()
            .filter_map(|l| serde_json::from_str::<Value>(l).ok());
        let said: serde_json::Map<String, Value> = lines
            .filter(|line| line["text"].is_string())
            .map(|line| {
                let said = serde_json::json!({"quote": line["text"], "grade": "relevant"});
                (line["id"].as_str().unwrap().to_owned(), said)
            })
            .collect();
        Behaviour::Says(Value::Object(said).to_string())
    });
    let mut read = 0;
    for (name, behaviour) in [
        ("copies", copies),
        ("approves", Behaviour::Fits(Taste::Approves)),
        ("doubts", Behaviour::Fits(Taste::Doubts)),
        ("fabricates", Behaviour::Fits(Taste::Fabricates)),
        ("anything", Behaviour::Fits(Taste::Any(9))),
        ("random", Behaviour::Random(2)),
        ("a megabyte", Behaviour::huge(1 << 20)),
        ("wrong schema", Behaviour::wrong_schema()),
        ("foreign call", Behaviour::foreign_call()),
        ("cuts off", Behaviour::CutsOff),
        ("500", Behaviour::status(500)),
    ] {
        let server = ModelServer::start(behaviour);
        let told = ask(Some(&server.base_url()));
        for (now, was) in told.iter().zip(&plain) {
            assert_eq!(now["known"], was["known"], "{name}: {now}");
            let (before, claims) = (was["claims"].as_array(), now["claims"].as_array());
            let (before, claims) = (before.unwrap(), claims.unwrap());
            let grounding = was_or_full(was, claims.len());
            assert_eq!(now["critique"]["grounding"], grounding, "{name}");
            for claim in before {
                assert!(claims.contains(claim), "{name}: {claim} is gone");
            }
            for claim in claims.iter().filter(|claim| !before.contains(claim)) {
                let (_, quote) = claim["text"].as_str().unwrap().split_once(": ").unwrap();
                assert!(
                    contracts.contains(quote.trim_matches('"')),
                    "{name}: {claim}"
                );
                assert_eq!(name, "copies", "{claim}");
                read += 1;
            }
        }
        let heard = Value::Array(server.requests()).to_string();
        assert!(heard.contains('^'), "{name}: nothing was read");
        assert!(
            !heard.contains("Ignore"),
            "{name}: what speaks to the program is shown"
        );
    }
    assert!(read > 0, "nothing that stands was told");
}
