//! Other people's libraries sign for us and verify what we sign. They are installed by `tests/servers/clients`.

use hooks::{Scheme, standard::Signer};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::support::{Message, SENT, source};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const BODY: &str = r#"{"supplier": "M/s शर्मा Traders", "total": 118000.00}"#;

fn ask(tasks: &[Value]) -> Option<Vec<Value>> {
    let answers = test_servers::clients::ask(&Value::from(tasks).to_string())?;
    Some(serde_json::from_str(&answers).unwrap())
}

#[test]
fn what_their_libraries_sign_is_taken() {
    let clients = [
        ("standardwebhooks", "standard", SECRET),
        ("svix", "standard", SECRET),
        ("stripe", "stripe", "whsec_test_secret"),
        ("frappe", "frappe", "whsecret-frappe"),
    ];
    let tasks = clients.map(|(by, _, secret)| {
        json!({"do": "sign", "by": by, "secret": secret, "id": "msg_1", "timestamp": SENT, "body": BODY})
    });
    let Some(answers) = ask(&tasks) else { return };
    for ((by, scheme, secret), headers) in clients.into_iter().zip(answers) {
        let settings = format!("format = 'standard'\nscheme = '{scheme}'\nsecret = '{secret}'");
        let source = source("any", &settings);
        let mut message = Message::new(&[], BODY.as_bytes());
        for (name, value) in headers.as_object().unwrap() {
            message.add(name, value.as_str().unwrap());
        }
        assert!(message.received(&source, SENT).is_ok(), "{by}");
        message.body[3] ^= 1;
        assert!(message.received(&source, SENT).is_err(), "{by}");
    }
}

#[test]
fn what_we_sign_their_libraries_take() {
    // They verify by their own clock.
    let now = Timestamp::now().as_second();
    let rotating = Signer::new(&OTHER.into(), Some(&SECRET.into())).unwrap();
    let single = Signer::new(&OTHER.into(), None).unwrap();
    let mut tasks = Vec::new();
    let mut wanted = Vec::new();
    for by in ["standardwebhooks", "svix"] {
        for (signer, secret, at, body, good) in [
            (&rotating, SECRET, now, BODY, true),
            (&rotating, OTHER, now, BODY, true),
            (&single, OTHER, now, BODY, true),
            (&single, SECRET, now, BODY, false),
            (&single, OTHER, now - 400, BODY, false),
            (&single, OTHER, now, "{}", false),
        ] {
            let signature = signer.sign("msg_1", at, BODY.as_bytes());
            tasks.push(json!({"do": "verify", "by": by, "secret": secret, "body": body, "headers": {
                "webhook-id": "msg_1", "webhook-timestamp": at.to_string(), "webhook-signature": signature,
            }}));
            wanted.push(Value::from(good));
        }
    }
    let Some(answers) = ask(&tasks) else { return };
    assert_eq!(answers, wanted);
}

#[test]
fn schemes_are_known_by_their_names() {
    for (name, scheme) in [
        ("standard", Scheme::Standard),
        ("zoho_payments", Scheme::ZohoPayments),
    ] {
        assert_eq!(
            serde_json::from_value::<Scheme>(json!(name)).unwrap(),
            scheme
        );
    }
}
