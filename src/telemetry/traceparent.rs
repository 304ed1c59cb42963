//! W3C trace context: which trace a verification belongs to.

use std::collections::HashMap;

use opentelemetry::{Context, propagation::TextMapPropagator, trace::TraceContextExt};
use opentelemetry_sdk::propagation::TraceContextPropagator;

/// The context that a header names; an empty one where there is none or it is none.
pub(crate) fn parent(traceparent: Option<&str>) -> Context {
    // The library also reads ids that are too short.
    let sized = |value: &&str| value.split('-').map(str::len).take(4).eq([2, 32, 16, 2]);
    let carrier: HashMap<String, String> = traceparent
        .filter(sized)
        .map(|value| ("traceparent".to_owned(), value.to_owned()))
        .into_iter()
        .collect();
    TraceContextPropagator::new().extract_with_context(&Context::new(), &carrier)
}

/// The trace that a `traceparent` header names, for log lines: 32 hexadecimal digits.
pub fn trace_id(traceparent: &str) -> Option<String> {
    let context = parent(Some(traceparent));
    let span = context.span();
    let context = span.span_context();
    context.is_valid().then(|| context.trace_id().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_standard_allows_is_a_trace() {
        const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
        for (header, want) in [
            (
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                Some(TRACE),
            ),
            (
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
                Some(TRACE),
            ),
            (
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                None,
            ),
            (
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                None,
            ),
            (
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                None,
            ),
            (
                "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
                None,
            ),
            ("27AAPFU0939F1ZV", None),
            ("", None),
        ] {
            assert_eq!(trace_id(header).as_deref(), want, "{header}");
        }
    }
}
