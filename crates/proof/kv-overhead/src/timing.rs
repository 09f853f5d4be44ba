//! The times of the two subjects, in pairs: a slice of one, a slice of the other, in random order, in several
//! processes.

use std::env;
use std::process::Command;
use std::sync::Arc;

use kv_report::{Estimate, Row, Table};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use crate::play::play;
use crate::{Load, Place, Subject};

/// The variable that tells this process which launch it is.
const VARIABLE: &str = "AUDITION_OVERHEAD_LAUNCH";
const LAUNCHES: u64 = 7;
const ROUNDS: usize = 150;
/// How long a slice is, in nanoseconds.
const SLICE_NS: f64 = 2e6;

/// Plays a launch and prints its rounds, if this process was started for that.
pub(crate) fn launched<O: Subject, H: Subject>(place: &Place, ours: &Arc<O>, first: &Arc<H>) -> bool {
    let Some(launch) = env::var(VARIABLE).ok().and_then(|text| text.parse().ok()) else { return false };
    let mut random = Pcg64Mcg::seed_from_u64(launch);
    for load in Load::ALL {
        let calls = calls_of(place, first, load);
        let per_call = |time: std::time::Duration| time.as_nanos() as f64 / calls as f64;
        for _ in 0..ROUNDS {
            let (own, base);
            if random.random::<bool>() {
                own = per_call(play(place, ours, load, calls));
                base = per_call(play(place, first, load, calls));
            } else {
                base = per_call(play(place, first, load, calls));
                own = per_call(play(place, ours, load, calls));
            }
            println!("{} {base} {own}", load.name());
        }
    }
    true
}

/// The number of calls in a slice: the same for both subjects, by the best of a few tries.
fn calls_of<S: Subject>(place: &Place, subject: &Arc<S>, load: Load) -> usize {
    const TRY: usize = 1000;
    let tries = (0..9).map(|_| play(place, subject, load, TRY).as_nanos() as f64 / TRY as f64);
    let best = tries.fold(f64::INFINITY, f64::min);
    // The number is a multiple of the number of clients.
    ((SLICE_NS / best) as usize).clamp(64, 100_000) / 8 * 8
}

/// Runs all launches and prints their result.
pub(crate) fn report(name: &str) {
    let tables: Vec<(Load, Table)> = Load::ALL.map(|load| (load, table(name, load))).into();
    let mut tables = tables;
    for launch in 1..=LAUNCHES {
        eprintln!("overhead of {name}: launch {launch} of {LAUNCHES}");
        let printed = run_again(VARIABLE, &launch.to_string());
        for (load, table) in &mut tables {
            for row in &mut table.rows {
                row.launches.push(Vec::new());
            }
            for line in printed.lines() {
                let fields: Vec<&str> = line.split(' ').collect();
                if let [which, figures @ ..] = &fields[..]
                    && *which == load.name()
                {
                    for (row, figure) in table.rows.iter_mut().zip(figures) {
                        let rounds = row.launches.last_mut().expect("one was pushed");
                        rounds.extend(figure.parse::<f64>().ok());
                    }
                }
            }
        }
    }
    println!("time per call against storey 1, {LAUNCHES} launches of {ROUNDS} rounds:");
    for (load, table) in &tables {
        match Estimate::of(&table.rows[1], table, 42) {
            Some(estimate) => println!(
                "  {:<6} {:<9} {:.3} ({:.3} .. {:.3})",
                name,
                load.name(),
                estimate.ratio,
                estimate.low,
                estimate.high
            ),
            None => println!("  {name:<6} {:<9} no figures", load.name()),
        }
    }
}

fn table(name: &str, load: Load) -> Table {
    let row = |label: &str, baseline| Row {
        label: label.to_owned(),
        backend: name.to_owned(),
        baseline,
        control: false,
        threads: "1".to_owned(),
        launches: Vec::new(),
    };
    Table {
        lane: "ct".to_owned(),
        workload: load.name().to_owned(),
        title: String::new(),
        mailbox: String::new(),
        rows: vec![row("first", true), row("ours", false)],
        ..Table::default()
    }
}

/// Runs this program again with a variable set, and returns what it printed.
fn run_again(variable: &str, value: &str) -> String {
    let program = env::current_exe().expect("a running program has a file");
    let output = Command::new(program).env(variable, value).output().expect("it can be started again");
    assert!(output.status.success(), "a launch failed:\n{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}
