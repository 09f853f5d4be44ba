//! The assignment of a run: the blocks to be played, and the schedule.

use std::str::FromStr;

use kv_core::Mailbox;
use kv_workload::{Axis, Lane, Workload, catalogue};
use serde::{Deserialize, Serialize};

/// The profile of a run: how thorough it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// The profile that plays everything once, to see that it works. The figures mean nothing.
    Smoke,
    /// The default profile: a few minutes.
    Quick,
    /// The profile with all workloads and many launches: for figures to publish.
    Full,
}

impl FromStr for Profile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "smoke" => Ok(Self::Smoke),
            "quick" => Ok(Self::Quick),
            "full" => Ok(Self::Full),
            other => Err(format!("no profile {other:?}; choose one of: smoke, quick, full")),
        }
    }
}

impl std::fmt::Display for Profile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Smoke => "smoke",
            Self::Quick => "quick",
            Self::Full => "full",
        })
    }
}

/// The schedule of a run: the number of repetitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// The number of processes.
    pub launches: usize,
    /// The number of rounds in each.
    pub rounds: usize,
    /// The length of a slice, in microseconds; 0 for a command per client, however long that takes.
    pub slice_us: u64,
}

impl Profile {
    /// The profile's schedule.
    #[must_use]
    pub const fn schedule(self) -> Schedule {
        match self {
            Self::Smoke => Schedule { launches: 1, rounds: 1, slice_us: 0 },
            Self::Quick => Schedule { launches: 5, rounds: 15, slice_us: 2000 },
            Self::Full => Schedule { launches: 10, rounds: 30, slice_us: 2000 },
        }
    }

    const fn includes(self, workload: &Workload) -> bool {
        match (self, workload.profile) {
            (Self::Full, _) | (_, kv_workload::Profile::Quick) => true,
            (Self::Quick | Self::Smoke, kv_workload::Profile::Full) => false,
        }
    }
}

/// The lanes of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lanes {
    /// Both lanes, one after the other.
    Both,
    /// The lane with everything on one thread.
    Ct,
    /// The lane with the multi-threaded runtime.
    Mt,
}

/// A block, from which one table is made: a workload on a lane with a kind of mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// The number of threads; `None` for the one-thread lane.
    pub workers: Option<usize>,
    /// The workload's id.
    pub workload: String,
    /// The mailbox's capacity; `None` for unbounded.
    pub capacity: Option<usize>,
    /// The curve and the place on it, if the block is a step of a curve.
    pub step: Option<(Axis, u64)>,
}

/// The capacity of bounded mailboxes: so large that only the fan-in and the flood ever reach it.
pub(super) const CAPACITY: usize = 1024;

impl Block {
    /// The block for a step of a curve on a lane.
    #[must_use]
    pub fn of_step(axis: Axis, at: u64, lane: Lane) -> Self {
        let size = usize::try_from(at).unwrap_or(usize::MAX);
        let workers = match (lane, axis) {
            (Lane::Ct, _) => None,
            (Lane::Mt { .. }, Axis::Workers) => Some(size),
            (Lane::Mt { workers }, _) => Some(workers),
        };
        let capacity = Some(if axis == Axis::Capacity { size } else { CAPACITY });
        Self { workers, workload: axis.at(at).id.to_owned(), capacity, step: Some((axis, at)) }
    }

    /// The workload of the block.
    ///
    /// # Panics
    /// When the catalogue lacks the workload: blocks are made from the catalogue.
    #[must_use]
    pub fn workload(&self) -> Workload {
        self.step.map_or_else(
            || *kv_workload::workload(&self.workload).expect("blocks come from the catalogue"),
            |(axis, at)| axis.at(at),
        )
    }

    /// The block's lane.
    #[must_use]
    pub const fn lane(&self) -> Lane {
        match self.workers {
            None => Lane::Ct,
            Some(workers) => Lane::Mt { workers },
        }
    }

    /// The block's mailbox.
    #[must_use]
    pub const fn mailbox(&self) -> Mailbox {
        match self.capacity {
            Some(capacity) => Mailbox::Bounded(capacity),
            None => Mailbox::Unbounded,
        }
    }

    /// Whether there are rows beside those of the whole backends: storey 1 of each framework, and clients inside one. They
    /// play traffic on one thread through a bounded mailbox: with them everywhere, a run would take twice as long.
    #[must_use]
    pub fn has_side_rows(&self) -> bool {
        let traffic = self.workload().kind == kv_workload::Kind::Traffic;
        self.step.is_none() && self.lane() == Lane::Ct && self.capacity.is_some() && traffic
    }

    /// The mailbox's name in tables.
    #[must_use]
    pub fn mailbox_name(&self) -> String {
        self.capacity.map_or_else(|| "unbounded".to_owned(), |capacity| format!("bounded {capacity}"))
    }
}

/// The blocks of a run: all bounded ones of a lane, then its unbounded ones.
#[must_use]
pub(super) fn blocks(profile: Profile, lanes: Lanes, workers: usize, wanted: &[&Workload]) -> Vec<Block> {
    let chosen = |workload: &&&Workload| !wanted.is_empty() || profile.includes(workload);
    let all: Vec<&Workload> = if wanted.is_empty() { catalogue().iter().collect() } else { wanted.to_vec() };
    let of_lane = |workers: Option<usize>| {
        let block = move |workload: &Workload, capacity| Block {
            workers,
            workload: workload.id.to_owned(),
            capacity,
            step: None,
        };
        let bounded = all.iter().filter(chosen).map(move |w| block(w, Some(CAPACITY)));
        let unbounded = all.iter().filter(chosen).filter(|w| w.unbounded).map(move |w| block(w, None));
        bounded.chain(unbounded).collect::<Vec<_>>()
    };
    let mut blocks = Vec::new();
    if lanes != Lanes::Mt {
        blocks.extend(of_lane(None));
    }
    if lanes != Lanes::Ct {
        blocks.extend(of_lane(Some(workers)));
    }
    blocks
}

/// The workloads whose id contains a text.
#[must_use]
pub fn workloads_like(text: &str) -> Vec<&'static Workload> {
    catalogue().iter().filter(|workload| workload.id.contains(text)).collect()
}

/// The blocks that the criterion bench measures: a round trip, a mix, a fan-in and a flood; all blocks if a filter is
/// given.
#[must_use]
pub fn throughput_blocks(filtered: bool) -> Vec<Block> {
    const QUICK: [&str; 4] = ["rtt", "ycsb-b", "fanin", "tell"];
    let processors = std::thread::available_parallelism().map_or(1, Into::into);
    let mut blocks = blocks(Profile::Full, Lanes::Both, processors, &[]);
    if !filtered {
        blocks.retain(|block| block.capacity.is_some() && QUICK.contains(&block.workload.as_str()));
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_read_back_as_they_print() {
        for profile in [Profile::Smoke, Profile::Quick, Profile::Full] {
            assert_eq!(profile.to_string().parse(), Ok(profile));
        }
        assert!("fast".parse::<Profile>().expect_err("unknown").contains("smoke, quick, full"));
    }

    #[test]
    fn lanes_and_mailboxes_are_never_mixed_in_a_block() {
        let blocks = blocks(Profile::Full, Lanes::Both, 2, &[]);
        let ct = blocks.iter().filter(|block| block.workers.is_none()).count();
        assert_eq!(2 * ct, blocks.len());
        assert!(blocks.iter().any(|block| block.capacity.is_none()));
    }
}
