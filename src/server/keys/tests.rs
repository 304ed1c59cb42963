use super::*;
use crate::settings::Settings;

fn read(toml: &str) -> Result<Vec<KeySettings>, String> {
    let settings = toml::from_str::<Settings>(toml);
    settings
        .map(|settings| settings.api_keys)
        .map_err(|error| error.message().to_owned())
}

#[test]
fn keys_are_a_list_or_a_text_with_commas() {
    for (toml, want) in [
        ("", 0),
        ("api_keys = \"\"", 0),
        ("api_keys = []", 0),
        ("api_keys = \"k-conformance\"", 1),
        ("api_keys = \"k-conformance, k-another-one,\"", 2),
        (
            "api_keys = [\"k-conformance\", { key = \"k-another-one\", roles = [\"read\", \"review\"] }]",
            2,
        ),
    ] {
        let keys = read(toml).unwrap();
        assert_eq!(keys.len(), want, "{toml}");
        assert!(Keys::new(&keys).is_ok(), "{toml}");
    }
    for toml in [
        "api_keys = 123456789012345",
        "api_keys = [123456789012345]",
        "api_keys = true",
        "api_keys = [{ name = \"nobody\" }]",
        "api_keys = [{ key = \"k-conformance\", role = \"read\" }]",
        "api_keys = [{ key = \"k-conformance\", roles = [\"write\"] }]",
    ] {
        let error = read(toml).unwrap_err();
        assert!(
            !error.contains("k-conf") && !error.contains("1234"),
            "{error}"
        );
    }
}

#[test]
fn a_key_has_a_length_and_a_tenant_has_a_name() {
    let key = |text: &str| Keys::new(&[KeySettings::from(text)]).is_ok();
    assert!(!key(&"x".repeat(11)));
    assert!(key(&"x".repeat(12)));
    assert!(key(&"x".repeat(512)));
    assert!(!key(&"x".repeat(513)));
    assert!(!key("with a blank inside"));
    assert!(!key("\u{915}\u{916}\u{917}\u{918}\u{919}"));
    assert!(key(&format!("sha256:{}", "aF".repeat(32))));
    assert!(!key(&format!("sha256:{}", "a".repeat(63))));
    assert!(!key(&format!("sha256:+{}", "a".repeat(63))));
    for (tenant, want) in [
        ("acme", true),
        ("a.b-c_d", true),
        ("", false),
        ("a/b", false),
        ("a b", false),
    ] {
        let setting = KeySettings {
            tenant: Some(tenant.to_owned()),
            ..KeySettings::from("k-conformance")
        };
        assert_eq!(Keys::new(&[setting]).is_ok(), want, "{tenant}");
    }
}

#[test]
fn no_key_shows_in_what_is_printed() {
    let keys = read("api_keys = [\"k-conformance\"]").unwrap();
    assert!(!format!("{keys:?}").contains("conformance"));
}

/// As the binary reads them: the environment gives text, and the library makes numbers of what looks like one.
#[test]
fn keys_come_from_the_environment() {
    let of = |value: &str| {
        let variables = [("SATYAPAN__SERVER__API_KEYS".to_owned(), value.to_owned())];
        let environment = config::Environment::with_prefix("SATYAPAN")
            .prefix_separator("__")
            .separator("__")
            .try_parsing(true)
            .source(Some(variables.into_iter().collect()));
        let file = config::File::from_str(
            "[server]\nlisten = \"127.0.0.1:1\"",
            config::FileFormat::Toml,
        );
        let read = config::Config::builder()
            .add_source(file)
            .add_source(environment);
        let settings = read.build().unwrap().get::<Settings>("server");
        settings.map(|settings| settings.api_keys.len())
    };
    assert_eq!(of("k-conformance").unwrap(), 1);
    assert_eq!(of("k-conformance, k-another-one").unwrap(), 2);
    let error = of("123456789012345").unwrap_err().to_string();
    assert!(!error.contains("1234"), "{error}");
}
