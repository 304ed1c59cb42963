use serde_json::json;

use super::*;

fn settings(path: &std::path::Path) -> JwtSettings {
    JwtSettings {
        jwks_file: Some(path.to_owned()),
        issuer: "i".to_owned(),
        audience: "a".to_owned(),
        refresh_s: 1_000_000,
        ..JwtSettings::default()
    }
}

fn ed(id: &str) -> Value {
    json!({"kty": "OKP", "crv": "Ed25519", "kid": id, "x": URL_SAFE_NO_PAD.encode([7; 32])})
}

#[test]
fn keys_that_nobody_should_believe_are_left_out() {
    let text = |bytes: usize| URL_SAFE_NO_PAD.encode(vec![200; bytes]);
    let rsa = |bytes| json!({"kty": "RSA", "n": text(bytes), "e": "AQAB"});
    let with = |mut key: Value, name: &str, value: Value| {
        key[name] = value;
        key
    };
    for (name, key, want) in [
        ("2048 bits", rsa(256), true),
        ("2040 bits", rsa(255), false),
        ("for signing", with(rsa(256), "use", json!("sig")), true),
        ("for encrypting", with(rsa(256), "use", json!("enc")), false),
        (
            "to verify",
            with(rsa(256), "key_ops", json!(["verify"])),
            true,
        ),
        (
            "to wrap",
            with(rsa(256), "key_ops", json!(["wrapKey"])),
            false,
        ),
        ("RS256", with(rsa(256), "alg", json!("RS256")), true),
        (
            "another algorithm",
            with(rsa(256), "alg", json!("RS512")),
            false,
        ),
        ("Ed25519", ed("e"), true),
        (
            "Ed25519 by its new name",
            with(ed("e"), "alg", json!("Ed25519")),
            true,
        ),
        ("a short point", with(ed("e"), "x", json!("AAAA")), false),
        (
            "another curve",
            with(ed("e"), "crv", json!("X25519")),
            false,
        ),
        ("a secret", json!({"kty": "oct", "k": "AAAA"}), false),
        ("no key", json!("key"), false),
    ] {
        let set = json!({"keys": [key, "rubbish"]}).to_string();
        assert_eq!(parse(set.as_bytes()).is_ok(), want, "{name}");
    }
    assert!(matches!(parse(b"{}"), Err(JwksError::Json(_))));
    assert_eq!(parse(br#"{"keys":[]}"#), Err(JwksError::Empty));
}

#[tokio::test]
async fn a_key_id_that_is_new_is_looked_up_again_and_not_too_often() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let write = |ids: &[&str]| {
        let keys: Vec<Value> = ids.iter().map(|id| ed(id)).collect();
        std::fs::write(file.path(), json!({"keys": keys}).to_string()).unwrap();
    };
    write(&["old"]);
    let eager = Jwks::new(&settings(file.path()))
        .unwrap()
        .without_cooldown();
    let calm = Jwks::new(&settings(file.path())).unwrap();
    eager.load().await.unwrap();
    calm.load().await.unwrap();
    write(&["old", "new"]);
    assert!(eager.find(Some("new")).await.is_ok());
    assert_eq!(calm.find(Some("new")).await, Err(JwtError::UnknownKey));
    assert!(calm.find(Some("old")).await.is_ok());
    assert_eq!(eager.find(None).await, Err(JwtError::NoKeyId));
    // A set that cannot be read any more leaves the keys as they were.
    std::fs::write(file.path(), "{").unwrap();
    assert_eq!(eager.find(Some("newer")).await, Err(JwtError::UnknownKey));
    assert!(eager.find(Some("new")).await.is_ok());
}

#[tokio::test]
async fn without_keys_nobody_is_called_a_liar() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("keys.json");
    let keys = Jwks::new(&settings(&path)).unwrap().without_cooldown();
    assert!(keys.load().await.is_err());
    assert_eq!(keys.find(Some("a")).await, Err(JwtError::NoKeys));
    std::fs::write(&path, json!({"keys": [ed("a")]}).to_string()).unwrap();
    assert!(keys.find(Some("a")).await.is_ok());
    assert!(keys.find(None).await.is_ok());
}
