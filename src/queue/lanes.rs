//! Threads for jobs.

use std::{
    fmt, io,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use tokio::{
    runtime::{Builder, Handle},
    sync::oneshot,
};

/// Threads on which jobs are done, each with a runtime of its own. A job stays where it began: what it allocates is freed
/// where it was made and while it is still at hand, and nobody is woken only to take it over. They end when this is dropped,
/// and with them what is on them. Where there is none, jobs are done on the runtime that the pool is on.
#[derive(Default)]
pub struct Lanes {
    lanes: Vec<Lane>,
    next: AtomicUsize,
}

struct Lane {
    handle: Handle,
    /// Dropped, it ends the thread.
    _stop: oneshot::Sender<()>,
}

impl fmt::Debug for Lanes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lanes")
            .field("lanes", &self.lanes.len())
            .finish_non_exhaustive()
    }
}

impl Lanes {
    /// Starts so many threads.
    ///
    /// # Errors
    /// The system gives no more of them.
    pub fn start(threads: usize) -> io::Result<Self> {
        let lanes = (0..threads).map(|lane| {
            let runtime = Builder::new_current_thread().enable_all().build()?;
            let handle = runtime.handle().clone();
            let (stop, stopped) = oneshot::channel::<()>();
            thread::Builder::new()
                .name(format!("lane {lane}"))
                .spawn(move || {
                    runtime.block_on(stopped).ok();
                    runtime.shutdown_background();
                })?;
            Ok(Lane {
                handle,
                _stop: stop,
            })
        });
        Ok(Self {
            lanes: lanes.collect::<io::Result<_>>()?,
            next: AtomicUsize::new(0),
        })
    }

    /// One after the other; `None` where there is none.
    pub(crate) fn next(&self) -> Option<&Handle> {
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        let lane = turn.checked_rem(self.lanes.len())?;
        self.lanes.get(lane).map(|lane| &lane.handle)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn each_job_stays_on_its_thread_and_both_have_some() {
        let lanes = Lanes::start(2).unwrap();
        let jobs = (0..8).map(|_| {
            let job = async {
                let began = thread::current().id();
                for _ in 0..5 {
                    tokio::task::yield_now().await;
                    tokio::time::sleep(Duration::from_millis(1)).await;
                    assert_eq!(thread::current().id(), began);
                }
                began
            };
            lanes.next().unwrap().spawn(job)
        });
        let on: Vec<_> = futures::future::join_all(jobs)
            .await
            .into_iter()
            .map(Result::unwrap)
            .collect();
        let first = on.iter().filter(|thread| **thread == on[0]).count();
        assert_eq!(first, 4, "{on:?}");
        assert!(!on.contains(&thread::current().id()));
    }

    #[tokio::test]
    async fn what_is_on_a_lane_ends_with_it() {
        let lanes = Lanes::start(1).unwrap();
        let job = lanes.next().unwrap().spawn(std::future::pending::<()>());
        drop(lanes);
        assert!(job.await.unwrap_err().is_cancelled());
    }
}
