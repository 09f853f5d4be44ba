//! The curves: plays workloads with one parameter varied step by step, and tells the cost at each step.
//!
//! The runner is that of [`compare`](crate::compare): slices in random order, rounds, launches, plain tokio twice.
//! Within a step everything is paired. Figures of different steps are not paired, because the steps are played one
//! after the other.

use kv_report::{Results, Table};
use kv_workload::{Axis, Lane};

use crate::compare::{
    Block, CompareError, Lanes, Options, Profile, Schedule, check_blocks, environment, measure,
};

/// Plays the curves and returns them as results that have nothing else.
///
/// # Errors
/// [`CompareError`]; a wrong reply of any backend is one.
pub fn curves(options: &Options, axes: &[Axis]) -> Result<Results, CompareError> {
    let run = Results::of_run(&options.command, &options.profile.to_string(), options.seed, environment());
    Ok(Results { curves: tables(options, axes)?, ..run })
}

/// Plays the curves and returns only their tables, one per step and lane.
///
/// # Errors
/// The errors of [`curves`].
pub fn tables(options: &Options, axes: &[Axis]) -> Result<Vec<Table>, CompareError> {
    let Schedule { slice_us, .. } = options.profile.schedule();
    let (launches, rounds) = match options.profile {
        Profile::Smoke => (1, 1),
        // The schedule is shorter than for tables that claim small differences: a curve only shows a shape.
        Profile::Quick => (3, 5),
        Profile::Full => (6, 15),
    };
    let launches = options.launches.unwrap_or(launches).max(1);
    let blocks = blocks(options, axes);
    if blocks.is_empty() {
        let reason = "nothing to play: the lane ct has one thread, and so no curve of threads";
        return Err(CompareError::Failed(reason.to_owned()));
    }
    check_blocks(&options.backends, &blocks)?;
    measure(options, Schedule { launches, rounds, slice_us }, &blocks)
}

fn blocks(options: &Options, axes: &[Axis]) -> Vec<Block> {
    let lanes = match options.lanes {
        Lanes::Both => vec![Lane::Ct, Lane::Mt { workers: options.workers }],
        Lanes::Ct => vec![Lane::Ct],
        Lanes::Mt => vec![Lane::Mt { workers: options.workers }],
    };
    let mut blocks = Vec::new();
    for axis in axes {
        for lane in &lanes {
            let mut steps = axis.steps(options.workers);
            if options.profile == Profile::Smoke {
                // Only the first and the last step are played: if any step cannot be played, one of these cannot.
                steps = vec![steps[0], steps[steps.len() - 1]];
            }
            // The one-thread lane has no curve over the number of threads.
            if *axis == Axis::Workers && *lane == Lane::Ct {
                continue;
            }
            blocks.extend(steps.into_iter().map(|at| Block::of_step(*axis, at, *lane)));
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(lanes: Lanes) -> Options {
        Options {
            profile: Profile::Quick,
            lanes,
            workers: 2,
            launches: None,
            backends: Vec::new(),
            workloads: Vec::new(),
            seed: 1,
            command: String::new(),
            quiet: true,
        }
    }

    #[test]
    fn one_thread_has_no_curve_of_threads() {
        assert!(blocks(&options(Lanes::Ct), &[Axis::Workers]).is_empty());
        let workers: Vec<_> =
            blocks(&options(Lanes::Both), &[Axis::Workers]).iter().map(|block| block.workers).collect();
        assert_eq!(workers, [Some(1), Some(2), Some(4)]);
    }

    #[test]
    fn a_step_of_the_capacity_is_in_the_mailbox_and_not_in_the_workload() {
        let blocks = blocks(&options(Lanes::Ct), &[Axis::Capacity, Axis::Clients]);
        assert_eq!((blocks[0].capacity, blocks[0].workload().clients), (Some(1), 64));
        let last = blocks.last().expect("there are some");
        assert_eq!((last.capacity, last.workload().clients), (Some(1024), 1024));
    }
}
