//! Waiting, trying again, giving up.

use std::{sync::Arc, time::Duration};

use model::{Model, ModelError, Role};
use model_server::{Behaviour, ModelServer};
use openai::{OpenAi, Settings};
use serde_json::json;

use crate::support::{FULL, ask, say, settings, started};

fn good() -> Behaviour {
    Behaviour::Says(FULL.to_owned())
}

fn detail(error: &ModelError) -> (&str, Option<Duration>) {
    match error {
        ModelError::Unavailable {
            detail,
            retry_after,
            ..
        } => (detail, *retry_after),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_may_pass_is_tried_again() {
    for first in [
        Behaviour::status(500),
        Behaviour::status(502),
        Behaviour::status(503),
        Behaviour::status(529),
        Behaviour::status(408),
        Behaviour::status(429),
        Behaviour::busy(429, 0),
        Behaviour::CutsOff,
        Behaviour::json(200, &json!({"error": {"message": "upstream", "code": 502}})),
    ] {
        let (server, openai) = started(Behaviour::Script(vec![first.clone(), first, good()]));
        assert_eq!(say(&openai).await.unwrap().text, FULL);
        assert_eq!(server.hits(), 3);
    }
}

#[tokio::test]
async fn attempts_come_to_an_end() {
    let (server, openai) = started(Behaviour::status(503));
    let error = say(&openai).await.unwrap_err();
    assert_eq!(detail(&error), ("status 503 in 3 attempts", None));
    assert_eq!(server.hits(), 3);
}

#[tokio::test]
async fn a_retry_after_within_the_deadline_is_waited_for() {
    let (server, openai) = started(Behaviour::Script(vec![Behaviour::busy(429, 1), good()]));
    assert_eq!(say(&openai).await.unwrap().text, FULL);
    assert_eq!(server.hits(), 2);
}

#[tokio::test]
async fn a_retry_after_beyond_the_deadline_is_handed_on() {
    let (server, openai) = started(Behaviour::busy(429, 1_000_000));
    let error = say(&openai).await.unwrap_err();
    let hour = Duration::from_hours(1);
    assert_eq!(
        detail(&error),
        ("no time is left to try again: status 429", Some(hour))
    );
    let error = say(&openai).await.unwrap_err();
    assert!(
        detail(&error)
            .1
            .is_some_and(|after| after <= Duration::from_mins(1))
    );
    assert_eq!(
        server.hits(),
        1,
        "the pause holds for the next question too"
    );
}

#[tokio::test]
async fn an_endpoint_that_is_not_there_is_no_answer() {
    let server = ModelServer::start(good());
    let settings = settings(&server);
    drop(server);
    let error = say(&OpenAi::new(&settings).unwrap()).await.unwrap_err();
    assert_eq!(detail(&error).0, "cannot connect in 3 attempts");
}

#[tokio::test]
async fn the_breaker_opens_and_says_for_how_long() {
    let server = ModelServer::start(Behaviour::status(500));
    let openai = OpenAi::new(&Settings {
        retries: 0,
        breaker_failures: 2,
        breaker_cooldown_s: 1000,
        ..settings(&server)
    })
    .unwrap();
    for _ in 0..2 {
        say(&openai).await.unwrap_err();
    }
    let error = say(&openai).await.unwrap_err();
    let (detail, after) = detail(&error);
    assert_eq!(detail, "not asked, as the last attempts failed");
    assert!(after.is_some_and(|after| after <= Duration::from_secs(1000)));
    assert_eq!(server.hits(), 2);
}

#[tokio::test]
async fn refusals_do_not_open_the_breaker() {
    let server = ModelServer::start(Behaviour::status(401));
    let openai = OpenAi::new(&Settings {
        breaker_failures: 1,
        ..settings(&server)
    })
    .unwrap();
    for _ in 0..3 {
        let error = say(&openai).await.unwrap_err();
        assert!(matches!(error, ModelError::Refused { .. }), "{error:?}");
    }
    assert_eq!(server.hits(), 3);
}

#[tokio::test]
async fn a_question_that_is_dropped_gives_its_place_back() {
    let server = ModelServer::start(Behaviour::Late(Duration::from_hours(1), Box::new(good())));
    let openai = OpenAi::new(&Settings {
        concurrency: 1,
        ..settings(&server)
    })
    .unwrap();
    let openai = Arc::new(openai);
    for hits in 1..4 {
        let asking = Arc::clone(&openai);
        let question = tokio::spawn(async move { say(&asking).await });
        while server.hits() < hits {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        question.abort();
        assert!(question.await.unwrap_err().is_cancelled());
    }
    server.behave(good());
    assert_eq!(say(&openai).await.unwrap().text, FULL);
}

#[tokio::test]
async fn who_finds_no_place_waits_no_longer_than_the_deadline() {
    let server = ModelServer::start(Behaviour::Late(Duration::from_hours(1), Box::new(good())));
    let openai = OpenAi::new(&Settings {
        concurrency: 1,
        deadline_s: 1,
        ..settings(&server)
    })
    .unwrap();
    let (first, second) = tokio::join!(say(&openai), say(&openai));
    // Which of the two limits a loaded machine meets first is its own affair; the second never reached the server.
    for error in [first.unwrap_err(), second.unwrap_err()] {
        assert!(matches!(error, ModelError::Unavailable { .. }), "{error:?}");
    }
    assert_eq!(server.hits(), 1);
}

#[tokio::test]
async fn the_requests_of_a_minute_are_not_exceeded() {
    let server = ModelServer::start(good());
    let openai = OpenAi::new(&Settings {
        requests_per_minute: 2,
        ..settings(&server)
    })
    .unwrap();
    for _ in 0..2 {
        say(&openai).await.unwrap();
    }
    let error = say(&openai).await.unwrap_err();
    let (detail, after) = detail(&error);
    assert_eq!(detail, "the requests of this minute are spent");
    assert!(after.is_some_and(|after| after <= Duration::from_secs(30)));
    assert_eq!(server.hits(), 2);
}

#[tokio::test]
async fn many_questions_at_once_are_all_answered() {
    let server = ModelServer::start(Behaviour::Late(Duration::from_millis(1), Box::new(good())));
    let openai = OpenAi::new(&settings(&server)).unwrap();
    let questions = (0..64).map(|place| {
        let ask = ask(Role::ALL[place % 4]);
        let openai = &openai;
        async move { openai.say(&ask).await }
    });
    for said in futures::future::join_all(questions).await {
        assert_eq!(said.unwrap().text, FULL);
    }
    assert_eq!(server.hits(), 64);
}
