//! A session: one backend at work on one workload.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use kv_core::{Backend, Config, Handle, KvError, Mailbox, OnPanic, RestartLimit};
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

use crate::client::{ClientRun, Pace};
use crate::referee::{Checker, Shape, WHOLE};
use crate::team::{Names, PATIENCE, Team};
use crate::{Contestant, Kind, Lane, Offer, OpenLoop, Plan, RunError, Slice, Stage, Verb, Window, Workload};

/// A running backend with the workload's keys in it and a handle per client.
///
/// Dropped without [`Contestant::finish`], it kills the backend. All its methods block, so none may be called
/// inside a tokio runtime, and neither may the drop.
pub struct Session<B: Backend> {
    team: Team<B>,
    plan: Arc<Plan>,
    referee: Checker,
    scripts: Vec<ClientRun>,
    broken: bool,
}

/// The configuration of a backend for a workload: the workload's topology, the given mailbox, no timeouts, and no
/// sweep, because nothing expires in any workload and a timer in the actor would only blur the time. If the workload
/// makes actors panic, they are restarted without a limit. The other fields have their defaults.
#[must_use]
pub fn config(workload: &Workload, mailbox: Mailbox) -> Config {
    let on_panic = if workload.kind == Kind::Restart { OnPanic::Restart } else { OnPanic::Stop };
    Config {
        topology: workload.topology(),
        mailbox,
        on_panic,
        restart_limit: RestartLimit { restarts: usize::MAX, within: Duration::from_millis(1) },
        sweep_interval: None,
        ask_timeout: None,
        ..Config::default()
    }
}

impl<B: Backend> Session<B> {
    /// Starts the backend on the stage, sets every key, and opens a handle per client.
    ///
    /// # Errors
    /// [`RunError::Start`]; [`RunError::Service`], [`RunError::Hung`] or [`RunError::Mismatch`] when the backend has
    /// not stored the keys.
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
        let pace = match (workload.verb, workload.depth) {
            (Verb::Tell, _) => Pace::Tells,
            (Verb::Ask, 1) => Pace::Asks,
            (Verb::Ask, depth) => Pace::Waves(depth),
        };
        let handles = Vec::new();
        let mut team =
            Team { names, stage, backend, pace, patience: PATIENCE, handles, inside: false, stopped: false };
        team.open(workload.clients)?;
        let scripts = (0..workload.clients).map(|_| ClientRun::default()).collect();
        let referee = Checker::new(Arc::clone(&plan));
        let mut session = Self { team, plan, referee, scripts, broken: false };
        session.preload()?;
        Ok(session)
    }

    /// Sets the patience, after which a wait counts as a hang, instead of a minute.
    #[must_use]
    pub const fn with_patience(mut self, patience: Duration) -> Self {
        self.team.patience = patience;
        self
    }

    fn preload(&mut self) -> Result<(), RunError> {
        let commands = self.referee.preload();
        let handle = &self.team.handles[0];
        let told = self.team.run("the preload", async {
            for command in commands {
                handle.tell(command).await?;
            }
            Ok::<(), KvError>(())
        })?;
        told.map_err(|error| self.team.names.service("the preload", error))?;
        // This is the fence of the preload: all shards answer, and their answers are checked.
        self.check_whole()
    }

    /// Compares the whole state with the model's.
    fn check_whole(&mut self) -> Result<(), RunError> {
        for command in WHOLE {
            let reply = self.team.ask("the check of the whole state", command.clone())?;
            self.referee.judge_whole(command, reply).map_err(|verdict| self.team.names.mismatch(verdict))?;
        }
        Ok(())
    }

    fn shape(&self, ops: usize) -> Shape {
        let Workload { clients, depth, .. } = *self.plan.workload();
        let timed = ops.div_ceil(clients).max(1).next_multiple_of(depth);
        Shape { warm: timed.div_ceil(4).next_multiple_of(depth), timed }
    }

    /// Runs `play`, and marks the session as unusable unless it ends well.
    fn guarded<T>(&mut self, play: impl FnOnce(&mut Self) -> Result<T, RunError>) -> Result<T, RunError> {
        if self.broken {
            return Err(self.team.names.broken());
        }
        self.broken = true;
        let played = play(self)?;
        self.broken = false;
        Ok(played)
    }

    fn play(&mut self, shape: Shape) -> Result<u64, RunError> {
        self.referee.issue(shape, &mut self.scripts);
        let (scripts, elapsed_ns) = self.team.play(std::mem::take(&mut self.scripts))?;
        self.scripts = scripts;
        let judged = self.referee.judge(shape, &self.scripts);
        judged.map_err(|verdict| self.team.names.mismatch(verdict))?;
        self.check_whole()?;
        // The values in the answers are freed now, not in the middle of the next slice.
        self.scripts.iter_mut().for_each(|script| script.answers.clear());
        Ok(elapsed_ns)
    }
}

impl<B: Backend> Contestant for Session<B> {
    fn label(&self) -> &str {
        &self.team.names.backend
    }

    fn workload(&self) -> &Workload {
        self.plan.workload()
    }

    fn lane(&self) -> Lane {
        self.team.stage.lane()
    }

    fn play_inside(&mut self) {
        self.team.inside = true;
    }

    fn slice(&mut self, ops: usize) -> Result<Slice, RunError> {
        let shape = self.shape(ops);
        let elapsed_ns = self.guarded(|session| session.play(shape))?;
        let all = |each: usize| (each * self.plan.workload().clients) as u64;
        Ok(Slice { ops: all(shape.timed), warm_ops: all(shape.warm), elapsed_ns })
    }

    fn finish(mut self: Box<Self>) -> Result<(), RunError> {
        if self.broken {
            return Err(self.team.names.broken());
        }
        self.check_whole()?;
        self.team.shutdown()
    }
}

impl<B: Backend> OpenLoop for Session<B> {
    fn window(&mut self, offer: &Offer, seed: u64) -> Result<Window, RunError> {
        let clients = self.plan.workload().clients;
        let timed = offer.asks(clients);
        let mut random = Pcg64Mcg::seed_from_u64(seed);
        for (client, script) in self.scripts.iter_mut().enumerate() {
            script.schedule = offer.schedule(client, clients, &mut random);
        }
        let elapsed_ns = self.guarded(|session| session.play(Shape { warm: timed.div_ceil(4), timed }))?;
        let times = self.scripts.iter_mut().flat_map(|script| {
            script.schedule.clear();
            script.times.drain(..)
        });
        Ok(Window::new((timed * clients) as u64, elapsed_ns, times))
    }
}
