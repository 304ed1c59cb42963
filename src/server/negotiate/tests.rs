use super::*;

fn headers(name: &'static str, value: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(name, value.parse().unwrap());
    headers
}

#[test]
fn the_client_chooses_the_form() {
    let offers = &[JSON, NDJSON];
    for (accept, want) in [
        ("*/*", Some(JSON)),
        ("application/*", Some(JSON)),
        ("application/json", Some(JSON)),
        ("application/x-ndjson", Some(NDJSON)),
        ("APPLICATION/X-NDJSON", Some(NDJSON)),
        ("text/html, application/x-ndjson;q=0.1", Some(NDJSON)),
        (
            "application/json;q=0.5, application/x-ndjson;q=0.6",
            Some(NDJSON),
        ),
        (
            "application/json;q=0.5, application/x-ndjson;q=0.5",
            Some(JSON),
        ),
        ("application/*;q=0.9, application/json;q=0.1", Some(NDJSON)),
        ("*/*;q=0.1, application/json;q=0", Some(NDJSON)),
        ("application/json; charset=utf-8", Some(JSON)),
        ("application/json;q=1.001", Some(JSON)),
        ("application/json;q=0.000", None),
        ("application/json;q=0", None),
        ("text/html", None),
        ("text/*", None),
        ("json", None),
        ("", None),
    ] {
        let got = accepted(&headers("accept", accept), offers).ok();
        assert_eq!(got, want, "{accept}");
    }
    assert_eq!(accepted(&HeaderMap::new(), offers).ok(), Some(JSON));
}

#[test]
fn bodies_are_what_they_say_and_not_packed() {
    for (name, value, want) in [
        ("content-type", "application/json", true),
        ("content-type", "Application/JSON; charset=utf-8", true),
        ("content-type", "text/xml;charset=utf-16", true),
        ("content-type", "application/pdf", true),
        ("content-type", "application/jsonp", false),
        ("content-type", "text/plain", false),
        ("content-type", "", false),
        ("content-encoding", "identity", true),
        ("content-encoding", "gzip", false),
        ("content-encoding", "identity, gzip", false),
        ("accept", "text/html", true),
    ] {
        let got = body_is(&headers(name, value), DOCUMENTS).is_ok();
        assert_eq!(got, want, "{name}: {value}");
    }
}
