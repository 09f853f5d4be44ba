//! The instructions of the backend's calls, compared with those of storey 1's calls.

use std::env;
use std::sync::Arc;

use kv_report::Instructions;

use crate::play::play;
use crate::{Load, Place, Subject, build_commands, callgrind};

/// The variable that tells this process what to run under callgrind: which of the two, which load, how many calls.
const VARIABLE: &str = "AUDITION_OVERHEAD_COUNT";

/// Plays one load once, if this process was started for that.
pub(crate) fn counted<O: Subject, H: Subject>(place: &Place, ours: &Arc<O>, first: &Arc<H>) -> bool {
    let Ok(what) = env::var(VARIABLE) else { return false };
    let fields: Vec<&str> = what.split(' ').collect();
    let [which, load, calls] = fields[..] else { panic!("{VARIABLE} is malformed: {what}") };
    let load = Load::named(load).expect("a known load");
    let calls = calls.parse().expect("a number of calls");
    match which {
        "ours" => drop(callgrind::watched(|| play(place, ours, load, calls))),
        "first" => drop(callgrind::watched(|| play(place, first, load, calls))),
        // These instructions are subtracted from the counts of the other two.
        _ => build_commands(load, calls),
    }
    true
}

/// Counts and prints the instructions of a call, without those that build the command; or prints a line if valgrind is
/// missing.
pub(crate) fn report(name: &str) {
    if !callgrind::is_installed() {
        println!("instructions: not counted, valgrind is not installed");
        return;
    }
    println!(
        "instructions per call against storey 1, by callgrind, median of {} counts:",
        callgrind::REPEATS
    );
    for load in [Load::Ask, Load::Tell] {
        match (per_call("none", load), per_call("first", load), per_call("ours", load)) {
            (Some(none), Some(base), Some(ours)) => println!(
                "  {name:<6} {:<9} {:.3} ({:.0} against {:.0}; counts of one thing differ by up to {:.1} %)",
                load.name(),
                (ours.median - none.median) / (base.median - none.median),
                ours.median - none.median,
                base.median - none.median,
                100.0 * ours.spread.max(base.spread) / (base.median - none.median)
            ),
            _ => println!("  {name:<6} {:<9} valgrind failed", load.name()),
        }
    }
}

fn per_call(which: &str, load: Load) -> Option<Instructions> {
    let program = env::current_exe().ok()?;
    callgrind::per_call(|valgrind, calls| {
        valgrind.arg(&program).env(VARIABLE, format!("{which} {} {calls}", load.name()));
    })
}
