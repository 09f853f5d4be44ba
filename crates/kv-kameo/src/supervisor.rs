//! The supervisor: an actor whose children the shards are. kameo restarts them; what is here is what it keeps in
//! between, and the announcements.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kameo::Actor;
use kameo::actor::{ActorId, ActorRef, Spawn, WeakActorRef};
use kameo::error::{ActorStopReason, Infallible};
use kameo::mailbox::{MailboxReceiver, MailboxSender};
use kameo::supervision::RestartPolicy;
use kv_core::{Change, Config, OnPanic, StopReason, Supervision};
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::actor::{Shard, Startup};

/// A shard's life, which several actors may share: kameo restarts an actor by making a new one for the same mailbox.
#[derive(Debug)]
pub(crate) struct Life {
    pub(crate) config: Config,
    /// Only announces. The decision, and the count of the restarts, are kameo's.
    supervision: Supervision,
    /// The actors whose state is not freed yet.
    actors: TaskTracker,
    current: Mutex<Current>,
}

#[derive(Debug, Default)]
struct Current {
    /// kameo's restart gives the new actor an abort handle of its own, so that `kill` through an older reference
    /// does nothing. This is the newest.
    actor: Option<ActorRef<Shard>>,
    killed: bool,
}

impl Life {
    pub(crate) fn new(config: Config, supervision: Supervision) -> Self {
        let actors = TaskTracker::new();
        actors.close();
        Self { config, supervision, actors, current: Mutex::default() }
    }

    /// An actor's beginning: how it is to start up, and the token to drop with its state.
    pub(crate) fn begin(&self, actor: ActorRef<Shard>) -> (Startup, TaskTrackerToken) {
        let mut current = self.current();
        let (startup, change) = match (current.actor.replace(actor), current.killed) {
            (_, true) => (Startup::Never, None),
            (None, false) => (Startup::Mailbox, Some(Change::Started)),
            (Some(_), false) => (Startup::Due, Some(Change::Restarted)),
        };
        drop(current);
        if let Some(change) = change {
            self.announce(change);
        }
        (startup, self.actors.token())
    }

    pub(crate) fn announce(&self, change: Change) {
        self.supervision.announce(change);
    }

    // ANCHOR: kill
    /// Ends the shard at its actor's next await. To kameo a kill is no normal end, so it restarts the actor if that is
    /// the policy; the new one sees the mark and ends at once.
    ///
    /// Killing the supervisor first would prevent that restart. But a supervisor that ends sends its children a
    /// signal through their mailboxes, and when one is full, and its receiver lies in the supervisor's own mailbox
    /// because the child has just died, it waits for ever.
    pub(crate) fn kill(&self) {
        let mut current = self.current();
        current.killed = true;
        if let Some(actor) = &current.actor {
            actor.kill();
        }
    }
    // ANCHOR_END: kill

    /// Announces the end when it has come: kameo tells the supervisor of a death before it drops the state, and the
    /// mailbox only after the supervisor has heard of it.
    async fn ended(self: Arc<Self>, reason: StopReason) {
        let last = self.current().actor.take();
        if let Some(actor) = last {
            actor.wait_for_shutdown().await;
        }
        self.actors.wait().await;
        self.announce(Change::Stopped(reason));
    }

    fn id(&self) -> Option<ActorId> {
        self.current().actor.as_ref().map(ActorRef::id)
    }

    fn current(&self) -> MutexGuard<'_, Current> {
        // Nothing panics under this lock, and there is no half-done state to protect anyone from.
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// ANCHOR: supervisor
/// The parent of all shards. It ends with the last of them, or when the backend and all handles are gone.
pub(crate) struct Supervisor {
    shards: Vec<Arc<Life>>,
    /// Where the rest of a shard's end is waited for: the freeing of a large store must not keep a restart waiting.
    tasks: TaskTracker,
}

impl Actor for Supervisor {
    type Args = (Vec<Arc<Life>>, TaskTracker);
    type Error = Infallible;

    async fn on_start((shards, tasks): Self::Args, _: ActorRef<Self>) -> Result<Self, Infallible> {
        Ok(Self { shards, tasks })
    }

    /// A child has ended and is not restarted: of a restart nobody is told.
    async fn on_link_died(
        &mut self,
        _: WeakActorRef<Self>,
        id: ActorId,
        reason: ActorStopReason,
    ) -> Result<ControlFlow<ActorStopReason>, Infallible> {
        if let Some(dead) = self.shards.iter().position(|life| life.id() == Some(id)) {
            let life = self.shards.swap_remove(dead);
            let reason = match (reason, life.config.on_panic) {
                (ActorStopReason::Panicked(_), OnPanic::Restart) => StopReason::TooManyRestarts,
                (ActorStopReason::Panicked(_), _) => StopReason::Panicked,
                _ => StopReason::Asked,
            };
            self.tasks.spawn(life.ended(reason));
        }
        Ok(if self.shards.is_empty() {
            ControlFlow::Break(ActorStopReason::Normal)
        } else {
            ControlFlow::Continue(())
        })
    }
    // ANCHOR_END: supervisor

    /// Shards that are left here were not asked by name: nobody held them any more.
    async fn on_stop(&mut self, _: WeakActorRef<Self>, _: ActorStopReason) -> Result<(), Infallible> {
        for life in self.shards.drain(..) {
            self.tasks.spawn(life.ended(StopReason::Asked));
        }
        Ok(())
    }
}

// ANCHOR: supervise
/// Spawns a shard as the supervisor's child and waits until it takes commands.
pub(crate) async fn supervise(
    supervisor: &ActorRef<Supervisor>,
    life: &Arc<Life>,
    mailbox: (MailboxSender<Shard>, MailboxReceiver<Shard>),
) -> ActorRef<Shard> {
    let limit = life.config.restart_limit;
    let shard = Shard::supervise(supervisor, Arc::clone(life))
        .restart_policy(match life.config.on_panic {
            OnPanic::Restart => RestartPolicy::Transient,
            // Under Resume no panic gets as far as the supervisor: see `Shard::on_panic`.
            OnPanic::Stop | OnPanic::Resume => RestartPolicy::Never,
        })
        .restart_limit(u32::try_from(limit.restarts).unwrap_or(u32::MAX), limit.within)
        .spawn_with_mailbox(mailbox)
        .await;
    shard.wait_for_startup().await;
    shard
}
// ANCHOR_END: supervise
