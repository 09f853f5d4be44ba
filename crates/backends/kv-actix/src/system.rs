//! A `System` on a thread of its own, and its arbiters.

use std::io;
use std::sync::Mutex;
use std::thread::{self, JoinHandle};

use actix::{Arbiter, System};
use actix::{ArbiterHandle, SystemRunner};
use tokio::sync::oneshot;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

/// A running `System`. It lives on its own thread because running it blocks, and because the caller may have a
/// tokio runtime already.
#[derive(Debug)]
pub(crate) struct SystemThread {
    system: System,
    arbiters: Vec<ArbiterHandle>,
    running: TaskTracker,
    thread: Mutex<Option<JoinHandle<()>>>,
}

type Started = (System, Vec<ArbiterHandle>);

impl SystemThread {
    // ANCHOR: start
    pub(crate) async fn start(arbiters: usize) -> Result<Self, String> {
        let (started, start) = oneshot::channel();
        let running = TaskTracker::new();
        let alive = running.token();
        running.close();
        let thread = thread::Builder::new()
            .name("kv-actix-system".to_owned())
            .spawn(move || run(arbiters, started, alive))
            .map_err(|error| error.to_string())?;
        let (system, arbiters) = match start.await {
            Ok(started) => started.map_err(|error| error.to_string())?,
            Err(_) => return Err("the system's thread panicked".to_owned()),
        };
        Ok(Self { system, arbiters, running, thread: Mutex::new(Some(thread)) })
    }
    // ANCHOR_END: start

    /// Calls a function on one of the arbiters' threads, taking them in turn.
    pub(crate) async fn call<T: Send + 'static>(
        &self,
        turn: usize,
        function: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, String> {
        let (done, result) = oneshot::channel();
        self.arbiters[turn % self.arbiters.len()].spawn_fn(move || {
            let _ = done.send(function());
        });
        result.await.map_err(|_| "an arbiter has stopped".to_owned())
    }

    // ANCHOR: join
    /// Ends all threads. May be called many times and at once.
    pub(crate) async fn stop(&self) {
        self.system.stop();
        self.running.wait().await;
        // The thread has left its function, so the join blocks for no longer than the system takes to remove it. The
        // join is under the lock, so that a second caller does not return before.
        let mut thread = self.thread.lock().expect("no thread panics under the lock");
        if let Some(thread) = thread.take() {
            let _ = thread.join();
        }
    }
    // ANCHOR_END: join
}

impl Drop for SystemThread {
    /// Stops the system, which matters for a start that was given up half way.
    fn drop(&mut self) {
        self.system.stop();
    }
}

/// Runs the system on its thread; `alive` is dropped at its very end.
fn run(arbiters: usize, started: oneshot::Sender<io::Result<Started>>, alive: TaskTrackerToken) {
    let runner = System::new();
    match (0..arbiters).map(|_| Arbiter::try_new()).collect() {
        Ok(arbiters) => serve(runner, arbiters, started),
        Err(error) => drop(started.send(Err(error))),
    }
    drop(alive);
}

fn serve(runner: SystemRunner, arbiters: Vec<Arbiter>, started: oneshot::Sender<io::Result<Started>>) {
    let handles = arbiters.iter().map(Arbiter::handle).collect();
    // If no caller waits for the system any more, there is nothing to run.
    if started.send(Ok((System::current(), handles))).is_ok() {
        // The error is an exit code, and no part of the program sets one.
        let _ = runner.run();
    }
    for arbiter in arbiters {
        arbiter.stop();
        // Stopping the system stops its arbiters, but does not wait for their threads.
        let _ = arbiter.join();
    }
}
