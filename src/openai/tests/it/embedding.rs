use model_server::{Behaviour, ModelServer, RunningServer};
use openai::{EmbeddingSettings, Embeddings, Settings};
use recall::{EmbedError, Embedder};
use serde_json::{Value, json};

use crate::support::{SECRET_KEY, settings};

const TEXTS: &[&str] = &["terms of V001", "V001 terms please"];

fn started(behaviour: Behaviour) -> (RunningServer, Embeddings) {
    let server = ModelServer::start(behaviour);
    let settings = Settings {
        attempt_s: 1,
        deadline_s: 3,
        retries: 1,
        embeddings: EmbeddingSettings {
            name: Some("e".to_owned()),
            ..EmbeddingSettings::default()
        },
        ..settings(&server)
    };
    let embeddings = Embeddings::new(&settings).unwrap().unwrap();
    (server, embeddings)
}

fn rows(rows: &Value) -> Behaviour {
    Behaviour::json(200, &json!({"object": "list", "data": rows}))
}

fn text(body: &str) -> Behaviour {
    Behaviour::Raw {
        status: 200,
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: body.as_bytes().to_vec(),
    }
}

#[tokio::test]
async fn one_request_gives_a_vector_for_each_text() {
    let (server, embeddings) = started(Behaviour::Embeds);
    let vectors = embeddings.embed(TEXTS).await.unwrap();
    assert_eq!(vectors.len(), 2);
    assert!(vectors.iter().all(|vector| vector.dimensions() == 3));
    let want = json!({"model": "e", "input": TEXTS, "encoding_format": "float"});
    assert_eq!(server.requests(), [want]);
    let bearer = Some(format!("Bearer {SECRET_KEY}"));
    assert_eq!(server.authorizations(), [bearer]);
    assert_eq!(embeddings.embed(&[]).await, Ok(Vec::new()));
    assert_eq!(server.hits(), 1, "for no text nobody is asked");
}

#[tokio::test]
async fn vectors_are_of_the_texts_that_they_say() {
    let turned = json!([
        {"index": 1, "embedding": [0, 1]},
        {"index": 0, "embedding": [1, 0]},
    ]);
    let (_server, embeddings) = started(rows(&turned));
    let vectors = embeddings.embed(TEXTS).await.unwrap();
    let plain = json!([{"embedding": [1, 0]}, {"embedding": [0, 1]}]);
    let (_server, embeddings) = started(rows(&plain));
    assert_eq!(vectors, embeddings.embed(TEXTS).await.unwrap());
}

#[tokio::test]
async fn what_is_no_answer_is_an_error() {
    let row = |vector: Value| json!({"embedding": vector});
    let long = vec![1; recall::DIMENSIONS_MAX + 1];
    for (name, behaviour) in [
        ("too few", rows(&json!([row(json!([1]))]))),
        (
            "too many",
            rows(&json!([row(json!([1])), row(json!([1])), row(json!([1]))])),
        ),
        ("none", rows(&json!([]))),
        (
            "lengths",
            rows(&json!([row(json!([1])), row(json!([1, 2]))])),
        ),
        ("empty", rows(&json!([row(json!([])), row(json!([]))]))),
        ("nought", rows(&json!([row(json!([0])), row(json!([0]))]))),
        ("long", rows(&json!([row(json!(long)), row(json!(long))]))),
        ("null", rows(&json!([row(json!([null])), row(json!([1]))]))),
        (
            "base64",
            rows(&json!([row(json!("AACAPw==")), row(json!("AACAPw=="))])),
        ),
        (
            "twice",
            rows(&json!([{"index": 0, "embedding": [1]}, {"index": 0, "embedding": [1]}])),
        ),
        (
            "nowhere",
            rows(&json!([{"index": 7, "embedding": [1]}, {"index": 0, "embedding": [1]}])),
        ),
        (
            "NaN",
            text(r#"{"data":[{"embedding":[NaN]},{"embedding":[1]}]}"#),
        ),
        (
            "infinite",
            text(r#"{"data":[{"embedding":[1e999]},{"embedding":[1]}]}"#),
        ),
        ("huge", Behaviour::huge(512 * 1024)),
        ("shape", Behaviour::json(200, &json!([]))),
        ("chat", Behaviour::Writes("hello".to_owned())),
        ("html", Behaviour::html()),
        ("deep", Behaviour::deep_envelope(100_000)),
    ] {
        let (server, embeddings) = started(behaviour);
        let got = embeddings.embed(TEXTS).await;
        assert!(
            matches!(got, Err(EmbedError::Malformed(_))),
            "{name}: {got:?}"
        );
        assert_eq!(server.hits(), 1, "{name}: the same would come again");
    }
}

#[tokio::test]
async fn what_does_not_come_is_tried_again_within_the_deadline() {
    for (name, behaviour, hits) in [
        ("500", Behaviour::status(500), 2),
        ("404", Behaviour::status(404), 1),
        ("401", Behaviour::status(401), 1),
        ("late", Behaviour::busy(429, 600), 1),
        ("cut", Behaviour::CutsOff, 2),
    ] {
        let (server, embeddings) = started(behaviour);
        let got = embeddings.embed(TEXTS).await;
        let Err(EmbedError::Unavailable(detail)) = got else {
            panic!("{name}: {got:?}");
        };
        assert!(
            !detail.contains(SECRET_KEY) && !detail.contains("V001"),
            "{detail}"
        );
        assert_eq!(server.hits(), hits, "{name}");
    }
    let (_server, embeddings) = started(Behaviour::Script(vec![
        Behaviour::status(503),
        Behaviour::Embeds,
    ]));
    assert_eq!(embeddings.embed(TEXTS).await.unwrap().len(), 2);
    for behaviour in [
        Behaviour::NeverEnds,
        Behaviour::Drips(std::time::Duration::from_millis(50)),
    ] {
        let (_server, embeddings) = started(behaviour);
        assert!(embeddings.embed(TEXTS).await.is_err());
    }
}

#[test]
fn without_a_name_there_are_none_and_a_key_stays_at_home() {
    let read = |toml: &str| toml::from_str::<Settings>(toml).unwrap();
    let general = "base_url = 'http://a.example'\nname = 'm'\napi_key = 'k'\n";
    assert!(Embeddings::new(&read(general)).unwrap().is_none());
    let named = read(&format!("{general}[embeddings]\nname = 'e'"));
    assert_eq!(Embeddings::new(&named).unwrap().unwrap().name(), "e");
    let error = Embeddings::new(&read("[embeddings]\nname = 'e'"))
        .err()
        .unwrap();
    assert_eq!(error.to_string(), "model.base_url is not set");
    let bad = read(&format!(
        "{general}[embeddings]\nname = 'e'\nbase_url = 'x'"
    ));
    let error = Embeddings::new(&bad).err().unwrap();
    assert!(
        error.to_string().starts_with("model.embeddings.base_url"),
        "{error}"
    );
    assert!(toml::from_str::<Settings>("[embeddings]\nnmae = 'e'").is_err());
}

#[tokio::test]
async fn another_endpoint_gets_no_general_key() {
    let server = ModelServer::start(Behaviour::Embeds);
    let settings = Settings {
        base_url: Some("http://a.example".to_owned()),
        embeddings: EmbeddingSettings {
            base_url: Some(server.base_url()),
            name: Some("e".to_owned()),
            api_key: None,
        },
        ..settings(&server)
    };
    let embeddings = Embeddings::new(&settings).unwrap().unwrap();
    embeddings.embed(TEXTS).await.unwrap();
    assert_eq!(server.authorizations(), [None]);
}
