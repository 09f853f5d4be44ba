//! The run: it plays the launches one after the other, and combines their reports.

use std::io;
use std::path::PathBuf;

use kv_report::{Environment, Results, Row, Scale, Table, Work};
use kv_workload::trace::TraceError;
use kv_workload::{Axis, Lane, Workload};
use thiserror::Error;

use super::assignment::{self, Block, Lanes, Profile, Schedule};
use super::cast::check_cast;
use super::launch::{Played, Report, Task};
use super::process::Process;
use super::progress::Progress;
use crate::latency::Cells;

/// The options of a comparison.
#[derive(Clone, Debug)]
pub struct Options {
    /// The profile.
    pub profile: Profile,
    /// The lanes.
    pub lanes: Lanes,
    /// The number of threads of the multi-threaded lane.
    pub workers: usize,
    /// The number of launches, if not the profile's.
    pub launches: Option<usize>,
    /// The backends to play, beside the controls; all if there are none.
    pub backends: Vec<String>,
    /// The workloads to play; those of the profile if there are none.
    pub workloads: Vec<&'static Workload>,
    /// The seed of everything random.
    pub seed: u64,
    /// The command as the user typed it, for the results.
    pub command: String,
    /// Whether no progress is shown.
    pub quiet: bool,
}

/// The error of a comparison, which then has no results.
#[derive(Debug, Error)]
pub enum CompareError {
    /// The name is no backend's.
    #[error(transparent)]
    Unknown(#[from] kv_backends::UnknownBackend),
    /// A backend that was asked for plays in none of the tables that were asked for.
    #[error("{backend} {why}")]
    NotPlayed {
        /// The backend's name.
        backend: String,
        /// The reason, as a predicate.
        why: String,
    },
    /// A launch could not be started, or its report could not be read.
    #[error("a launch could not be run: {0}")]
    Process(#[from] io::Error),
    /// The trace file cannot be opened or read.
    #[error("cannot read the trace {path}: {source}")]
    Trace {
        /// The file's path.
        path: PathBuf,
        /// The operating system's error.
        source: io::Error,
    },
    /// A trace that can be read only once could not be kept for all launches.
    #[error(
        "cannot keep the trace in a temporary file in {folder}: {source}; the environment's TMPDIR names another folder"
    )]
    Spool {
        /// The folder for temporary files.
        folder: PathBuf,
        /// The operating system's error.
        source: io::Error,
    },
    /// A line of the trace is malformed, or the file is damaged there.
    #[error(transparent)]
    Line(#[from] TraceError),
    /// The trace has no line with a request.
    #[error("{path} holds no request")]
    NoRequest {
        /// The file's path.
        path: PathBuf,
    },
    /// A backend answered wrongly, or failed. Then there are no figures, not even of the others: a comparison with a
    /// contestant that cheated means nothing.
    #[error("{0}")]
    Failed(String),
    /// A launch ended before it had reported everything.
    #[error("launch {launch} ended early ({status}); its last words are above")]
    EndedEarly {
        /// The launch's number, from 1.
        launch: usize,
        /// The process's exit status.
        status: std::process::ExitStatus,
    },
}

/// Plays all blocks and returns all measurements.
///
/// # Errors
/// [`CompareError`]; a wrong reply of any backend is one.
pub fn compare(options: &Options) -> Result<Results, CompareError> {
    let mut schedule = options.profile.schedule();
    schedule.launches = options.launches.unwrap_or(schedule.launches).max(1);
    let blocks = assignment::blocks(options.profile, options.lanes, options.workers, &options.workloads);
    check_blocks(&options.backends, &blocks)?;
    let run = Results::of_run(&options.command, &options.profile.to_string(), options.seed, environment());
    Ok(Results { tables: measure(options, schedule, &blocks)?, ..run })
}

/// Plays these blocks and returns a table for each.
pub(crate) fn measure(
    options: &Options,
    schedule: Schedule,
    blocks: &[Block],
) -> Result<Vec<Table>, CompareError> {
    let progress = Progress::new(schedule.launches, blocks.len(), options.quiet);
    let mut tables: Vec<Table> = blocks.iter().map(|block| empty_table(block, options)).collect();
    for launch in 0..schedule.launches {
        progress.launch(launch);
        let task = Task {
            launch: launch as u64,
            seed: options.seed,
            schedule,
            blocks: blocks.to_vec(),
            backends: options.backends.clone(),
            trace: None,
            latency: None,
        };
        run_launch(&task, launch, &mut tables, &progress)?;
    }
    progress.done();
    Ok(tables)
}

/// Offers loads in a process of its own.
pub(crate) fn in_a_process(launch: usize, seed: u64, cells: &Cells) -> Result<Report, CompareError> {
    let task = Task {
        launch: launch as u64,
        seed,
        schedule: Profile::Smoke.schedule(),
        blocks: Vec::new(),
        backends: Vec::new(),
        trace: None,
        latency: Some(cells.clone()),
    };
    let mut process = Process::start(&task)?;
    match process.next()? {
        Some(Report::Failed(reason)) => Err(CompareError::Failed(reason)),
        Some(report) => Ok(report),
        None => Err(process.ended_early(launch)),
    }
}

/// Refuses backends that play in none of these blocks.
pub(crate) fn check_blocks(names: &[String], blocks: &[Block]) -> Result<(), CompareError> {
    let tables: Vec<_> = blocks.iter().map(|block| (block.lane(), block.workload().kind)).collect();
    check_cast(names, &tables)
}

/// Refuses a name that no backend has.
pub(crate) fn check_names(names: &[String]) -> Result<(), kv_backends::UnknownBackend> {
    struct Known;
    impl kv_backends::Visitor for Known {
        type Output = ();
        fn visit<B: kv_core::Backend>(self) {}
    }
    names.iter().try_for_each(|name| kv_backends::with(name, Known))
}

/// The environment, with the versions that were compiled in, each once.
#[must_use]
pub fn environment() -> Environment {
    let mut versions: Vec<(String, String)> = Vec::new();
    for (name, version) in kv_backends::all().filter_map(|backend| backend.framework) {
        let pair = (name.to_owned(), version.to_owned());
        if !versions.contains(&pair) {
            versions.push(pair);
        }
    }
    Environment::capture(versions)
}

/// The command that measures a part of a run again.
pub(crate) fn again(what: &str, lane: Lane, profile: Profile, seed: u64) -> String {
    let lane = match lane {
        Lane::Ct => "ct".to_owned(),
        Lane::Mt { workers } => format!("mt --workers {workers}"),
    };
    format!("cargo run --release -- {what} --lane {lane} --profile {profile} --seed {seed}")
}

fn empty_table(block: &Block, options: &Options) -> Table {
    let workload = block.workload();
    Table {
        lane: block.lane().to_string(),
        workload: block.workload.clone(),
        title: workload.title.to_owned(),
        // If the capacity is what varies, the steps still belong to one curve.
        mailbox: match block.step {
            Some((Axis::Capacity, _)) => "bounded".to_owned(),
            _ => block.mailbox_name(),
        },
        life: workload.kind != kv_workload::Kind::Traffic,
        scale: block.step.map(|(axis, at)| Scale { axis: axis.to_string(), at }),
        work: workload.work_ns.map(|nanos| Work { clients: workload.clients, nanos }),
        command: again(
            &block.step.map_or_else(
                || format!("compare --workload {}", block.workload),
                |(axis, _)| format!("curves --axis {axis}"),
            ),
            block.lane(),
            options.profile,
            options.seed,
        ),
        ..Table::default()
    }
}

fn run_launch(
    task: &Task,
    launch: usize,
    tables: &mut [Table],
    progress: &Progress,
) -> Result<(), CompareError> {
    let mut process = Process::start(task)?;
    for (block, table) in task.blocks.iter().zip(tables) {
        progress.block(launch, block);
        match process.next()? {
            Some(Report::Block(played)) => add(table, played),
            Some(Report::Failed(reason)) => return Err(CompareError::Failed(reason)),
            Some(Report::Bytes(_) | Report::Latency(_)) | None => return Err(process.ended_early(launch)),
        }
        progress.block_done();
    }
    Ok(())
}

/// Adds a launch's rounds to the rows of a table.
pub(super) fn add(table: &mut Table, played: Played) {
    table.foreign_cpu.push(played.foreign_cpu);
    if table.rows.is_empty() {
        table.rows = (played.parts.iter().zip(&played.threads))
            .map(|(part, threads)| Row {
                label: part.label.clone(),
                backend: part.backend.clone(),
                baseline: part.baseline,
                control: part.control,
                threads: threads.clone(),
                launches: Vec::new(),
            })
            .collect();
    }
    for (row, rounds) in table.rows.iter_mut().zip(played.rounds) {
        row.launches.push(rounds);
    }
}
