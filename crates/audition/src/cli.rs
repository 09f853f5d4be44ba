//! The command line: what it accepts, and what it prints.

use std::num::NonZero;
use std::path::PathBuf;
use std::process::ExitCode;
use std::{env, fmt, fs, iter};

use audition::compare::{self, Lanes, Options, Profile};
use audition::{demo, list, probe};
use clap::{Args, Parser, Subcommand, ValueEnum};
use kv_report::{Results, handler_work, markdown, splice, text};
use kv_workload::Workload;

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
        #[arg(long)]
        workloads: bool,
    },
    /// Plays workloads on all backends side by side and prints what each costs.
    ///
    /// Slices of about 2 ms of every backend in random order, in several processes; ratios to plain tokio of
    /// the same round. Every reply is checked, and a wrong one fails the run. Build with `--release`: the
    /// figures of a debug build mean nothing.
    Compare(CompareArgs),
    /// Asks every framework what it does by itself, without our contract, and prints the answers.
    ///
    /// Each answer is observed and compared with what is declared. It takes a few seconds.
    Probe(ProbeArgs),
    /// Prints the tables of a results file again, or puts them into a page.
    Report {
        /// The results file.
        #[arg(long)]
        from: PathBuf,
        /// A Markdown page to put tables into, between the markers that it has: `results` for the overview,
        /// `handler work` for handlers that compute.
        #[arg(long)]
        splice: Option<PathBuf>,
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
struct CompareArgs {
    /// smoke, quick or full.
    ///
    /// `smoke` only shows that everything works. `quick`, the default, takes a few minutes. `full` plays every
    /// workload in many launches. The environment's `BENCH_PROFILE` does the same.
    #[arg(long, env = "BENCH_PROFILE", default_value = "quick")]
    profile: Profile,
    /// The same as `--profile quick`, whatever the environment says.
    #[arg(long)]
    quick: bool,
    /// Only these backends, beside the controls (the mutex, and plain tokio twice).
    #[arg(long, value_delimiter = ',')]
    backend: Vec<String>,
    /// Only these workloads, whatever the profile; `list --workloads` lists them.
    #[arg(long, value_delimiter = ',', value_parser = known_workload)]
    workload: Vec<&'static Workload>,
    /// Only one lane.
    ///
    /// `ct`: everything on one thread. It repeats well on a busy machine. `mt`: a multi-threaded runtime.
    #[arg(long, value_enum)]
    lane: Option<LaneName>,
    /// Threads of the mt lane, a backend's own ones included.
    #[arg(long, env = "BENCH_WORKERS", default_value_t = processors())]
    workers: NonZero<usize>,
    /// How many processes, if not the profile's number.
    #[arg(long, env = "BENCH_LAUNCHES")]
    launches: Option<NonZero<usize>>,
    /// The seed of streams, order and bootstrap.
    #[arg(long, env = "AUDITION_SEED", default_value_t = 42)]
    seed: u64,
    /// Replays a trace file instead of the workloads.
    ///
    /// The published cache-trace format: `timestamp,key,key size,value size,client id,operation,TTL`, a request
    /// a line. The file is streamed, so it may be of any size.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["workload", "lane", "workers"])]
    trace: Option<PathBuf>,
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

/// An error with everything that caused it, in one line.
struct Failure(String);

impl<E: fmt::Display> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

/// Does what the command line says.
pub(crate) fn run() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Demo { backend } => run_demo(&backend),
        Command::List { workloads: false } => print(&list::backends()),
        Command::List { workloads: true } => print(&list::workloads()),
        Command::Compare(args) => run_compare(args),
        Command::Probe(args) => run_probe(&args),
        Command::Report { from, splice } => run_report(&from, splice),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure(reason)) => {
            eprintln!("audition: {reason}");
            ExitCode::FAILURE
        }
    }
}

/// Prints to standard output. A reader who has seen enough, as `head` has, is no failure.
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

fn run_compare(args: CompareArgs) -> Result<(), Failure> {
    if cfg!(debug_assertions) && args.profile != Profile::Smoke {
        eprintln!(
            "audition: this is a debug build; for figures that mean something use `cargo run --release`"
        );
    }
    let options = Options {
        profile: if args.quick { Profile::Quick } else { args.profile },
        lanes: match args.lane {
            None => Lanes::Both,
            Some(LaneName::Ct) => Lanes::Ct,
            Some(LaneName::Mt) => Lanes::Mt,
        },
        workers: args.workers.get(),
        launches: args.launches.map(NonZero::get),
        backends: args.backend,
        workloads: args.workload,
        seed: args.seed,
        // Not by the path that it happens to lie at: pages show it.
        command: iter::once("audition".to_owned()).chain(env::args().skip(1)).collect::<Vec<_>>().join(" "),
        quiet: args.quiet,
    };
    let results = match &args.trace {
        None => compare::compare(&options)?,
        Some(file) => compare::compare_trace(file, &options)?,
    };
    if let Some(output) = &args.output {
        results.write(output).map_err(|error| format!("cannot write {}: {error}", output.display()))?;
    }
    if args.json { print(&format!("{}\n", results.to_json())) } else { print(&text::all(&results)) }
}

fn run_probe(args: &ProbeArgs) -> Result<(), Failure> {
    let probe = probe::probe(&args.backend)?;
    if args.splice.is_empty() {
        return print(&if args.markdown { probe.markdown() } else { probe.text() });
    }
    for page in &args.splice {
        rewrite(page, |old| probe.splice(old))?;
    }
    Ok(())
}

/// Replaces a page by what is made of it.
fn rewrite<E: fmt::Display>(
    page: &std::path::Path,
    make: impl FnOnce(&str) -> Result<String, E>,
) -> Result<(), Failure> {
    let named = |error: &dyn fmt::Display| format!("{}: {error}", page.display());
    let old = fs::read_to_string(page).map_err(|error| named(&error))?;
    let new = make(&old).map_err(|error| named(&error))?;
    Ok(fs::write(page, new).map_err(|error| named(&error))?)
}

fn run_report(from: &std::path::Path, page: Option<PathBuf>) -> Result<(), Failure> {
    let results = Results::read(from)?;
    let Some(page) = page else { return print(&text::all(&results)) };
    rewrite(&page, |old| {
        let mut sections = vec![("results", markdown::overview(&results))];
        sections.extend(handler_work(&results).map(|tables| ("handler work", tables)));
        splice::those_with_markers(old, &results.command, &sections)
    })
}
