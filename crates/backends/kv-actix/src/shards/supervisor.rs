//! The supervisor, which restarts an actor whose handler panics.

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
/// Runs an actor, and runs it again after a panic if that is the policy. Its context, with the mailbox, stays, so
/// handles notice nothing.
///
/// actix's own `Supervisor` does the same in these steps of `ContextFut`, but on other occasions. It restarts an actor
/// that has stopped, for whatever reason, until its last address is gone: while there are handles, the actor could
/// never be shut down. And it lets a panic through, which ends the supervisor together with the actor. Rejected: to
/// catch the panic in the handler and call `ctx.stop()`, as is usual under actix's `Supervisor`. That costs something
/// for every message, and here it costs only every wake-up.
pub(crate) struct Supervisor<A: Owner, L> {
    pub(crate) actor: ContextFut<A, Context<A>>,
    /// The life, which is dropped after the actor because its field comes after it.
    pub(crate) life: L,
}

impl<A: Owner + Supervised + Unpin, L: Life> Future for Supervisor<A, L> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<()> {
        let Self { actor, life } = &mut *self;
        // The state after a panic is fit to go on: the message is out of the mailbox, and its reply's sender is
        // dropped.
        if let Ok(polled) = catch_unwind(AssertUnwindSafe(|| Pin::new(&mut *actor).poll(task))) {
            return polled;
        }
        let verdict = life.panicked();
        if let Verdict::Stop(_) = verdict {
            return Poll::Ready(());
        }
        // A resumed actor is restarted too, and keeps its store (see its `restarting`). Polling it again without a
        // restart would be wrong where a future of its context panicked: some futures panic at each further poll.
        if !actor.restart() {
            // No address of the actor is left.
            return Poll::Ready(());
        }
        if verdict == Verdict::Restart {
            life.restarted();
        }
        // The actor is polled later and not at once: an actor that does nothing but panic must not keep the thread from
        // the others.
        task.waker().wake_by_ref();
        Poll::Pending
    }
}
// ANCHOR_END: supervisor

/// An actor's life from its start to its end, both of which it announces.
pub(crate) trait Life: Unpin {
    /// Decides what becomes of the actor. After a [`Verdict::Stop`] the life ends.
    fn panicked(&mut self) -> Verdict;
    /// Announces that the actor takes commands again.
    fn restarted(&self);
}

/// The life of a shard.
pub(crate) struct ShardLife {
    supervision: Supervision,
    reason: StopReason,
    /// A token that is dropped after the announcement: it tells the backend that the actor is gone, whatever ended it.
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
