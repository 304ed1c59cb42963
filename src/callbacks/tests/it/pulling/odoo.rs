//! A small Odoo, asked which bills it changed.

use hooks::Format;
use serde_json::{Value, json};

use super::{read, systems};
use crate::{reading_back::json_reply, server::Server};

#[tokio::test]
async fn bills_come_as_notices_with_the_identity_of_their_webhook() {
    let held: Vec<Value> = (0..450)
        .map(|n| {
            json!({"id": 5000 + n, "ref": if n == 0 { json!(false) } else { json!(format!("B/{n}")) }, "state": "posted",
                "move_type": "in_invoice", "write_date": format!("2026-11-{:02} 05:32:{:02}", 1 + n / 20, n % 60)})
        })
        .collect();
    let server = Server::start(move |_, asked| {
        assert_eq!(asked.path, "/base/json/2/account.move/search_read");
        assert_eq!(
            asked.header("authorization"),
            "bearer the key".replace('b', "B")
        );
        let body: Value = serde_json::from_slice(&asked.body).unwrap();
        let domain = &body["domain"];
        assert_eq!(
            domain[0],
            json!(["move_type", "in", ["in_invoice", "in_refund", "in_receipt"]])
        );
        assert_eq!(domain[1], json!(["state", "=", "posted"]));
        assert_eq!((&domain[2][1], &domain[3][1]), (&json!(">="), &json!("<")));
        assert_eq!(body["order"], "write_date asc, id asc");
        let (since, until) = (
            domain[2][2].as_str().unwrap(),
            domain[3][2].as_str().unwrap(),
        );
        let mut rows: Vec<&Value> = held
            .iter()
            .filter(|row| (since..until).contains(&row["write_date"].as_str().unwrap()))
            .collect();
        rows.sort_by_key(|row| (row["write_date"].to_string(), row["id"].as_u64()));
        let number = |name: &str| usize::try_from(body[name].as_u64().unwrap()).unwrap();
        let page: Vec<_> = rows
            .into_iter()
            .skip(number("offset"))
            .take(number("limit"))
            .collect();
        json_reply(200, &json!(page))
    })
    .await;
    let systems = systems(&server, "[odoo]\nBASE\napi = 'json2'\napi_key = 'the key'");
    let read = read(&systems, Format::Odoo).await;
    assert_eq!(read.len(), 450);
    assert_eq!(read[0].0, "", "a bill without the supplier's number");
    assert_eq!(
        read[0].1,
        r#"["account.move","5000","2026-11-01 05:32:00"]"#
    );
    // The webhook of the same change tells parts of seconds.
    let webhook =
        br#"{"_model":"account.move","_id":5000,"write_date":"2026-11-01 05:32:00.481920"}"#;
    let webhook = Format::Odoo
        .events("s", &webhook.as_slice().into())
        .unwrap();
    assert_eq!(webhook[0].key, read[0].1);
}
