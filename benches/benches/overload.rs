//! What happens when more comes than can be done: a surge of 120 %, with a bounded and an unbounded mailbox.
//!
//! In a program that counts bytes, because how much memory grows is one of the questions. The counting costs a few
//! nanoseconds per allocation, and all times here are of micro- and milliseconds. Leaves its figures in
//! `target/audition/overload.json`, where the comparison finds them.

use std::env;
use std::process::{Command, ExitCode};
use std::time::Duration;

use audition::compare::{Profile, arguments_of_bench, profile_of_bench, stage, target_folder};
use counting_alloc::CountingAllocator;
use kv_backends::Visitor;
use kv_core::{Backend, Config, Mailbox, Placement};
use kv_report::{Overload, OverloadFigures, files, overload_tables};
use kv_workload::{Lane, RunError, surge};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::new();

/// Set in a process that plays one launch, to its length in milliseconds.
const VARIABLE: &str = "AUDITION_OVERLOAD_LAUNCH";
/// Long enough beside what it takes to send that the generator is not what is overloaded.
const WORK_NS: u32 = 3_000;
const SHARE: f64 = 1.2;
const CAPACITY: usize = 1024;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("overload: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    if let Ok(length) = env::var(VARIABLE) {
        let length = length.parse().map_err(|_| format!("{VARIABLE} must be a number of milliseconds"))?;
        println!("{}", serde_json::to_string(&play(length)?).map_err(|error| error.to_string())?);
        return Ok(());
    }
    let arguments = arguments_of_bench();
    if let Some(filter) = arguments.iter().find(|argument| !argument.starts_with('-'))
        && !"overload".contains(filter.as_str())
    {
        return Ok(());
    }
    let profile = profile_of_bench(&arguments)?;
    let (launches, length_ms) = match profile {
        Profile::Smoke => (1, 1),
        Profile::Quick => (3, 50),
        Profile::Full => (10, 100),
    };
    let mut rows: Vec<Overload> = Vec::new();
    for _ in 0..launches {
        let played = launch(length_ms)?;
        if rows.is_empty() {
            rows = played;
        } else {
            rows.iter_mut().zip(played).for_each(|(row, played)| row.launches.extend(played.launches));
        }
    }
    if profile == Profile::Smoke {
        println!("overload: {} surges, all accounted for; run `cargo bench` for figures", rows.len());
        return Ok(());
    }
    println!("{}", overload_tables::text(&rows));
    let path = target_folder().join("overload.json");
    let json = serde_json::to_string(&rows).map_err(|error| error.to_string())?;
    files::write(&path, &json).map_err(|error| format!("cannot write {}: {error}", path.display()))
}

/// A launch in a process of its own.
fn launch(length_ms: u64) -> Result<Vec<Overload>, String> {
    let program = env::current_exe().map_err(|error| format!("this program has no file: {error}"))?;
    let output = Command::new(program).env(VARIABLE, length_ms.to_string()).output();
    let output = output.map_err(|error| format!("a launch could not be started: {error}"))?;
    if !output.status.success() {
        return Err(format!("a launch failed: {}", String::from_utf8_lossy(&output.stderr).trim()));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("a launch reported nonsense: {error}"))
}

fn play(length_ms: u64) -> Result<Vec<Overload>, String> {
    let mut rows = Vec::new();
    let bounded = Mailbox::Bounded(CAPACITY);
    for (lane, mailbox) in [(Lane::Ct, bounded), (Lane::Ct, Mailbox::Unbounded), (Lane::mt(), bounded)] {
        for backend in kv_backends::whole() {
            let belongs = match (lane, backend.placement) {
                (Lane::Ct, Placement::OwnThreads) | (Lane::Mt { .. }, Placement::LocalSet) => false,
                (Lane::Ct | Lane::Mt { .. }, _) => true,
            };
            if !belongs {
                continue;
            }
            let row = kv_backends::with(backend.name, Play { lane, mailbox, length_ms });
            rows.push(row.map_err(|error| error.to_string())?.map_err(|error| error.to_string())?);
        }
    }
    Ok(rows)
}

struct Play {
    lane: Lane,
    mailbox: Mailbox,
    length_ms: u64,
}

impl Visitor for Play {
    type Output = Result<Overload, RunError>;

    fn visit<B: Backend>(self) -> Self::Output {
        let Self { lane, mailbox, length_ms } = self;
        let length = Duration::from_millis(length_ms);
        let (stage, _) = stage::<B>(lane, &Config { mailbox, ..Config::default() })?;
        let offered = kv_workload::Overload { mailbox, work_ns: WORK_NS, share: SHARE, length };
        let surged = surge::<B>(B::NAME, &stage, &offered, || ALLOCATOR.live_bytes())?;
        let figures = OverloadFigures {
            capacity: surged.per_second.round(),
            offered: surged.offered,
            refused: surged.refused,
            wait_p50: surged.waits.value_at_quantile(0.5),
            wait_max: surged.waits.max(),
            recovery: surged.recovery_ns,
            grown: surged.grown,
            behind: surged.behind_ns,
        };
        Ok(Overload {
            label: B::NAME.to_owned(),
            backend: B::NAME.to_owned(),
            lane: lane.to_string(),
            mailbox: match mailbox {
                Mailbox::Bounded(capacity) => format!("bounded {capacity}"),
                Mailbox::Unbounded => "unbounded".to_owned(),
            },
            work_ns: WORK_NS,
            share: SHARE,
            phase_ms: length_ms,
            launches: vec![figures],
            command: "cargo bench --bench overload".to_owned(),
        })
    }
}
