//! The circuit breaker: after failures in a row an operation is left alone for a while, then probed once.
//!
//! Our own, as the whole of it is this state machine: `failsafe` (1.3, without a release for years when this was
//! written) keeps its own clock, and `tower`'s load shedding knows no half-open state.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Attempts pass; so many failed in a row.
    Closed { failures: u32 },
    /// No attempt passes before that time.
    Open { until: Instant },
    /// One attempt is under way; the others do not pass.
    HalfOpen,
}

/// One operation's breaker.
#[derive(Debug)]
pub(crate) struct Breaker {
    state: Mutex<State>,
    /// 0 is a breaker that never opens.
    failures_max: u32,
    cooldown: Duration,
}

/// Leave for one attempt. Dropped without a word (its question was cancelled), a probe lets the next attempt probe.
#[derive(Debug)]
pub(crate) struct Permit<'a> {
    breaker: &'a Breaker,
    probe: bool,
    said: bool,
}

impl Breaker {
    pub(crate) fn new(failures_max: u32, cooldown: Duration) -> Self {
        Self {
            state: Mutex::new(State::Closed { failures: 0 }),
            failures_max,
            cooldown,
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Leave to try now; `None` while the breaker is open, or half-open with its probe under way.
    pub(crate) fn permit(&self, now: Instant) -> Option<Permit<'_>> {
        let mut state = self.state();
        let probe = match *state {
            State::Closed { .. } => false,
            State::Open { until } if now >= until => {
                *state = State::HalfOpen;
                true
            }
            State::Open { .. } | State::HalfOpen => return None,
        };
        Some(Permit {
            breaker: self,
            probe,
            said: false,
        })
    }
}

impl Permit<'_> {
    /// The portal answered, whatever it said.
    pub(crate) fn answered(mut self) {
        self.said = true;
        let mut state = self.breaker.state();
        // An attempt from before the breaker opened does not close it: only the probe does.
        if self.probe || matches!(*state, State::Closed { .. }) {
            *state = State::Closed { failures: 0 };
        }
    }

    /// The portal did not answer.
    pub(crate) fn failed(mut self, now: Instant) {
        self.said = true;
        let breaker = self.breaker;
        let mut state = breaker.state();
        let open = State::Open {
            until: now + breaker.cooldown,
        };
        *state = match *state {
            _ if self.probe => open,
            State::Closed { failures } => {
                let failures = failures.saturating_add(1);
                if breaker.failures_max > 0 && failures >= breaker.failures_max {
                    open
                } else {
                    State::Closed { failures }
                }
            }
            other => other,
        };
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if self.probe && !self.said {
            *self.breaker.state() = State::Open {
                until: Instant::now(),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COOLDOWN: Duration = Duration::from_secs(5);

    fn opened(now: Instant) -> Breaker {
        let breaker = Breaker::new(3, COOLDOWN);
        for _ in 0..3 {
            breaker.permit(now).unwrap().failed(now);
        }
        breaker
    }

    #[test]
    fn it_opens_at_the_last_failure_in_a_row_and_not_before() {
        let now = Instant::now();
        let breaker = Breaker::new(3, COOLDOWN);
        for _ in 0..2 {
            breaker.permit(now).unwrap().failed(now);
        }
        breaker.permit(now).unwrap().answered();
        for _ in 0..2 {
            breaker.permit(now).unwrap().failed(now);
        }
        assert!(
            breaker.permit(now).is_some(),
            "an answer between them starts the count anew"
        );
        breaker.permit(now).unwrap().failed(now);
        assert!(breaker.permit(now).is_none());
    }

    #[test]
    fn after_the_cooldown_one_probe_passes() {
        let now = Instant::now();
        let breaker = opened(now);
        assert!(
            breaker
                .permit(now + COOLDOWN - Duration::from_nanos(1))
                .is_none()
        );
        let later = now + COOLDOWN;
        let probe = breaker.permit(later).unwrap();
        assert!(breaker.permit(later).is_none(), "one probe at a time");
        probe.answered();
        assert!(breaker.permit(later).is_some());
        assert!(breaker.permit(later).is_some());
    }

    #[test]
    fn a_failed_probe_opens_it_again() {
        let now = Instant::now();
        let breaker = opened(now);
        let later = now + COOLDOWN;
        breaker.permit(later).unwrap().failed(later);
        assert!(
            breaker
                .permit(later + COOLDOWN - Duration::from_nanos(1))
                .is_none()
        );
        assert!(breaker.permit(later + COOLDOWN).is_some());
    }

    #[test]
    fn a_cancelled_probe_leaves_room_for_the_next() {
        let start = Instant::now();
        let breaker = Breaker::new(1, Duration::ZERO);
        breaker.permit(start).unwrap().failed(start);
        drop(breaker.permit(start).unwrap());
        assert!(breaker.permit(Instant::now()).is_some());
    }

    #[test]
    fn a_late_answer_does_not_close_it() {
        let now = Instant::now();
        let breaker = Breaker::new(1, COOLDOWN);
        let early = breaker.permit(now).unwrap();
        breaker.permit(now).unwrap().failed(now);
        early.answered();
        assert!(breaker.permit(now).is_none());
    }

    #[test]
    fn nought_never_opens() {
        let now = Instant::now();
        let breaker = Breaker::new(0, COOLDOWN);
        for _ in 0..100 {
            breaker.permit(now).unwrap().failed(now);
        }
        assert!(breaker.permit(now).is_some());
    }
}
