use super::*;

#[derive(Deserialize)]
struct File {
    server: Settings,
}

#[test]
fn the_defaults_are_those_that_the_page_says() {
    let source = include_str!("../settings.rs");
    let toml: String = source
        .lines()
        .filter_map(|line| line.strip_prefix("/// "))
        .skip_while(|line| *line != "[server]")
        .take_while(|line| *line != "```")
        .flat_map(|line| [line, "\n"])
        .collect();
    let read: File = toml::from_str(&toml).unwrap();
    assert_eq!(
        format!("{:?}", read.server),
        format!("{:?}", Settings::default())
    );
    assert!(toml.contains("shutdown_s") && toml.contains("[server.tls]"));
}

#[test]
fn a_setting_that_is_not_known_is_an_error() {
    for toml in [
        "lisen = \"127.0.0.1:1\"",
        "[jwt]\nissuers = \"x\"",
        "[rate]\nper_hour = 1",
        "[tls]\nca = \"x\"",
    ] {
        assert!(toml::from_str::<Settings>(toml).is_err(), "{toml}");
    }
}

#[test]
fn limits_that_would_refuse_everything_are_refused() {
    for (toml, want) in [
        ("headers_max = 15", Some("headers_max")),
        ("headers_max = 16", None),
        ("header_bytes_max = 8191", Some("header_bytes_max")),
        ("request_timeout_s = 0", Some("request_timeout_s")),
        ("connections_max = 0", Some("connections_max")),
        ("[rate]\nburst = 0", Some("rate.burst")),
        ("[rate]\nburst = 0\nper_minute = 0", None),
        ("listen = \"[::1]:0\"", None),
        ("listen = \"[::]:0\"", Some("server.listen")),
        (
            "listen = \"192.0.2.1:8080\"\napi_keys = \"k-conformance\"",
            None,
        ),
        (
            "listen = \"192.0.2.1:8080\"\n[jwt]\njwks_file = \"x\"",
            None,
        ),
    ] {
        let checked = toml::from_str::<Settings>(toml).unwrap().check();
        let error = checked
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default();
        assert_eq!(error.is_empty(), want.is_none(), "{toml}: {error}");
        assert!(error.contains(want.unwrap_or_default()), "{toml}: {error}");
    }
}
