//! A small Zoho Books: tokens that end, pages, bills and vendor credits.

use hooks::Format;
use serde_json::{Value, json};

use super::{all, november, query, read, systems};
use crate::{
    reading_back::json_reply,
    server::{Answer, Asked, Server, status},
};

const ZOHO: &str = "[zoho]\nBASE\ntoken_url = 'TOKEN'\norganization_id = '60001'\nclient_id = 'c'\nclient_secret = 's&'\n\
    refresh_token = 'r'\nrequests_per_minute = 0";

fn section(server: &Server) -> String {
    ZOHO.replace("TOKEN", &format!("http://{}/token", server.address))
}

fn bill(n: usize, status: &str) -> Value {
    json!({"bill_id": format!("98{n:04}"), "bill_number": format!("B/{n}"), "status": status,
        "last_modified_time": format!("2026-11-{:02}T11:02:{:02}+0530", 1 + n / 20, n % 60)})
}

/// `honest` orders by what it is asked to, and keeps to the time.
fn answer(asked: &Asked, before: usize, honest: bool) -> Answer {
    if asked.path == "/token" {
        assert_eq!(
            String::from_utf8_lossy(&asked.body),
            "grant_type=refresh_token&client_id=c&client_secret=s%26&refresh_token=r"
        );
        let token = format!("A{before}");
        return json_reply(
            200,
            &json!({"access_token": token, "expires_in": 3600, "token_type": "Bearer"}),
        );
    }
    if asked.header("authorization") == "Zoho-oauthtoken A0" {
        return status(401);
    }
    let query = query(asked);
    assert_eq!(query("organization_id"), "60001");
    let path = asked.path.split('?').next().unwrap();
    let mut bills: Vec<Value> = (0..450)
        .map(|n| bill(n, if n == 7 { "draft" } else { "open" }))
        .collect();
    match path {
        "/base/bills" => {
            let since = query("last_modified_time");
            if honest {
                assert_eq!(
                    (query("sort_column"), query("sort_order")),
                    ("last_modified_time".to_owned(), "A".to_owned())
                );
                bills.retain(|bill| bill["last_modified_time"].as_str().unwrap() >= since.as_str());
                bills.sort_by_key(|bill| bill["last_modified_time"].to_string());
            } else {
                bills.reverse();
            }
            let page: usize = query("page").parse().unwrap();
            let rows: Vec<&Value> = bills.iter().skip((page - 1) * 200).take(200).collect();
            let more = bills.len() > page * 200;
            json_reply(
                200,
                &json!({"code": 0, "bills": rows, "page_context": {"page": page, "has_more_page": more}}),
            )
        }
        "/base/vendorcredits" => json_reply(
            200,
            &json!({"code": 0, "vendorcredits": [{"vendor_credit_id": "77", "vendor_credit_number": "C/1", "status": "open",
                "last_modified_time": "2026-11-14T11:02:37+0530"}], "page_context": {"has_more_page": false}}),
        ),
        "/base/vendorcredits/77" => json_reply(
            200,
            &json!({"code": 0, "vendor_credit": {"vendor_credit_id": "77", "status": "open",
                "last_modified_time": "2026-11-14T11:02:37+0530", "total": 10.50}}),
        ),
        other => {
            let id = other.strip_prefix("/base/bills/").unwrap();
            let found = bills
                .into_iter()
                .find(|bill| bill["bill_id"] == id)
                .unwrap();
            json_reply(
                200,
                &json!({"code": 0, "message": "success", "bill": found}),
            )
        }
    }
}

#[tokio::test]
async fn bills_and_credits_of_all_pages_come_once_with_the_identity_of_their_webhook() {
    let server = Server::start(|before, asked| answer(asked, before, true)).await;
    let read = read(&systems(&server, &section(&server)), Format::Zoho).await;
    assert_eq!(read.len(), 451);
    let (number, key, message) = read.last().unwrap();
    assert_eq!(
        (number.as_str(), key.as_str()),
        (
            "C/1",
            r#"["vendor_credit","77","2026-11-14T11:02:37+0530"]"#
        )
    );
    assert_eq!(message["vendor_credit"]["total"].to_string(), "10.5");
    let mut keys: Vec<_> = read.iter().map(|(_, key, _)| key).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), 451);
    let tokens = server
        .asked()
        .iter()
        .filter(|asked| asked.path == "/token")
        .count();
    assert_eq!(tokens, 2, "one that ended early, and one that holds");
}

#[tokio::test]
async fn a_list_in_another_order_is_read_by_its_pages() {
    let server = Server::start(|before, asked| answer(asked, before, false)).await;
    let systems = systems(&server, &section(&server));
    let mut puller = systems.pull(Format::Zoho, november()).unwrap();
    assert_eq!(all(&mut puller).await.unwrap().len(), 451);
}

#[tokio::test]
async fn a_refresh_token_that_is_not_known_is_said() {
    let server = Server::start(|_, _| json_reply(200, &json!({"error": "invalid_code"}))).await;
    let systems = systems(&server, &section(&server));
    let mut puller = systems.pull(Format::Zoho, november()).unwrap();
    assert_eq!(
        all(&mut puller).await.unwrap_err().to_string(),
        "zoho: an access token is refused: it grants none for this client and refresh_token; check the credentials and \
         rights under read_back.zoho"
    );
}
