//! What backends cost beside time: allocations and instructions per call, and what a framework brings along.
//!
//! Leaves its figures in `target/audition/costs.json`, where the comparison finds them, and `audition report` as well.

mod calls;

use std::env;
use std::path::Path;
use std::process::ExitCode;

use audition::compare::{Profile, arguments_of_bench, environment, profile_of_bench, target_folder};
use audition_benches::costs::{CostsError, Workshop, lines_of, storeys_of};
use calls::{Calls, actor_bytes};
use counting_alloc::CountingAllocator;
use kv_backends::Description;
use kv_core::Placement;
use kv_report::{Costs, Framework, Results, Storeys, costs_tables};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::new();

/// What measures all of it.
const COMMAND: &str = "BENCH_PROFILE=full cargo bench --bench costs";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("costs: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let arguments = arguments_of_bench();
    if let Some(filter) = arguments.iter().find(|argument| !argument.starts_with('-'))
        && !"costs".contains(filter.as_str())
    {
        return Ok(());
    }
    let profile = profile_of_bench(&arguments)?;
    // What takes threads of its own has calls that cannot be told from each other.
    let backends = || kv_backends::all().filter(|backend| backend.placement != Placement::OwnThreads);
    let calls = Calls::new(profile);
    if profile == Profile::Smoke {
        for backend in backends() {
            calls.count(backend.name)?;
            actor_bytes(backend.name)?;
        }
        println!("costs: calls of {} backends counted; run `cargo bench` for figures", backends().count());
        return Ok(());
    }
    if profile != Profile::Full {
        println!("costs: nothing is compiled; `{COMMAND}` measures that as well, in minutes");
    }
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let workshop = Workshop::new(root, &target_folder().join("minimal"));
    if let Err(error) = &workshop {
        eprintln!("costs: nothing is said of frameworks: {error}");
    }
    let command = if profile == Profile::Full { COMMAND } else { "cargo bench --bench costs" };
    let mut results = Results::of_run(command, &profile.to_string(), 0, environment());
    for backend in backends() {
        eprintln!("costs: {}", backend.name);
        let (ask, tell) = calls.count(backend.name)?;
        let sources = root.join("crates/backends").join(package(&backend)).join("src");
        let storeys = storeys_of(&sources).map_err(|error| error.to_string())?;
        let (our_lines, storeys) = match storeys {
            Some(lines) if backend.whole.is_some() => (lines.first, None),
            storeys => (lines_of(&sources, &[]).map_err(|error| error.to_string())?.code, storeys),
        };
        results.costs.push(Costs {
            backend: backend.name.to_owned(),
            ask,
            tell,
            our_lines,
            storeys: storeys.map(|lines| Storeys {
                first: lines.first,
                shards: lines.shards,
                per_key: lines.per_key,
            }),
            actor_bytes: actor_bytes(backend.name)?,
            // A framework is described once, in the row of the whole backend.
            framework: (backend.framework.filter(|_| backend.whole.is_none()))
                .and_then(|(name, _)| framework(&workshop, name, profile)),
            command: command.to_owned(),
        });
    }
    println!("{}", costs_tables::text(&results));
    let path = target_folder().join("costs.json");
    results.write(&path).map_err(|error| format!("cannot write {}: {error}", path.display()))
}

/// The crate of a backend.
fn package(backend: &Description) -> String {
    format!("kv-{}", backend.framework.map_or(backend.name, |(framework, _)| framework))
}

/// What a framework brings along; if that cannot be found out, says why.
fn framework(workshop: &Result<Workshop, CostsError>, name: &str, profile: Profile) -> Option<Framework> {
    let found = match workshop {
        Ok(workshop) => workshop.framework(name, profile == Profile::Full),
        // Said already.
        Err(_) => return None,
    };
    found.map_err(|error| eprintln!("costs: of {name} only calls are counted: {error}")).ok()
}
