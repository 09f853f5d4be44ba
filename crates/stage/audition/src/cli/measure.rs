//! The commands that measure: their options, and the files that they write.

use std::io::Write;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::{env, fs, iter};

use audition::compare::{self, Lanes, Options, Profile};
use audition::curves;
use audition::latency::{self, LatencyOptions};
use clap::{Args, ValueEnum};
use kv_report::{Results, files, text};
use kv_workload::{Axis, Workload};

use super::{Failure, print};

/// The options of all commands that measure.
#[derive(Debug, Args)]
struct Common {
    /// smoke, quick or full.
    ///
    /// `smoke` only shows that everything works. `quick`, the default, takes minutes at most. `full` plays every workload
    /// in many launches. The environment's `BENCH_PROFILE` does the same.
    #[arg(long, env = "BENCH_PROFILE", default_value = "quick")]
    profile: Profile,
    /// Only these backends, beside the controls (the mutex and plain tokio).
    #[arg(long, value_delimiter = ',')]
    backend: Vec<String>,
    /// Only one lane.
    ///
    /// `ct`: everything on one thread. It repeats well on a busy machine. `mt`: a multi-threaded runtime.
    #[arg(long, value_enum)]
    lane: Option<LaneName>,
    /// Threads of the mt lane, a backend's own ones included.
    #[arg(long, env = "BENCH_WORKERS", default_value_t = processors(), value_parser = super::threads)]
    workers: NonZero<usize>,
    /// The seed of everything random.
    #[arg(long, env = "AUDITION_SEED", default_value_t = 42)]
    seed: u64,
    /// Prints JSON instead of tables.
    #[arg(long)]
    json: bool,
    /// Writes the results as JSON to this file, too.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Shows no progress.
    #[arg(long)]
    quiet: bool,
}

#[derive(Debug, Args)]
pub(super) struct CompareArgs {
    #[command(flatten)]
    common: Common,
    /// The same as `--profile quick`, whatever the environment says.
    #[arg(long)]
    quick: bool,
    /// Only these workloads, whatever the profile; `list --workloads` lists them.
    #[arg(long, value_delimiter = ',', value_parser = known_workload)]
    workload: Vec<&'static Workload>,
    /// How many processes, if not the profile's number.
    #[arg(long, env = "BENCH_LAUNCHES")]
    launches: Option<NonZero<usize>>,
    /// Replays a trace file instead of the workloads; `-` is standard input.
    ///
    /// The published cache-trace format: `timestamp,key,key size,value size,client id,operation,TTL`, a request
    /// a line, plain or packed with gzip or zstd. A header, blank lines and a byte-order mark are left out. The file
    /// is streamed, so it may be of any size; a pipe is kept in a temporary file, because every launch reads it. All
    /// lines are checked before the first launch.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["workload", "lane"])]
    trace: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct CurvesArgs {
    #[command(flatten)]
    common: Common,
    /// Only along these axes: clients, shards, keys, value-bytes, capacity, workers.
    #[arg(long, value_delimiter = ',', value_parser = known_axis)]
    axis: Vec<Axis>,
    /// How many processes, if not the profile's number.
    #[arg(long, env = "BENCH_LAUNCHES")]
    launches: Option<NonZero<usize>>,
}

#[derive(Debug, Args)]
pub(super) struct LatencyArgs {
    #[command(flatten)]
    common: Common,
    /// Whose commands are asked: a workload of single asks.
    #[arg(long, default_value = "ycsb-b", value_parser = known_workload)]
    workload: &'static Workload,
    /// How asks are spread.
    #[arg(long, value_enum, default_value_t = ArrivalsName::Poisson)]
    arrivals: ArrivalsName,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ArrivalsName {
    /// At random, as from very many callers.
    Poisson,
    /// At equal distances.
    Constant,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LaneName {
    Ct,
    Mt,
}

fn processors() -> NonZero<usize> {
    std::thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN)
}

fn known_workload(id: &str) -> Result<&'static Workload, String> {
    kv_workload::workload(id).ok_or_else(|| {
        let ids: Vec<_> = kv_workload::catalogue().iter().map(|workload| workload.id).collect();
        format!("no such workload; choose from: {}", ids.join(", "))
    })
}

fn known_axis(name: &str) -> Result<Axis, String> {
    Axis::ALL.into_iter().find(|axis| axis.name() == name).ok_or_else(|| {
        let names: Vec<_> = Axis::ALL.iter().map(|axis| axis.name()).collect();
        format!("no such axis; choose from: {}", names.join(", "))
    })
}

impl Common {
    fn options(&self) -> Options {
        if cfg!(debug_assertions) && self.profile != Profile::Smoke {
            eprintln!(
                "audition: this is a debug build; for figures that mean something use `cargo run --release`"
            );
        }
        Options {
            profile: self.profile,
            lanes: self.lanes(),
            workers: self.workers.get(),
            launches: None,
            backends: self.backend.clone(),
            workloads: Vec::new(),
            seed: self.seed,
            command: command_line(),
            quiet: self.quiet,
        }
    }

