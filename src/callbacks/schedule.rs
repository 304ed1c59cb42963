//! When a message that did not arrive is sent again.

use std::time::Duration;

const SECOND: u64 = 1;
const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

/// The wait after each attempt that failed: three days and some in all.
const WAITS_S: [u64; 9] = [
    5 * SECOND,
    5 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    14 * HOUR,
    20 * HOUR,
    24 * HOUR,
];

/// Attempts in all, the first included.
pub const ATTEMPTS_MAX: u32 = 10;

/// The longest `Retry-After` that is obeyed.
const RETRY_AFTER_MAX: Duration = Duration::from_hours(24);

/// By how much of itself a wait is lengthened at most, in thousandths: messages that failed together come back apart.
const JITTER_PERMILLE: u32 = 200;

/// The wait after an attempt, the first being 1; `None` after the last. `draw` is between 0 and 1000. A receiver may ask
/// for a longer wait than the schedule's; a shorter one would spend all attempts on one bad hour.
pub fn after(attempt: u32, retry_after: Option<Duration>, draw: u32) -> Option<Duration> {
    let index = usize::try_from(attempt.checked_sub(1)?).ok()?;
    let wait = Duration::from_secs(*WAITS_S.get(index)?);
    let asked = retry_after.unwrap_or_default().min(RETRY_AFTER_MAX);
    let wait = wait.max(asked);
    // In thousandths of a thousandth, so that whole numbers suffice.
    Some(wait + wait * (draw.min(1_000) * JITTER_PERMILLE) / 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_over_days_and_end() {
        let waits: Vec<_> = (0..=11)
            .map(|attempt| after(attempt, None, 0).map(|wait| wait.as_secs()))
            .collect();
        let mut want = vec![None];
        want.extend([5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400].map(Some));
        want.extend([None, None]);
        assert_eq!(waits, want);
        assert_eq!(WAITS_S.len() + 1, usize::try_from(ATTEMPTS_MAX).unwrap());
    }

    #[test]
    fn jitter_only_lengthens_and_by_a_fifth_at_most() {
        for (draw, want) in [
            (0, 300_000),
            (500, 330_000),
            (1_000, 360_000),
            (u32::MAX, 360_000),
        ] {
            let wait = after(2, None, draw).unwrap();
            assert_eq!(wait.as_millis(), want, "{draw}");
        }
    }

    #[test]
    fn a_receiver_may_ask_for_longer_and_not_for_shorter() {
        let hour = Duration::from_hours(1);
        for (attempt, asked, want) in [
            (1, hour, hour),
            (1, Duration::from_secs(1), Duration::from_secs(5)),
            (4, hour, hour * 2),
            (1, Duration::MAX, hour * 24),
        ] {
            assert_eq!(
                after(attempt, Some(asked), 0),
                Some(want),
                "{attempt} {asked:?}"
            );
        }
        assert_eq!(after(10, Some(hour), 0), None);
    }
}
