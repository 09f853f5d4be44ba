//! The command line: the commands and options that it accepts, and what it prints.

mod dropped;
mod logging;
mod measure;
mod report;
mod serve;

use std::num::NonZero;
use std::path::PathBuf;
use std::process::ExitCode;
use std::{fmt, fs};

use audition::check::{self, Check};
use audition::compare::Profile;
use audition::{demo, list, probe, promises, publish};
use clap::error::ErrorKind;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use kv_report::{Diff, Results, files};

use self::measure::{CompareArgs, CurvesArgs, LatencyArgs, run_compare, run_curves, run_latency};
use self::report::ReportArgs;
use self::serve::ServeArgs;

/// One key-value store on stage, played by actor frameworks and a mutex.
///
/// Exit codes: 0, all went well. 1, something failed: a backend answered wrongly, a file could not be read or
/// written; the message says which and what to do. 2, the command line was wrong.
#[derive(Debug, Parser)]
#[command(name = "audition", version, about, long_about, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Plays one short scene and prints the transcript.
    Demo {
        /// Which backend, or `all`.
        #[arg(long, default_value = "all")]
        backend: String,
    },
    /// Lists the backends with the versions of their frameworks.
    List {
        /// The workloads instead, with what each models and why.
        #[arg(long, conflicts_with_all = ["commands", "splice"])]
        workloads: bool,
        /// The commands that a server understands instead, as Markdown.
        #[arg(long)]
        commands: bool,
        /// Puts the commands into a page that has markers for them, instead of printing them.
        #[arg(long, value_name = "FILE", requires = "commands")]
        splice: Option<PathBuf>,
    },
    /// Plays workloads on all backends side by side and prints what each costs.
    ///
    /// Slices of about 2 ms of every backend in random order, in several processes; ratios to plain tokio of
    /// the same round. Every reply is checked, and a wrong one fails the run. Build with `--release`: the
    /// figures of a debug build mean nothing.
    Compare(CompareArgs),
    /// Offers asks that do not wait for each other, at shares of what each backend can do, and prints how long callers wait.
    ///
    /// Latency counts from when an ask was due, in short windows in random order, in several processes. Every reply is
    /// checked. Build with `--release`.
    Latency(LatencyArgs),
    /// Varies clients, shards, keys, value size, mailbox capacity and threads step by step, and says where each curve bends.
    ///
    /// By the method of `compare`, step after step. Build with `--release`.
    Curves(CurvesArgs),
    /// Asks every framework what it does by itself, without our contract, and prints the answers.
    ///
    /// Each answer is observed and compared with what is declared. It takes a few seconds.
    Probe(ProbeArgs),
    /// Tries what each backend promises: every case of the suite, each in a process of its own, and prints the matrix.
    ///
    /// A case that hangs or aborts counts as broken. Fails when a backend keeps other promises than it declares. It takes some
    /// minutes for all backends.
    Promises(PromisesArgs),
    /// Leads a backend onto the stage: plays its promises in their order, stops at the first that breaks, and lists the files that
    /// do not name the backend yet.
    ///
    /// To be run in the root of the repository.
    Check {
        /// The backend, as `list` has it.
        backend: String,
    },
    /// Compares two results files: two runs, two machines, two versions of a framework.
    ///
    /// By ratios to plain tokio, over process launches. What is claimed would be claimed by chance, in any row at all, in
    /// one of twenty comparisons of equal runs.
    Diff {
        /// The run before.
        before: PathBuf,
        /// The run after.
        after: PathBuf,
    },
    /// Prints the tables of a results file again, puts them into a page, or makes a page or pictures of them.
    Report(ReportArgs),
    /// Serves a backend to Redis's clients, until a signal or a client's SHUTDOWN.
    ///
    /// `redis-cli`, `redis-benchmark` and client libraries work. What is supported is listed in the book. `AUDITION_LOG=debug`
    /// logs more.
    Serve(Box<ServeArgs>),
    /// Measures everything by `cargo bench`, keeps the results under `docs/results`, and writes all tables, plots and the
    /// page anew.
    ///
    /// To be run in the root of the repository. `quick` takes less than six minutes on two processors, `full` half an hour.
    Publish {
        /// quick or full.
        #[arg(long, env = "BENCH_PROFILE", default_value = "quick")]
        profile: Profile,
        /// Measures nothing, and takes the figures from this file.
        #[arg(long, value_name = "FILE")]
        from: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
struct ProbeArgs {
    /// Only these frameworks.
    #[arg(long, value_delimiter = ',')]
    backend: Vec<String>,
    /// Prints Markdown.
    #[arg(long)]
    markdown: bool,
    /// Puts the tables into a Markdown page that has markers for them, instead of printing them.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["backend", "markdown"])]
    splice: Vec<PathBuf>,
}

#[derive(Debug, Args)]
struct PromisesArgs {
    /// Only these backends.
    #[arg(long, value_delimiter = ',')]
    backend: Vec<String>,
    /// How often each case is played: more than once shows what breaks by chance.
    #[arg(long, default_value = "1", value_name = "N")]
    rounds: NonZero<usize>,
    /// Prints Markdown.
    #[arg(long)]
    markdown: bool,
    /// Puts the matrix into a Markdown page that has markers for it, instead of printing it.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["backend", "markdown"])]
    splice: Vec<PathBuf>,
}

/// An error with all its causes, in one line.
struct Failure(String);

impl<E: fmt::Display> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

/// Runs the command of the command line.
pub(crate) fn run() -> ExitCode {
    let matches = Cli::command().get_matches();
    let parsed = dropped::refuse(&matches)
        .map_err(|reason| Cli::command().error(ErrorKind::ArgumentConflict, reason))
        .and_then(|()| Cli::from_arg_matches(&matches));
    let done = match parsed.unwrap_or_else(|error| error.exit()).command {
        Command::Demo { backend } => run_demo(&backend),
        Command::List { commands: true, splice: Some(page), .. } => rewrite(&page, list::splice_commands),
        Command::List { commands: true, .. } => print(&kv_commands::command_table()),
        Command::List { workloads: true, .. } => print(&list::workloads()),
        Command::List { .. } => print(&list::backends()),
        Command::Compare(args) => run_compare(&args),
        Command::Latency(args) => run_latency(&args),
        Command::Curves(args) => run_curves(&args),
        Command::Diff { before, after } => run_diff(&before, &after),
        Command::Probe(args) => run_probe(&args),
        Command::Promises(args) => run_promises(&args),
        Command::Check { backend } => run_check(&backend),
        Command::Report(args) => report::run(&args),
        Command::Serve(args) => serve::run(*args),
        Command::Publish { profile, from } => run_publish(profile, from),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure(reason)) => {
            eprintln!("audition: {reason}");
            ExitCode::FAILURE
        }
    }
}

