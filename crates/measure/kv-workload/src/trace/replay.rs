//! A session that replays a trace on one backend.

use std::rc::Rc;
use std::time::Duration;

use kv_core::{Backend, Clock, Config, Mailbox, ManualClock, Topology};

use super::Chunk;
use crate::answers::{WrongAnswer, shown};
use crate::client::{ClientRun, Pace, Phase};
use crate::referee::WHOLE;
use crate::team::{Names, PATIENCE, Team};
use crate::{Lane, RunError, Slice, Stage, WorkloadError};

/// A backend of any type that replays a trace; it is for traces what [`crate::Contestant`] is for workloads.
pub trait TraceContestant {
    /// The contestant's name in tables.
    fn label(&self) -> &str;

    /// The lane in which the contestant plays.
    fn lane(&self) -> Lane;

    /// Replays the source's next chunk and checks every reply and the state after it. There is no warm-in, because each
    /// request happens once; a figure should leave out the first chunk of a trace.
    ///
    /// # Errors
    /// [`RunError`]; after an error the contestant can no longer be used.
    fn replay(&mut self, chunk: &Chunk) -> Result<Slice, RunError>;

    /// Stops the backend gracefully.
    ///
    /// # Errors
    /// [`RunError`] when an earlier chunk failed or the shutdown does not end.
    fn finish(self: Box<Self>) -> Result<(), RunError>;
}

/// A running backend for a trace, with an empty store at first. Dropped without [`TraceContestant::finish`], it kills
/// the backend. As with [`crate::Session`], no method of it may be called inside a tokio runtime.
pub struct TraceSession<B: Backend> {
    team: Team<B>,
    clock: ManualClock,
    replayed: u64,
    scripts: Vec<ClientRun>,
    broken: bool,
}

impl<B: Backend> TraceSession<B> {
    /// Starts the backend on the stage and opens a handle per client; the clients must be as many as the source has.
    ///
    /// # Errors
    /// [`RunError::Start`]; [`RunError::Service`] or [`RunError::Hung`] when the backend gives out no handles;
    /// [`RunError::Workload`] for no clients.
    ///
    /// # Panics
    /// When called inside a tokio runtime.
    pub fn start(
        label: impl Into<String>,
        stage: Rc<Stage>,
        clients: usize,
        topology: Topology,
        mailbox: Mailbox,
    ) -> Result<Self, RunError> {
        if clients == 0 {
            return Err(refused("a replay needs a client".to_owned()));
        }
        let clock = ManualClock::default();
        // There is no sweep: it could only free memory, at the times of its timer.
        let config = Config {
            topology,
            mailbox,
            sweep_interval: None,
            clock: Clock::Manual(clock.clone()),
            ..Config::default()
        };
        let names = Names { backend: label.into(), workload: "trace".to_owned() };
        let backend = stage.run(B::start(config))?;
        let (handles, pace) = (Vec::new(), Pace::Asks);
        let mut team =
            Team { names, stage, backend, pace, patience: PATIENCE, handles, inside: false, stopped: false };
        team.open(clients)?;
        let scripts = (0..clients).map(|_| ClientRun::default()).collect();
        Ok(Self { team, clock, replayed: 0, scripts, broken: false })
    }

    /// Sets the patience, after which a wait counts as a hang, instead of a minute.
    #[must_use]
    pub const fn with_patience(mut self, patience: Duration) -> Self {
        self.team.patience = patience;
        self
    }

    fn play(&mut self, chunk: &Chunk) -> Result<u64, RunError> {
        self.clock.advance(chunk.now.since(self.clock.now()));
        for (script, records) in self.scripts.iter_mut().zip(&chunk.clients) {
            let Phase { commands, .. } = &mut script.timed;
            commands.clear();
            commands.extend(records.iter().map(super::TraceRecord::command));
        }
        let (scripts, elapsed_ns) = self.team.play(std::mem::take(&mut self.scripts))?;
        self.scripts = scripts;
        judge(chunk, &self.scripts).map_err(|verdict| self.team.names.mismatch(verdict))?;
        self.scripts.iter_mut().for_each(|script| script.answers.clear());
        for (command, expected) in WHOLE.into_iter().zip(&chunk.whole) {
            let asked = shown(&command);
            let got = self.team.ask("the check of the whole state", command)?;
            if got != *expected {
                let (expected, got) = (shown(expected), shown(&got));
                let verdict = WrongAnswer { client: None, op: 0, command: asked, expected, got };
                return Err(self.team.names.mismatch(verdict));
            }
        }
        Ok(elapsed_ns)
    }
}

/// Checks all answers. Each is known exactly, because one client sends all requests of a key.
fn judge(chunk: &Chunk, scripts: &[ClientRun]) -> Result<(), WrongAnswer> {
    for (client, (script, expected)) in scripts.iter().zip(&chunk.expected).enumerate() {
        for (op, (got, expected)) in script.answers.iter().zip(expected).enumerate() {
            if got != expected {
                let record = &chunk.clients[client][op];
                let command = format!("{:?} of key {:?}, line {}", record.operation, record.key, record.line);
                let (expected, got) = (shown(expected), shown(got));
                return Err(WrongAnswer { client: Some(client), op, command, expected, got });
            }
        }
    }
    Ok(())
}

fn refused(what: String) -> RunError {
    RunError::Workload(WorkloadError { workload: "trace".to_owned(), what })
}

impl<B: Backend> TraceContestant for TraceSession<B> {
    fn label(&self) -> &str {
        &self.team.names.backend
    }

    fn lane(&self) -> Lane {
        self.team.stage.lane()
    }

    fn replay(&mut self, chunk: &Chunk) -> Result<Slice, RunError> {
        if self.broken {
            return Err(self.team.names.broken());
        }
        let (clients, made_for) = (self.scripts.len(), chunk.clients.len());
        if clients != made_for {
            return Err(refused(format!("a chunk for {made_for} clients was given to {clients}")));
        }
        if chunk.number != self.replayed + 1 {
            return Err(refused(format!("chunk {} was given after chunk {}", chunk.number, self.replayed)));
        }
        // The session counts as broken until the chunk has ended well.
        self.broken = true;
        let elapsed_ns = self.play(chunk)?;
        self.broken = false;
        self.replayed = chunk.number;
        Ok(Slice { ops: chunk.records() as u64, warm_ops: 0, elapsed_ns })
    }

    fn finish(mut self: Box<Self>) -> Result<(), RunError> {
        if self.broken {
            return Err(self.team.names.broken());
        }
        self.team.shutdown()
    }
}