    const fn lanes(&self) -> Lanes {
        match self.lane {
            None => Lanes::Both,
            Some(LaneName::Ct) => Lanes::Ct,
            Some(LaneName::Mt) => Lanes::Mt,
        }
    }

    /// Refuses a file for the results that cannot be written, before the measurement.
    fn check_output(&self) -> Result<(), Failure> {
        let Some(output) = self.output.as_deref() else { return Ok(()) };
        Ok(files::check(output).map_err(|error| cannot_write(output, &error))?)
    }

    /// Prints the results, and then writes them. If one of the two fails, the other is still done.
    fn hand_over(&self, results: &Results) -> Result<(), Failure> {
        let text = if self.json { format!("{}\n", results.to_json()) } else { text::all(results) };
        let printed = print(&text);
        if let Some(output) = self.output.as_deref() {
            results.write(output).map_err(|error| keep(results, cannot_write(output, &error)))?;
        }
        printed
    }
}

fn cannot_write(path: &Path, error: &std::io::Error) -> String {
    format!("cannot write {}: {error}", path.display())
}

/// Keeps results, which took long to measure, in a temporary file if any can be written, and returns where.
fn keep(results: &Results, reason: String) -> String {
    // The name is random, so that no other user of the machine can have taken it before.
    let kept = tempfile::Builder::new().prefix("audition-results-").suffix(".json").tempfile();
    let kept = kept.and_then(|mut file| {
        file.write_all(results.to_json().as_bytes())?;
        Ok(file.keep()?.1)
    });
    match kept {
        Ok(kept) => format!("{reason}; the results are in {}", kept.display()),
        Err(error) => format!("{reason}; nor could they be kept: {}", cannot_write(&env::temp_dir(), &error)),
    }
}

pub(super) fn run_compare(args: &CompareArgs) -> Result<(), Failure> {
    args.common.check_output()?;
    let mut options = Options {
        launches: args.launches.map(NonZero::get),
        workloads: distinct(&args.workload),
        ..args.common.options()
    };
    if args.quick {
        options.profile = Profile::Quick;
    }
    if let (Some(trace), Some(output)) = (&args.trace, &args.common.output)
        && let (Ok(trace), Ok(output)) = (fs::canonicalize(trace), fs::canonicalize(output))
        && trace == output
    {
        return Err(Failure(format!("--output {} would overwrite the trace", output.display())));
    }
    let results = match &args.trace {
        None => compare::compare(&options)?,
        Some(file) => compare::compare_trace(file, &options)?,
    };
    args.common.hand_over(&results)
}

pub(super) fn run_curves(args: &CurvesArgs) -> Result<(), Failure> {
    args.common.check_output()?;
    let options = Options { launches: args.launches.map(NonZero::get), ..args.common.options() };
    let axes = if args.axis.is_empty() { Axis::ALL.to_vec() } else { distinct(&args.axis) };
    args.common.hand_over(&curves::curves(&options, &axes)?)
}

pub(super) fn run_latency(args: &LatencyArgs) -> Result<(), Failure> {
    args.common.check_output()?;
    let Options { profile, lanes, workers, backends, seed, command, .. } = args.common.options();
    let options = LatencyOptions {
        profile,
        lanes,
        workers,
        backends,
        workload: args.workload.id.to_owned(),
        seed,
        poisson: matches!(args.arrivals, ArrivalsName::Poisson),
        command,
    };
    args.common.hand_over(&latency::latency(&options)?)
}

/// The command as it was typed, but without the program's path: pages show it.
fn command_line() -> String {
    let arguments = env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned());
    iter::once("audition".to_owned()).chain(arguments).collect::<Vec<_>>().join(" ")
}

/// The distinct values, in the order in which they are first named: a table that is named twice must not be measured
/// twice.
pub(super) fn distinct<T: Clone + PartialEq>(named: &[T]) -> Vec<T> {
    let mut once = Vec::new();
    for each in named {
        if !once.contains(each) {
            once.push(each.clone());
        }
    }
    once
}
