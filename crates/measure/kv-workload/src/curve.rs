//! Curves: one workload, one parameter of it varied step by step.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Distribution, Mix, Workload, workload};

/// The parameter that a curve varies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Axis {
    /// The number of clients that ask at once.
    Clients,
    /// The number of actors that own the keys.
    Shards,
    /// The number of keys.
    Keys,
    /// The length of a value, in bytes.
    ValueBytes,
    /// The number of messages that a mailbox holds.
    Capacity,
    /// The number of threads of the runtime, a backend's own ones included. Only on the multi-threaded lane.
    Workers,
}

impl Axis {
    /// All parameters, in the order in which reports show them.
    pub const ALL: [Self; 6] =
        [Self::Clients, Self::Shards, Self::Keys, Self::ValueBytes, Self::Capacity, Self::Workers];

    /// The parameter's name in results and on command lines.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Clients => "clients",
            Self::Shards => "shards",
            Self::Keys => "keys",
            Self::ValueBytes => "value-bytes",
            Self::Capacity => "capacity",
            Self::Workers => "workers",
        }
    }

    /// The parameter's values on a machine with so many processors, the smallest first.
    #[must_use]
    pub fn steps(self, processors: usize) -> Vec<u64> {
        let doublings = |most: usize| (0..).map(|n| 1 << n).take_while(move |at| *at <= most.max(1) as u64);
        match self {
            Self::Clients => vec![1, 4, 16, 64, 256, 1024],
            Self::Shards => doublings(4 * processors).collect(),
            Self::Keys => vec![100, 1_000, 10_000, 100_000],
            Self::ValueBytes => vec![16, 256, 4_096, 65_536],
            Self::Capacity => vec![1, 4, 16, 64, 1_024, 65_536],
            Self::Workers => doublings(2 * processors).collect(),
        }
    }

    // ANCHOR: at
    /// The catalogue's workload, with this parameter set to a value. The capacity and the workers are no part of a
    /// workload.
    ///
    /// # Panics
    /// When the catalogue lacks the workload that the curve is about, which a test would notice.
    #[must_use]
    pub fn at(self, at: u64) -> Workload {
        let entry = |id| *workload(id).expect("the catalogue has it");
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        match self {
            // The number of keys is the same for one client as for a thousand, each of which needs a key of its own.
            Self::Clients => Workload { clients: at, keys: 4_096, ..entry("ycsb-b") },
            // 64 clients are enough to keep several shards busy.
            Self::Shards => Workload { shards: at, clients: 64, ..entry("ycsb-b") },
            // The keys are uniform, because hot keys would stay in the cache whatever the number of keys.
            Self::Keys => Workload { keys: at, distribution: Distribution::Uniform, ..entry("ycsb-b") },
            // The keys are few, because the largest values would otherwise fill the memory of small machines.
            Self::ValueBytes => {
                Workload { value_bytes: at, keys: 16, mix: Mix::get_set(50, 50), ..entry("ycsb-a") }
            }
            Self::Capacity => Workload { clients: 64, ..entry("fanin") },
            Self::Workers => Workload { clients: 64, ..entry("ycsb-b-sharded") },
        }
    }
    // ANCHOR_END: at
}

impl fmt::Display for Axis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_of_every_curve_can_be_played() {
        for axis in Axis::ALL {
            let steps = axis.steps(2);
            assert!(steps.len() > 2 && steps.is_sorted(), "{axis}: {steps:?}");
            for at in steps {
                axis.at(at).check().unwrap_or_else(|error| panic!("{axis} at {at}: {error}"));
            }
        }
    }

    #[test]
    fn shards_and_workers_go_beyond_the_processors() {
        assert_eq!(Axis::Shards.steps(2), [1, 2, 4, 8]);
        assert_eq!(Axis::Workers.steps(2), [1, 2, 4]);
        assert_eq!(Axis::Shards.steps(3).last(), Some(&8));
    }
}
