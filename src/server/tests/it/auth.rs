//! Who may do what, and with which credentials.

use std::sync::atomic::AtomicI64;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    hmac,
    rand::SystemRandom,
    rsa::PublicKeyComponents,
    signature::{Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair},
};
use serde_json::{Value, json};
use server::{Server, Settings};
use sha2::{Digest, Sha256};

use crate::{
    fake::Fake,
    world::{KEY, OTHER, World, settings},
};

/// A key of the tests, and of nothing else.
const RS256: &[u8] = include_bytes!("../rs256.pk8");

#[tokio::test]
async fn roles_guard_routes() {
    let world = World::with(
        r#"api_keys = [
            { key = "k-submit-only", name = "submits", roles = ["submit"] },
            { key = "k-read-only-1", roles = ["read"] },
            { key = "k-review-only", roles = ["review"] },
            { key = "k-admin-only1", roles = ["admin"] },
        ]"#,
        true,
    )
    .await;
    #[rustfmt::skip] // A table reads as one.
    let routes = [
        ("POST", "/v1/verifications", "submit"),
        ("GET", "/v1/verifications", "read"),
        ("GET", "/v1/verifications/none", "read"),
        ("GET", "/v1/verifications/none/events", "read"),
        ("POST", "/v1/verifications/none/review", "review"),
        ("POST", "/v1/ask", "read"),
        ("GET", "/v1/report/spend/by-vendor", "read"),
        ("GET", "/", "read"),
        ("GET", "/openapi.json", ""),
    ];
    for (role, key) in [
        ("submit", "k-submit-only"),
        ("read", "k-read-only-1"),
        ("review", "k-review-only"),
        ("admin", "k-admin-only1"),
    ] {
        for (method, path, needs) in routes {
            let bearer = format!("Bearer {key}");
            let headers = [("authorization", bearer.as_str())];
            let answer = world.send(method, path, &headers, b"").await;
            let may = needs.is_empty() || role == needs || role == "admin";
            assert_eq!(
                answer.status != 403,
                may,
                "{role} {method} {path}: {}",
                answer.status
            );
            assert_ne!(answer.status, 401, "{role} {method} {path}");
            if !may {
                assert_eq!(answer.problem(), "forbidden");
                let detail = answer.json()["detail"].as_str().unwrap().to_owned();
                assert!(detail.contains(&format!("role {needs}")), "{detail}");
            }
        }
    }
    for (method, path, _) in routes {
        for authorization in [
            "",
            "Bearer",
            "Bearer ",
            "Bearer wrong-key-here",
            "bearer\tk-read-only-1",
            "Basic ay1yZWFk",
            "Bearer k-read-only-",
            "Bearer k-read-only-12",
            "Bearer K-READ-ONLY-1",
            "k-read-only-1",
            "Bearer a.b.c",
            "Bearer k-read-only-1 k-read-only-1",
        ] {
            let headers = [("authorization", authorization)];
            let answer = world.send(method, path, &headers, b"").await;
            assert_eq!(
                answer.problem(),
                "unauthenticated",
                "{method} {path} {authorization}"
            );
            assert_eq!(answer.status, 401);
            assert!(
                answer.header("www-authenticate").starts_with("Bearer"),
                "{authorization}"
            );
        }
        let twice = [
            ("authorization", "Bearer k-read-only-1"),
            ("authorization", "Bearer k-admin-only1"),
        ];
        assert_eq!(
            world.send(method, path, &twice, b"").await.status,
            401,
            "{path}"
        );
        assert_eq!(
            world.send(method, path, &[], b"").await.status,
            401,
            "{path}"
        );
    }
    let lower = world
        .send(
            "GET",
            "/openapi.json",
            &[("authorization", "bearer k-read-only-1")],
            b"",
        )
        .await;
    assert_eq!(lower.status, 200);
}

