//! actix's `SyncArbiter` with one thread: a pool of actors that may block.

use std::sync::Arc;
use std::thread;

use actix::prelude::*;
use tokio::runtime;
use tokio::sync::oneshot;

use super::{Perform, refused, unanswered};
use crate::{Capacity, Job, NativeActor, Parent, Plan, Said, Spawns, Worker};

/// The arbiter, with nothing added.
#[derive(Debug)]
pub struct Threads;

/// An arbiter's address.
#[derive(Clone, Debug)]
pub struct Pool {
    actors: Addr<Player>,
    /// The arbiter lives in a `System`, which ends when the last clone of this sender is dropped.
    _system: Arc<oneshot::Sender<()>>,
}

impl Spawns for Threads {
    const NAME: &'static str = "SyncArbiter";
    type Actor = Pool;

    async fn spawn(plan: Plan) -> Result<Pool, Said> {
        let more = plan.parent == Parent::Watches || plan.timer.is_some() || plan.name.is_some();
        if more || matches!(plan.mailbox, Capacity::Exactly(_)) {
            return Err(Said::NO_SUCH_CALL);
        }
        let (tell, told) = oneshot::channel();
        let (system, end) = oneshot::channel::<()>();
        // A `System` needs a thread of its own, like the actors.
        thread::spawn(move || {
            System::new().block_on(async move {
                let journal = plan.journal;
                let actors = SyncArbiter::start(1, move || Player(Worker::new(journal.clone())));
                let _ = tell.send(actors);
                let _ = end.await;
            });
        });
        let actors = told.await.map_err(|_| Said("not started"))?;
        Ok(Pool { actors, _system: Arc::new(system) })
    }
}

/// The actor.
#[derive(Debug)]
pub(super) struct Player(Worker);

impl Actor for Player {
    type Context = SyncContext<Self>;
}

impl Handler<Perform> for Player {
    type Result = Arc<u64>;

    fn handle(&mut self, Perform(job): Perform, ctx: &mut SyncContext<Self>) -> Arc<u64> {
        if let Job::Stop = job {
            ctx.stop();
        }
        if let Some(gate) = job.gate() {
            let runtime = runtime::Builder::new_current_thread().build();
            runtime.expect("the system gives a runtime").block_on(gate.pass());
        }
        self.0.work(job)
    }
}

impl NativeActor for Pool {
    async fn tell(&self, job: Job) -> Result<(), Said> {
        self.actors.do_send(Perform(job));
        Ok(())
    }

    fn try_tell(&self, job: Job) -> Result<(), Said> {
        self.actors.try_send(Perform(job)).map_err(refused)
    }

    async fn ask(&self, job: Job) -> Result<u64, Said> {
        self.actors.send(Perform(job)).await.map(|done| *done).map_err(unanswered)
    }

    async fn stop(&self) {
        self.actors.do_send(Perform(Job::Stop));
    }

    fn alive(&self) -> Option<bool> {
        Some(self.actors.connected())
    }
}
