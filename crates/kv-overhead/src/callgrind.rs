//! Instructions of one call, by callgrind.

use std::process::Command;
use std::thread;

use kv_report::Instructions;
use kv_report::estimate::median;

const FEW: usize = 2_000;
const MANY: usize = 12_000;
/// How often each call is counted.
pub const REPEATS: usize = 3;

/// Whether valgrind can be started.
#[must_use]
pub fn is_installed() -> bool {
    Command::new("valgrind").arg("--version").output().is_ok_and(|output| output.status.success())
}

/// Does something whose instructions are to be counted; what a program does outside of this is not.
///
/// The difference of two runs would not be enough: elfo calibrates a clock when it starts, which takes as many
/// instructions as fit into a time, and they differ from run to run by more than a thousand asks take.
#[inline(never)]
pub fn watched<T>(what: impl FnOnce() -> T) -> T {
    what()
}

/// The function above, by name, with whatever the compiler puts behind it.
const WATCHED: &str = "--toggle-collect=kv_overhead::callgrind::watched*";

/// What one call takes of a program that plays as many as it is told: the difference of two runs of different length, so
/// that the first call's extra work is in neither, and that several times. `None` if valgrind fails.
///
/// Most counts repeat to the instruction; a framework that hashes with a random seed or looks at the clock does not, and
/// then a small difference says nothing.
///
/// `program` adds the program, and what it has to be told to play that many calls, to valgrind's command line.
#[must_use]
pub fn per_call(program: impl Fn(&mut Command, usize) + Sync) -> Option<Instructions> {
    // ANCHOR: difference
    let once = |_| {
        // Side by side: an instruction is counted once, however many processes there are.
        let (many, few) = thread::scope(|scope| {
            let many = scope.spawn(|| count(&program, MANY));
            let few = count(&program, FEW);
            (many.join().ok().flatten(), few)
        });
        Some((many? - few?) / (MANY - FEW) as f64)
    };
    // ANCHOR_END: difference
    let counts = (0..REPEATS).map(once).collect::<Option<Vec<f64>>>()?;
    let (least, most) = counts.iter().fold((f64::MAX, f64::MIN), |(a, b), &n| (a.min(n), b.max(n)));
    Some(Instructions { median: median(&counts), spread: most - least })
}

/// How many instructions a run takes in all.
fn count(program: &impl Fn(&mut Command, usize), calls: usize) -> Option<f64> {
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null", WATCHED]);
    program(&mut valgrind, calls);
    let output = valgrind.output().ok().filter(|output| output.status.success())?;
    let printed = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = printed.lines().find(|line| line.contains("Collected :"))?;
    // Nothing at all: the function was not found by its name.
    line.rsplit(' ').next()?.parse().ok().filter(|count| *count > 0.0)
}
