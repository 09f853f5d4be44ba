//! The tables: every backend side by side, slice by slice. See `audition::compare` for the method.
//!
//! `cargo bench --bench compare -- ycsb` plays the workloads whose names contain that. `cargo test --benches`
//! runs everything once, to see that it works.

use std::process::ExitCode;
use std::{env, fs, io, thread};

use audition::compare::{
    CompareError, Lanes, Options, Profile, arguments_of_bench, compare, launch_if_asked, profile_of_bench,
    target_folder, workloads_like,
};
use audition::curves;
use audition::latency::{LatencyOptions, tables};
use kv_report::{Costs, LatencyTable, Results, files, page, text};
use kv_workload::Axis;
use serde::de::DeserializeOwned;

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
    let arguments = arguments_of_bench();
    let is_flag = |argument: &&String| argument.starts_with('-');
    // `cargo bench` says so; `cargo test --benches` does not, and wants everything once.
    let measuring = arguments.iter().any(|argument| argument == "--bench");
    let filter = arguments.iter().find(|argument| !is_flag(argument)).map(String::as_str);
    let variable = |name: &str| env::var(name).ok();
    let profile = profile_of_bench(&arguments)?;
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
    let mut results = compare(&options).map_err(|error| error.to_string())?;
    if filter.is_none() {
        results.latency = latency(&options).map_err(|error| error.to_string())?;
        results.curves = curves::tables(&options, &Axis::ALL).map_err(|error| error.to_string())?;
    }
    if profile == Profile::Smoke {
        let rows = results.tables.iter().map(|table| table.rows.len()).sum::<usize>();
        let (tables, loads, steps) = (results.tables.len(), results.latency.len(), results.curves.len());
        println!(
            "compare: {tables} tables, {rows} rows, {loads} tables of latency, {steps} steps of curves, every reply checked; \
             run `cargo bench` for figures"
        );
        return Ok(());
    }
    if filter.is_none() {
        results.memory = left_behind("memory.json")?;
        results.overload = left_behind("overload.json")?;
        results.costs = costs()?;
    }
    println!("\n{}", text::all(&results));
    let path = target_folder().join("results.json");
    results.write(&path).map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    println!("raw figures: {}", path.display());
    let path = path.with_file_name("report.html");
    files::write(&path, &page::html(&results))
        .map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    println!("to look through, in a browser: {}", path.display());
    Ok(())
}

/// The same backends under a load that does not wait.
fn latency(options: &Options) -> Result<Vec<LatencyTable>, CompareError> {
    tables(&LatencyOptions {
        profile: options.profile,
        lanes: options.lanes,
        workers: options.workers,
        backends: options.backends.clone(),
        workload: "ycsb-b".to_owned(),
        seed: options.seed,
        poisson: true,
        command: options.command.clone(),
    })
}

/// What another bench, which ran just before, has left behind.
fn left_behind<T: DeserializeOwned>(name: &str) -> Result<Vec<T>, String> {
    let path = target_folder().join(name);
    let json = match fs::read_to_string(&path) {
        Ok(json) => json,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(format!("cannot read {}: {error}", path.display())),
    };
    let figures = serde_json::from_str(&json).map_err(|error| format!("{}: {error}", path.display()))?;
    // Taken, so that a later run does not show old figures as its own.
    fs::remove_file(&path).map_err(|error| format!("cannot remove {}: {error}", path.display()))?;
    Ok(figures)
}

/// What the bench `costs` has left behind, taken for the same reason.
fn costs() -> Result<Vec<Costs>, String> {
    let path = target_folder().join("costs.json");
    if !path.exists() {
        return Ok(Vec::new());
    }
    let results = Results::read(&path).map_err(|error| error.to_string())?;
    fs::remove_file(&path).map_err(|error| format!("cannot remove {}: {error}", path.display()))?;
    Ok(results.costs)
}
