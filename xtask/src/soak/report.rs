//! The report of a soak, and the check that memory was steady.

use std::fmt::Write;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::shared::{Kind, Shared};
use crate::Result;

/// How much more memory the service may have in the last quarter of the time than in the second: the writers leave
/// a little behind, and the allocator varies.
const GROWTH_PERCENT_MAX: u64 = 10;

/// The service's memory over time.
#[derive(Debug, Default)]
pub(super) struct Memory {
    pub(super) kib: Vec<u64>,
}

impl Memory {
    /// The median of one quarter of the time, counted from 0.
    fn quarter(&self, number: usize) -> u64 {
        let length = self.kib.len() / 4;
        let mut kib: Vec<u64> = self.kib.iter().skip(number * length).take(length).copied().collect();
        kib.sort_unstable();
        kib.get(kib.len() / 2).copied().unwrap_or_default()
    }

    pub(super) fn is_steady(&self) -> Result<()> {
        let (second, last) = (self.quarter(1), self.quarter(3));
        if second > 0 && last * 100 <= second * (100 + GROWTH_PERCENT_MAX) {
            return Ok(());
        }
        Err(format!("memory grew by more than {GROWTH_PERCENT_MAX} %: from {second} to {last} KiB").into())
    }
}

/// The table of the report.
pub(super) fn table(shared: &Shared, memory: &Memory, time: Duration) -> String {
    let seconds = time.as_secs().max(1);
    let mut text = format!("\n{:<34}{:>10}{:>10}{:>8}{:>12}\n", "", "answers", "a second", "503", "slowest ms");
    for kind in Kind::ALL {
        let told = shared.told(kind);
        let rate = told.requests / seconds;
        let _ = writeln!(
            text,
            "{:<34}{:>10}{rate:>10}{:>8}{:>12}",
            kind.name(),
            told.requests,
            told.later,
            told.slowest_ms
        );
    }
    let mib: Vec<u64> = (0..4).map(|quarter| memory.quarter(quarter) / 1024).collect();
    let _ = writeln!(
        text,
        "{} idle and {} busy connections; {} whole exports; memory by quarters of the time, MiB: {mib:?}; {} faults",
        shared.idle_open.load(Ordering::Relaxed),
        shared.busy_open.load(Ordering::Relaxed),
        shared.exports.load(Ordering::Relaxed),
        shared.faults().0,
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_steady_where_the_last_quarter_is_not_much_more_than_the_second() {
        let steady = |kib: [u64; 8]| Memory { kib: kib.to_vec() }.is_steady().is_ok();
        assert!(steady([1, 9, 100, 100, 100, 200, 110, 110]));
        assert!(!steady([1, 9, 100, 100, 100, 100, 111, 111]));
        assert!(Memory { kib: vec![] }.is_steady().is_err());
    }
}
