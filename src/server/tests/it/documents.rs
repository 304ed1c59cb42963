//! The `OpenAPI` document, as programs read it.

use serde_json::Value;

use crate::{
    fake::EXAMPLE_ID,
    world::{KEY, World},
};

/// Every `$ref` in the document.
fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(target) if name == "$ref" => found.push(target.clone()),
                    other => references(other, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[tokio::test]
async fn the_document_holds_together() {
    let world = World::start().await;
    let document = world.get("/openapi.json").await.json();
    assert_eq!(document["openapi"], "3.1.0");
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 50, "{}", found.len());
    for target in found {
        let pointer = target.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{target}");
    }
    let mut ids: Vec<&Value> = document["paths"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|methods| methods.as_object().unwrap().values())
        .map(|operation| &operation["operationId"])
        .collect();
    let count = ids.len();
    ids.sort_by_key(ToString::to_string);
    ids.dedup();
    assert_eq!(ids.len(), count);
}

#[tokio::test]
async fn examples_do_what_the_document_says() {
    let world = World::start().await;
    // The example's id is there once something was submitted; it is held, so that it can be reviewed.
    assert_eq!(world.submit("H", 200_000).await, EXAMPLE_ID);
    let document = world.get("/openapi.json").await.json();
    let mut sent = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let mut path = path.clone();
            for parameter in operation["parameters"].as_array().unwrap() {
                if parameter["in"] == "path" {
                    let name = format!("{{{}}}", parameter["name"].as_str().unwrap());
                    path = path.replace(&name, parameter["example"].as_str().unwrap());
                }
            }
            let example = &operation["requestBody"]["content"]["application/json"]["example"];
            let body = if example.is_null() {
                String::new()
            } else {
                example.to_string()
            };
            let answer = world
                .call(&method.to_uppercase(), &path, &[], body.as_bytes())
                .await;
            let declared = &operation["responses"][answer.status.to_string()];
            assert!(
                declared.is_object(),
                "{method} {path}: {} is not declared",
                answer.status
            );
            if answer.status != 204 {
                let media_type = answer.header("content-type").split(';').next().unwrap();
                assert!(
                    declared["content"][media_type].is_object(),
                    "{method} {path}: {media_type}"
                );
            }
            // Without a signature a hook is refused, as it should be.
            let want = if path.contains("/hooks/") { 401 } else { 200 };
            let want = if method == "post" && path.ends_with("/verifications") {
                202
            } else {
                want
            };
            assert_eq!(answer.status, want, "{method} {path}");
            sent += 1;
        }
    }
    assert_eq!(sent, 14);
}

/// Foreign eyes: requests made up from the document, and answers judged by it. Runs where the tool is installed, as
/// `tests/servers/clients` does.
#[tokio::test(flavor = "multi_thread")]
async fn schemathesis_finds_nothing() {
    let world = World::with("[rate]\nper_minute = 0", true).await;
    assert_eq!(world.submit("H", 200_000).await, EXAMPLE_ID);
    let bearer = format!("Bearer {KEY}");
    let headers = [("Authorization", bearer.as_str())];
    test_servers::clients::schemathesis(&world.url("/openapi.json"), &headers, &[]);
}
