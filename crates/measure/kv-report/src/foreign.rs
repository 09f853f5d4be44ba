//! The share of the machine that other processes took during a measurement.

use std::fs;

/// A reading of the processors' and this process's clocks; the difference of two tells what other processes took in
/// between.
#[derive(Clone, Copy, Debug)]
pub struct ForeignCpu {
    /// Ticks in which any processor was busy or stolen, and all ticks, from `/proc/stat`.
    busy: u64,
    total: u64,
    /// Ticks of this process, its threads included, from `/proc/self/stat`.
    own: u64,
}

impl ForeignCpu {
    /// Reads the clocks; `None` where the system has no `/proc`.
    #[must_use]
    pub fn read() -> Option<Self> {
        let (busy, total) = machine(&fs::read_to_string("/proc/stat").ok()?)?;
        let own = process(&fs::read_to_string("/proc/self/stat").ok()?)?;
        Some(Self { busy, total, own })
    }

    /// The share of the whole machine's processor time, 0 to 1, that went to other processes since `earlier`.
    #[must_use]
    pub fn share_since(&self, earlier: &Self) -> f64 {
        let total = self.total.saturating_sub(earlier.total).max(1);
        let busy = self.busy.saturating_sub(earlier.busy);
        let own = self.own.saturating_sub(earlier.own);
        busy.saturating_sub(own) as f64 / total as f64
    }
}

/// The busy and all ticks, from the first line: `cpu user nice system idle iowait irq softirq steal ...`.
fn machine(stat: &str) -> Option<(u64, u64)> {
    let line = stat.lines().next()?.strip_prefix("cpu ")?;
    // The guests' ticks are counted as user time already, so the sum ends with `steal`.
    let ticks: Vec<u64> = line.split_whitespace().take(8).map(str::parse).collect::<Result<_, _>>().ok()?;
    let total: u64 = ticks.iter().sum();
    let idle = ticks.get(3)? + ticks.get(4)?;
    Some((total - idle, total))
}

/// The ticks of the process: fields 14 and 15, counted from behind the name, which may itself hold blanks.
fn process(stat: &str) -> Option<u64> {
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    Some(fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machines_line_is_read() {
        let stat = "cpu  10 1 5 100 4 0 1 3 7 0\ncpu0 1 2 3\n";
        assert_eq!(machine(stat), Some((20, 124)));
    }

    #[test]
    fn the_processs_line_is_read_whatever_its_name() {
        let stat = "42 (a (b) c) S 1 2 3 4 5 6 7 8 9 10 111 22 0 0";
        assert_eq!(process(stat), Some(133));
    }

    #[test]
    fn what_others_took_is_what_is_left() {
        let before = ForeignCpu { busy: 100, total: 1000, own: 50 };
        let after = ForeignCpu { busy: 180, total: 1200, own: 90 };
        assert!((after.share_since(&before) - 0.2).abs() < 1e-9);
    }
}
