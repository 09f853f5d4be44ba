//! The comparison: plays workloads on all backends side by side, slice by slice, and tells each one's cost.
//!
//! The method and its reasons (the evidence is in `METHODOLOGY.md`):
//!
//! 1. A *slice* is about 2 ms of one backend on one workload: shorter than a scheduler's time slice.
//! 2. A *round* is a slice of every contestant in random order. The machine's disturbances soon reach all contestants,
//!    so the *ratio* within a round is steady while times are not.
//! 3. A *launch* is a new process that plays many rounds: memory layout and thread placement are drawn once per
//!    process, so only several launches show how much they matter.
//! 4. The figure is the median over launches of the median over rounds; its interval comes from a bootstrap
//!    over both levels.
//! 5. Plain tokio takes part twice. A difference between its two rows is noise.

mod assignment;
mod bench;
mod cast;
mod input;
mod launch;
mod process;
mod progress;
mod replay;
mod run;
mod trace;

pub use assignment::{Block, Lanes, Profile, Schedule, throughput_blocks, workloads_like};
pub use bench::{arguments_of_bench, profile_of_bench, target_folder};
pub(crate) use cast::check_cast;
pub use cast::{Part, Player, cast, cast_of, stage, start};
pub(crate) use launch::Report;
pub use launch::launch_if_asked;
pub use run::{CompareError, Options, compare, environment};
pub(crate) use run::{again, check_blocks, in_a_process, measure};
pub use trace::compare_trace;
