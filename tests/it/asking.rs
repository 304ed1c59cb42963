//! `satyapan ask` from outside.

use serde_json::Value;
use tempfile::tempdir;

use crate::command::{AS_OF, book, run_with_input};

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
fn what_is_not_in_the_book_is_not_known() {
    let answers = answers("payment terms of Nonexistent Traders?\nwho is the prime minister?\n");
    for answer in &answers {
        assert_eq!(answer["known"], false, "{answer}");
    }
}
