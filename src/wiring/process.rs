//! What this process asks of the system: how many cores it has; how many files and connections it may have open, and so how many
//! jobs at once it can hold; and pages of which size.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// For the store, the portal, whoever listens, and what comes in.
const RESERVED: usize = 256;
/// However few descriptors there are: a job that finds none waits for its lease.
const LEAST: usize = 8;

/// Of this machine, as far as this process may use them.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZero::get)
}

/// So many jobs as can each hold a connection, when so many are wanted. Says so when that is fewer.
pub(crate) fn within(wanted: usize) -> usize {
    let Some(most) = raised() else { return wanted };
    let possible = possible(wanted, most);
    if possible < wanted {
        tracing::warn!(
            "{wanted} jobs at once may each hold a connection, and this process may have {most} open: up to {possible} \
             are in flight, and the others wait in the queue; raise LimitNOFILE (ulimit -n) for more"
        );
    }
    possible
}

fn possible(wanted: usize, most: usize) -> usize {
    wanted.min(most.saturating_sub(RESERVED).max(LEAST))
}

/// Memory in small pages from now on. Large ones make those who compute quicker; those who wait hold them for nothing.
pub(crate) fn small_pages() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::thread::disable_transparent_huge_pages(true) {
        tracing::debug!(%error, "Memory stays in large pages");
    }
}

/// Raises the limit as far as the process may by itself, and answers it; `None` when there is none.
fn raised() -> Option<usize> {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    let current = match setrlimit(Resource::Nofile, raised) {
        Ok(()) => limit.maximum,
        Err(_) => limit.current,
    };
    current.map(|current| usize::try_from(current).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::possible;

    #[test]
    fn jobs_leave_descriptors_for_the_rest() {
        for (wanted, most, possible_) in [
            (64, 1_024, 64),
            (768, 1_024, 768),
            (10_000, 1_024, 768),
            (10_000, 65_536, 10_000),
            (64, 100, 8),
            (1, 100, 1),
        ] {
            assert_eq!(possible(wanted, most), possible_, "{wanted} of {most}");
        }
    }
}
