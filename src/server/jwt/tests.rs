use serde_json::json;

use super::*;

const NOW: i64 = 1_800_000_000;

fn check(name: &str, value: &Value) -> Result<(), JwtError> {
    let settings = JwtSettings {
        jwks_file: Some("unread".into()),
        issuer: "i".to_owned(),
        audience: "a".to_owned(),
        ..JwtSettings::default()
    };
    let keys = Jwks::new(&settings).unwrap();
    let verifier = Verifier::new(keys, settings, Arc::new(|| NOW));
    let mut claims = json!({"iss": "i", "aud": "a", "exp": NOW + 1});
    claims[name] = value.clone();
    verifier.check(claims.as_object().unwrap())
}

#[test]
fn claims_hold_on_both_sides_of_each_limit() {
    let fraction: Value = serde_json::from_str("1799999940.9").unwrap();
    let huge: Value = serde_json::from_str("1e400").unwrap();
    for (name, value, want) in [
        ("exp", json!(NOW - 59), Ok(())),
        ("exp", json!(NOW - 60), Err(JwtError::Expired)),
        ("exp", fraction, Err(JwtError::Expired)),
        ("exp", huge, Err(JwtError::Claim("exp"))),
        ("exp", json!(u64::MAX), Err(JwtError::Claim("exp"))),
        ("exp", json!(i64::MIN), Err(JwtError::Expired)),
        ("exp", json!("1900000000"), Err(JwtError::Claim("exp"))),
        ("exp", Value::Null, Err(JwtError::Claim("exp"))),
        ("nbf", json!(NOW + 60), Ok(())),
        ("nbf", json!(NOW + 61), Err(JwtError::Early)),
        ("nbf", json!("soon"), Err(JwtError::Claim("nbf"))),
        ("iss", json!("i"), Ok(())),
        ("iss", json!("I"), Err(JwtError::Issuer)),
        ("iss", json!(["i"]), Err(JwtError::Claim("iss"))),
        ("aud", json!(["b", "a"]), Ok(())),
        ("aud", json!(["b"]), Err(JwtError::Audience)),
        ("aud", json!([]), Err(JwtError::Audience)),
        ("aud", json!("ab"), Err(JwtError::Audience)),
        ("aud", Value::Null, Err(JwtError::Claim("aud"))),
    ] {
        assert_eq!(check(name, &value), want, "{name}: {value}");
    }
}

#[test]
fn roles_are_ours_alone_and_of_either_form() {
    let held = |claim: Value| format!("{:?}", roles(Some(&claim)));
    assert_eq!(held(json!("read openid review")), r#"{"read", "review"}"#);
    assert_eq!(held(json!(["admin", 7, "root"])), r#"{"admin"}"#);
    assert_eq!(held(json!({"read": true})), "{}");
    assert_eq!(held(json!("Read")), "{}");
    assert_eq!(roles(None), Roles::default());
}

#[test]
fn claims_are_found_by_name_or_by_pointer() {
    let claims = json!({"a/b": 1, "a": {"b": [2, {"c": 3}]}, "": 4});
    let claims = claims.as_object().unwrap();
    for (name, want) in [
        ("a/b", json!(1)),
        ("/a~1b", json!(1)),
        ("/a/b/1/c", json!(3)),
        ("/a/x", Value::Null),
        ("b", Value::Null),
        ("/", json!(4)),
    ] {
        assert_eq!(
            claim(claims, name).cloned().unwrap_or_default(),
            want,
            "{name}"
        );
    }
}

#[test]
fn rubbish_is_no_token() {
    for token in [
        "",
        ".",
        "..",
        "a.b",
        "a.b.c",
        "e30.e30.",
        "e30.e30.e30.e30",
        "!.e30.e30",
    ] {
        assert!(Token::parse(token).is_err(), "{token}");
    }
    let long = format!(
        "{}.e30.e30",
        URL_SAFE_NO_PAD.encode(vec![b' '; TOKEN_BYTES_MAX])
    );
    assert_eq!(Token::parse(&long).err(), Some(JwtError::Shape));
}