#[tokio::test]
async fn tenants_never_see_each_other() {
    let world = World::start().await;
    let id = world.submit("A", 200_000).await;
    let bearer = format!("Bearer {OTHER}");
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", "application/json"),
    ];
    let review: &[u8] = br#"{"decision":"approve","reason":"mine now"}"#;
    for (method, path, body) in [
        ("GET", format!("/v1/verifications/{id}"), &b""[..]),
        ("GET", format!("/v1/verifications/{id}?wait=1"), b""),
        ("GET", format!("/v1/verifications/{id}/events"), b""),
        ("POST", format!("/v1/verifications/{id}/review"), review),
    ] {
        let answer = world.send(method, &path, &headers, body).await;
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (404, "not-found"),
            "{path}"
        );
    }
    let listed = world
        .send("GET", "/v1/verifications", &headers, b"")
        .await
        .json();
    assert_eq!(listed["verdicts"], json!([]));
    assert_eq!(
        world.get(&format!("/v1/verifications/{id}")).await.status,
        200
    );
}

#[tokio::test]
async fn a_digest_opens_as_its_key_does() {
    let key = "k-of-a-digest";
    let hex = format!("{:X}", Sha256::digest(key));
    let world = World::with(&format!("api_keys = \"sha256:{hex}, {KEY}\""), true).await;
    let open = |token: String| {
        let world = &world;
        async move {
            let bearer = format!("Bearer {token}");
            world
                .send("GET", "/openapi.json", &[("authorization", &bearer)], b"")
                .await
                .status
        }
    };
    assert_eq!(open(key.to_owned()).await, 200);
    assert_eq!(open(KEY.to_owned()).await, 200);
    assert_eq!(open(format!("sha256:{hex}")).await, 401);
    assert_eq!(open(hex).await, 401);
}

#[tokio::test]
async fn each_key_has_its_own_pace() {
    let world = World::with("[rate]\nper_minute = 1\nburst = 3", true).await;
    for _ in 0..3 {
        assert_eq!(world.get("/openapi.json").await.status, 200);
    }
    let limited = world.get("/openapi.json").await;
    assert_eq!(
        (limited.status, limited.problem().as_str()),
        (429, "rate-limited")
    );
    let after: u64 = limited.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&after), "{after}");
    let bearer = format!("Bearer {OTHER}");
    let other = world
        .send("GET", "/openapi.json", &[("authorization", &bearer)], b"")
        .await;
    assert_eq!(other.status, 200);
    assert_eq!(world.get("/healthz").await.status, 200);
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn token(header: &Value, claims: &Value, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let signed = format!("{}.{}", part(header), part(claims));
    let signature = URL_SAFE_NO_PAD.encode(sign(signed.as_bytes()));
    format!("{signed}.{signature}")
}

fn rsa(message: &[u8]) -> Vec<u8> {
    let key = RsaKeyPair::from_pkcs8(RS256).unwrap();
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(
        &RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        message,
        &mut signature,
    )
    .unwrap();
    signature
}

