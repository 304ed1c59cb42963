//! A small Intuit, asked which bills it changed.

use hooks::Format;
use serde_json::{Value, json};

use super::{all, november, query, read, systems};
use crate::{reading_back::json_reply, server::Server};

#[tokio::test]
async fn bills_and_credits_come_as_notices_with_the_identity_of_theirs() {
    let held: Vec<Value> = (0..150)
        .map(|n| {
            let at = format!("2026-11-{:02}T11:02:{:02}+05:30", 1 + n / 10, n % 60);
            json!({"Id": (1400 + n).to_string(), "DocNumber": format!("B/{n}"), "MetaData": {
                "CreateTime": if n == 0 { at.clone() } else { "2026-01-01T00:00:00+05:30".to_owned() }, "LastUpdatedTime": at}})
        })
        .collect();
    let server = Server::start(move |_, asked| {
        assert_eq!(asked.header("authorization"), "Bearer A");
        assert!(asked.path.starts_with("/base/v3/company/934/query?"));
        let query = query(asked)("query");
        if query.contains("from VendorCredit ") {
            return json_reply(
                200,
                &json!({"QueryResponse": {}, "time": "2026-11-14T00:00:00Z"}),
            );
        }
        let mut words = query.split('\'');
        assert_eq!(
            words.next().unwrap(),
            "select * from Bill where MetaData.LastUpdatedTime >= "
        );
        let at = |text: &str| text.parse::<jiff::Timestamp>().unwrap();
        let since = at(words.next().unwrap());
        let until = at(words.nth(1).unwrap());
        let rest = words.next().unwrap();
        let start = rest
            .strip_prefix(" orderby MetaData.LastUpdatedTime asc startposition ")
            .unwrap();
        let start: usize = start
            .strip_suffix(" maxresults 100")
            .unwrap()
            .parse()
            .unwrap();
        let mut rows: Vec<&Value> = held
            .iter()
            .filter(|row| {
                (since..=until).contains(&at(row["MetaData"]["LastUpdatedTime"].as_str().unwrap()))
            })
            .collect();
        rows.sort_by_key(|row| row["MetaData"]["LastUpdatedTime"].to_string());
        let page: Vec<_> = rows.into_iter().skip(start - 1).take(100).collect();
        json_reply(
            200,
            &json!({"QueryResponse": {"Bill": page, "startPosition": start}}),
        )
    })
    .await;
    let section = "[quickbooks]\nBASE\nrealm = '934'\naccess_token = 'A'";
    let read = read(&systems(&server, section), Format::Quickbooks).await;
    assert_eq!(read.len(), 150);
    assert_eq!(
        read[0].1,
        r#"["934","bill","1400","Create 2026-11-01T05:32:00Z"]"#
    );
    // Without the company's number there is nothing to ask about.
    let unnamed = systems(&server, &section.replace("realm = '934'\n", ""));
    let mut puller = unnamed.pull(Format::Quickbooks, november()).unwrap();
    let error = all(&mut puller).await.unwrap_err().to_string();
    assert!(error.contains("read_back.quickbooks.realm"), "{error}");
}