/// The most threads that can be asked for. A thread has a stack, and some thousands of them take longer to start than
/// any measurement here.
const MOST_THREADS: usize = 1024;

/// A number of threads.
fn threads(text: &str) -> Result<NonZero<usize>, String> {
    match text.parse() {
        Ok(threads) if threads <= NonZero::new(MOST_THREADS).expect("more than none") => Ok(threads),
        _ => Err(format!("a number from 1 to {MOST_THREADS}")),
    }
}

/// Prints to standard output. A closed output is no failure: `head` closes it when it has enough lines.
fn print(text: &str) -> Result<(), Failure> {
    use std::io::{ErrorKind, Write};
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => Ok(result?),
    }
}

fn run_demo(backend: &str) -> Result<(), Failure> {
    if backend != "all" {
        return print(&demo::play(backend)?);
    }
    for backend in kv_backends::all() {
        print(&demo::play(backend.name)?)?;
    }
    Ok(())
}

fn run_diff(before: &std::path::Path, after: &std::path::Path) -> Result<(), Failure> {
    print(&Diff::of(&Results::read(before)?, &Results::read(after)?).to_string())
}

fn run_probe(args: &ProbeArgs) -> Result<(), Failure> {
    let probe = probe::probe(&measure::distinct(&args.backend))?;
    if args.splice.is_empty() {
        return print(&if args.markdown { probe.markdown() } else { probe.text() });
    }
    for page in &args.splice {
        rewrite(page, |old| probe.splice(old))?;
    }
    Ok(())
}

fn run_check(name: &str) -> Result<(), Failure> {
    let kept = |promise| println!("kept    {promise}");
    let found = check::check(name, &kept)?;
    let backend = kv_backends::describe(name)?;
    for place in check::missing(std::path::Path::new("."), &backend) {
        println!("missing {}: {}", place.file, place.what);
    }
    match found {
        Check::Kept => print(&format!("{name} keeps every promise that it can make\n")),
        Check::Broke { promise, case, reason } => Err(Failure(format!(
            "{name} breaks {promise:?}: {case}: {reason}\nlook at crates/proof/kv-conformance/src/cases/{}.rs",
            case.split("::").next().unwrap_or_default()
        ))),
    }
}

fn run_promises(args: &PromisesArgs) -> Result<(), Failure> {
    let progress = |left: usize| {
        if left.is_multiple_of(100) && left > 0 {
            eprintln!("{left} cases to go");
        }
    };
    let matrix = promises::promises(&measure::distinct(&args.backend), args.rounds, &progress)?;
    if args.splice.is_empty() {
        print(&if args.markdown { matrix.markdown() } else { matrix.text() })?;
    }
    for page in &args.splice {
        rewrite(page, |old| matrix.splice(old))?;
    }
    Ok(matrix.check()?)
}

/// Replaces a page by the text that `make` returns for it.
fn rewrite<E: fmt::Display>(
    page: &std::path::Path,
    make: impl FnOnce(&str) -> Result<String, E>,
) -> Result<(), Failure> {
    let named = |error: &dyn fmt::Display| format!("{}: {error}", page.display());
    let old = fs::read_to_string(page).map_err(|error| named(&error))?;
    let new = make(&old).map_err(|error| named(&error))?;
    Ok(files::write(page, &new).map_err(|error| named(&error))?)
}

fn run_publish(profile: Profile, from: Option<PathBuf>) -> Result<(), Failure> {
    let root = std::path::Path::new(".");
    let from = match from {
        Some(file) => file,
        None => publish::measure(root, profile)?,
    };
    let written = publish::publish(root, &from)?;
    let written: Vec<String> = written.iter().map(|path| path.display().to_string()).collect();
    print(&format!("from {}:\n{}\n", from.display(), written.join("\n")))
}
