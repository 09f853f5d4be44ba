//! The plan: a workload's keys and streams, ready to play.

use crate::draw::{self, Draw};
use crate::keys::KeyTable;
use crate::rounds::rounds;
use crate::{Workload, WorkloadError};

/// A workload's keys and streams, made once and shared by all backends, so that all play the same.
#[derive(Debug)]
pub struct Plan {
    workload: Workload,
    seed: u64,
    keys: KeyTable,
    streams: Vec<Box<[Draw]>>,
    rounds: u32,
}

impl Plan {
    /// Draws all that is random. The same workload and seed give the same plan on any machine, but for the number of
    /// rounds that fill the work's time.
    ///
    /// # Errors
    /// [`WorkloadError`] for a workload that [`Workload::check`] refuses.
    pub fn new(workload: &Workload, seed: u64) -> Result<Self, WorkloadError> {
        workload.check()?;
        let keys = KeyTable::new(workload.keys, workload.counters(), workload.key_bytes);
        let rounds = rounds(workload.work_ns.unwrap_or(0));
        Ok(Self { workload: *workload, seed, keys, streams: draw::streams(workload, seed), rounds })
    }

    /// The workload.
    #[must_use]
    pub const fn workload(&self) -> &Workload {
        &self.workload
    }

    /// The seed of the plan.
    #[must_use]
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    pub(crate) const fn keys(&self) -> &KeyTable {
        &self.keys
    }

    /// The number of rounds for which the handler of a get computes.
    pub(crate) const fn rounds(&self) -> u32 {
        self.rounds
    }

    /// One client's draws from a position on; the stream begins again at its end.
    pub(crate) fn draws(&self, client: usize, from: usize) -> impl Iterator<Item = Draw> + '_ {
        let stream = &self.streams[client];
        stream[from % stream.len()..].iter().chain(stream.iter().cycle()).copied()
    }
}
