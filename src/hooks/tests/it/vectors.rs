//! Signatures that others published or that their own code made.

use base64::{Engine, engine::general_purpose::STANDARD};
use hooks::{Kind, standard::Signer};
use proptest::prelude::*;

use crate::support::{Message, source};

/// `json.dumps` of Python, which writes other letters as escapes.
const FRAPPE: &str = r#"{"doctype": "Purchase Invoice", "name": "ACC-PINV-2026-00001", "grand_total": 118000.0, "supplier": "M/s \u0936\u0930\u094d\u092e\u093e Traders"}"#;
const QUICKBOOKS: &str = r#"{"eventNotifications":[{"realmId":"1185883450","dataChangeEvent":{"entities":[{"name":"Bill","id":"142","operation":"Create","lastUpdated":"2026-01-02T03:04:05.000Z"}]}}]}"#;

struct Vector {
    scheme: &'static str,
    secret: &'static str,
    headers: &'static [(&'static str, &'static str)],
    query: &'static str,
    body: &'static str,
    now: i64,
}

const VECTORS: &[Vector] = &[
    // Of the reference libraries of Standard Webhooks.
    Vector {
        scheme: "standard",
        secret: "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
        headers: &[
            ("webhook-id", "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk"),
            ("webhook-timestamp", "1649367553"),
            (
                "webhook-signature",
                "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=",
            ),
        ],
        query: "",
        body: r#"{"email":"test@example.com","username":"test_user"}"#,
        now: 1_649_367_553,
    },
    // Of svix' libraries.
    Vector {
        scheme: "standard",
        secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        headers: &[
            ("Webhook-Id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
            ("Webhook-Timestamp", "1614265330"),
            (
                "Webhook-Signature",
                "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            ),
        ],
        query: "",
        body: r#"{"test": 2432232314}"#,
        now: 1_614_265_330,
    },
    // Of GitHub's documentation.
    Vector {
        scheme: "github",
        secret: "It's a Secret to Everybody",
        headers: &[(
            "X-Hub-Signature-256",
            "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
        )],
        query: "",
        body: "Hello, World!",
        now: 0,
    },
    // The string is that of Zoho's documentation; its key is not published.
    Vector {
        scheme: "zoho",
        secret: "zohosecret12",
        headers: &[(
            "X-Zoho-Webhook-Signature",
            "4b2238f75e9b86c144610a45123428a63db73425422ed6febedeac88f90c6150",
        )],
        query: "subscription_id=90343&name=basic",
        body: r#"{"created_date":"2019-03-06","event_id":"5675"}"#,
        now: 0,
    },
    // By stripe-python's own function.
    Vector {
        scheme: "stripe",
        secret: "whsec_test_secret",
        headers: &[(
            "Stripe-Signature",
            "t=1700000000,v1=0c8670ed117751cc551a20e35839447075c42800ea3cf3e8a2fbda99cd1e6edd",
        )],
        query: "",
        body: r#"{"id":"evt_1","object":"event"}"#,
        now: 1_700_000_000,
    },
    Vector {
        scheme: "zoho_payments",
        secret: "k",
        headers: &[(
            "X-ZohoWebhook-Signature",
            "t=1734340423138,v=c981cc349399c9fa27bbe087d29dc45ee1c70fa6e8d02375307f0daa74840312",
        )],
        query: "",
        body: "{}",
        now: 1_734_340_423,
    },
    Vector {
        scheme: "frappe",
        secret: "whsecret-frappe",
        headers: &[(
            "X-Frappe-Webhook-Signature",
            "9SJzQuZUYj375YHHr9g9GamhkIfrY6GHLavPBShW3og=",
        )],
        query: "",
        body: FRAPPE,
        now: 0,
    },
    Vector {
        scheme: "intuit",
        secret: "verifier-token-0001",
        headers: &[(
            "intuit-signature",
            "Yf/BX7k5q6a2jm7OYdY/CgX/p3nmWou0adDRC5IbV3I=",
        )],
        query: "",
        body: QUICKBOOKS,
        now: 0,
    },
];

#[test]
fn what_others_signed_is_taken() {
    for vector in VECTORS {
        let source = source(
            "any",
            &format!(
                "format = 'standard'\nscheme = '{}'\nsecret = \"{}\"",
                vector.scheme, vector.secret
            ),
        );
        let mut message = Message::new(vector.headers, vector.body.as_bytes());
        vector.query.clone_into(&mut message.query);
        let events = message.received(&source, vector.now);
        assert_eq!(events.as_ref().map(Vec::len), Ok(1), "{}", vector.scheme);
        message.body.push(b' ');
        assert!(
            message.received(&source, vector.now).is_err(),
            "{}",
            vector.scheme
        );
    }
}

#[test]
fn the_bodies_of_frappe_and_quickbooks_are_read_as_theirs() {
    let frappe = crate::support::event("erpnext", FRAPPE.as_bytes());
    assert!(
        frappe
            .key
            .starts_with(r#"["Purchase Invoice","ACC-PINV-2026-00001","1","sha256:"#)
    );
    assert_eq!(frappe.kind, Kind::Document(FRAPPE.as_bytes().into()));
    let quickbooks = crate::support::event("quickbooks", QUICKBOOKS.as_bytes());
    assert_eq!(
        quickbooks.key,
        r#"["1185883450","bill","142","Create 2026-01-02T03:04:05Z"]"#
    );
    let Kind::Notice(reference) = quickbooks.kind else {
        panic!("{quickbooks:?}");
    };
    assert_eq!(
        (
            reference.account.as_str(),
            reference.entity.as_str(),
            reference.id.as_str()
        ),
        ("1185883450", "bill", "142")
    );
}

#[test]
fn what_we_sign_is_what_the_reference_signs() {
    let signer = Signer::new(&"whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD".into(), None).unwrap();
    let signature = signer.sign(
        "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
        1_649_367_553,
        br#"{"email":"test@example.com","username":"test_user"}"#,
    );
    assert_eq!(signature, "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=");
}

proptest! {
    #[test]
    fn the_crate_of_the_standard_signs_alike(
        key in proptest::collection::vec(any::<u8>(), 1..80),
        id in "[a-zA-Z0-9_]{1,40}",
        timestamp in 0..4_000_000_000_i64,
        body in ".{0,200}",
    ) {
        let secret = format!("whsec_{}", STANDARD.encode(&key));
        let ours = Signer::new(&secret.as_str().into(), None).unwrap();
        let theirs = standardwebhooks::Webhook::new(&secret).unwrap();
        prop_assert_eq!(
            ours.sign(&id, timestamp, body.as_bytes()),
            theirs.sign(&id, timestamp, body.as_bytes()).unwrap()
        );
    }
}
