//! Answers kept for a while, and one call for all who ask the same at once.
//!
//! Our own: `moka` (0.12) has the same single flight and lifetimes for twelve further crates and without a clock that a
//! test can move; `quick_cache` (0.6) is small but has no lifetimes, and after an error each waiter asks anew.

use std::{
    collections::{HashMap, VecDeque},
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures::{
    FutureExt,
    future::{BoxFuture, Shared, WeakShared},
};
use tokio::time::Instant;

/// What a call comes to: the value and how long it may be kept, or an error, which is shared and never kept.
pub(crate) type Outcome<V, E> = Result<(V, Duration), E>;
type Flight<V, E> = Shared<BoxFuture<'static, Outcome<V, E>>>;

enum Slot<V: Clone, E: Clone> {
    Ready {
        value: V,
        until: Instant,
        /// Asked for since it last came up for removal.
        used: bool,
    },
    /// Somebody is asking. Weak: when all who wait have given up, the call is cancelled and the next one asks anew.
    Flying(WeakShared<BoxFuture<'static, Outcome<V, E>>>),
}

struct Inner<K, V: Clone, E: Clone> {
    slots: HashMap<K, Slot<V, E>>,
    /// The keys in the order in which they come up for removal; a key that was used since goes round once more.
    queue: VecDeque<K>,
}

/// A bounded cache with single flight. The lock is held for look-ups only, never while a call is under way.
pub(crate) struct Cache<K, V: Clone, E: Clone> {
    inner: Arc<Mutex<Inner<K, V, E>>>,
    entries_max: usize,
}

impl<K, V, E> Cache<K, V, E>
where
    K: Clone + Eq + Hash + Send + 'static,
    V: Clone + Send + Sync + 'static,
    E: Clone + Send + Sync + 'static,
{
    pub(crate) fn new(entries_max: usize) -> Self {
        let inner = Inner {
            slots: HashMap::new(),
            queue: VecDeque::new(),
        };
        Self {
            inner: Arc::new(Mutex::new(inner)),
            entries_max,
        }
    }

    /// The kept answer, the answer of a call that is under way, or that of a new call; and whether a call was saved.
    /// `fresh` passes over a kept answer and replaces it.
    pub(crate) async fn get<C>(
        &self,
        key: K,
        fresh: bool,
        now: Instant,
        call: C,
    ) -> (Result<V, E>, bool)
    where
        C: FnOnce() -> BoxFuture<'static, Outcome<V, E>>,
    {
        let (flight, saved) = {
            let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
            match inner.slots.get_mut(&key) {
                Some(Slot::Ready { value, until, used }) if !fresh && now < *until => {
                    *used = true;
                    return (Ok(value.clone()), true);
                }
                Some(Slot::Flying(flight)) => match flight.upgrade() {
                    Some(flight) => (flight, true),
                    None => (self.fly(&mut inner, key, call()), false),
                },
                _ => (self.fly(&mut inner, key, call()), false),
            }
        };
        (flight.await.map(|(value, _)| value), saved)
    }

    fn fly(
        &self,
        inner: &mut Inner<K, V, E>,
        key: K,
        call: BoxFuture<'static, Outcome<V, E>>,
    ) -> Flight<V, E> {
        let kept = Arc::clone(&self.inner);
        let of = key.clone();
        let flight = async move {
            let outcome = call.await;
            let mut inner = kept.lock().unwrap_or_else(PoisonError::into_inner);
            match &outcome {
                Ok((value, keep)) if !keep.is_zero() => {
                    let until = Instant::now() + *keep;
                    if let Some(slot) = inner.slots.get_mut(&of) {
                        *slot = Slot::Ready {
                            value: value.clone(),
                            until,
                            used: false,
                        };
                    }
                }
                // The key stays in the queue and finds nothing when its turn comes.
                _ => drop(inner.slots.remove(&of)),
            }
            outcome
        }
        .boxed()
        .shared();
        if let Some(weak) = flight.downgrade() {
            if inner
                .slots
                .insert(key.clone(), Slot::Flying(weak))
                .is_none()
            {
                inner.queue.push_back(key);
            }
            inner.shrink(self.entries_max);
        }
        flight
    }
}

impl<K: Clone + Eq + Hash, V: Clone, E: Clone> Inner<K, V, E> {
    /// Makes room. A call under way is kept as long as somebody waits for it, so that it stays the only one; the cache
    /// may then stand above its bound by the calls under way.
    fn shrink(&mut self, entries_max: usize) {
        let mut turns = self.queue.len().saturating_mul(2);
        while self.queue.len() > entries_max && turns > 0 {
            turns -= 1;
            let Some(key) = self.queue.pop_front() else {
                break;
            };
            let again = match self.slots.get_mut(&key) {
                None => false,
                Some(Slot::Ready { used, .. }) => std::mem::take(used),
                Some(Slot::Flying(flight)) => flight.upgrade().is_some(),
            };
            if again {
                self.queue.push_back(key);
            } else {
                self.slots.remove(&key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    const LONG: Duration = Duration::from_mins(1);
    type Numbers = Cache<u32, u32, &'static str>;

    /// Asks for a key; the call answers with how often it was made.
    async fn ask(
        cache: &Numbers,
        key: u32,
        fresh: bool,
        now: Instant,
        calls: &Arc<AtomicU32>,
    ) -> (u32, bool) {
        let calls = Arc::clone(calls);
        let call =
            move || async move { Ok((calls.fetch_add(1, Ordering::Relaxed) + 1, LONG)) }.boxed();
        let (answer, saved) = cache.get(key, fresh, now, call).await;
        (answer.unwrap(), saved)
    }

    #[tokio::test]
    async fn an_answer_is_kept_until_its_time_is_over() {
        let (cache, calls, now) = (Numbers::new(8), Arc::default(), Instant::now());
        assert_eq!(ask(&cache, 1, false, now, &calls).await, (1, false));
        assert_eq!(ask(&cache, 1, false, now, &calls).await, (1, true));
        assert_eq!(
            ask(&cache, 1, false, now + LONG / 2, &calls).await,
            (1, true)
        );
        assert_eq!(
            ask(&cache, 1, false, now + LONG * 2, &calls).await,
            (2, false)
        );
        assert_eq!(ask(&cache, 2, false, now, &calls).await, (3, false));
    }

    #[tokio::test]
    async fn fresh_asks_and_replaces() {
        let (cache, calls, now) = (Numbers::new(8), Arc::default(), Instant::now());
        ask(&cache, 1, false, now, &calls).await;
        assert_eq!(ask(&cache, 1, true, now, &calls).await, (2, false));
        assert_eq!(ask(&cache, 1, false, now, &calls).await, (2, true));
    }

    #[tokio::test]
    async fn an_error_is_shared_and_not_kept() {
        let (cache, now) = (Numbers::new(8), Instant::now());
        let (open, gate) = tokio::sync::oneshot::channel::<()>();
        let first = cache.get(1, false, now, || {
            async move {
                gate.await.ok();
                Err("down")
            }
            .boxed()
        });
        let second = cache.get(1, false, now, || async { Ok((7, LONG)) }.boxed());
        let opening = async {
            tokio::task::yield_now().await;
            open.send(()).unwrap();
        };
        let (first, second, ()) = tokio::join!(first, second, opening);
        assert_eq!(first, (Err("down"), false));
        assert_eq!(second, (Err("down"), true));
        let third = cache
            .get(1, false, now, || async { Ok((7, LONG)) }.boxed())
            .await;
        assert_eq!(third, (Ok(7), false));
    }

    #[tokio::test]
    async fn a_call_goes_on_while_anybody_waits_and_no_longer() {
        let (cache, now) = (Numbers::new(8), Instant::now());
        let (open, gate) = tokio::sync::oneshot::channel::<()>();
        let mut first = Box::pin(cache.get(1, false, now, || {
            async move {
                gate.await.ok();
                Ok((5, LONG))
            }
            .boxed()
        }));
        assert!(futures::poll!(first.as_mut()).is_pending());
        let mut second = Box::pin(cache.get(1, false, now, || async { Ok((6, LONG)) }.boxed()));
        assert!(futures::poll!(second.as_mut()).is_pending());
        drop(first);
        open.send(()).unwrap();
        assert_eq!(
            second.await,
            (Ok(5), true),
            "the second takes the call over from the first"
        );

        let mut third = Box::pin(cache.get(2, false, now, || std::future::pending().boxed()));
        assert!(futures::poll!(third.as_mut()).is_pending());
        drop(third);
        let fourth = cache
            .get(2, false, now, || async { Ok((8, LONG)) }.boxed())
            .await;
        assert_eq!(
            fourth,
            (Ok(8), false),
            "an abandoned call does not block the next"
        );
    }

    #[tokio::test]
    async fn it_stays_within_its_bound_and_keeps_what_is_used() {
        let (cache, calls, now) = (Numbers::new(4), Arc::default(), Instant::now());
        for key in 0..100 {
            ask(&cache, key, false, now, &calls).await;
            ask(&cache, 0, false, now, &calls).await;
        }
        assert_eq!(
            calls.load(Ordering::Relaxed),
            100,
            "key 0 was asked for once only"
        );
        let inner = cache.inner.lock().unwrap();
        assert!(inner.slots.len() <= 5, "{}", inner.slots.len());
        assert!(inner.queue.len() <= 5, "{}", inner.queue.len());
    }
}
