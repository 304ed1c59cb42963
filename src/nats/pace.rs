//! How soon a refused message comes again, and when the next ones are asked for.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use rand::Rng;
use tokio::time::Instant;

/// Pauses that double up to a longest one, with jitter: each is drawn from the upper half, so that many who were refused together
/// come back apart, and none at once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Backoff {
    pub(crate) first: Duration,
    pub(crate) most: Duration,
}

impl Backoff {
    /// The longest pause after so many failures in a row.
    fn longest(self, failures: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(failures.saturating_sub(1).min(31));
        self.first.saturating_mul(doubled).min(self.most)
    }

    /// A pause after so many failures in a row, the first being 1.
    pub(crate) fn pause(self, failures: u32) -> Duration {
        let longest = self.longest(failures);
        rand::rng().random_range(longest / 2..=longest)
    }
}

/// Whether new messages are asked for. One refusal that has nothing to do with its message, such as a full queue, would meet
/// all others as well: to ask for them would only spend their deliveries. So all pause, and then one message probes.
#[derive(Debug)]
pub(crate) struct Pace {
    backoff: Backoff,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Pauses in a row.
    refusals: u32,
    open_at: Option<Instant>,
}

impl Pace {
    pub(crate) fn new(backoff: Backoff) -> Self {
        Self {
            backoff,
            state: Mutex::default(),
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A message was accepted: go on at full speed.
    pub(crate) fn accepted(&self) {
        *self.state() = State::default();
    }

    /// A message was refused for what would refuse others too. Refusals of those that were in hand together count as one.
    pub(crate) fn refused(&self, at_least: Duration, now: Instant) {
        let mut state = self.state();
        if state.open_at.is_none_or(|open_at| open_at <= now) {
            state.refusals = state.refusals.saturating_add(1);
            let pause = self.backoff.pause(state.refusals).max(at_least);
            state.open_at = now.checked_add(pause);
        }
    }

    /// Waits until messages may be asked for.
    pub(crate) async fn open(&self) {
        let is_shut = |pace: &Self| pace.state().open_at.filter(|at| *at > Instant::now());
        while let Some(open_at) = is_shut(self) {
            tokio::time::sleep_until(open_at).await;
        }
    }

    /// How many may be asked for at once: one, while it is not known that they would be taken.
    pub(crate) fn most(&self, all: usize) -> usize {
        if self.state().refusals == 0 { all } else { 1 }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BACKOFF: Backoff = Backoff {
        first: Duration::from_secs(1),
        most: Duration::from_mins(5),
    };

    #[test]
    fn pauses_double_up_to_the_longest() {
        for (failures, seconds) in [(0, 1), (1, 1), (2, 2), (9, 256), (10, 300), (u32::MAX, 300)] {
            assert_eq!(
                BACKOFF.longest(failures),
                Duration::from_secs(seconds),
                "{failures}"
            );
        }
    }

    proptest! {
        #[test]
        fn a_pause_is_in_the_upper_half(failures in 0..100_u32) {
            let (pause, longest) = (BACKOFF.pause(failures), BACKOFF.longest(failures));
            prop_assert!(longest / 2 <= pause && pause <= longest);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_pauses_all_and_then_one_probes() {
        let pace = Pace::new(BACKOFF);
        let began = Instant::now();
        pace.open().await;
        assert_eq!(
            (Instant::now(), pace.most(64)),
            (began, 64),
            "open at first"
        );

        pace.refused(Duration::ZERO, began);
        pace.refused(Duration::from_secs(100), began);
        assert_eq!(pace.most(64), 1);
        pace.open().await;
        let paused = Instant::now() - began;
        assert!(paused >= Duration::from_millis(500), "{paused:?}");
        assert!(
            paused <= Duration::from_millis(1100),
            "refused together counts once: {paused:?}"
        );

        let again = Instant::now();
        pace.refused(Duration::from_secs(40), again);
        pace.open().await;
        assert!(
            Instant::now() - again >= Duration::from_secs(40),
            "asked for more time"
        );

        pace.accepted();
        assert_eq!(pace.most(64), 64);
    }
}
