//! A session for the lives of actors: one backend whose actors are spawned, or crash and are restarted.

use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kv_core::{Backend, Command, Debug, Handle, Key, KvError, Mailbox, Placement, Reply, Set, Value};

use crate::answers::{WrongAnswer, shown};
use crate::client::{ClientRun, Pace};
use crate::team::{Names, PATIENCE, Team};
use crate::{Contestant, Kind, Lane, Plan, RunError, Slice, Stage, Workload, config};

/// How many keys one command deletes.
const WAVE: usize = 256;

/// A running backend for a workload of [`Kind::Spawn`] or [`Kind::Restart`].
///
/// Dropped without [`Contestant::finish`], it kills the backend. All its methods block, so none may be called
/// inside a tokio runtime, and neither may the drop.
pub struct LifeSession<B: Backend> {
    team: Team<B>,
    plan: Arc<Plan>,
    /// How many keys the session has used so far: none is used twice.
    keys: usize,
    broken: bool,
}

impl<B: Backend> LifeSession<B> {
    /// Starts the backend on the stage and opens a handle per client.
    ///
    /// # Errors
    /// [`RunError::Start`]; [`RunError::Service`] or [`RunError::Hung`] when the backend gives no handles.
    ///
    /// # Panics
    /// When called inside a tokio runtime.
    pub fn start(
        label: impl Into<String>,
        stage: Rc<Stage>,
        plan: Arc<Plan>,
        mailbox: Mailbox,
    ) -> Result<Self, RunError> {
        let workload = *plan.workload();
        let names = Names { backend: label.into(), workload: workload.id.to_owned() };
        let backend = stage.run(B::start(config(&workload, mailbox)))?;
        let (pace, handles) = (Pace::Asks, Vec::new());
        let mut team =
            Team { names, stage, backend, pace, patience: PATIENCE, handles, inside: false, stopped: false };
        team.open(workload.clients)?;
        Ok(Self { team, plan, keys: 0, broken: false })
    }

    fn mismatch(&self, op: usize, command: &impl std::fmt::Debug, expected: &str, got: String) -> RunError {
        let (command, expected) = (shown(command), expected.to_owned());
        self.team.names.mismatch(WrongAnswer { client: None, op, command, expected, got })
    }

    fn fresh_keys(&mut self, keys: usize) -> Vec<Key> {
        let first = self.keys;
        self.keys += keys;
        let width = self.plan.workload().key_bytes;
        (first..self.keys).map(|n| Key::from(format!("{n:0width$}"))).collect()
    }

    /// Sets keys that were never set before, and deletes them when the clock has stopped.
    fn spawn(&mut self, warm: usize, timed: usize) -> Result<u64, RunError> {
        let clients = self.plan.workload().clients;
        let value = Value::from(vec![b'v'; self.plan.workload().value_bytes]);
        let keys = self.fresh_keys(clients * (warm + timed));
        let set = |key: &Key| Command::Set(Set::new(key.clone(), value.clone()));
        let scripts = keys.chunks(warm + timed).map(|keys| {
            let mut script = ClientRun::default();
            script.warm.commands = keys[..warm].iter().map(set).collect();
            script.timed.commands = keys[warm..].iter().map(set).collect();
            script
        });
        let (scripts, elapsed_ns) = self.team.play(scripts.collect())?;
        for (op, answer) in scripts.iter().flat_map(|script| &script.answers).enumerate() {
            if !matches!(answer, Ok(Reply::Set(outcome)) if outcome.written && outcome.old.is_none()) {
                return Err(self.mismatch(
                    op,
                    &"a set of a new key",
                    "written, nothing before",
                    shown(answer),
                ));
            }
        }
        self.count(keys.len())?;
        for keys in keys.chunks(WAVE) {
            let delete = Command::Delete { keys: keys.to_vec() };
            let reply = self.team.ask("deleting the keys", delete.clone())?;
            if reply != Reply::Count(keys.len() as u64) {
                return Err(self.mismatch(0, &delete, "all of them", shown(&reply)));
            }
        }
        self.count(0)?;
        Ok(elapsed_ns)
    }

