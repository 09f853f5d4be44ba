//! The `audition` binary: see `--help`.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    audition::compare::launch_if_asked();
    audition::promises::play_if_asked();
    cli::run()
}
