//! One backend alone: its calls, played once, for a program that callgrind runs.

use std::path::Path;

use kv_core::{Backend, Config};
use kv_report::Instructions;
use kv_workload::{Lane, RunError, Stage};

use crate::play::{commands, play, prepare};
use crate::{Load, Ours, Place, callgrind};

/// Plays a load once on a backend, on one thread.
///
/// # Errors
/// [`RunError`] when the operating system refuses the runtime.
///
/// # Panics
/// When a call fails, or is answered wrongly: there is nothing to count then.
pub fn play_once<B: Backend>(load: Load, calls: usize) -> Result<(), RunError> {
    let place = Place { stage: Stage::new(Lane::Ct)?, placement: B::PLACEMENT };
    let config = Config { sweep_interval: None, ..Config::default() };
    let subject = prepare(&place, async || Ours::start::<B>(config).await);
    callgrind::watched(|| play(&place, &subject, load, calls));
    Ok(())
}

/// Builds the commands of a load and does nothing with them. The instructions of this are subtracted from a count,
/// because no backend causes them.
pub fn build_commands(load: Load, calls: usize) {
    callgrind::watched(|| drop(std::hint::black_box(commands(load, calls))));
}

/// The instructions of a call in a program that is told by three arguments what to play: a backend's name, a load's
/// [name](Load::name), and the number of calls. `None` if valgrind fails.
#[must_use]
pub fn instructions_of(program: &Path, backend: &str, load: Load) -> Option<Instructions> {
    callgrind::per_call(|valgrind, calls| {
        valgrind.arg(program).args([backend, load.name(), &calls.to_string()]);
    })
}
