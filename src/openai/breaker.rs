//! The circuit breaker: after failures in a row an endpoint is left alone for a while, then probed.
//!
//! That of `gst_portal` guards each operation and counts a cancelled probe back. Here a question takes long enough that a probe
//! may simply hold the door for one more cooldown, so the whole is two fields.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

#[derive(Debug, Default)]
struct State {
    /// In a row.
    failures: u32,
    /// Until when nothing is asked.
    shut: Option<Instant>,
}

#[derive(Debug)]
pub(crate) struct Breaker {
    state: Mutex<State>,
    /// 0 never shuts.
    failures_max: u32,
    cooldown: Duration,
}

impl Breaker {
    pub(crate) fn new(failures_max: u32, cooldown: Duration) -> Self {
        Self {
            state: Mutex::default(),
            failures_max,
            cooldown,
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Leave to ask now.
    ///
    /// # Errors
    /// How long nothing is asked.
    pub(crate) fn leave(&self, now: Instant) -> Result<(), Duration> {
        let mut state = self.state();
        match state.shut {
            Some(until) if now < until => Err(until - now),
            Some(_) => {
                // Who comes first probes; the others wait for what it learns.
                state.shut = Some(now + self.cooldown);
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// The endpoint answered, whatever it said.
    pub(crate) fn answered(&self) {
        *self.state() = State::default();
    }

    /// The endpoint did not answer.
    pub(crate) fn failed(&self, now: Instant) {
        let mut state = self.state();
        state.failures = state.failures.saturating_add(1);
        if self.failures_max > 0 && state.failures >= self.failures_max {
            state.shut = Some(now + self.cooldown);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COOLDOWN: Duration = Duration::from_secs(30);
    const MOMENT: Duration = Duration::from_nanos(1);

    #[test]
    fn it_shuts_at_the_last_failure_in_a_row_and_probes_after_the_cooldown() {
        let now = Instant::now();
        let breaker = Breaker::new(3, COOLDOWN);
        for _ in 0..2 {
            breaker.failed(now);
        }
        breaker.answered();
        for _ in 0..2 {
            breaker.failed(now);
        }
        assert_eq!(
            breaker.leave(now),
            Ok(()),
            "an answer between them starts the count anew"
        );
        breaker.failed(now);
        assert_eq!(breaker.leave(now), Err(COOLDOWN));
        assert_eq!(breaker.leave(now + COOLDOWN - MOMENT), Err(MOMENT));

        let later = now + COOLDOWN;
        assert_eq!(breaker.leave(later), Ok(()), "the probe");
        assert_eq!(breaker.leave(later), Err(COOLDOWN), "one at a time");
        breaker.failed(later);
        assert_eq!(breaker.leave(later + COOLDOWN - MOMENT), Err(MOMENT));
        assert_eq!(breaker.leave(later + COOLDOWN), Ok(()));
        breaker.answered();
        assert_eq!(breaker.leave(later), Ok(()));
        assert_eq!(breaker.leave(later), Ok(()));
    }

    #[test]
    fn a_probe_that_never_ends_is_followed_by_another() {
        let now = Instant::now();
        let breaker = Breaker::new(1, COOLDOWN);
        breaker.failed(now);
        assert_eq!(breaker.leave(now + COOLDOWN), Ok(()));
        assert_eq!(breaker.leave(now + COOLDOWN * 2), Ok(()));
    }

    #[test]
    fn nought_never_shuts() {
        let now = Instant::now();
        let breaker = Breaker::new(0, COOLDOWN);
        for _ in 0..100 {
            breaker.failed(now);
        }
        assert_eq!(breaker.leave(now), Ok(()));
    }
}
