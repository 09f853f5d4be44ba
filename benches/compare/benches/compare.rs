//! The tables: every backend side by side, slice by slice. See `audition::compare` for the method.
//!
//! `cargo bench --bench compare -- ycsb` plays the workloads whose names contain that. `cargo test --benches`
//! runs everything once, to see that it works.

use std::path::PathBuf;
use std::process::ExitCode;
use std::{env, thread};

use audition::compare::{Lanes, Options, Profile, compare, launch_if_asked, workloads_like};
use kv_report::text;

fn main() -> ExitCode {
    launch_if_asked();
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("compare: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    // What is not a filter is for criterion or libtest, which cargo gives the same arguments.
    let arguments: Vec<String> = env::args().skip(1).collect();
    let is_flag = |argument: &&String| argument.starts_with('-');
    // `cargo bench` says so; `cargo test --benches` does not, and wants everything once.
    let measuring = arguments.iter().any(|argument| argument == "--bench");
    let filter = arguments.iter().find(|argument| !is_flag(argument)).map(String::as_str);
    let variable = |name: &str| env::var(name).ok();
    let profile = match variable("BENCH_PROFILE") {
        _ if !measuring || arguments.iter().any(|argument| argument == "--test") => Profile::Smoke,
        Some(text) => text.parse().map_err(|reason| format!("BENCH_PROFILE: {reason}"))?,
        None => Profile::Quick,
    };
    let number = |name: &str| match variable(name).map(|text| text.parse::<usize>()) {
        None => Ok(None),
        Some(Ok(number)) if number > 0 => Ok(Some(number)),
        Some(_) => Err(format!("{name} must be a positive number")),
    };
    let workloads = filter.map_or_else(Vec::new, workloads_like);
    if filter.is_some() && workloads.is_empty() {
        // The filter is for the other bench, say `ct/ycsb-b`.
        println!("compare: no workload's name contains {:?}; nothing to do", filter.unwrap_or_default());
        return Ok(());
    }
    let processors = thread::available_parallelism().map_or(1, Into::into);
    let options = Options {
        profile,
        lanes: Lanes::Both,
        workers: number("BENCH_WORKERS")?.unwrap_or(processors),
        launches: number("BENCH_LAUNCHES")?,
        backends: Vec::new(),
        workloads,
        seed: 42,
        command: "cargo bench".to_owned(),
        quiet: !measuring,
    };
    let results = compare(&options).map_err(|error| error.to_string())?;
    if profile == Profile::Smoke {
        let (tables, rows) =
            (results.tables.len(), results.tables.iter().map(|table| table.rows.len()).sum::<usize>());
        println!("compare: {tables} tables, {rows} rows, every reply checked; run `cargo bench` for figures");
        return Ok(());
    }
    println!("\n{}", text::all(&results));
    let path = results_path();
    results.write(&path).map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    println!("raw figures: {}", path.display());
    Ok(())
}

/// `target/audition/results.json`, wherever the target folder is: this program lies in it.
fn results_path() -> PathBuf {
    let program = env::current_exe().unwrap_or_default();
    let profile = program.ancestors().find(|folder| folder.ends_with("release") || folder.ends_with("debug"));
    let target =
        profile.and_then(|folder| folder.parent()).map_or_else(|| PathBuf::from("target"), Into::into);
    target.join("audition/results.json")
}
