//! What senders' own programs send, and send again, to the daemon over a store.

use std::net::SocketAddr;

use serde_json::{Value, json};

use crate::{
    command::{invoice, run},
    intake::serve,
    serving::{Answer, Daemon, frappe, sample, sample_path, stats},
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

/// Of a bill that is corrected while it is held only the last version is judged, as if it alone had come; one that was approved
/// may have been paid, and keeps every later one from being paid too.
#[test]
fn a_corrected_bill_is_no_duplicate_of_the_version_that_was_held() {
    let daemon = Daemon::start(&[("SATYAPAN__HOOKS__ERPNEXT__SECRET", crate::serving::SECRET)]);
    let held = invoice("clean-small-supplier");
    let bill = run(
        daemon.dir.path(),
        &["convert", "--to", "erpnext", held.to_str().unwrap()],
    );
    assert_eq!(bill.code, 0, "{}", bill.err);
    let mut bill = bill.json();
    bill["name"] = "ACC-PINV-2026-00042".into();
    bill["docstatus"] = 1.into();
    let mut version = |minute: u32| {
        bill["modified"] = format!("2026-11-20 09:{minute:02}:00.000000").into();
        bill["items"][0]["description"] = format!("as corrected {minute} times").into();
        let sent = by_erpnext(&daemon, &bill);
        assert_eq!(sent.status, 202, "{}", sent.body);
        let place = sent.header("Location").unwrap().to_owned();
        let verdict = daemon.verdict(&place);
        let findings = verdict["findings"].as_array().unwrap().iter();
        let duplicate = findings
            .filter(|finding| finding["outcome"] == "fail")
            .any(|finding| finding["check"] == "DUPLICATE-EXACT");
        (place, verdict["decision"].clone(), duplicate)
    };
    let (first, decision, duplicate) = version(1);
    assert_eq!((&decision, duplicate), (&json!("hold"), false));
    let (second, decision, duplicate) = version(2);
    assert_eq!((&decision, duplicate), (&json!("hold"), false));
    let first = daemon.verdict(&first);
    assert_eq!(first["decision"], "hold");
    assert_eq!(first["reviews"][0]["effect"], "rejected", "{first}");
    assert_eq!(first["reviews"][0]["by"], "satyapan");
    let (_, job) = second.rsplit_once('/').unwrap();
    let reason = first["reviews"][0]["reason"].as_str().unwrap();
    assert!(reason.contains(job), "{reason}");
    let approves = br#"{"decision": "approve", "reason": "seen"}"#;
    let approved = daemon.post(&format!("{second}/review"), &[], approves);
    assert_eq!(approved.status, 200, "{}", approved.body);
    let (_, decision, duplicate) = version(3);
    assert_eq!((&decision, duplicate), (&json!("reject"), true));
    assert_eq!(
        daemon.verdict(&second)["reviews"].as_array().unwrap().len(),
        1
    );
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

/// Signed by the libraries of Standard Webhooks, taken by the daemon, verified.
#[test]
fn what_standard_webhooks_sign_is_verified() {
    let daemon = Daemon::start(&[("SATYAPAN__HOOKS__STANDARD__SECRET", SECRET)]);
    let now = jiff::Timestamp::now().as_second();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let held = text(std::fs::read(invoice("held-bank-account")).unwrap());
    let clean = text(std::fs::read(invoice("clean")).unwrap());
    // The sender's own identity, another document: refused, and not lost without a word.
    let messages = [
        ("standardwebhooks", "msg_1", &held, 202),
        ("svix", "msg_2", &clean, 202),
        ("svix", "msg_2", &held, 409),
    ];
    let tasks = messages.map(|(by, id, body, _)| {
        json!({"do": "sign", "by": by, "secret": SECRET, "body": body, "id": id, "timestamp": now})
    });
    let Some(signed) = test_servers::clients::ask(&json!(tasks).to_string()) else {
        return;
    };
    let signed: Vec<Value> = serde_json::from_str(&signed).unwrap();
    for ((by, _, body, status), headers) in messages.into_iter().zip(&signed) {
        let headers: Vec<(&str, &str)> = headers
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
            .collect();
        let taken = daemon.ask("POST", "/v1/hooks/standard", &headers, body.as_bytes());
        assert_eq!(taken.status, status, "{by}: {}", taken.body);
        if status == 202 {
            let verdict = daemon.verdict(taken.header("Location").unwrap());
            let number = &verdict["invoice"]["number"];
            assert!(body.contains(number.as_str().unwrap()), "{by}: {number}");
        }
    }
}

/// How systems prove who they are, where they post, as what, and what: a notice, where they send no more.
const SENDERS: [[&str; 4]; 5] = [
    [
        "frappe",
        "erpnext",
        "application/json",
        "erpnext.sample.json",
    ],
    [
        "zoho",
        "zoho?organization_id=10234695&event=bill",
        "application/json;charset=UTF-8",
        "zoho.sample.json",
    ],
    ["bearer", "tally", "text/xml", "tally.sample.xml"],
    [
        "nobody",
        "odoo?token=TOKEN",
        "application/json",
        "odoo.sample.json",
    ],
    [
        "intuit",
        "quickbooks",
        "application/json",
        "qbo.sample.event.json",
    ],
];

/// The API of an Odoo that holds the sample's bill, and what belongs to it.
fn odoo() -> SocketAddr {
    let read = |name: &str| serde_json::from_slice::<Value>(&sample(name)).unwrap();
    let mut models = read("odoo.sample.readback.json");
    let mut bill = read("odoo.sample.json");
    // Other than its webhook, the API names records beside their ids; taxes of a line are ids alone.
    for (field, model) in [("partner_id", "res.partner"), ("company_id", "res.company")] {
        bill[field] = json!([bill[field], models[model][0]["name"]]);
    }
    bill["l10n_in_state_id"] = json!([bill["l10n_in_state_id"], "Karnataka (IN)"]);
    models["account.move"] = json!([bill]);
    for line in models["account.move.line"].as_array_mut().unwrap() {
        line["tax_ids"] = json!([7]);
    }
    models["account.tax"] = json!([{"id": 7, "name": "18% IGST"}]);
    serve(move |path, body| {
        assert_eq!(path, "/jsonrpc");
        let asked: Value = serde_json::from_slice(body).unwrap();
        let args = &asked["params"]["args"];
        let records = || models[args[3].as_str().unwrap()].as_array().unwrap();
        let result: Value = match args[4].as_str() {
            _ if asked["params"]["service"] == "common" => json!(9),
            Some("fields_get") => {
                let names = records()
                    .iter()
                    .flat_map(|it| it.as_object().unwrap().keys());
                names.map(|name| (name.clone(), json!({}))).collect()
            }
            Some("read") => {
                let ids = args[5][0].as_array().unwrap();
                let named = records().iter().filter(|it| ids.contains(&it["id"]));
                named.cloned().collect()
            }
            other => panic!("{other:?}"),
        };
        let answer = json!({"jsonrpc": "2.0", "id": 1, "result": result});
        (200, answer.to_string().into_bytes())
    })
}

/// The sample's very bytes, by its sender's own way, come to a verdict on the invoice that they are to be read as; once.
#[test]
fn what_each_system_sends_is_verified_as_its_invoice() {
    const TOKEN: &str = "shared-with-all-of-them";
    let of_odoo = format!("http://{}", odoo());
    let quickbooks = serve(|path, _| match path.split('?').next() {
        Some("/v3/company/9341453199871234/bill/1487") => (200, sample("qbo.sample.bill.json")),
        _ => (404, Vec::new()),
    });
    let of_quickbooks = format!("http://{quickbooks}");
    let daemon = Daemon::start(&[
        ("SATYAPAN__HOOKS__ERPNEXT__SECRET", TOKEN),
        ("SATYAPAN__HOOKS__ZOHO__SECRET", TOKEN),
        ("SATYAPAN__HOOKS__TALLY__TOKEN", TOKEN),
        ("SATYAPAN__HOOKS__ODOO__TOKEN", TOKEN),
        ("SATYAPAN__HOOKS__QUICKBOOKS__SECRET", TOKEN),
        ("SATYAPAN__READ_BACK__ODOO__BASE_URL", &of_odoo),
        ("SATYAPAN__READ_BACK__ODOO__DATABASE", "books"),
        ("SATYAPAN__READ_BACK__ODOO__LOGIN", "ap@example.com"),
        ("SATYAPAN__READ_BACK__ODOO__API_KEY", "the-key"),
        ("SATYAPAN__READ_BACK__QUICKBOOKS__BASE_URL", &of_quickbooks),
        ("SATYAPAN__READ_BACK__QUICKBOOKS__ACCESS_TOKEN", "the-token"),
    ]);
    let send = |secret: &str| -> Option<Vec<Value>> {
        let task = |[by, hook, kind, file]: [&str; 4]| {
            let hook = hook.replace("TOKEN", secret);
            json!({"do": "send", "by": by, "secret": secret, "url": daemon.url(&format!("/v1/hooks/{hook}")),
                "type": kind, "file": sample_path(file)})
        };
        let tasks: Vec<Value> = SENDERS.into_iter().map(task).collect();
        let answers = test_servers::clients::ask(&Value::from(tasks).to_string())?;
        Some(serde_json::from_str(&answers).unwrap())
    };
    let jobs = || {
        let stats = stats(daemon.dir.path());
        ["waiting", "leased", "done", "dead"].map(|state| stats[state].as_u64().unwrap())
    };
    let Some(forged) = send("guessed") else {
        return;
    };
    for ([by, ..], answer) in SENDERS.iter().zip(&forged) {
        assert_eq!(answer["status"], 401, "{by}: {answer}");
    }
    assert_eq!(jobs(), [0, 0, 0, 0]);
    let taken = send(TOKEN).unwrap();
    for ([by, .., file], answer) in SENDERS.iter().zip(&taken) {
        assert_eq!(answer["status"], 202, "{by}: {answer}");
        let verdict = daemon.verdict(answer["location"].as_str().unwrap());
        let (system, _) = file.split_once('.').unwrap();
        let expected = sample(&format!("{system}.sample.expected.json"));
        let expected: Value = serde_json::from_slice(&expected).unwrap();
        let want = |at: &str| expected["inv01"].pointer(at).cloned().unwrap_or_default();
        let said = &verdict["invoice"];
        for (member, at) in [
            ("number", "/DocDtls/No"),
            ("date", "/DocDtls/Dt"),
            ("supplier_gstin", "/SellerDtls/Gstin"),
            ("buyer_gstin", "/BuyerDtls/Gstin"),
        ] {
            assert_eq!(said[member], want(at), "{by}: {member}");
        }
        let total = want("/ValDtls/TotInvVal").as_f64();
        assert!(total.is_some());
        assert_eq!(said["total"].as_f64(), total, "{by}");
    }
    let again = send(TOKEN).unwrap();
    for ([by, ..], (first, second)) in SENDERS.iter().zip(taken.iter().zip(&again)) {
        assert_eq!(second["status"], 202, "{by}: {second}");
        assert_eq!(second["location"], first["location"], "{by}");
    }
    assert_eq!(jobs(), [0, 0, 5, 0]);
    // Odoo tells of the bill once more, paid by now: what is read back says the same, and has its verdict.
    let mut paid: Value = serde_json::from_slice(&sample("odoo.sample.json")).unwrap();
    paid["payment_state"] = "paid".into();
    let place = format!("/v1/hooks/odoo?token={TOKEN}");
    let told = daemon.ask("POST", &place, &[], paid.to_string().as_bytes());
    assert_eq!(told.status, 202, "{}", told.body);
    let place = told.header("Location").unwrap();
    let first = taken[3]["location"].as_str().unwrap();
    assert_ne!(place, first);
    assert_eq!(daemon.verdict(place)["id"], daemon.verdict(first)["id"]);
    assert_eq!(jobs(), [0, 0, 6, 0]);
    let listed = daemon.get("/v1/verifications").json();
    assert_eq!(listed["verdicts"].as_array().unwrap().len(), 5);
}
