//! The commands, one a file, and how they speak: data on stdout, talk on stderr.

pub(crate) mod ask;
pub(crate) mod audit;
pub(crate) mod backfill;
pub(crate) mod callbacks;
pub(crate) mod convert;
pub(crate) mod doctor;
pub(crate) mod eval;
pub(crate) mod explain;
pub(crate) mod ground;
pub(crate) mod lines;
pub(crate) mod load;
pub(crate) mod mask;
pub(crate) mod portal;
pub(crate) mod probe;
pub(crate) mod queue;
pub(crate) mod reload;
pub(crate) mod replay;
pub(crate) mod report;
pub(crate) mod review;
pub(crate) mod screen;
pub(crate) mod serve;
pub(crate) mod show;
pub(crate) mod store;
pub(crate) mod verify;
pub(crate) mod worker;

use std::io::{IsTerminal, Write};

use crate::{cli::Common, render::Style};

/// Writes data to stdout; a reader that went away ends the command quietly.
pub(crate) fn say(text: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Writes a remark to stderr. That nobody reads it is no matter.
pub(crate) fn note(text: &str) {
    if std::io::stderr().lock().write_all(text.as_bytes()).is_err() {}
}

/// Writes an error to stderr. That nobody reads it cannot be told to anybody.
pub(crate) fn complain(text: &str) {
    let line = format!("error: {}\n", crate::render::printable(text));
    if std::io::stderr().lock().write_all(line.as_bytes()).is_err() {}
}

/// How to write for whoever reads stdout.
pub(crate) fn style(common: &Common, reveal: bool, sets: bool) -> Style {
    let terminal = std::io::stdout().is_terminal();
    let set = |name: &str| std::env::var_os(name).is_some_and(|v| !v.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|t| t == "dumb");
    let width = terminal_size::terminal_size()
        .map(|(terminal_size::Width(w), _)| usize::from(w))
        .or_else(|| std::env::var("COLUMNS").ok()?.parse().ok())
        .unwrap_or(80);
    Style {
        colour: terminal && !common.no_color && !set("NO_COLOR") && !dumb,
        width: width.clamp(40, 120),
        reveal,
        sets,
    }
}

/// A line on stderr that is written over: only on a terminal, and not in CI.
pub(crate) struct Progress {
    shown: bool,
    /// `None`: nobody knows.
    total: Option<usize>,
    done: usize,
    last: std::time::Instant,
    began: std::time::Instant,
}

impl Progress {
    pub(crate) fn new(total: usize) -> Self {
        Self::of(Some(total))
    }

    /// Of what has no end that is known.
    pub(crate) fn endless() -> Self {
        Self::of(None)
    }

    fn of(total: Option<usize>) -> Self {
        let shown = total.is_none_or(|total| total > 1)
            && std::io::stderr().is_terminal()
            && std::env::var_os("CI").is_none();
        let now = std::time::Instant::now();
        Self {
            shown,
            total,
            done: 0,
            last: now,
            began: now,
        }
    }

    /// One more is done; `tally` says how it stands.
    pub(crate) fn step(&mut self, tally: &str) {
        self.done += 1;
        let due = self.last.elapsed().as_millis() >= 100 || self.total == Some(self.done);
        if !self.shown || !due {
            return;
        }
        self.last = std::time::Instant::now();
        let line = match self.total {
            None => format!("\r\u{1b}[KReading {}  {tally}", self.done),
            Some(total) => {
                let done = u64::try_from(self.done).unwrap_or(u64::MAX);
                let millis = u64::try_from(self.began.elapsed().as_millis())
                    .unwrap_or(u64::MAX)
                    .max(1);
                let rate = done.saturating_mul(1000) / millis;
                let left = u64::try_from(total - self.done).unwrap_or(u64::MAX) / rate.max(1);
                format!(
                    "\r\u{1b}[KVerifying {}/{total}  {tally}  {rate}/s  ETA {left}s",
                    self.done
                )
            }
        };
        if std::io::stderr().lock().write_all(line.as_bytes()).is_err() {
            self.shown = false;
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown && std::io::stderr().lock().write_all(b"\r\x1b[K").is_err() {}
    }
}
