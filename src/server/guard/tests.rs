use super::*;

#[test]
fn trace_context_is_read_as_w3c_wrote_it() {
    let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    for (sent, want) in [
        (good.to_owned(), true),
        (good.replacen("00", "cc", 1) + "-what-follows", true),
        (good.to_owned() + "-more", false),
        (good.replacen("00", "ff", 1), false),
        (good.to_uppercase(), false),
        (
            good.replace("4bf92f3577b34da6a3ce929d0e0e4736", &"0".repeat(32)),
            false,
        ),
        (good.replace("00f067aa0ba902b7", &"0".repeat(16)), false),
        (good[..54].to_owned(), false),
        (String::new(), false),
    ] {
        let mut headers = HeaderMap::new();
        headers.insert("traceparent", sent.parse().unwrap());
        assert_eq!(traceparent(&headers).is_some(), want, "{sent}");
    }
}
