//! Plays one load on one backend, once: what callgrind looks at for the bench `costs`.
//!
//! A program of its own, because that bench has an allocator that counts, whose instructions would count as well.

use std::process::ExitCode;

use audition::compare::arguments_of_bench;
use kv_backends::Visitor;
use kv_core::Backend;
use kv_overhead::{Load, build_commands, play_once};
use kv_workload::RunError;

fn main() -> ExitCode {
    let arguments = arguments_of_bench();
    let played = match &arguments[..] {
        [backend, load, calls] => play(backend, load, calls),
        _ => Err("it takes a backend (or `none`), a load and a number of calls".to_owned()),
    };
    match played {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("play-once: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn play(backend: &str, load: &str, calls: &str) -> Result<(), String> {
    let load = Load::named(load).ok_or_else(|| format!("there is no load {load:?}"))?;
    let calls = calls.parse().map_err(|_| format!("{calls:?} is no number of calls"))?;
    if backend == "none" {
        build_commands(load, calls);
        return Ok(());
    }
    let played = kv_backends::with(backend, Play { load, calls }).map_err(|error| error.to_string())?;
    played.map_err(|error| error.to_string())
}

struct Play {
    load: Load,
    calls: usize,
}

impl Visitor for Play {
    type Output = Result<(), RunError>;

    fn visit<B: Backend>(self) -> Self::Output {
        play_once::<B>(self.load, self.calls)
    }
}
