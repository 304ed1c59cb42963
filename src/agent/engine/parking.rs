//! Waiting for an answer without holding the run: thousands may wait for a model at once, and each would keep all that it
//! knows in memory for seconds.

use std::{
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use futures::future::BoxFuture;

use super::effect::{Answer, EffectError};

pub(super) type Call = BoxFuture<'static, Result<Answer, EffectError>>;

/// Where a run leaves the call that it waits for, and finds the answer when it is resumed. One for each run, for as long as
/// somebody means to end it.
///
/// *Invariant:* a call is left only once it is durable that it was called; so whoever is interrupted while waiting is where a
/// crash during the call would have left him.
pub struct Parking {
    began: Mutex<Instant>,
    slot: Mutex<Slot>,
}

#[derive(Default)]
enum Slot {
    #[default]
    Empty,
    /// By step and index of the call.
    Called((u32, u32), Call),
    Answered((u32, u32), Result<Answer, EffectError>, Duration),
}

impl Default for Parking {
    fn default() -> Self {
        Self {
            began: Mutex::new(Instant::now()),
            slot: Mutex::default(),
        }
    }
}

impl fmt::Debug for Parking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parking").finish_non_exhaustive()
    }
}

impl Parking {
    /// When the run began, however often it was parked since. What it rested is not counted.
    pub fn began(&self) -> Instant {
        *self.began.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets nothing go on for a while that is no time of the run's: its turn has not come yet.
    pub async fn rest<T>(&self, until: impl Future<Output = T>) -> T {
        let asleep = Instant::now();
        let woken = until.await;
        let mut began = self.began.lock().unwrap_or_else(PoisonError::into_inner);
        *began += asleep.elapsed();
        woken
    }

    /// Makes the call that was left here. The run is to be resumed then.
    pub async fn wait(&self) {
        let (at, call) = match std::mem::take(&mut *self.slot()) {
            Slot::Called(at, call) => (at, call),
            other => {
                *self.slot() = other;
                return;
            }
        };
        let began = Instant::now();
        let answer = call.await;
        *self.slot() = Slot::Answered(at, answer, began.elapsed());
    }

    pub(super) fn leave(&self, at: (u32, u32), call: Call) {
        *self.slot() = Slot::Called(at, call);
    }

    /// What was answered to this very call, and how long that took.
    pub(super) fn answer(&self, at: (u32, u32)) -> Option<(Result<Answer, EffectError>, Duration)> {
        match std::mem::take(&mut *self.slot()) {
            Slot::Answered(answered, answer, elapsed) if answered == at => Some((answer, elapsed)),
            _ => None,
        }
    }

    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