#[tokio::test]
async fn tokens_of_the_identity_provider_are_believed() {
    let key = RsaKeyPair::from_pkcs8(RS256).unwrap();
    let public: PublicKeyComponents<Vec<u8>> = key.public().into();
    let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
    let ed = Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).unwrap();
    let modulus = URL_SAFE_NO_PAD.encode(&public.n);
    let jwks = json!({"keys": [
        {"kty": "RSA", "kid": "r", "alg": "RS256", "use": "sig", "n": modulus, "e": URL_SAFE_NO_PAD.encode(&public.e)},
        {"kty": "OKP", "crv": "Ed25519", "kid": "e", "x": URL_SAFE_NO_PAD.encode(ed.public_key().as_ref())},
        {"kty": "oct", "kid": "o", "k": "c2VjcmV0"},
        {"kty": "EC", "kid": "p", "crv": "P-256", "x": "AA", "y": "AA"},
    ]});
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("jwks.json");
    std::fs::write(&path, jwks.to_string()).unwrap();
    let world = World::with(
        &format!(
            "api_keys = []\n[jwt]\njwks_file = {path:?}\nissuer = \"https://id.example\"\naudience = \"satyapan\"\nroles_claim = \"/realm_access/roles\""
        ),
        true,
    )
    .await;
    let now = jiff::Timestamp::now().as_second();
    let claims = json!({
        "iss": "https://id.example", "aud": ["other", "satyapan"], "sub": "meera", "exp": now + 600, "nbf": now - 5,
        "tenant": "acme", "realm_access": {"roles": ["read", "offline_access"]},
    });
    let with = |name: &str, value: Value| {
        let mut claims = claims.clone();
        claims[name] = value;
        claims
    };
    let rs = json!({"alg": "RS256", "kid": "r", "typ": "JWT"});
    let ed_header = json!({"alg": "EdDSA", "kid": "e"});
    let hs = |message: &[u8]| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &public.n);
        hmac::sign(&key, message).as_ref().to_vec()
    };
    let as_ed = |message: &[u8]| ed.sign(message).as_ref().to_vec();
    let mut forged = rsa(b"another message");
    forged.truncate(256);
    #[rustfmt::skip] // A table reads as one.
    let cases = [
        ("RS256", token(&rs, &claims, rsa), 200),
        ("EdDSA", token(&ed_header, &claims, as_ed), 200),
        ("expired", token(&rs, &with("exp", json!(now - 61)), rsa), 401),
        ("not yet", token(&rs, &with("nbf", json!(now + 120)), rsa), 401),
        ("alg none", token(&json!({"alg": "none", "kid": "r"}), &claims, |_| Vec::new()), 401),
        ("no alg", token(&json!({"kid": "r"}), &claims, rsa), 401),
        ("HS256 with the public key", token(&json!({"alg": "HS256", "kid": "r"}), &claims, hs), 401),
        ("HS256 with the set's secret", token(&json!({"alg": "HS256", "kid": "o"}), &claims, hs), 401),
        ("RS256 by the Ed25519 key", token(&json!({"alg": "RS256", "kid": "e"}), &claims, as_ed), 401),
        ("unknown kid", token(&json!({"alg": "RS256", "kid": "x"}), &claims, rsa), 401),
        ("no kid of several", token(&json!({"alg": "RS256"}), &claims, rsa), 401),
        ("critical", token(&json!({"alg": "RS256", "kid": "r", "crit": ["b64"]}), &claims, rsa), 401),
        ("another message", token(&rs, &claims, move |_| forged), 401),
        ("no signature", token(&rs, &claims, |_| Vec::new()), 401),
        ("wrong audience", token(&rs, &with("aud", json!("other")), rsa), 401),
        ("wrong issuer", token(&rs, &with("iss", json!("https://id.example/")), rsa), 401),
        ("no tenant", token(&rs, &with("tenant", Value::Null), rsa), 401),
        ("tenant of a path", token(&rs, &with("tenant", json!("../default")), rsa), 401),
        ("no roles", token(&rs, &with("realm_access", Value::Null), rsa), 403),
        ("other roles", token(&rs, &with("realm_access", json!({"roles": ["submit"]})), rsa), 403),
    ];
    for (name, token, want) in cases {
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str())];
        let answer = world.send("GET", "/v1/verifications", &headers, b"").await;
        assert_eq!(
            answer.status,
            want,
            "{name}: {}",
            String::from_utf8_lossy(&answer.body)
        );
        let said = String::from_utf8_lossy(&answer.body).into_owned();
        assert!(!said.contains(&token), "{name}: the token is in {said}");
    }
}

