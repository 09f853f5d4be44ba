//! The supervisor: an actor whose children the shards are. kameo restarts them; what is here is whether it may, what it
//! keeps in between, and the announcements.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use kameo::Actor;
use kameo::actor::{ActorId, ActorRef, Spawn, WeakActorRef};
use kameo::error::{ActorStopReason, Infallible};
use kameo::mailbox::{MailboxReceiver, MailboxSender, Signal};
use kameo::supervision::RestartPolicy;
use kv_core::{Change, Config, StopReason, Supervision, Verdict};
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::mailbox::refuse_all;
use crate::shards::actor::{Shard, Startup};

/// A shard's life, which several actors may share: kameo restarts an actor by making a new one for the same mailbox.
#[derive(Debug)]
pub(crate) struct Life {
    pub(crate) config: Config,
    /// The actors whose state is not freed yet.
    actors: TaskTracker,
    current: Mutex<Current>,
}

#[derive(Debug)]
struct Current {
    supervision: Supervision,
    /// kameo's restart gives the new actor an abort handle of its own, so that `kill` through an older reference
    /// does nothing. This is the newest.
    actor: Option<ActorRef<Shard>>,
    /// Why no other actor may follow.
    end: Option<StopReason>,
}

impl Life {
    pub(crate) fn new(config: Config, supervision: Supervision) -> Self {
        let actors = TaskTracker::new();
        actors.close();
        Self { config, actors, current: Mutex::new(Current { supervision, actor: None, end: None }) }
    }

    /// An actor's beginning: how it is to start up, and the token to drop with its state.
    pub(crate) fn begin(&self, actor: ActorRef<Shard>) -> (Startup, TaskTrackerToken) {
        let mut current = self.current();
        let (startup, change) = match (current.actor.replace(actor), current.end) {
            (_, Some(_)) => (Startup::Never, None),
            (None, None) => (Startup::Mailbox, Some(Change::Started)),
            (Some(_), None) => (Startup::Due, Some(Change::Restarted)),
        };
        if let Some(change) = change {
            current.supervision.announce(change);
        }
        drop(current);
        (startup, self.actors.token())
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
    /// Ends the shard at its actor's next await. To kameo a kill is no normal end, and it would restart the actor if that
    /// is the policy: the mark keeps it from that.
    ///
    /// Killing the supervisor first would do so as well. But a supervisor that ends sends its children a signal through
    /// their mailboxes, and when one is full, and its receiver lies in the supervisor's own mailbox because the child
    /// has just died, it waits for ever.
    pub(crate) fn kill(&self) {
        let mut current = self.current();
        current.end.get_or_insert(StopReason::Asked);
        if let Some(actor) = &current.actor {
            actor.kill();
        }
    }
    // ANCHOR_END: kill

    /// Announces the end when it has come: kameo tells the supervisor of a death before it drops the state.
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

    /// Whether an actor that has ended for this reason is to have a successor.
    fn goes_on(&self, reason: &ActorStopReason) -> bool {
        matches!(reason, ActorStopReason::Panicked(_)) && self.current().end.is_none()
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

    /// A dead child's mailbox comes with the notice of its death. kameo drops the mailbox of one that it does not
    /// restart, and then a caller waits for ever if it was half way in: it had its place in tokio's channel, and put its
    /// message there when the channel had been emptied. So such a mailbox is taken out, and emptied to its end.
    async fn next(
        &mut self,
        _: WeakActorRef<Self>,
        mailbox: &mut MailboxReceiver<Self>,
    ) -> Result<Option<Signal<Self>>, Infallible> {
        let mut signal = mailbox.recv().await;
        if let Some(Signal::LinkDied { id, reason, mailbox_rx, .. }) = &mut signal
            && let Some(dead) = self.shards.iter().position(|life| life.id() == Some(*id))
            && !self.shards[dead].goes_on(reason)
        {
            // To a normal end, no policy answers with a restart.
            *reason = ActorStopReason::Normal;
            let mailbox = mailbox_rx.take().and_then(|mailbox| mailbox.downcast().ok());
            self.tasks.spawn(self.shards.swap_remove(dead).ended(mailbox));
        }
        Ok(signal)
    }

    /// A child has ended and is not restarted: of a restart nobody is told.
    async fn on_link_died(
        &mut self,
        _: WeakActorRef<Self>,
        _: ActorId,
        _: ActorStopReason,
    ) -> Result<ControlFlow<ActorStopReason>, Infallible> {
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
            self.tasks.spawn(life.ended(None));
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
    let shard = Shard::supervise(supervisor, Arc::clone(life))
        .restart_policy(RestartPolicy::Transient)
        // Whether to restart is `Life`'s to say, before kameo is asked: see `Supervisor::next`.
        .restart_limit(u32::MAX, Duration::ZERO)
        .spawn_with_mailbox(mailbox)
        .await;
    shard.wait_for_startup().await;
    shard
}
// ANCHOR_END: supervise
