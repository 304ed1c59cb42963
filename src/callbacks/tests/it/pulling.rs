//! Systems asked for what they changed in a time: what holds for each of them.

use callbacks::{Found, Puller, ReadBackError, ReadBackSettings, Systems, Window};
use hooks::Format;
use reqwest13::Url;
use serde_json::Value;

use crate::{
    reading_back::base,
    server::{Answer, Asked, Server, status},
};

mod erpnext;
mod odoo;
mod quickbooks;
mod tally;
mod zoho;

fn window(since: &str, until: &str) -> Window {
    Window {
        since: since.parse().unwrap(),
        until: until.parse().unwrap(),
    }
}

/// All of November, in India.
fn november() -> Window {
    window("2026-10-31T18:30:00Z", "2026-11-30T18:29:59Z")
}

/// A system at a server, by its section of the settings.
fn systems(server: &Server, section: &str) -> Systems {
    let settings = format!(
        "backoff_ms = 1\n{}",
        section.replace("BASE", &format!("base_url = '{}'", base(server)))
    );
    let settings: ReadBackSettings = toml::from_str(&settings).unwrap();
    Systems::new(&settings).unwrap()
}

async fn all(puller: &mut Puller<'_>) -> Result<Vec<Found>, ReadBackError> {
    let mut all = Vec::new();
    while let Some(found) = puller.next().await? {
        all.push(found);
    }
    Ok(all)
}

/// What a system says that it changed, with what each webhook would have sent, and the identity of that.
async fn read(systems: &Systems, format: Format) -> Vec<(String, String, Value)> {
    let mut puller = systems.pull(format, november()).unwrap();
    let mut read = Vec::new();
    for found in all(&mut puller).await.unwrap() {
        let message = puller.message(&found).await.unwrap();
        let head = format.events("s", &found.head).unwrap();
        let whole = format.events("s", &message).unwrap();
        assert_eq!(head[0].key, whole[0].key, "{}", found.name);
        let key = whole[0].key.clone();
        let message = serde_json::from_slice(&message).unwrap_or_default();
        read.push((found.number, key, message));
    }
    read
}

/// The parameters of a question.
fn query(asked: &Asked) -> impl Fn(&str) -> String {
    let url = Url::parse(&format!("http://x{}", asked.path)).unwrap();
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    move |name| {
        let found = pairs.iter().find(|(known, _)| known == name);
        found.map_or_else(String::new, |(_, value)| value.clone())
    }
}

const ERPNEXT: &str = "[erpnext]\nBASE\napi_key = 'the key'\napi_secret = 'the secret'";

#[tokio::test]
async fn a_busy_system_is_asked_when_it_wants() {
    let server = Server::start(|before, _| match before {
        0 => Answer::Reply(429, vec![("retry-after", "0".to_owned())], Vec::new()),
        1 => Answer::Reply(503, vec![("retry-after", "1".to_owned())], Vec::new()),
        2 => status(502),
        3 => Answer::Break,
        _ => Answer::Reply(200, Vec::new(), br#"{"data":[]}"#.to_vec()),
    })
    .await;
    let systems = systems(&server, ERPNEXT);
    let began = tokio::time::Instant::now();
    let mut puller = systems.pull(Format::Erpnext, november()).unwrap();
    assert!(all(&mut puller).await.unwrap().is_empty());
    assert!(
        began.elapsed().as_millis() >= 1_000,
        "it waits as long as it is told"
    );
    assert_eq!(server.asked().len(), 5);
    assert_eq!(server.most(), 1, "one question at a time");
}

#[tokio::test]
async fn what_does_not_answer_is_given_up_and_says_nothing_of_secrets() {
    type Case = (fn() -> Answer, &'static str, usize);
    let cases: [Case; 9] = [
        (
            || status(500),
            "erpnext: no answer to the list of purchase invoices: it answered 500; nothing was changed, retry is safe",
            3,
        ),
        (
            || Answer::Never,
            "erpnext: no answer to the list: no answer in time; nothing was changed, retry is safe",
            3,
        ),
        (
            || Answer::Drip(200),
            "erpnext: no answer to the list: no answer in time; nothing was changed, retry is safe",
            3,
        ),
        (
            || Answer::Endless(200),
            "erpnext: the answer to the list of purchase invoices cannot be read: it has more than 100000 bytes",
            1,
        ),
        (
            || Answer::Reply(429, vec![("retry-after", "86400".to_owned())], Vec::new()),
            "erpnext: the list of purchase invoices has to wait 86400 s: it is asked too often",
            1,
        ),
        (
            || status(403),
            "erpnext: the list of purchase invoices is refused: it answered 403; check the credentials and rights under read_back.erpnext",
            1,
        ),
        (
            || {
                Answer::Reply(
                    302,
                    vec![("location", "http://169.254.169.254/".to_owned())],
                    Vec::new(),
                )
            },
            "erpnext: the list of purchase invoices is refused: it answered 302, and redirects are not followed; check the credentials and rights under read_back.erpnext",
            1,
        ),
        (
            || Answer::Reply(200, Vec::new(), b"<html>the secret".to_vec()),
            "erpnext: the answer to the list of purchase invoices cannot be read: it is no JSON",
            1,
        ),
        (
            || Answer::Reply(200, Vec::new(), br#"{"data":[{"name":null}]}"#.to_vec()),
            "erpnext: the answer to the list of purchase invoices cannot be read: a row has no name",
            1,
        ),
    ];
    for (answer, want, times) in cases {
        let server = Server::start(move |_, _| answer()).await;
        let section = format!("retries = 2\ndeadline_s = 1\nbody_bytes_max = 100000\n{ERPNEXT}");
        let systems = systems(&server, &section);
        let mut puller = systems.pull(Format::Erpnext, november()).unwrap();
        let error = all(&mut puller).await.unwrap_err().to_string();
        assert_eq!(error, want);
        assert_eq!(server.asked().len(), times, "{want}");
    }
}

#[tokio::test]
async fn systems_that_are_not_set_up_are_not_asked() {
    let systems = Systems::new(&ReadBackSettings::default()).unwrap();
    for (format, name) in [
        (Format::Erpnext, "erpnext"),
        (Format::Zoho, "zoho"),
        (Format::Odoo, "odoo"),
        (Format::Quickbooks, "quickbooks"),
        (Format::Tally, "tally"),
        (Format::Standard, "standard"),
    ] {
        let error = systems.pull(format, november()).err();
        assert_eq!(error, Some(ReadBackError::NotSetUp(name)));
    }
}
