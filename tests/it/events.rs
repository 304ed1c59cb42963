//! What senders' own programs send, and send again, to the daemon over a store.

use serde_json::{Value, json};

use crate::{
    command::invoice,
    serving::{Answer, Daemon, frappe, sample, stats},
};

const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

fn by_erpnext(daemon: &Daemon, document: &Value) -> Answer {
    let body = document.to_string().into_bytes();
    let signature = frappe(&body);
    let signed = [("X-Frappe-Webhook-Signature", signature.as_str())];
    daemon.ask("POST", "/v1/hooks/erpnext", &signed, &body)
}

#[test]
fn a_bill_that_was_paid_meanwhile_is_no_duplicate_of_itself() {
    let daemon = Daemon::start(&[("SATYAPAN__HOOKS__ERPNEXT__SECRET", crate::serving::SECRET)]);
    let mut bill: Value = serde_json::from_slice(&sample("erpnext.sample.json")).unwrap();
    let first = by_erpnext(&daemon, &bill);
    assert_eq!(first.status, 202, "{}", first.body);
    let place = first.header("Location").unwrap().to_owned();
    daemon.verdict(&place);
    bill["status"] = "Paid".into();
    bill["outstanding_amount"] = 0.into();
    bill["modified"] = "2026-11-20 09:30:00.000000".into();
    let paid = by_erpnext(&daemon, &bill);
    assert_eq!(
        paid.header("Location"),
        Some(place.as_str()),
        "{}",
        paid.body
    );
    // A version that says another invoice is another case.
    bill["modified"] = "2026-11-20 09:31:00.000000".into();
    bill["bill_no"] = "KBF/26-27/01188".into();
    let other = by_erpnext(&daemon, &bill);
    assert_eq!(other.status, 202, "{}", other.body);
    assert_ne!(other.header("Location"), Some(place.as_str()));
    daemon.verdict(other.header("Location").unwrap());
    let stats = stats(daemon.dir.path());
    assert_eq!(stats["done"], 2, "{stats}");
}

#[test]
fn the_same_bytes_on_another_day_are_another_request() {
    let daemon = Daemon::start(&[]);
    let clean = std::fs::read(invoice("clean")).unwrap();
    let key = [("Idempotency-Key", "a day")];
    let post = |day: &str| {
        let path = format!("/v1/verifications?as_of={day}");
        daemon.post(&path, &key, &clean).status
    };
    assert_eq!(
        [post("2026-11-21"), post("2026-11-21"), post("2026-11-22")],
        [202, 202, 409]
    );
}

/// Signed by the senders' own code, taken by the daemon, verified.
#[test]
fn what_foreign_clients_sign_is_verified() {
    let daemon = Daemon::start(&[
        ("SATYAPAN__HOOKS__ERPNEXT__SECRET", SECRET),
        ("SATYAPAN__HOOKS__STANDARD__SECRET", SECRET),
    ]);
    let now = jiff::Timestamp::now().as_second();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let bill = text(sample("erpnext.sample.json"));
    let held = text(std::fs::read(invoice("held-bank-account")).unwrap());
    let clean = text(std::fs::read(invoice("clean")).unwrap());
    let sign = |by: &str, id: &str, body: &str| json!({"do": "sign", "by": by, "secret": SECRET, "body": body, "id": id, "timestamp": now});
    // The sender's own identity, another document: refused, and not lost without a word.
    let messages = [
        ("frappe", "erpnext", &bill, sign("frappe", "", &bill), 202),
        (
            "standardwebhooks",
            "standard",
            &held,
            sign("standardwebhooks", "msg_1", &held),
            202,
        ),
        (
            "svix",
            "standard",
            &clean,
            sign("svix", "msg_2", &clean),
            202,
        ),
        ("svix", "standard", &held, sign("svix", "msg_2", &held), 409),
    ];
    let tasks: Vec<&Value> = messages.iter().map(|message| &message.3).collect();
    let Some(signed) = test_servers::clients::ask(&serde_json::to_string(&tasks).unwrap()) else {
        return;
    };
    let signed: Vec<Value> = serde_json::from_str(&signed).unwrap();
    for ((by, source, body, _, status), headers) in messages.iter().zip(&signed) {
        let headers: Vec<(&str, &str)> = headers
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
            .collect();
        let taken = daemon.ask(
            "POST",
            &format!("/v1/hooks/{source}"),
            &headers,
            body.as_bytes(),
        );
        assert_eq!(taken.status, *status, "{by}: {}", taken.body);
        if *status == 202 {
            let verdict = daemon.verdict(taken.header("Location").unwrap());
            let number = &verdict["invoice"]["number"];
            assert!(body.contains(number.as_str().unwrap()), "{by}: {number}");
        }
    }
}
