//! A launch: a process that plays its rounds and reports each block in a line of JSON.

use std::io::{self, Write};
use std::sync::Arc;
use std::{env, panic};

use kv_core::Debug;
use kv_report::ForeignCpu;
use kv_workload::{Plan, RunError, Workload};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_pcg::Pcg64Mcg;
use serde::{Deserialize, Serialize};

use super::assignment::{Block, Schedule};
use super::cast::{self, Part, Player};
use super::replay;
use crate::latency::{self, Cells, Measured};

/// The variable that holds the task of a launch. It is a variable and not an argument, because the same code runs in a
/// bench target, whose arguments belong to cargo.
pub(super) const VARIABLE: &str = "AUDITION_LAUNCH";

/// The task of a launch.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Task {
    pub(super) launch: u64,
    pub(super) seed: u64,
    pub(super) schedule: Schedule,
    pub(super) blocks: Vec<Block>,
    pub(super) backends: Vec<String>,
    /// The name of a trace to replay instead of the blocks. The trace itself comes through standard input.
    pub(super) trace: Option<String>,
    /// The loads to offer instead of the blocks.
    pub(super) latency: Option<Cells>,
}

/// A report of a launch.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Report {
    Block(Played),
    Latency(Measured),
    /// The number of bytes of a trace that were replayed.
    Bytes(u64),
    Failed(String),
}

/// A block that was played.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Played {
    pub(super) parts: Vec<Part>,
    pub(super) threads: Vec<String>,
    /// Nanoseconds per command, per part and round.
    pub(super) rounds: Vec<Vec<f64>>,
    pub(super) foreign_cpu: Option<f64>,
}

/// Plays a launch and ends the process, if this process was started for one. Every `main` that calls
/// [`compare`](super::compare) begins with it.
pub fn launch_if_asked() {
    let Ok(task) = env::var(VARIABLE) else { return };
    hush_wanted_panics();
    let code = match serde_json::from_str(&task) {
        Ok(task) => play(&task),
        Err(error) => {
            report(&Report::Failed(format!("{VARIABLE} is not a task: {error}")));
            1
        }
    };
    std::process::exit(code);
}

/// Silences the reports of wanted panics: a workload that crashes actors would fill the terminal with them.
fn hush_wanted_panics() {
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let wanted = info.payload().downcast_ref::<String>();
        if !wanted.is_some_and(|message| message.starts_with(Debug::PANIC_MESSAGE)) {
            report(info);
        }
    }));
}

fn play(task: &Task) -> i32 {
    if let Some(trace) = &task.trace {
        return match replay::play(task, trace) {
            Ok(played) => {
                report(&Report::Block(played));
                0
            }
            Err(reason) => {
                report(&Report::Failed(reason));
                1
            }
        };
    }
    if let Some(cells) = &task.latency {
        return match latency::play(cells, task.launch as usize, task.seed) {
            Ok(measured) => {
                report(&Report::Latency(measured));
                0
            }
            Err(error) => {
                report(&Report::Failed(error.to_string()));
                1
            }
        };
    }
    for block in &task.blocks {
        match play_block(task, block) {
            Ok(played) => report(&Report::Block(played)),
            Err(error) => {
                report(&Report::Failed(error.to_string()));
                return 1;
            }
        }
    }
    0
}

/// Writes a report as one line to the parent process. If the parent does not read it any more, the launch ends.
pub(super) fn report(report: &Report) {
    let line = serde_json::to_string(report).expect("plain data serialises");
    if writeln!(io::stdout().lock(), "{line}").is_err() {
        std::process::exit(1);
    }
}

fn play_block(task: &Task, block: &Block) -> Result<Played, RunError> {
    let workload = block.workload();
    let plan = Arc::new(Plan::new(&workload, task.seed)?);
    let parts = cast::cast_of(block, &task.backends);
    let mut players =
        parts.iter().map(|part| cast::start(part, block, &plan)).collect::<Result<Vec<_>, _>>()?;
    let sizes = players
        .iter_mut()
        .map(|player| match task.schedule.slice_us {
            // The profile `smoke` measures no time: one command per client and place shows that the workload runs.
            0 => Ok(workload.clients * workload.depth),
            slice_us => calibrate(player, &workload, slice_us),
        })
        .collect::<Result<Vec<_>, _>>()?;

    let before = ForeignCpu::read();
    let mut rounds = vec![Vec::with_capacity(task.schedule.rounds); players.len()];
    let mut order: Vec<usize> = (0..players.len()).collect();
    let mut random = Pcg64Mcg::seed_from_u64(task.seed.wrapping_add(task.launch));
    for _ in 0..task.schedule.rounds {
        order.shuffle(&mut random);
        for &player in &order {
            let slice = players[player].contestant.slice(sizes[player])?;
            rounds[player].push(four_digits(slice.ns_per_op()));
        }
    }
    let foreign_cpu = before.zip(ForeignCpu::read()).map(|(before, after)| after.share_since(&before));

    let threads = players.iter().map(|player| player.threads.clone()).collect();
    for player in players {
        player.contestant.finish()?;
    }
    Ok(Played { parts, threads, rounds, foreign_cpu })
}

/// The figure, rounded to four significant digits: finer than any of these measurements, and more digits would only
/// make the file longer.
fn four_digits(nanos: f64) -> f64 {
    let unit = 10_f64.powf(nanos.max(1.0).log10().floor() - 3.0);
    let rounded = (nanos / unit).round() * unit;
    // The second rounding removes the error that the multiplication leaves behind the last digit.
    (rounded * 1e3).round() / 1e3
}

/// The number of commands that make a slice of the wanted length.
///
/// The best of several tries counts: a try that lost the processor would make all slices too short, and then their
/// fixed cost would look like the backend's.
fn calibrate(player: &mut Player, workload: &Workload, slice_us: u64) -> Result<usize, RunError> {
    const TRIES: usize = 5;
    const MOST: usize = 100_000;
    /// The most bytes of values in a slice. Values are made and compared outside of the timer, and with large values
    /// that takes many times as long as the slice.
    const MOST_BYTES: usize = 8 << 20;
    let wanted = slice_us as f64 * 1000.0;
    let least = workload.clients * workload.depth;
    let most = MOST.min(MOST_BYTES / workload.value_bytes).max(least);
    let mut ops = least.max(64);
    loop {
        let elapsed = player.contestant.slice(ops)?.elapsed_ns as f64;
        if elapsed >= wanted / 4.0 || ops >= most {
            break;
        }
        ops *= 2;
    }
    let mut best = f64::INFINITY;
    for _ in 0..TRIES {
        best = best.min(player.contestant.slice(ops)?.ns_per_op());
    }
    Ok(((wanted / best) as usize).clamp(least, most))
}

#[cfg(test)]
mod tests {
    use super::four_digits;

    #[test]
    fn four_digits_are_kept() {
        let cases = [
            (12_345.6, 12_350.0),
            (213.449, 213.4),
            (9.87654, 9.877),
            (0.123_456, 0.123),
            (99_999.0, 100_000.0),
        ];
        for (nanos, rounded) in cases {
            assert!((four_digits(nanos) - rounded).abs() < 1e-9, "{nanos}: {}", four_digits(nanos));
        }
    }
}
