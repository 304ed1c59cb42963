//! The clock that all processes of a server's store go by.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp};
use queue::Clock;

/// An answer that took longer says too little about when it was given.
const TRIP_MAX: Duration = Duration::from_secs(1);

/// The time of day as a server last told it, counted on by this machine's steady clock. What this machine takes for the
/// time of day never matters, so processes whose clocks differ agree on when a lease ends.
#[derive(Debug)]
pub(crate) struct ServerClock {
    heard: Mutex<(Instant, Timestamp)>,
}

impl ServerClock {
    /// From an answer, with when it was asked for and when it came.
    pub(crate) fn new(asked: Instant, answer: Timestamp, came: Instant) -> Self {
        Self {
            heard: Mutex::new((midway(asked, came), answer)),
        }
    }

    /// Goes by a later answer from now on. One that was long on its way is not heeded.
    pub(crate) fn hear(&self, asked: Instant, answer: Timestamp, came: Instant) {
        if came.saturating_duration_since(asked) <= TRIP_MAX {
            *self.heard.lock().unwrap_or_else(PoisonError::into_inner) =
                (midway(asked, came), answer);
        }
    }

    fn at(&self, now: Instant) -> Timestamp {
        let (heard, answer) = *self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let since = SignedDuration::try_from(now.saturating_duration_since(heard));
        answer
            .checked_add(since.unwrap_or(SignedDuration::MAX))
            .unwrap_or(Timestamp::MAX)
    }
}

/// The answer was given somewhere on the way.
fn midway(asked: Instant, came: Instant) -> Instant {
    asked + came.saturating_duration_since(asked) / 2
}

impl Clock for ServerClock {
    fn now(&self) -> Timestamp {
        self.at(Instant::now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_by_what_it_was_told_however_far_from_this_machines_time() {
        let day = |text: &str| text.parse::<Timestamp>().unwrap();
        let (start, millis) = (Instant::now(), Duration::from_millis);
        let clock = ServerClock::new(start, day("2031-04-01T00:00:00Z"), start + millis(40));
        assert_eq!(clock.at(start + millis(20)), day("2031-04-01T00:00:00Z"));
        assert_eq!(clock.at(start + millis(3_020)), day("2031-04-01T00:00:03Z"));
        // Asked for at a time that was before the last answer.
        assert_eq!(clock.at(start), day("2031-04-01T00:00:00Z"));

        let asked = start + millis(5_000);
        let back = day("2031-03-31T23:00:00Z");
        clock.hear(asked, back, asked + millis(1_001));
        assert_eq!(
            clock.at(start + millis(10_020)),
            day("2031-04-01T00:00:10Z")
        );
        clock.hear(asked, back, asked);
        assert_eq!(clock.at(asked + millis(500)), day("2031-03-31T23:00:00.5Z"));
    }
}
