use serde::Deserialize;
use serde_json::{Value, json};

use crate::{Blocked, Desk, Finish, Input, Prompts, Said, Unusable};

fn desk() -> Desk {
    Desk::new(Prompts::load(None).unwrap(), b"secret")
}

fn said(text: &str) -> Said {
    Said {
        text: text.to_owned(),
        finish: Finish::Stop,
        model: "m".to_owned(),
        prompt_tokens: 1,
        completion_tokens: 1,
        paise: 0,
        id: None,
        cached_tokens: None,
        reasoning_tokens: None,
    }
}

fn question(claims: Value) -> crate::Question {
    let inputs = [("claims", Input::Ours(claims))];
    desk()
        .question("critic", "case", &inputs, json!({"type": "object"}))
        .unwrap()
}

#[test]
fn every_shipped_prompt_is_whole() {
    let prompts = Prompts::load(None).unwrap();
    assert!(prompts.iter().count() >= 3);
    for prompt in prompts.iter() {
        assert!(
            prompt.version >= 1 && !prompt.purpose.is_empty(),
            "{}",
            prompt.id
        );
        assert!((50..=2_000).contains(&prompt.max_tokens), "{}", prompt.id);
        assert_eq!(prompt.sha256.len(), 64);
    }
}

#[test]
fn a_directory_overrides_the_wording_and_not_the_shape() {
    let shipped = include_str!("../../prompts/critic.md");
    let table = [
        (shipped.replace("You check", "You doubt"), None),
        (shipped.replace("version = 1", "version = 7"), None),
        (
            shipped.replace("role = \"critic\"", "role = \"writer\""),
            Some("must keep"),
        ),
        (
            shipped.replace("support_by_claim", "other"),
            Some("must keep"),
        ),
        (
            shipped.replace("{{ claims }}", "{{ secrets }}"),
            Some("\"claims\" is used nowhere"),
        ),
        (
            shipped.replace("{{ claims }}", "{{ claims }} {{ other }}"),
            Some("\"other\" is no input"),
        ),
        (
            shipped.replace("{{ claims }}", "{{ claims "),
            Some("critic.md"),
        ),
        (shipped.replace("# User", "# Human"), Some("# User")),
        (shipped.replace("+++", "---"), Some("+++")),
        (
            shipped.replace("max_tokens = 500", "max_tokens = \"many\""),
            Some("invalid type"),
        ),
        (
            shipped.replace("version = 1", "version = 1\nmodel = \"x\""),
            Some("unknown field"),
        ),
        (
            format!("{shipped}{}", "x".repeat(70_000)),
            Some("longer than"),
        ),
    ];
    for (text, flaw) in table {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("critic.md"), &text).unwrap();
        let loaded = Prompts::load(Some(dir.path()));
        match (loaded, flaw) {
            (Ok(prompts), None) => assert_ne!(
                prompts.get("critic").unwrap().sha256,
                Prompts::load(None).unwrap().get("critic").unwrap().sha256
            ),
            (Err(error), Some(flaw)) => {
                assert!(error.to_string().contains(flaw), "{error} lacks {flaw}");
            }
            (loaded, flaw) => panic!("{flaw:?}: {loaded:?}"),
        }
    }
}

#[test]
fn a_question_is_masked_marked_and_the_same_each_time() {
    let ask = || {
        let inputs = [
            ("findings", Input::Ours(json!([]))),
            (
                "texts",
                Input::Theirs(json!(["call 98765 43210 now", "GSTIN 27AAACR5055K1Z7"])),
            ),
            (
                "evidence",
                Input::Ours(
                    json!([{"bank_account": "50100123456648", "account_number": 50_100_123_456_648_u64}]),
                ),
            ),
            ("passages", Input::Theirs(json!([]))),
            ("actions", Input::Ours(json!([]))),
        ];
        desk()
            .question("investigate", "case", &inputs, json!({}))
            .unwrap()
    };
    let question = ask();
    for secret in ["98765", "43210", "27AAACR5055K1Z7", "50100123456648"] {
        assert!(
            !question.ask.user.contains(secret),
            "{secret}: {}",
            question.ask.user
        );
    }
    assert_eq!(question.ask, ask().ask);
    let marker = question
        .ask
        .system
        .split("joined by ")
        .nth(1)
        .unwrap()
        .split('.')
        .next()
        .unwrap();
    assert!(
        question.ask.user.contains(&format!("call{marker}")),
        "{}",
        question.ask.user
    );
    assert_eq!(question.body()["prompt"], "investigate@1");
}

#[test]
fn words_that_are_copied_come_back_unmarked_and_unmasked() {
    let text = "Pay  27AAACR5055K1Z7 within 45 days";
    let inputs = [
        ("questions", Input::Ours(json!([]))),
        ("passages", Input::Theirs(json!([text]))),
    ];
    let question = desk()
        .question("reader", "case", &inputs, json!({}))
        .unwrap();
    let sent = question.ask.user.lines().find(|l| l.contains("within"));
    let sent: String = serde_json::from_str(sent.unwrap()).unwrap();
    let marker = &sent[3..8];
    assert_eq!(sent.matches(marker).count(), 4, "{sent}");
    let letters = marker.trim_matches('^');
    // Small models lose a caret now and then.
    for copied in [
        sent.clone(),
        sent.replacen(marker, &format!("^{letters}"), 3),
        sent.replace(marker, &format!("{letters}^")),
        sent.replace(marker, " "),
    ] {
        let reply: Reply = question
            .read(&said(&json!({"text": copied}).to_string()))
            .unwrap();
        let words: Vec<&str> = reply.text.split_whitespace().collect();
        assert_eq!(words.join(" "), text.replace("  ", " "), "{copied}");
    }
}