#[tokio::test]
async fn who_can_be_reached_must_know_whom_he_answers() {
    let start = |toml: &str| {
        let settings: Settings = settings(toml);
        async move { Server::start(settings, Fake::new(true)).await.map(|_| ()) }
    };
    let open = Settings {
        listen: "0.0.0.0:0".parse().unwrap(),
        ..settings("api_keys = []")
    };
    let error = Server::start(open, Fake::new(true))
        .await
        .err()
        .unwrap()
        .to_string();
    assert!(
        error.contains("server.listen is 0.0.0.0:0") && error.contains("server.api_keys"),
        "{error}"
    );
    assert!(start("api_keys = []").await.is_ok());
    for (toml, want) in [
        (
            "api_keys = \"short\"",
            "server.api_keys, entry 1: a key has 12",
        ),
        ("api_keys = [\"sha256:abc\"]", "64 hex digits"),
        (
            "api_keys = [\"k-once-and-again\", \"k-once-and-again\"]",
            "entry 2",
        ),
        (
            "api_keys = [{ key = \"k-of-nobody-1\", roles = [] }]",
            "roles is empty",
        ),
        ("[tls]\ncert = \"/nowhere.pem\"", "both cert and key"),
        (
            "[tls]\ncert = \"/nowhere.pem\"\nkey = \"/nowhere.pem\"",
            "/nowhere.pem",
        ),
        (
            "[jwt]\njwks_file = \"/nowhere.json\"",
            "issuer and audience",
        ),
        (
            "[jwt]\njwks_file = \"/nowhere.json\"\nissuer = \"i\"\naudience = \"a\"",
            "/nowhere.json",
        ),
        (
            "[jwt]\njwks_url = \"http://id.example/k\"\nissuer = \"i\"\naudience = \"a\"",
            "https",
        ),
        (
            "[jwt]\njwks_url = \"https://i/k\"\njwks_file = \"k\"\nissuer = \"i\"\naudience = \"a\"",
            "either",
        ),
        ("bodies_bytes_max = 1000", "bodies_bytes_max"),
    ] {
        let error = start(toml).await.unwrap_err().to_string();
        assert!(error.contains(want), "{toml}: {error}");
        assert!(
            !error.contains("k-once") && !error.contains("k-of-nobody"),
            "{error}"
        );
    }
    let world = World::with("api_keys = []", true).await;
    let nobody = world.get("/openapi.json").await;
    assert_eq!(nobody.status, 401);
    assert!(
        nobody.json()["detail"]
            .as_str()
            .unwrap()
            .contains("server.api_keys")
    );
}

#[tokio::test]
async fn keys_of_a_provider_that_comes_late_are_fetched() {
    use std::sync::{Arc, atomic::Ordering};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
    let ed = Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).unwrap();
    let x = URL_SAFE_NO_PAD.encode(ed.public_key().as_ref());
    let body = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": x}]}).to_string();
    let provider = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = provider.local_addr().unwrap();
    let asked = Arc::new(AtomicI64::new(0));
    let count = Arc::clone(&asked);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = provider.accept().await.unwrap();
            count.fetch_add(1, Ordering::SeqCst);
            let mut head = [0; 2048];
            assert_ne!(stream.read(&mut head).await.unwrap(), 0);
            let answer = format!(
                "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            );
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    let world = World::with(
        &format!("[jwt]\njwks_url = \"http://{address}/keys\"\nissuer = \"i\"\naudience = \"a\""),
        true,
    )
    .await;
    let claims = json!({
        "iss": "i", "aud": "a", "sub": "s", "exp": jiff::Timestamp::now().as_second() + 60,
        "tenant": "t", "roles": "read submit",
    });
    let sign = |message: &[u8]| ed.sign(message).as_ref().to_vec();
    let good = format!("Bearer {}", token(&json!({"alg": "EdDSA"}), &claims, sign));
    let invented = format!(
        "Bearer {}",
        token(&json!({"alg": "EdDSA", "kid": "new"}), &claims, sign)
    );
    for _ in 0..5 {
        let answer = world
            .send("GET", "/v1/verifications", &[("authorization", &good)], b"")
            .await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let refused = world
            .send(
                "GET",
                "/v1/verifications",
                &[("authorization", &invented)],
                b"",
            )
            .await;
        assert_eq!(refused.status, 401);
    }
    // Once at the start: the set is young, and for invented key ids it is not read again so soon.
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}
