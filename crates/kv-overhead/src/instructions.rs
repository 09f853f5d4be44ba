//! Instructions, by callgrind, as the difference of two runs.

use std::env;
use std::hint::black_box;
use std::process::Command;
use std::sync::Arc;

use kv_report::estimate::median;

use crate::play::{commands, play};
use crate::{Load, Place, Subject};

/// Says what this process is to run under callgrind: which of the two, which load, how many calls.
const VARIABLE: &str = "AUDITION_OVERHEAD_COUNT";
const FEW: usize = 2_000;
const MANY: usize = 12_000;
const REPEATS: usize = 3;

/// Plays one load once, if this process was started for that.
pub(crate) fn counted<O: Subject, H: Subject>(place: &Place, ours: &Arc<O>, by_hand: &Arc<H>) -> bool {
    let Ok(what) = env::var(VARIABLE) else { return false };
    let fields: Vec<&str> = what.split(' ').collect();
    let [which, load, calls] = fields[..] else { panic!("{VARIABLE} is malformed: {what}") };
    let load = Load::ALL.into_iter().find(|known| known.name() == load).expect("a known load");
    let calls = calls.parse().expect("a number of calls");
    match which {
        "ours" => drop(play(place, ours, load, calls)),
        "hand" => drop(play(place, by_hand, load, calls)),
        // The commands alone, to be taken off the other two.
        _ => drop(black_box(commands(load, calls))),
    }
    true
}

/// Counts and prints what a call takes, without what it takes to build the command; or says in a line that valgrind is missing.
pub(crate) fn report(name: &str) {
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("instructions: not counted, valgrind is not installed");
        return;
    }
    println!(
        "instructions per call against the same written by hand, by callgrind, median of {REPEATS} counts:"
    );
    for load in [Load::Ask, Load::Tell] {
        match (per_call("none", load), per_call("hand", load), per_call("ours", load)) {
            (Some(none), Some(hand), Some(ours)) => println!(
                "  {name:<6} {:<9} {:.3} ({:.0} against {:.0}; counts of one thing differ by up to {:.1} %)",
                load.name(),
                (ours.median - none.median) / (hand.median - none.median),
                ours.median - none.median,
                hand.median - none.median,
                100.0 * ours.spread.max(hand.spread) / (hand.median - none.median)
            ),
            _ => println!("  {name:<6} {:<9} valgrind failed", load.name()),
        }
    }
}

/// Several counts of the same thing. Most repeat to the instruction; a framework that hashes with a random seed or
/// looks at the clock does not, and then a small difference says nothing.
struct Counted {
    median: f64,
    /// The largest less the smallest.
    spread: f64,
}

fn per_call(which: &str, load: Load) -> Option<Counted> {
    let once = |_| {
        let count = |calls| count(&format!("{which} {} {calls}", load.name()));
        Some((count(MANY)? - count(FEW)?) / (MANY - FEW) as f64)
    };
    let counts = (0..REPEATS).map(once).collect::<Option<Vec<f64>>>()?;
    let median = median(&counts);
    let (least, most) = counts.iter().fold((f64::MAX, f64::MIN), |(a, b), &n| (a.min(n), b.max(n)));
    Some(Counted { median, spread: most - least })
}

/// How many instructions a run takes in all.
fn count(what: &str) -> Option<f64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(env::current_exe().ok()?)
        .env(VARIABLE, what)
        .output()
        .ok()?;
    let printed = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = printed.lines().find(|line| line.contains("Collected :"))?;
    line.rsplit(' ').next()?.parse().ok()
}