#[test]
fn another_case_is_masked_by_other_tokens() {
    let masked = |case: &str| {
        let inputs = [("claims", Input::Ours(json!("pays to 27AAACR5055K1Z7")))];
        let question = desk().question("critic", case, &inputs, json!({}));
        question.unwrap().ask.user.clone()
    };
    assert_ne!(masked("one"), masked("two"));
}

#[test]
fn what_is_not_fit_to_go_out_does_not() {
    let long = json!("word ".repeat(20_000));
    let blocked = |id: &str, inputs: &[(&'static str, Input)]| {
        desk().question(id, "case", inputs, json!({})).unwrap_err()
    };
    assert!(matches!(
        blocked("critic", &[("claims", Input::Ours(long))]),
        Blocked::TooLong(_)
    ));
    assert!(matches!(blocked("none", &[]), Blocked::NoPrompt(_)));
    assert!(matches!(blocked("critic", &[]), Blocked::Flawed(_)));
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Reply {
    text: String,
}

#[test]
fn an_answer_is_read_whole_or_not_at_all() {
    let question = question(json!("pays to 27AAACR5055K1Z7"));
    let token = question
        .ask
        .user
        .split("pays to ")
        .nth(1)
        .unwrap()
        .split_whitespace()
        .next()
        .unwrap();
    let canary = question
        .ask
        .system
        .rsplit("Never write the word ")
        .next()
        .unwrap()
        .trim_end_matches('.');
    let spaced: Vec<String> = canary
        .chars()
        .map(|c| c.to_uppercase().to_string())
        .collect();
    let cut = Said {
        finish: Finish::Length,
        ..said(r#"{"text":"a"}"#)
    };
    let refused = Said {
        finish: Finish::Refused,
        ..said(r#"{"text":"a"}"#)
    };
    assert_eq!(question.read::<Reply>(&cut), Err(Unusable::Cut));
    assert_eq!(question.read::<Reply>(&refused), Err(Unusable::Refused));
    let is = |text: String, wanted: fn(&Unusable) -> bool| {
        let read = question.read::<Reply>(&said(&text));
        assert!(read.as_ref().is_err_and(wanted), "{text}: {read:?}");
    };
    is(String::new(), |e| matches!(e, Unusable::NotJson(_)));
    is("[1]".to_owned(), |e| matches!(e, Unusable::NotJson(_)));
    is(r#"{"text":"a"} and more"#.to_owned(), |e| {
        matches!(e, Unusable::NotJson(_))
    });
    is(r#"{"text":1}"#.to_owned(), |e| {
        matches!(e, Unusable::Shape(_))
    });
    is(r#"{"text":"a","more":1}"#.to_owned(), |e| {
        matches!(e, Unusable::Shape(_))
    });
    is(format!(r#"{{"text":"{}"}}"#, "x".repeat(3_000)), |e| {
        matches!(e, Unusable::Shape(_))
    });
    is(format!(r#"{{"text":"{}"}}"#, "x".repeat(40_000)), |e| {
        matches!(e, Unusable::TooLong(_))
    });
    is(
        format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)),
        |_| true,
    );
    is(r#"{"text":"a\u0007"}"#.to_owned(), |e| {
        *e == Unusable::Control
    });
    is(r#"{"text":"a\u202eb"}"#.to_owned(), |e| {
        *e == Unusable::Control
    });
    is(r#"{"text":"see HTTPS://x.example"}"#.to_owned(), |e| {
        *e == Unusable::Link
    });
    is(r#"{"text":"![a](b)"}"#.to_owned(), |e| *e == Unusable::Link);
    is(format!(r#"{{"text":"{canary}"}}"#), |e| {
        *e == Unusable::Canary
    });
    is(format!(r#"{{"text":"{}"}}"#, spaced.join(" ")), |e| {
        *e == Unusable::Canary
    });
    let clear: Reply = question
        .read(&said(&format!(r#"{{"text":"to {token} it is"}}"#)))
        .unwrap();
    assert_eq!(clear.text, "to 27AAACR5055K1Z7 it is");
    // A token that was never sent stays what it is.
    let foreign: Reply = question
        .read(&said(r#"{"text":"GSTIN_ABCDEFGH"}"#))
        .unwrap();
    assert_eq!(foreign.text, "GSTIN_ABCDEFGH");
}

#[test]
fn an_answer_that_was_recorded_before_its_id_was_kept_is_read_and_written_as_it_was() {
    let recorded = r#"{"text":"{}","finish":"stop","model":"m","prompt_tokens":1,"completion_tokens":1,"paise":0}"#;
    let read: Said = serde_json::from_str(recorded).unwrap();
    assert_eq!(read, said("{}"));
    assert_eq!(serde_json::to_string(&read).unwrap(), recorded);
}

proptest::proptest! {
    #[test]
    fn no_answer_makes_a_reader_panic(text in ".{0,300}") {
        let question = question(json!([]));
        if question.read::<Reply>(&said(&text)).is_ok() {
            proptest::prop_assert!(text.trim().starts_with('{'), "{}", text);
        }
    }
}
