//! The run of a trace: the launches and tables are those of workloads, with the file in the place of the workloads.

use std::path::Path;

use kv_report::{Results, Table};
use kv_workload::{Kind, Lane};

use super::cast::check_cast;
use super::input::Input;
use super::launch::{Report, Task};
use super::process::Process;
use super::progress::Progress;
use super::run::{CompareError, Options, add, environment};

/// The number of replays, unless an option gives another: a trace may be long.
const LAUNCHES: usize = 3;

/// Replays a trace on all backends side by side, on one thread, and returns the measurements. `-` is standard input; an
/// input that is no regular file is read once, and kept in a temporary file for the launches.
///
/// # Errors
/// [`CompareError`]. It comes before the first launch for a file that cannot be opened, holds no request or has a
/// malformed line, with its number and what is wrong with it; it comes later for a backend that answers wrongly.
pub fn compare_trace(file: &Path, options: &Options) -> Result<Results, CompareError> {
    check_cast(&options.backends, &[(Lane::Ct, Kind::Traffic)])?;
    let input = Input::open(file)?;
    let length = input.length();
    input.check(&Progress::of_bytes(1, length, options.quiet))?;
    let mut schedule = options.profile.schedule();
    schedule.launches = options.launches.unwrap_or(LAUNCHES).max(1);
    let progress = Progress::of_bytes(schedule.launches, length, options.quiet);
    let run = Results::of_run(&options.command, &options.profile.to_string(), options.seed, environment());
    let mut table = Table {
        lane: "ct".to_owned(),
        workload: "trace".to_owned(),
        title: format!("replay of {}", input.name()),
        mailbox: format!("bounded {}", super::assignment::CAPACITY),
        ..Table::default()
    };
    for launch in 0..schedule.launches {
        progress.launch(launch);
        let task = Task {
            launch: launch as u64,
            seed: options.seed,
            schedule,
            blocks: Vec::new(),
            backends: options.backends.clone(),
            trace: Some(input.name().to_owned()),
            latency: None,
        };
        let mut process = Process::reading(&task, input.for_launch()?)?;
        loop {
            match process.next()? {
                Some(Report::Bytes(read)) => progress.at(launch as u64 * length + read),
                Some(Report::Block(played)) => break add(&mut table, played),
                Some(Report::Failed(reason)) => return Err(CompareError::Failed(reason)),
                Some(Report::Latency(_)) | None => return Err(process.ended_early(launch)),
            }
        }
    }
    progress.done();
    Ok(Results { tables: vec![table], ..run })
}
