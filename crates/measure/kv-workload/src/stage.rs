//! The stage: the tokio runtime on which a run takes place.

use std::num::NonZero;

use kv_core::{Backend, Config};
use serde::{Deserialize, Serialize};
use tokio::runtime::{Builder, Runtime};
use tokio::task::LocalSet;

use crate::RunError;

/// The two lanes, always reported apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Lane {
    /// The lane with all tasks on one thread: it shows the processor time that a command takes. It repeats well on a
    /// busy machine, and means the same for every framework.
    Ct,
    /// The lane with a multi-thread runtime: its times also contain wake-ups across threads, and the scheduler's
    /// decisions.
    Mt {
        /// The number of threads in all, a backend's own ones included.
        workers: usize,
    },
}

impl Lane {
    /// The multi-thread lane with a worker per processor.
    #[must_use]
    pub fn mt() -> Self {
        Self::Mt { workers: std::thread::available_parallelism().map_or(1, NonZero::get) }
    }
}

impl std::fmt::Display for Lane {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Ct => f.write_str("ct"),
            Self::Mt { workers } => write!(f, "mt{workers}"),
        }
    }
}

/// A runtime for backends. Several may share one, or have one each; an idle one costs nothing.
#[derive(Debug)]
pub struct Stage {
    lane: Lane,
    // The local set stands before the runtime, so that it is dropped first: its tasks may need the runtime's timers to
    // the last.
    local: Option<LocalSet>,
    runtime: Runtime,
}

impl Stage {
    /// A runtime for the lane.
    ///
    /// # Errors
    /// [`RunError::Runtime`] when the operating system gives no threads.
    pub fn new(lane: Lane) -> Result<Self, RunError> {
        let (mut builder, local) = match lane {
            // The local set is for frameworks whose actors cannot leave their thread; it is the same to all others.
            Lane::Ct => (Builder::new_current_thread(), Some(LocalSet::new())),
            Lane::Mt { workers } => {
                let mut builder = Builder::new_multi_thread();
                builder.worker_threads(workers.max(1));
                (builder, None)
            }
        };
        // The time driver is part of the contract: every backend may use it.
        let runtime = builder.enable_time().build().map_err(RunError::Runtime)?;
        Ok(Self { lane, local, runtime })
    }

    /// A runtime with as many workers fewer as the backend will run threads of its own, so that every backend has the
    /// same number of threads in all; at least one is left.
    ///
    /// # Errors
    /// The errors of [`Stage::new`].
    pub fn for_backend<B: Backend>(lane: Lane, config: &Config) -> Result<Self, RunError> {
        match lane {
            Lane::Ct => Self::new(lane),
            Lane::Mt { workers } => {
                let workers = workers.saturating_sub(B::own_threads(config)).max(1);
                Self::new(Lane::Mt { workers })
            }
        }
    }

    /// The lane, with the number of workers that this runtime really has.
    #[must_use]
    pub const fn lane(&self) -> Lane {
        self.lane
    }

    /// Runs a future to its end on the calling thread, in the runtime. A future that is to be timed must be spawned
    /// from it: on a multi-thread runtime each wait of the future itself parks the thread.
    ///
    /// # Panics
    /// When called inside a tokio runtime.
    pub fn run<F: Future>(&self, future: F) -> F::Output {
        match &self.local {
            Some(local) => local.block_on(&self.runtime, future),
            None => self.runtime.block_on(future),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_lane_runs_spawned_tasks() {
        for lane in [Lane::Ct, Lane::Mt { workers: 2 }] {
            let stage = Stage::new(lane).expect("threads");
            let sum = stage.run(async { tokio::spawn(async { 40 + 2 }).await.expect("no panic") });
            assert_eq!((sum, stage.lane()), (42, lane));
        }
    }

    #[test]
    fn the_one_thread_lane_takes_local_tasks() {
        let stage = Stage::new(Lane::Ct).expect("a thread");
        assert_eq!(stage.run(async { tokio::task::spawn_local(async { 7 }).await.expect("no panic") }), 7);
    }

    #[test]
    fn lanes_have_short_names() {
        assert_eq!([Lane::Ct.to_string(), Lane::Mt { workers: 2 }.to_string()], ["ct", "mt2"]);
    }
}
