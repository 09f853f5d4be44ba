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

/// Runs a function whose instructions are to be counted; the rest of the program is not counted.
///
/// The difference of two runs would not be enough: elfo calibrates a clock when it starts, which takes as many
/// instructions as fit into a time, and their number differs from run to run by more than a thousand asks take.
#[inline(never)]
pub fn watched<T>(what: impl FnOnce() -> T) -> T {
    what()
}

/// The name of the function above, with any suffix that the compiler gives it.
const WATCHED: &str = "--toggle-collect=kv_overhead::callgrind::watched*";

/// The instructions of one call in a program that plays as many calls as it is told. It is the difference of two runs
/// of different length, so that the first call's extra work cancels out, counted several times. `None` if valgrind
/// fails.
///
/// Most counts repeat to the instruction. Those of a framework that hashes with a random seed or looks at the clock do
/// not, and then a small difference says nothing.
///
/// `program` adds the program to valgrind's command line, and the arguments by which it plays that many calls.
#[must_use]
pub fn per_call(program: impl Fn(&mut Command, usize) + Sync) -> Option<Instructions> {
    // ANCHOR: difference
    let once = |_| {
        // The two runs go side by side: other processes do not change a count of instructions.
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

/// The number of instructions of a whole run.
fn count(program: &impl Fn(&mut Command, usize), calls: usize) -> Option<f64> {
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null", WATCHED]);
    program(&mut valgrind, calls);
    let output = valgrind.output().ok().filter(|output| output.status.success())?;
    let printed = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = printed.lines().find(|line| line.contains("Collected :"))?;
    // A count of 0 means that the function was not found by its name.
    line.rsplit(' ').next()?.parse().ok().filter(|count| *count > 0.0)
}
