//! Where figures and traces go.

use std::{fmt, net::SocketAddr};

use serde::Deserialize;

/// Read by the binary from `[telemetry]`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Where a worker answers `/metrics` and `/healthz`; unset, nowhere. `serve` has them at its own address.
    pub listen: Option<SocketAddr>,
    /// An OTLP/HTTP collector, as in `http://127.0.0.1:4318`; unset, nothing is sent.
    pub otlp_endpoint: Option<String>,
    /// One request to the collector.
    pub timeout_ms: u64,
    /// Between two requests.
    pub interval_ms: u64,
    /// Spans that may wait; those that come when so many do are dropped.
    pub spans_waiting_max: usize,
    /// Whether it is sent, masked, what tools and models were asked and said, and why critics judged as they did.
    pub capture_content: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: None,
            otlp_endpoint: None,
            timeout_ms: 5000,
            interval_ms: 5000,
            spans_waiting_max: 8192,
            capture_content: false,
        }
    }
}

/// An endpoint's address may hold a password.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("listen", &self.listen)
            .field("otlp_endpoint", &self.otlp_endpoint.as_ref().map(|_| "set"))
            .field("capture_content", &self.capture_content)
            .finish_non_exhaustive()
    }
}

impl Settings {
    /// The same with what every OpenTelemetry SDK reads from the environment, where the settings do not say it. Headers
    /// of the requests (`OTEL_EXPORTER_OTLP_HEADERS`) are the exporter's own matter.
    #[must_use]
    pub fn with_environment(mut self, read: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| read(name).filter(|value| !value.is_empty());
        let is_true = |value: &str| value.eq_ignore_ascii_case("true");
        if self.otlp_endpoint.as_deref().is_none_or(str::is_empty) {
            self.otlp_endpoint = set("OTEL_EXPORTER_OTLP_ENDPOINT");
        }
        if set("OTEL_SDK_DISABLED").is_some_and(|value| is_true(&value)) {
            self.otlp_endpoint = None;
        }
        let capture = set("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT");
        self.capture_content |= capture.is_some_and(|value| {
            is_true(&value)
                || value.eq_ignore_ascii_case("SPAN_ONLY")
                || value.eq_ignore_ascii_case("SPAN_AND_EVENT")
        });
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(settings: Settings, environment: &[(&str, &str)]) -> Settings {
        settings.with_environment(|name| {
            let found = environment.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_environment_fills_in_what_the_settings_leave_open() {
        const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
        const CAPTURE: &str = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT";
        let own = || Settings {
            otlp_endpoint: Some("http://own:4318".to_owned()),
            ..Settings::default()
        };
        let endpoint = |settings: Settings| settings.otlp_endpoint;
        assert_eq!(endpoint(with(Settings::default(), &[])), None);
        assert_eq!(endpoint(with(Settings::default(), &[(ENDPOINT, "")])), None);
        let theirs = [(ENDPOINT, "http://theirs:4318")];
        assert_eq!(
            endpoint(with(Settings::default(), &theirs)).as_deref(),
            Some("http://theirs:4318")
        );
        assert_eq!(
            endpoint(with(own(), &theirs)).as_deref(),
            Some("http://own:4318")
        );
        assert_eq!(
            endpoint(with(own(), &[("OTEL_SDK_DISABLED", "TRUE")])),
            None
        );
        for (value, want) in [
            ("true", true),
            ("SPAN_ONLY", true),
            ("false", false),
            ("EVENT_ONLY", false),
        ] {
            assert_eq!(
                with(own(), &[(CAPTURE, value)]).capture_content,
                want,
                "{value}"
            );
        }
        assert!(!with(own(), &[]).capture_content);
    }

    #[test]
    fn an_address_is_not_shown() {
        let settings = Settings {
            otlp_endpoint: Some("https://user:hidden@collector".to_owned()),
            ..Settings::default()
        };
        assert!(!format!("{settings:?}").contains("hidden"));
    }
}
