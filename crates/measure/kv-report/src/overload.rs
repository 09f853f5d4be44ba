//! The record of an overload: a load above what a backend can do.

use serde::{Deserialize, Serialize};

/// The overload of one backend with one kind of mailbox, for a while.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Overload {
    /// The contestant's label.
    pub label: String,
    /// The backend's name.
    pub backend: String,
    /// The lane: `ct`, or `mt` with its number of threads.
    pub lane: String,
    /// The mailbox: `bounded 1024` or `unbounded`.
    pub mailbox: String,
    /// How long a handler computes, in nanoseconds.
    pub work_ns: u32,
    /// The offered load, as a share of what the backend can do.
    pub share: f64,
    /// How long the overload lasts, in milliseconds.
    pub phase_ms: u64,
    /// The figures, one per process launch.
    pub launches: Vec<OverloadFigures>,
    /// The command that measures it again.
    pub command: String,
}

impl Overload {
    /// The row without the launches in which the backend was not overloaded; `None` when fewer than half are left.
    ///
    /// The load is a share of an estimate of what the backend can do. Where it then did much more than the estimate, the
    /// estimate was too low, and the load was none that it could not do.
    #[must_use]
    pub fn borne_out(&self) -> Option<Self> {
        let overloaded = |figures: &&OverloadFigures| self.was_overloaded(figures);
        let launches: Vec<_> = self.launches.iter().filter(overloaded).copied().collect();
        (!launches.is_empty() && 2 * launches.len() >= self.launches.len())
            .then(|| Self { launches, ..self.clone() })
    }

    /// Whether the backend did about what was estimated, and not what was offered, or held the producer up, as one without
    /// a mailbox does.
    fn was_overloaded(&self, figures: &OverloadFigures) -> bool {
        let surplus = (self.share - 1.0) / 2.0;
        let phase_s = self.phase_ms as f64 / 1e3;
        let done = figures.offered.saturating_sub(figures.refused) as f64;
        let per_second = done / (phase_s + figures.recovery as f64 / 1e9);
        per_second <= figures.capacity * (1.0 + surplus) || figures.behind as f64 / 1e9 >= phase_s * surplus
    }
}

/// The figures of one launch.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct OverloadFigures {
    /// Commands per second that the backend can do.
    pub capacity: f64,
    /// How many tells were offered that do not wait for room.
    pub offered: u64,
    /// How many of them were refused because the mailbox was full.
    pub refused: u64,
    /// How long an ask waited for its reply during the overload, median, in nanoseconds.
    pub wait_p50: u64,
    /// How long an ask waited at most during the overload, in nanoseconds.
    pub wait_max: u64,
    /// The time from the last offer until the mailbox was empty again, in nanoseconds.
    pub recovery: u64,
    /// The largest growth of the heap, in bytes.
    pub grown: u64,
    /// With tells that wait for room: how far behind its schedule the generator was in the end, in nanoseconds.
    pub behind: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    const REAL: OverloadFigures = OverloadFigures {
        capacity: 300_000.0,
        offered: 36_000,
        refused: 5_000,
        wait_p50: 3_000_000,
        wait_max: 4_000_000,
        recovery: 3_000_000,
        grown: 100_000,
        behind: 20_000_000,
    };
    /// All of the load was done as it came.
    const NONE: OverloadFigures = OverloadFigures { refused: 0, recovery: 70_000, behind: 500, ..REAL };

    fn row(launches: &[OverloadFigures]) -> Overload {
        Overload {
            label: "actix".into(),
            backend: "actix".into(),
            lane: "mt2".into(),
            mailbox: "bounded 1024".into(),
            work_ns: 3_000,
            share: 1.2,
            phase_ms: 100,
            launches: launches.to_vec(),
            command: String::new(),
        }
    }

    #[test]
    fn a_launch_in_which_everything_offered_was_done_was_no_overload() {
        assert_eq!(row(&[REAL, NONE, REAL]).borne_out(), Some(row(&[REAL, REAL])));
        assert_eq!(row(&[NONE, NONE, REAL]).borne_out(), None);
        assert_eq!(row(&[]).borne_out(), None);
        // Without a mailbox the producer does the work, and is late.
        let late = OverloadFigures { behind: REAL.behind, ..NONE };
        assert_eq!(row(&[late]).borne_out(), Some(row(&[late])));
    }
}
