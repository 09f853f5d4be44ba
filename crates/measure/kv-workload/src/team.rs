//! The team: all clients of a session, spawned together and timed together.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use kv_core::{Backend, Command, Handle, KvError, Placement, Reply};
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::answers::WrongAnswer;
use crate::client::{ClientRun, Failed, Pace, Span, play};
use crate::{Mismatch, RunError, Stage};

/// The longest wait before a call counts as a hang. A slice takes milliseconds; the limit is for lost replies.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The names of the contestant and its workload, for messages.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    pub(crate) backend: String,
    pub(crate) workload: String,
}

impl Names {
    fn both(&self) -> (String, String) {
        (self.backend.clone(), self.workload.clone())
    }

    pub(crate) fn mismatch(&self, verdict: WrongAnswer) -> RunError {
        let (backend, workload) = self.both();
        let WrongAnswer { client, op, command, expected, got } = verdict;
        RunError::Mismatch(Box::new(Mismatch { backend, workload, client, op, command, expected, got }))
    }

    pub(crate) fn service(&self, doing: &'static str, error: KvError) -> RunError {
        let (backend, workload) = self.both();
        RunError::Service { backend, workload, doing, error }
    }

    pub(crate) fn broken(&self) -> RunError {
        let (backend, workload) = self.both();
        RunError::Broken { backend, workload }
    }

    fn call(&self, client: usize, Failed { op, error }: Failed) -> RunError {
        let (backend, workload) = self.both();
        RunError::Call { backend, workload, client, op, error }
    }
}

/// A running backend, its clients' handles and the stage on which they are.
pub(crate) struct Team<B: Backend> {
    pub(crate) names: Names,
    pub(crate) backend: B,
    pub(crate) pace: Pace,
    pub(crate) patience: Duration,
    pub(crate) handles: Vec<B::Handle>,
    /// Whether each client's task runs inside the framework.
    pub(crate) inside: bool,
    pub(crate) stopped: bool,
    // The stage is last, so that it is dropped last: the backend's remains may need its runtime for their end.
    pub(crate) stage: Rc<Stage>,
}

impl<B: Backend> Team<B> {
    /// Runs a future on the stage, within the patience.
    pub(crate) fn run<T>(&self, doing: &'static str, future: impl Future<Output = T>) -> Result<T, RunError> {
        let patience = self.patience;
        self.stage.run(async { timeout(patience, future).await }).map_err(|_| {
            let (backend, workload) = self.names.both();
            RunError::Hung { backend, workload, doing, patience }
        })
    }

    /// Opens one handle per client.
    pub(crate) fn open(&mut self, clients: usize) -> Result<(), RunError> {
        let opened = self.run("opening the clients", async {
            let mut handles = Vec::with_capacity(clients);
            for _ in 0..clients {
                handles.push(self.backend.client().await?);
            }
            Ok(handles)
        })?;
        self.handles = opened.map_err(|error| self.names.service("opening the clients", error))?;
        Ok(())
    }

    /// Asks a command that is not part of the clients' work.
    pub(crate) fn ask(&self, doing: &'static str, command: Command) -> Result<Reply, RunError> {
        let handle = &self.handles[0];
        self.run(doing, handle.ask(command))?.map_err(|error| self.names.service(doing, error))
    }

    /// Plays a slice; returns the scripts in the clients' order and the time in nanoseconds.
    pub(crate) fn play(&self, scripts: Vec<ClientRun>) -> Result<(Vec<ClientRun>, u64), RunError> {
        self.run("a slice", self.play_all(scripts))?
    }

    async fn play_all(&self, scripts: Vec<ClientRun>) -> Result<(Vec<ClientRun>, u64), RunError> {
        let barrier = Arc::new(Barrier::new(scripts.len()));
        let mut played: Vec<_> = scripts.iter().map(|_| ClientRun::default()).collect();
        // The tasks are in a set, because it aborts the others when one has failed: they would wait at the barrier for
        // ever.
        let mut tasks = JoinSet::new();
        for (client, (script, handle)) in scripts.into_iter().zip(&self.handles).enumerate() {
            let (handle, inside) = (handle.clone(), self.inside);
            let play = play(handle.clone(), script, self.pace, Arc::clone(&barrier));
            let play = async move {
                let played = if inside { handle.inside(play).await } else { play.await };
                (client, played)
            };
            // The clients run beside the actors, wherever those live: from outside of a `LocalSet` each message would
            // have to wake the whole set first, and the figure would be that of the wake-up.
            match B::PLACEMENT {
                Placement::LocalSet => tasks.spawn_local(play),
                Placement::CallersRuntime | Placement::OwnThreads => tasks.spawn(play),
            };
        }
        let mut whole: Option<Span> = None;
        while let Some(joined) = tasks.join_next().await {
            let (client, result) = joined.map_err(|error| {
                let (backend, workload) = self.names.both();
                RunError::Panicked { backend, workload, message: error.to_string() }
            })?;
            let (script, stint) = result.map_err(|failed| self.names.call(client, failed))?;
            played[client] = script;
            whole = Some(whole.map_or(stint, |whole| Span {
                start: whole.start.min(stint.start),
                end: whole.end.max(stint.end),
            }));
        }
        let elapsed = whole.map_or(Duration::ZERO, |whole| whole.end - whole.start);
        // A slice of half a millennium would not fit into the type; the patience ends before.
        Ok((played, u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX)))
    }

    /// Stops the backend gracefully.
    pub(crate) fn shutdown(&mut self) -> Result<(), RunError> {
        self.run("the shutdown", self.backend.shutdown())?;
        self.stopped = true;
        Ok(())
    }
}

impl<B: Backend> Drop for Team<B> {
    /// Kills the backend of a session that was not finished, which frees the backend's memory.
    fn drop(&mut self) {
        if !self.stopped && !std::thread::panicking() {
            // A failure of the kill is ignored: a drop cannot return it.
            let _ = self.run("the kill", self.backend.kill());
        }
    }
}
