//! How long a job rests after a failure.

use std::time::Duration;

/// Doubling pauses with full jitter: anything from nothing to `base · 2ⁿ`, at most `most`. Full jitter spreads the jobs
/// that one outage failed together over the whole pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    pub base: Duration,
    pub most: Duration,
}

impl Backoff {
    /// The longest pause after the failure of an attempt, counted from 1.
    pub fn longest(&self, attempt: u32) -> Duration {
        let factor = 1_u32
            .checked_shl(attempt.saturating_sub(1))
            .unwrap_or(u32::MAX);
        self.base.saturating_mul(factor).min(self.most)
    }

    /// The pause that a random number stands for; evenly spread over all numbers.
    pub fn pause(&self, attempt: u32, random: u64) -> Duration {
        let millis = u64::try_from(self.longest(attempt).as_millis()).unwrap_or(u64::MAX);
        Duration::from_millis(millis.checked_add(1).map_or(random, |range| random % range))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BACKOFF: Backoff = Backoff {
        base: Duration::from_secs(1),
        most: Duration::from_mins(10),
    };

    #[test]
    fn pauses_double_up_to_the_longest() {
        for (attempt, seconds) in [
            (0, 1),
            (1, 1),
            (2, 2),
            (3, 4),
            (10, 512),
            (11, 600),
            (33, 600),
            (u32::MAX, 600),
        ] {
            assert_eq!(BACKOFF.longest(attempt).as_secs(), seconds, "{attempt}");
        }
        let none = Backoff {
            base: Duration::ZERO,
            ..BACKOFF
        };
        assert_eq!(none.pause(7, u64::MAX), Duration::ZERO);
    }

    #[test]
    fn jitter_reaches_both_ends() {
        let most = BACKOFF.longest(3).as_millis();
        let pauses: Vec<u128> = (0..=4_000)
            .map(|n| BACKOFF.pause(3, n).as_millis())
            .collect();
        assert_eq!(pauses.iter().min(), Some(&0));
        assert_eq!(pauses.iter().max(), Some(&most));
    }

    proptest! {
        #[test]
        fn no_pause_is_longer_than_the_longest(
            base in 0_u64..=u64::MAX / 2, most in 0_u64..=u64::MAX / 2, attempt: u32, random: u64,
        ) {
            let backoff = Backoff { base: Duration::from_millis(base), most: Duration::from_millis(most) };
            prop_assert!(backoff.pause(attempt, random) <= backoff.longest(attempt));
            prop_assert!(backoff.longest(attempt) <= backoff.most);
        }
    }
}
