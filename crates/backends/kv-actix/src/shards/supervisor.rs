//! What becomes of an actor whose handler panics.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context as Task, Poll};
use std::time::Instant;

use actix::dev::ContextFut;
use actix::{Context, Supervised};
use kv_core::{Change, StopReason, Supervision, Verdict};
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::shards::actor::Owner;

// ANCHOR: supervisor
/// Runs an actor, and again after a panic if that is the policy. Its context, with the mailbox, stays, so handles
/// notice nothing.
///
/// actix's own `Supervisor` does the same in these steps of `ContextFut`, but on other occasions. It restarts an actor
/// that has stopped, for whatever reason, until its last address is gone: with handles about it could never be shut
/// down. And it lets a panic through, which ends it together with the actor. Rejected: to catch the panic in the
/// handler and call `ctx.stop()`, as one does under that `Supervisor`. It costs every message, and here only every
/// wake-up.
pub(crate) struct Supervisor<A: Owner, L> {
    pub(crate) actor: ContextFut<A, Context<A>>,
    /// After the actor, and so dropped after it.
    pub(crate) life: L,
}

impl<A: Owner + Supervised + Unpin, L: Life> Future for Supervisor<A, L> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<()> {
        let Self { actor, life } = &mut *self;
        // What a panic leaves is fit to go on: the message is out of the mailbox, and its reply's sender is dropped.
        if let Ok(polled) = catch_unwind(AssertUnwindSafe(|| Pin::new(&mut *actor).poll(task))) {
            return polled;
        }
        let verdict = life.panicked();
        if let Verdict::Stop(_) = verdict {
            return Poll::Ready(());
        }
        // A resumed actor is restarted too, and keeps its store (see its `restarting`). Just to poll it again would be
        // wrong where a future of its context panicked: some panic for ever once they have.
        if !actor.restart() {
            // Nobody has the address any more.
            return Poll::Ready(());
        }
        if verdict == Verdict::Restart {
            life.restarted();
        }
        // Not at once: an actor that does nothing but panic must not keep the thread from the others.
        task.waker().wake_by_ref();
        Poll::Pending
    }
}
// ANCHOR_END: supervisor

/// An actor's life from its start to its end, both of which it announces.
pub(crate) trait Life: Unpin {
    /// Decides what becomes of the actor. After a [`Verdict::Stop`] the life ends.
    fn panicked(&mut self) -> Verdict;
    /// The actor takes commands again.
    fn restarted(&self);
}

/// The life of a shard.
pub(crate) struct ShardLife {
    supervision: Supervision,
    reason: StopReason,
    /// Dropped after the announcement: how the backend learns that the actor is gone, whatever ended it.
    _alive: TaskTrackerToken,
}

impl ShardLife {
    pub(crate) fn begin(supervision: Supervision, alive: TaskTrackerToken) -> Self {
        supervision.announce(Change::Started);
        Self { supervision, reason: StopReason::Asked, _alive: alive }
    }
}

impl Life for ShardLife {
    fn panicked(&mut self) -> Verdict {
        let verdict = self.supervision.panicked(Instant::now());
        if let Verdict::Stop(reason) = verdict {
            self.reason = reason;
        }
        verdict
    }

    fn restarted(&self) {
        self.supervision.announce(Change::Restarted);
    }
}

impl Drop for ShardLife {
    fn drop(&mut self) {
        self.supervision.announce(Change::Stopped(self.reason));
    }
}
