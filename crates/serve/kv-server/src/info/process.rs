//! Measurements of this process, read from the system.

use std::fs;
use std::time::Duration;

/// Memory and processor time of the process. Zero where the system has no `/proc`.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Process {
    /// Bytes in memory now.
    pub(crate) resident: u64,
    /// The most bytes that were in memory at once.
    pub(crate) peak: u64,
    /// Time in the process's own code.
    pub(crate) user: Duration,
    /// Time in the kernel on behalf of the process.
    pub(crate) system: Duration,
    /// Time in the own code of children that have ended.
    pub(crate) user_children: Duration,
    /// Time in the kernel on behalf of children that have ended.
    pub(crate) system_children: Duration,
}

impl Process {
    /// Reads the measurements. This takes some microseconds: the kernel makes the files on the spot, so there is no
    /// disk to wait for.
    pub(crate) fn read() -> Self {
        let mut process = Self::default();
        if let Ok(statm) = fs::read_to_string("/proc/self/statm") {
            process.resident = resident_pages(&statm).unwrap_or(0) * rustix::param::page_size() as u64;
        }
        if let Ok(status) = fs::read_to_string("/proc/self/status") {
            process.peak = peak_kib(&status).unwrap_or(0) * 1024;
        }
        // The kernel updates its own peak only now and then, so the peak may be below the present size.
        process.peak = process.peak.max(process.resident);
        if let Some(times) = fs::read_to_string("/proc/self/stat").ok().as_deref().and_then(times) {
            let [user, system, user_children, system_children] = times;
            (process.user, process.system) = (user, system);
            (process.user_children, process.system_children) = (user_children, system_children);
        }
        process
    }
}

/// The number of resident pages, which is the second field.
fn resident_pages(statm: &str) -> Option<u64> {
    statm.split_ascii_whitespace().nth(1)?.parse().ok()
}

/// The peak in KiB, from the line `VmHWM:  1234 kB`.
fn peak_kib(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_ascii_whitespace().next()?.parse().ok()
}

/// The four times, from fields 14 to 17 in ticks. They are counted from behind the name, which may itself hold blanks.
fn times(stat: &str) -> Option<[Duration; 4]> {
    let ticks_per_second = rustix::param::clock_ticks_per_second().max(1);
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_ascii_whitespace().skip(11).take(4).collect();
    let fields: [&str; 4] = fields.try_into().ok()?;
    let mut times = [Duration::ZERO; 4];
    for (time, field) in times.iter_mut().zip(fields) {
        // The children's times are signed fields.
        let ticks = field.parse::<i64>().ok()?.max(0);
        *time = Duration::from_secs_f64(ticks as f64 / ticks_per_second as f64);
    }
    Some(times)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_are_read() {
        assert_eq!(resident_pages("2048 310 200 1 0 900 0\n"), Some(310));
        assert_eq!(peak_kib("VmPeak:\t  9 kB\nVmHWM:\t  1234 kB\nVmRSS:\t 7 kB\n"), Some(1234));
        let ticks = rustix::param::clock_ticks_per_second();
        let stat = format!("7 (a b) c) S 1 2 3 4 5 6 7 8 9 10 {ticks} 0 0 0 20 0\n");
        assert_eq!(times(&stat).map(|times| times[0]), Some(Duration::from_secs(1)));
        assert_eq!(times("nonsense"), None);
    }
}
