//! W3C trace context of a delivery: the trace of whoever sent the invoice, under a parent of its own.

/// The header's name.
pub(crate) const HEADER: &str = "traceparent";

/// The same trace as this header names, sampled or not as there, with a parent that no other delivery has. `None` where
/// it names no trace. Written in version 00, which is what is understood of later ones.
pub(crate) fn below(traceparent: &str) -> Option<String> {
    let mut parts = traceparent.split('-');
    let mut part = |length| {
        let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        parts
            .next()
            .filter(|part| part.len() == length && part.bytes().all(hex))
    };
    let (version, trace, _, flags) = (part(2)?, part(32)?, part(16)?, part(2)?);
    if version == "ff" || trace.bytes().all(|byte| byte == b'0') {
        return None;
    }
    // All noughts are no parent.
    let parent = rand::random::<u64>().max(1);
    Some(format!("00-{trace}-{parent:016x}-{flags}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

    #[test]
    fn the_trace_stays_and_the_parent_is_new_each_time() {
        let sent = format!("00-{TRACE}-00f067aa0ba902b7-01");
        let (one, two) = (below(&sent).unwrap(), below(&sent).unwrap());
        assert_ne!(one, two);
        for new in [one, two] {
            assert!(new.starts_with(&format!("00-{TRACE}-")) && new.ends_with("-01"));
            assert_eq!(new.len(), sent.len());
            assert_ne!(new, sent);
        }
        let later = below(&format!("01-{TRACE}-00f067aa0ba902b7-00-more")).unwrap();
        assert!(
            later.starts_with("00-") && later.ends_with("-00"),
            "{later}"
        );
    }

    #[test]
    fn what_names_no_trace_is_not_sent_on() {
        for text in [
            "",
            "27AAPFU0939F1ZV",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        ] {
            assert_eq!(below(text), None, "{text}");
        }
    }
}
