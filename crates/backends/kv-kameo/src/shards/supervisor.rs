//! The supervisor: the parent actor of the shards. kameo restarts the shards. This module decides whether a shard may
//! be restarted, keeps what the shard needs between two actors, and announces its changes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use kameo::Actor;
use kameo::actor::{ActorId, ActorRef, WeakActorRef};
use kameo::error::{ActorStopReason, Infallible};
use kameo::mailbox::{MailboxReceiver, Signal};
use kv_core::{Change, Config, StopReason, Supervision, Verdict};
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::shards::actor::Shard;
use crate::shards::quirks::refuse_all;

/// The life of a shard, which several actors may share: kameo restarts an actor by making a new one for the same
/// mailbox.
#[derive(Debug)]
pub struct Life {
    pub(crate) config: Config,
    /// The tracker of the actors whose state is not freed yet.
    actors: TaskTracker,
    current: Mutex<Current>,
}

#[derive(Debug)]
struct Current {
    supervision: Supervision,
    /// The reference to the newest actor. kameo's restart gives the new actor an abort handle of its own, so that
    /// `kill` through an older reference does nothing.
    actor: Option<ActorRef<Shard>>,
    /// The reason why no other actor may follow; `None` as long as one may.
    end: Option<StopReason>,
}

impl Life {
    pub(crate) fn new(config: &Config, shard: usize) -> Self {
        let actors = TaskTracker::new();
        actors.close();
        let supervision = Supervision::new(config, kv_core::ActorId::Shard(shard));
        let current = Mutex::new(Current { supervision, actor: None, end: None });
        Self { config: config.clone(), actors, current }
    }

    /// Begins the life of an actor. Returns whether there was one before, and the token to drop with its state.
    pub(crate) fn begin(&self, actor: ActorRef<Shard>) -> (bool, TaskTrackerToken) {
        let mut current = self.current();
        let restarted = current.actor.replace(actor).is_some();
        if current.end.is_none() {
            current.supervision.announce(if restarted { Change::Restarted } else { Change::Started });
        }
        (restarted, self.actors.token())
    }

    /// Decides what comes of a panic.
    pub(crate) fn panicked(&self) -> Verdict {
        let mut current = self.current();
        let verdict = current.supervision.panicked(Instant::now());
        if let Verdict::Stop(reason) = verdict {
            current.end.get_or_insert(reason);
        }
        verdict
    }

    // ANCHOR: kill
    /// Ends the shard at its actor's next await. To kameo a kill is no normal end, and its policy may be to restart
    /// the actor. The mark in `end` prevents the restart.
    ///
    /// Rejected: killing the supervisor first. A supervisor that ends sends its children a signal through their
    /// mailboxes. When one of these is full, and its receiver lies in the supervisor's own mailbox because the child
    /// has just died, the supervisor waits for ever.
    pub(crate) fn kill(&self) {
        let mut current = self.current();
        current.end.get_or_insert(StopReason::Asked);
        if let Some(actor) = &current.actor {
            actor.kill();
        }
    }
    // ANCHOR_END: kill

    /// Waits for the end of the shard, and announces it. kameo tells the supervisor of a death before it drops the
    /// state.
    async fn ended(self: Arc<Self>, mailbox: Option<Box<MailboxReceiver<Shard>>>) {
        if let Some(mut mailbox) = mailbox {
            refuse_all(&mut mailbox).await;
        }
        let last = self.current().actor.take();
        if let Some(actor) = last {
            actor.wait_for_shutdown().await;
        }
        self.actors.wait().await;
        let mut current = self.current();
        let reason = *current.end.get_or_insert(StopReason::Asked);
        current.supervision.announce(Change::Stopped(reason));
    }

    /// Whether no other actor may follow.
    pub(crate) fn is_over(&self) -> bool {
        self.current().end.is_some()
    }

    fn is_served_by(&self, id: ActorId) -> bool {
        self.current().actor.as_ref().is_some_and(|actor| actor.id() == id)
    }

    fn current(&self) -> MutexGuard<'_, Current> {
        // A poisoned lock can be used: no code panics under it, and each change to the data is complete by itself.
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// ANCHOR: supervisor
/// The parent of all shards. It ends with the last of them, or when the backend and all handles are gone.
#[derive(Debug)]
pub struct Supervisor {
    shards: Vec<Arc<Life>>,
    /// The tracker of the tasks that wait for the rest of a shard's end: the freeing of a large store must not delay
    /// a restart.
    tasks: TaskTracker,
}

impl Actor for Supervisor {
    type Args = (Vec<Arc<Life>>, TaskTracker);
    type Error = Infallible;

    async fn on_start((shards, tasks): Self::Args, _: ActorRef<Self>) -> Result<Self, Infallible> {
        Ok(Self { shards, tasks })
    }

    /// Returns the next signal, and takes the mailbox out of a final notice of death, so that it is emptied to its end:
    /// see `refuse_all`. Returns `None` after the last shard's end, and the supervisor ends as well.
    async fn next(
        &mut self,
        _: WeakActorRef<Self>,
        mailbox: &mut MailboxReceiver<Self>,
    ) -> Result<Option<Signal<Self>>, Infallible> {
        if self.shards.is_empty() {
            return Ok(None);
        }
        let mut signal = mailbox.recv().await;
        if let Some(Signal::LinkDied { id, reason, mailbox_rx, .. }) = &mut signal
            && let Some(dead) = self.shards.iter().position(|life| life.is_served_by(*id))
            && (!matches!(reason, ActorStopReason::Panicked(_)) || self.shards[dead].is_over())
        {
            // kameo does not restart a child with the policy `Transient` after a normal end.
            *reason = ActorStopReason::Normal;
            let mailbox = mailbox_rx.take().and_then(|mailbox| mailbox.downcast().ok());
            self.tasks.spawn(self.shards.swap_remove(dead).ended(mailbox));
        }
        Ok(signal)
    }
    // ANCHOR_END: supervisor

    /// Waits for the end of each shard that is left. Such a shard was not asked to stop by `shutdown` or `kill`: the
    /// backend and all handles are gone.
    async fn on_stop(&mut self, _: WeakActorRef<Self>, _: ActorStopReason) -> Result<(), Infallible> {
        for life in self.shards.drain(..) {
            self.tasks.spawn(life.ended(None));
        }
        Ok(())
    }
}
