//! Running one case: on its own runtime, against a deadline, in its own process where it counts resources.

use std::any::Any;
use std::env;
use std::fs;
use std::panic;
use std::process::Command;
use std::sync::Once;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use counting_alloc::CountingAllocator;
use kv_core::Debug;
use tokio::runtime::{Builder, Runtime};
use tokio::task::LocalSet;

use crate::{Setting, Trial};

/// Counts the memory of the test binaries that install it by [`count_memory!`](crate::count_memory).
pub static ALLOCATOR: CountingAllocator = CountingAllocator::new();

/// The time after which a case counts as hanging, which is a failure. It is below a minute, so that this message ends
/// the case and not the test runner.
const DEADLINE: Duration = Duration::from_secs(55);

/// The environment variable that says that this process was started to run one isolated case.
const ISOLATED: &str = "AUDITION_ISOLATED_CASE";

/// How many bytes the process holds: those that [`ALLOCATOR`] has handed out, or, where it is not installed, those
/// that are resident; 0 where neither can be known.
pub(crate) fn live_bytes() -> u64 {
    if ALLOCATOR.counts().allocations > 0 {
        return ALLOCATOR.live_bytes();
    }
    const PAGE_BYTES: u64 = 4096;
    let statm = fs::read_to_string("/proc/self/statm").unwrap_or_default();
    statm
        .split_whitespace()
        .nth(1)
        .and_then(|pages| pages.parse().ok())
        .map_or(0, |pages: u64| pages * PAGE_BYTES)
}

/// The error that [`live_bytes`] may have, in bytes: resident memory grows by whole arenas of the system's allocator.
pub(crate) fn live_bytes_slack() -> u64 {
    const ARENAS: u64 = 4 * 1024 * 1024;
    if ALLOCATOR.counts().allocations > 0 { 0 } else { ARENAS }
}

/// Which runtime a case runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavor {
    /// A runtime with two workers.
    MultiThread,
    /// One thread and a `LocalSet`: callers and actors take turns.
    CurrentThread,
}

impl Flavor {
    fn runtime(self, io: bool) -> Runtime {
        let mut builder = match self {
            Self::MultiThread => {
                let mut builder = Builder::new_multi_thread();
                builder.worker_threads(2);
                builder
            }
            Self::CurrentThread => Builder::new_current_thread(),
        };
        if io {
            builder.enable_io();
        }
        builder.enable_time().build().expect("the system gives a runtime")
    }
}

impl Setting {
    pub(crate) fn stage(self) -> Stage {
        let local = (self.flavor == Flavor::CurrentThread).then(LocalSet::new);
        Stage { runtime: self.flavor.runtime(self.io), local }
    }
}

/// A runtime to run cases on.
pub(crate) struct Stage {
    runtime: Runtime,
    local: Option<LocalSet>,
}

impl Stage {
    pub(crate) fn block_on<F: Future>(&self, future: F) -> F::Output {
        match &self.local {
            Some(local) => local.block_on(&self.runtime, future),
            None => self.runtime.block_on(future),
        }
    }
}

/// Runs a case to its end.
///
/// # Panics
/// When the case panics, or hangs for longer than 55 s.
pub fn run<C, F>(setting: Setting, case: C)
where
    C: FnOnce(Setting) -> F + Send + 'static,
    F: Future<Output = ()>,
{
    hush_wanted_panics();
    let (done, ended) = mpsc::channel();
    let case = thread::spawn(move || {
        setting.stage().block_on(case(setting));
        let _ = done.send(());
    });
    match ended.recv_timeout(DEADLINE) {
        Err(RecvTimeoutError::Timeout) => panic!("the case hangs: not done after {DEADLINE:?}"),
        Ok(()) | Err(RecvTimeoutError::Disconnected) => {
            if let Err(reason) = case.join() {
                panic::resume_unwind(reason);
            }
        }
    }
}

/// Runs a case of the suite to its end, in this process.
///
/// # Panics
/// When the case panics, or hangs for longer than 55 s.
pub fn run_trial<C, F>(trial: Trial, case: C)
where
    C: FnOnce(Trial) -> F + Send + 'static,
    F: Future<Output = ()>,
{
    run(trial.setting, move |_| case(trial));
}

/// Runs a case in a process of its own, by starting this test binary again with only that test: threads, tasks
/// and bytes can be counted only where no other test makes any.
///
/// # Panics
/// When the process cannot be started or fails.
pub fn isolated(name: &str, case: impl FnOnce()) {
    // The path of a test within its binary does not begin with the binary's name, as a module's path does.
    let name = name.split_once("::").map_or(name, |(_, path)| path);
    if env::var(ISOLATED).is_ok_and(|isolated| isolated == name) {
        return case();
    }
    let output = Command::new(env::current_exe().expect("a test has a binary"))
        .args([name, "--exact", "--nocapture", "--test-threads=1"])
        .env(ISOLATED, name)
        .output()
        .expect("a test binary can be started again");
    let printed = String::from_utf8_lossy(&output.stdout);
    eprint!("{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "the isolated case failed:\n{printed}");
    assert!(printed.contains("1 passed"), "the isolated case {name} was not found:\n{printed}");
}

/// Keeps the panics that a case asks for out of the output, which their backtraces would fill although all went right.
fn hush_wanted_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let report = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !message(info.payload()).contains(Debug::PANIC_MESSAGE) {
                report(info);
            }
        }));
    });
}

fn message(payload: &dyn Any) -> &str {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or_default()
}
