//! The rounds of work that fill a time on this machine.

use std::sync::OnceLock;
use std::time::Instant;

use kv_core::work;

/// The rounds of one try: long enough that the two clock readings do not count, short enough that most tries are not
/// interrupted.
const ROUNDS: u32 = 20_000;
const TRIES: u32 = 30;

/// The rounds of [`work`] that take about `nanos`. They are measured at the first call, once in a process: every
/// backend that plays in it gets exactly the same work.
pub(crate) fn rounds(nanos: u32) -> u32 {
    static NANOS_PER_ROUND: OnceLock<f64> = OnceLock::new();
    if nanos == 0 {
        return 0;
    }
    (f64::from(nanos) / NANOS_PER_ROUND.get_or_init(nanos_per_round)).round() as u32
}

/// The nanoseconds per round, in the best of several tries: a disturbance can only make a try longer.
fn nanos_per_round() -> f64 {
    let try_once = || {
        let begun = Instant::now();
        work(ROUNDS);
        begun.elapsed().as_nanos() as f64 / f64::from(ROUNDS)
    };
    (0..TRIES).map(|_| try_once()).fold(f64::INFINITY, f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_work_is_no_rounds_and_ten_times_the_work_ten_times_the_rounds() {
        assert_eq!(rounds(0), 0);
        let (one, ten) = (rounds(10_000), rounds(100_000));
        assert!(one > 100 && ten.abs_diff(one * 10) <= 10, "{one} and {ten} rounds");
    }

    #[test]
    fn work_takes_at_least_the_time_that_it_is_said_to_take() {
        // A longer time is the machine's doing; a shorter one would be an error of the measurement.
        let rounds = rounds(100_000);
        let begun = Instant::now();
        (0..100).for_each(|_| work(rounds));
        assert!(begun.elapsed().as_micros() >= 9_000, "{:?}", begun.elapsed());
    }
}
