//! The threads that actors live on: a `System` on a thread of its own with its arbiters, or the caller's `LocalSet`.

use std::panic::catch_unwind;
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle, available_parallelism};

use actix::prelude::*;
use kv_core::{Config, Placement, Topology};
use tokio::sync::oneshot;
use tokio::task::spawn_local;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::first::Stop;
use crate::group::Shared;

// ANCHOR: spawner
/// An actor that starts the actors of the backend on its own thread, for callers on any thread: a context is not
/// `Send`, but an actor and the receiving end of its mailbox are. There is one spawner on each arbiter, or one on the
/// `LocalSet`.
///
/// Rejected: `ArbiterHandle::spawn_fn`, for there is no arbiter in a `LocalSet`, and it costs a task of its own besides
/// the actor's.
#[derive(Debug)]
pub(crate) struct Spawner {
    /// A token that tells the backend, by being dropped, that the spawner is gone.
    _alive: TaskTrackerToken,
}

/// The message with a function that starts an actor.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Spawn(pub(crate) Box<dyn FnOnce() + Send>);

impl Actor for Spawner {
    type Context = Context<Self>;
}

impl Handler<Spawn> for Spawner {
    type Result = ();

    fn handle(&mut self, Spawn(start): Spawn, _: &mut Context<Self>) {
        start();
    }
}

impl Handler<Stop> for Spawner {
    type Result = ();

    /// Ends the spawner. The stop message queues behind all actors that the spawner was to start. A spawner also ends
    /// when its last address is dropped, but then a message may be lost that was sent just before.
    fn handle(&mut self, _: Stop, ctx: &mut Context<Self>) {
        ctx.stop();
    }
}
// ANCHOR_END: spawner

/// The threads of a backend.
#[derive(Debug)]
pub struct Threads {
    pub(crate) spawners: Arc<[Addr<Spawner>]>,
    system: Option<SystemThread>,
}

impl Threads {
    /// Has the spawners end. Until then they start all actors that they were told to start.
    pub(crate) fn close(&self) {
        self.spawners.iter().for_each(|spawner| spawner.do_send(Stop));
    }

    pub(crate) async fn join(&self) {
        if let Some(system) = &self.system {
            system.stop().await;
        }
    }
}

/// Where actors live.
pub trait Home: Send + Sync + 'static {
    /// The backend's name.
    const NAME: &'static str;
    /// The same for the benches.
    const PLACEMENT: Placement;

    /// How many arbiters, and so threads that do work, a configuration gets.
    fn arbiters(_: &Config) -> usize {
        0
    }

    /// Starts the threads, each with its spawner. The error is the reason why they do not start.
    fn start(shared: &Shared) -> impl Future<Output = Result<Threads, String>> + Send;
}

/// The home on a `System`'s arbiters.
#[derive(Debug)]
pub struct OnArbiters;

/// The home on the `LocalSet` that starts the backend.
#[derive(Debug)]
pub struct OnLocalSet;

impl Home for OnArbiters {
    const NAME: &'static str = "actix";
    const PLACEMENT: Placement = Placement::OwnThreads;

    fn arbiters(config: &Config) -> usize {
        let cores = available_parallelism().map_or(1, usize::from);
        if config.topology == Topology::PerKey { cores } else { config.topology.shards().min(cores) }
    }

    async fn start(shared: &Shared) -> Result<Threads, String> {
        let (system, arbiters) = SystemThread::start(Self::arbiters(&shared.config)).await?;
        let spawner = |arbiter| {
            let _alive = shared.alive.token();
            Spawner::start_in_arbiter(arbiter, |_| Spawner { _alive })
        };
        Ok(Threads { spawners: arbiters.iter().map(spawner).collect(), system: Some(system) })
    }
}

impl Home for OnLocalSet {
    const NAME: &'static str = "actix-local";
    const PLACEMENT: Placement = Placement::LocalSet;

    async fn start(shared: &Shared) -> Result<Threads, String> {
        // actix has no call that tells whether there is a `LocalSet`. So a task is spawned, which panics where there is
        // none.
        catch_unwind(|| drop(spawn_local(async {})))
            .map_err(|_| "it must be started inside a tokio LocalSet".to_owned())?;
        let spawner = Spawner { _alive: shared.alive.token() }.start();
        Ok(Threads { spawners: Arc::new([spawner]), system: None })
    }
}

/// A running `System`. It lives on its own thread because running it blocks, and because the caller may have a
/// tokio runtime already.
#[derive(Debug)]
struct SystemThread {
    system: System,
    running: TaskTracker,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl SystemThread {
    // ANCHOR: start
    async fn start(arbiters: usize) -> Result<(Self, Vec<ArbiterHandle>), String> {
        let (started, start) = oneshot::channel();
        let running = TaskTracker::new();
        let alive = running.token();
        running.close();
        let run = move || {
            // The token is dropped at the very end of the thread.
            let _alive = alive;
            let runner = System::new();
            let arbiters: Result<Vec<_>, _> = (0..arbiters).map(|_| Arbiter::try_new()).collect();
            let handles = arbiters.as_ref().map(|arbiters| arbiters.iter().map(Arbiter::handle).collect());
            let handles = handles.map_err(ToString::to_string);
            // If no caller waits for the system any more, there is nothing to run.
            if started.send(handles.map(|handles: Vec<_>| (System::current(), handles))).is_ok()
                && arbiters.is_ok()
            {
                // The error is an exit code, and no part of the program sets one.
                let _ = runner.run();
            }
            for arbiter in arbiters.into_iter().flatten() {
                arbiter.stop();
                // Stopping the system stops its arbiters, but does not wait for their threads.
                let _ = arbiter.join();
            }
        };
        let thread = thread::Builder::new().name("kv-actix-system".to_owned()).spawn(run);
        let thread = Mutex::new(Some(thread.map_err(|error| error.to_string())?));
        let (system, arbiters) = start.await.map_err(|_| "the system's thread panicked".to_owned())??;
        Ok((Self { system, running, thread }, arbiters))
    }
    // ANCHOR_END: start

    // ANCHOR: join
    /// Ends all threads. May be called many times and at once.
    async fn stop(&self) {
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
