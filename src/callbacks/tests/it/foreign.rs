//! Other people's libraries verify what arrives. They are installed by `tests/servers/clients`.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    memory::Memory,
    server::{Server, status},
    support::{BODY, OLD, SECRET, deliverer, settings},
};

#[tokio::test]
async fn what_arrives_is_genuine_to_others() {
    // They verify by their own clock.
    let now = Timestamp::now();
    let server = Server::start(|_, _| status(200)).await;
    let outbox = Arc::new(Memory::default());
    outbox.put("default", "msg_1", BODY, now);
    let settings = settings(&server.url(), &format!("secret_previous = '{OLD}'"));
    deliverer(&outbox, &settings).round(now).await.unwrap();
    let asked = &server.asked()[0];
    let body = String::from_utf8(asked.body.clone()).unwrap();
    let headers: Value = asked
        .headers
        .iter()
        .cloned()
        .map(|(name, value)| (name, Value::from(value)))
        .collect();
    let mut tasks = Vec::new();
    for by in ["standardwebhooks", "svix"] {
        for secret in [SECRET, OLD, "whsec_bm90IHRoaXMgb25l"] {
            tasks.push(json!({"do": "verify", "by": by, "secret": secret, "body": body, "headers": headers}));
        }
    }
    let Some(answers) = test_servers::clients::ask(&Value::from(tasks).to_string()) else {
        return;
    };
    let answers: Vec<bool> = serde_json::from_str(&answers).unwrap();
    assert_eq!(answers, [true, true, false, true, true, false]);
}
