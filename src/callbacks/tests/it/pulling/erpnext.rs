//! A small `ERPNext`, with lists as Frappe gives them.

use std::sync::{Arc, Mutex};

use hooks::Format;
use serde_json::{Value, json};

use super::{ERPNEXT, all, november, query, read, systems};
use crate::{
    reading_back::json_reply,
    server::{Answer, Asked, Server, status},
};

/// Names with when they were changed, and whether they are submitted.
type Held = Vec<(String, String, u8)>;

const RESOURCE: &str = "/base/api/resource/Purchase%20Invoice";

fn answer(held: &Held, asked: &Asked) -> Answer {
    assert_eq!(asked.header("authorization"), "token the key:the secret");
    assert_eq!(asked.method, "GET");
    if let Some(name) = asked.path.strip_prefix(&format!("{RESOURCE}/")) {
        let name = name.replace("%2F", "/");
        let found = held.iter().find(|(known, _, _)| *known == name);
        return match found {
            Some((name, modified, docstatus)) => json_reply(
                200,
                &json!({"data": {"doctype": "Purchase Invoice", "name": name, "modified": modified,
                    "docstatus": docstatus, "bill_no": format!("B/{name}"), "items": [{"qty": 1.0}]}}),
            ),
            None => status(404),
        };
    }
    assert!(asked.path.starts_with(RESOURCE), "{}", asked.path);
    let query = query(asked);
    let filters: Value = serde_json::from_str(&query("filters")).unwrap();
    assert_eq!(filters[0][1], ">=");
    assert_eq!(filters[1][1], "<=");
    let (since, until) = (
        filters[0][2].as_str().unwrap(),
        filters[1][2].as_str().unwrap(),
    );
    assert_eq!(query("order_by"), "modified asc, name asc");
    let mut rows: Vec<_> = held
        .iter()
        .filter(|(_, at, docstatus)| {
            since <= at.as_str()
                && at.as_str() <= until
                && filters[2] == json!(["docstatus", "=", docstatus])
        })
        .collect();
    rows.sort_by_key(|(name, at, _)| (at.clone(), name.clone()));
    let number = |name: &str| query(name).parse::<usize>().unwrap();
    let rows = rows
        .into_iter()
        .skip(number("limit_start"))
        .take(number("limit_page_length"));
    let rows: Vec<Value> = rows
        .map(|(name, at, _)| json!({"name": name, "modified": at, "bill_no": format!("B/{name}")}))
        .collect();
    json_reply(200, &json!({ "data": rows }))
}

fn invoice(n: usize, at: &str) -> (String, String, u8) {
    (format!("ACC/PINV-{n:05}"), at.to_owned(), 1)
}

#[tokio::test]
async fn bills_of_all_pages_come_once_with_the_identity_of_their_webhook() {
    let mut held: Held = (0..250)
        .map(|n| {
            invoice(
                n,
                &format!("2026-11-{:02} 11:02:{:02}.481920", 1 + n / 10, n % 60),
            )
        })
        .collect();
    held[0].1 = "2026-10-31 23:59:59.999999".to_owned();
    held[1].2 = 0;
    held[2].2 = 2;
    let server = Server::start(move |_, asked| answer(&held, asked)).await;
    let read = read(&systems(&server, ERPNEXT), Format::Erpnext).await;
    assert_eq!(read.len(), 247);
    let (number, key, message) = &read[0];
    assert_eq!(number, "B/ACC/PINV-00003");
    assert_eq!(
        key,
        r#"["Purchase Invoice","ACC/PINV-00003","1","2026-11-01 11:02:03.481920"]"#
    );
    assert_eq!(
        message["items"][0]["qty"].to_string(),
        "1.0",
        "numbers stay as they were written"
    );
    let lists = server
        .asked()
        .iter()
        .filter(|asked| asked.path.contains('?'))
        .count();
    assert_eq!(lists, 3);
}

#[tokio::test]
async fn many_changed_in_one_moment_come_all() {
    let held: Held = (0..450)
        .map(|n| {
            invoice(
                n,
                if n < 420 {
                    "2026-11-05 10:00:00.000000"
                } else {
                    "2026-11-06 10:00:00.000000"
                },
            )
        })
        .collect();
    let server = Server::start(move |_, asked| answer(&held, asked)).await;
    let systems = systems(&server, ERPNEXT);
    let mut puller = systems.pull(Format::Erpnext, november()).unwrap();
    let mut names: Vec<_> = all(&mut puller)
        .await
        .unwrap()
        .into_iter()
        .map(|found| found.name)
        .collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 450);
}

#[tokio::test]
async fn a_list_that_moves_while_it_is_read_loses_nothing() {
    let held: Held = (0..300)
        .map(|n| {
            invoice(
                n,
                &format!("2026-11-05 {:02}:{:02}:00.000000", n / 60, n % 60),
            )
        })
        .collect();
    let held = Arc::new(Mutex::new(held));
    let there = Arc::clone(&held);
    let server = Server::start(move |before, asked| {
        let mut held = there.lock().unwrap();
        if before == 1 {
            // Of the first page some are paid before the second is asked for: all behind them move up.
            for (n, one) in held.iter_mut().take(20).enumerate() {
                one.1 = format!("2026-11-20 10:00:{n:02}.000000");
            }
        }
        answer(&held, asked)
    })
    .await;
    let systems = systems(&server, ERPNEXT);
    let mut puller = systems.pull(Format::Erpnext, november()).unwrap();
    let found = all(&mut puller).await.unwrap();
    assert_eq!(
        found.len(),
        320,
        "300, and 20 of them in both their versions"
    );
    let last = server.asked().len();
    assert_eq!(last, 4);
}

#[tokio::test]
async fn a_server_that_repeats_a_page_is_found_out() {
    let held: Held = (0..100)
        .map(|n| invoice(n, "2026-11-05 10:00:00.000000"))
        .collect();
    let server = Server::start(move |_, asked| {
        let mut first = asked.clone();
        first.path = asked.path.replace("limit_start=100", "limit_start=0");
        answer(&held, &first)
    })
    .await;
    let systems = systems(&server, ERPNEXT);
    let mut puller = systems.pull(Format::Erpnext, november()).unwrap();
    let error = all(&mut puller).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "erpnext: the answer to the list cannot be read: a page of it comes again and again"
    );
    assert!(server.asked().len() <= 4, "{}", server.asked().len());
}
