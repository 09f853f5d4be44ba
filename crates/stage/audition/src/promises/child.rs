//! One case in a process of its own: this program, started again.

use std::any::Any;
use std::env;
use std::io::{self, Read as _};
use std::panic::{self, AssertUnwindSafe};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use kv_conformance::{Setting, Trial, case, set_patience};
use kv_core::{Placement, Topology};

use super::{Job, Outcome, ToSubject};

/// The environment variable that holds what a process is to play: backend, topology, case and patience in milliseconds.
const VARIABLE: &str = "AUDITION_CASE";

/// How long a step of a case may take before it counts as a hang. A promise that a backend declares is tried again with the
/// second patience, so that a busy machine breaks none.
const PATIENCES: [Duration; 2] = [Duration::from_secs(4), Duration::from_secs(20)];

/// How long a whole case may take: as long as in the suite.
const DEADLINE: Duration = Duration::from_secs(55);

/// Plays one case and exits, if the process was started for that.
pub fn play_if_asked() {
    let Ok(task) = env::var(VARIABLE) else { return };
    // What the case's threads have to say of their panics, the parent sums up in one line.
    panic::set_hook(Box::new(|_| {}));
    let Err(reason) = run(&task) else { std::process::exit(0) };
    // In one line.
    println!("{}", reason.split_whitespace().collect::<Vec<_>>().join(" "));
    std::process::exit(1);
}

fn run(task: &str) -> Result<(), String> {
    let words: Vec<&str> = task.split(' ').collect();
    let [backend, topology, name, patience] = words[..] else { return Err(format!("no task: {task}")) };
    let subject = kv_backends::with(backend, ToSubject).map_err(|unknown| unknown.to_string())?;
    let local = subject.placement == Placement::LocalSet;
    let setting = match (topology, local) {
        ("single", false) => Setting::SINGLE,
        ("single", true) => Setting::CURRENT_THREAD,
        ("sharded", false) => Setting::SHARDED,
        ("sharded", true) => Setting::CURRENT_THREAD_SHARDED,
        (_, false) => Setting::PER_KEY,
        (_, true) => Setting::CURRENT_THREAD_PER_KEY,
    };
    let case = case(name).ok_or_else(|| format!("no case {name}"))?;
    set_patience(Duration::from_millis(patience.parse().map_err(|_| format!("no patience: {patience}"))?));
    panic::catch_unwind(AssertUnwindSafe(|| case.run(Trial { subject, setting })))
        .map_err(|panic| message(&*panic))
}

fn message(panic: &dyn Any) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|&text| text.to_owned())).unwrap_or_default()
}

/// Plays one case in a process of its own.
///
/// # Errors
/// When the process cannot be started.
pub(super) fn play(job: &Job) -> io::Result<Outcome> {
    let outcome = play_with(job, PATIENCES[0])?;
    match &outcome {
        Outcome::Broke(reason) if job.declared && reason.contains("hangs") => play_with(job, PATIENCES[1]),
        _ => Ok(outcome),
    }
}

fn play_with(job: &Job, patience: Duration) -> io::Result<Outcome> {
    let topology = match job.topology {
        Topology::Single => "single",
        Topology::Sharded(_) => "sharded",
        Topology::PerKey => "per-key",
    };
    let task = format!("{} {topology} {} {}", job.backend, job.case.name, patience.as_millis());
    let mut child = Command::new(env::current_exe()?)
        .env(VARIABLE, task)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    // Read while it runs: a case that says more than a pipe holds would wait for a reader, and look like a hang.
    let output = child.stdout.take();
    let reader = thread::spawn(move || -> io::Result<String> {
        let mut text = Vec::new();
        if let Some(mut output) = output {
            output.read_to_end(&mut text)?;
        }
        Ok(String::from_utf8_lossy(&text).into_owned())
    });
    let Some(status) = wait(&mut child)? else {
        return Ok(Outcome::Broke(format!("hangs: no end after {} s", DEADLINE.as_secs())));
    };
    if status.success() {
        return Ok(Outcome::Kept);
    }
    let reason = reader.join().expect("reading does not panic")?;
    // A case may have said more, such as its seed; why it broke stands last.
    let reason = reason.trim().lines().last().unwrap_or_default();
    Ok(Outcome::Broke(if reason.is_empty() {
        format!("the process ended: {status}")
    } else {
        reason.to_owned()
    }))
}

/// Waits for the process to end; kills it, and returns `None`, when its time is over.
fn wait(child: &mut Child) -> io::Result<Option<ExitStatus>> {
    let end = Instant::now() + DEADLINE;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= end {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        // The system has no wait with a deadline that works everywhere.
        thread::sleep(Duration::from_millis(2));
    }
}
