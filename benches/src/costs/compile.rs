//! The cost of compiling a minimal program.

use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::Path;
use std::process::Command;

use kv_report::Build;

use super::CostsError;
use super::minimal::{Minimal, name};

/// Compiles the program from nothing, changes it, and compiles again; and runs it, because the figures of a program
/// that does not work would prove nothing.
///
/// It measures processor time. Rejected: time on the wall, which depends on the number of processors, and on the other
/// processes that use them.
pub(crate) fn measure(minimal: &Minimal) -> Result<Build, CostsError> {
    let target = minimal.folder.join("target");
    if target.exists() {
        fs::remove_dir_all(&target).map_err(CostsError::io("remove", &target))?;
    }
    let cold_cpu_s = build(minimal, &target)?;
    let main = minimal.folder.join("src/main.rs");
    let program = fs::read_to_string(&main).map_err(CostsError::io("read", &main))?;
    fs::write(&main, format!("{program}// Changed.\n")).map_err(CostsError::io("write", &main))?;
    let incremental_cpu_s = build(minimal, &target)?;

    let binary = target.join("release").join(name(&minimal.framework) + EXE_SUFFIX);
    let binary_bytes = fs::metadata(&binary).map_err(CostsError::io("read", &binary))?.len();
    run(&mut Command::new(&binary), "the program", minimal)?;
    // The folder has hundreds of megabytes, which have no further use.
    fs::remove_dir_all(&target).map_err(CostsError::io("remove", &target))?;
    Ok(Build { cold_cpu_s, incremental_cpu_s, binary_bytes })
}

/// Builds the program, and returns how many processor seconds that took.
fn build(minimal: &Minimal, target: &Path) -> Result<f64, CostsError> {
    let before = cpu_of_children()?;
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--release", "--offline", "--locked"]).current_dir(&minimal.folder);
    cargo.env("CARGO_TARGET_DIR", target);
    // A cache of compiled crates would hide the cost; the user's own flags would make another program.
    cargo.env("RUSTC_WRAPPER", "").env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    run(&mut cargo, "cargo build", minimal)?;
    Ok(cpu_of_children()? - before)
}

fn run(command: &mut Command, called: &'static str, minimal: &Minimal) -> Result<(), CostsError> {
    let output = command.output().map_err(CostsError::io("start", called))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said.trim().lines().rev().take(5).collect::<Vec<_>>();
    let said = last.into_iter().rev().collect::<Vec<_>>().join("\n");
    Err(CostsError::Failed { command: called, framework: minimal.framework.clone(), said })
}

/// Seconds of processor time, user and system, of all child processes that have ended, and of theirs.
fn cpu_of_children() -> Result<f64, CostsError> {
    let stat = fs::read_to_string("/proc/self/stat").map_err(|_| CostsError::NoClock)?;
    let ticks = ticks_of_children(&stat).ok_or(CostsError::NoClock)?;
    Ok(ticks as f64 / ticks_per_second().ok_or(CostsError::NoClock)?)
}

#[cfg(unix)]
fn ticks_per_second() -> Option<f64> {
    Some(rustix::param::clock_ticks_per_second() as f64)
}

#[cfg(not(unix))]
const fn ticks_per_second() -> Option<f64> {
    None
}

/// The ticks of the children: fields 16 and 17, counted from behind the name, which may itself hold blanks.
fn ticks_of_children(stat: &str) -> Option<u64> {
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    Some(fields.get(13)?.parse::<u64>().ok()? + fields.get(14)?.parse::<u64>().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_childrens_time_is_read_whatever_the_processs_name() {
        let stat = "42 (a (b) c) S 1 2 3 4 5 6 7 8 9 10 111 22 3000 400 20 0";
        assert_eq!(ticks_of_children(stat), Some(3400));
        assert_eq!(ticks_of_children("42 (a) S 1"), None);
    }
}