    fn count(&self, expected: usize) -> Result<(), RunError> {
        match self.team.ask("counting the keys", Command::Count)? {
            Reply::Count(count) if count == expected as u64 => Ok(()),
            other => Err(self.mismatch(0, &Command::Count, &format!("{expected} keys"), shown(&other))),
        }
    }

    /// Crashes the actor and asks until it answers, over and over; only the time until the answer counts.
    fn restart(&self, panics: usize) -> Result<u64, RunError> {
        let handle = self.team.handles[0].clone();
        let crashes = async move {
            let mut elapsed = Duration::ZERO;
            for panic in 0..panics {
                elapsed += crash(&handle).await.map_err(|what| (panic, what))?;
            }
            Ok(elapsed)
        };
        let played = self.team.run("a slice", async {
            // The client is spawned: a client inside `block_on` would measure the parking of its thread.
            match B::PLACEMENT {
                Placement::LocalSet => tokio::task::spawn_local(crashes).await,
                Placement::CallersRuntime | Placement::OwnThreads => tokio::spawn(crashes).await,
            }
        })?;
        let panicked = |error: tokio::task::JoinError| (0, error.to_string());
        let elapsed = played.map_err(panicked).and_then(|played| played);
        let elapsed = elapsed.map_err(|(op, got)| {
            self.mismatch(op, &"a panic, then gets", "ReplyLost, then an empty store", got)
        })?;
        Ok(u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX))
    }
}

/// Writes, crashes, and asks until the restarted actor answers, which has lost all keys.
async fn crash<H: Handle>(handle: &H) -> Result<Duration, String> {
    let key = Key::from_static(b"key");
    let set = Command::Set(Set::new(key.clone(), Value::from_static(b"lost with its actor")));
    let panic = Command::Debug(Debug::Panic { key: key.clone() });
    let get = Command::Get { key };
    handle.ask(set).await.map_err(|error| shown(&error))?;
    let start = Instant::now();
    match handle.ask(panic).await {
        Err(KvError::ReplyLost) => {}
        other => return Err(shown(&other)),
    }
    loop {
        match handle.ask(get.clone()).await {
            Ok(Reply::Value(None)) => return Ok(start.elapsed()),
            // The actor is not there yet. It may be waiting for the other tasks of this thread.
            Err(KvError::Stopped | KvError::ReplyLost) => tokio::task::yield_now().await,
            other => return Err(shown(&other)),
        }
    }
}

impl<B: Backend> Contestant for LifeSession<B> {
    fn label(&self) -> &str {
        &self.team.names.backend
    }

    fn workload(&self) -> &Workload {
        self.plan.workload()
    }

    fn lane(&self) -> Lane {
        self.team.stage.lane()
    }

    fn slice(&mut self, ops: usize) -> Result<Slice, RunError> {
        if self.broken {
            return Err(self.team.names.broken());
        }
        let Workload { kind, clients, .. } = *self.plan.workload();
        let timed = ops.div_ceil(clients).max(1);
        let warm = timed.div_ceil(4);
        // The session counts as broken until the slice has ended well.
        self.broken = true;
        let elapsed_ns = match kind {
            Kind::Restart => {
                self.restart(warm)?;
                self.restart(timed)?
            }
            Kind::Spawn | Kind::Traffic => self.spawn(warm, timed)?,
        };
        self.broken = false;
        let all = |each: usize| (each * clients) as u64;
        Ok(Slice { ops: all(timed), warm_ops: all(warm), elapsed_ns })
    }

    fn finish(mut self: Box<Self>) -> Result<(), RunError> {
        if self.broken {
            return Err(self.team.names.broken());
        }
        self.team.shutdown()
    }
}
