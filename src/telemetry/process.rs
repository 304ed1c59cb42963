//! The process itself, as Linux tells it, under the names that every Prometheus board knows. Elsewhere there is none.

use std::fs;

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::gauge::ConstGauge,
};

use crate::families::help;

/// Asked anew at each scrape.
#[derive(Debug)]
pub(crate) struct Process;

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
        let open = fs::read_dir("/proc/self/fd").map(Iterator::count).ok();
        for (name, value) in [
            (
                "process_resident_memory_bytes",
                field(&status, "VmRSS:").and_then(|kib| kib.checked_mul(1024)),
            ),
            ("process_threads", field(&status, "Threads:")),
            (
                "process_open_fds",
                // The directory that is being read is one of them.
                open.and_then(|open| i64::try_from(open.saturating_sub(1)).ok()),
            ),
            ("process_max_fds", field(&limits, "Max open files")),
        ] {
            let Some(value) = value else { continue };
            let gauge = ConstGauge::new(value);
            gauge.encode(encoder.encode_descriptor(
                name,
                help(name),
                None,
                gauge.metric_type(),
            )?)?;
        }
        Ok(())
    }
}

/// The first number of the line that begins with a name.
fn field(text: &str, name: &str) -> Option<i64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_files_are_read() {
        let status = "Name:\tx\nVmRSS:\t   15360 kB\nThreads:\t7\n";
        assert_eq!(field(status, "VmRSS:"), Some(15360));
        assert_eq!(field(status, "Threads:"), Some(7));
        assert_eq!(field(status, "VmSwap:"), None);
        assert_eq!(
            field(
                "Max open files            1024   4096   files",
                "Max open files"
            ),
            Some(1024)
        );
        assert_eq!(
            field("Max open files   unlimited   files", "Max open files"),
            None
        );
    }
}
