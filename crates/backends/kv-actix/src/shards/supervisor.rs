//! The supervisor, which restarts an actor whose handler panics.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context as Task, Poll};
use std::time::Instant;

use actix::Context;
use actix::dev::ContextFut;
use actix::dev::channel::AddressReceiver;
use kv_core::{Change, StopReason, Supervision, Verdict};
use tokio_util::task::task_tracker::TaskTrackerToken;

use super::actor::{Owner, Role};

// ANCHOR: supervisor
/// Runs an actor, and runs it again after a panic if that is the policy. Its context, with the mailbox, stays, so
/// handles notice nothing.
///
/// actix's own `Supervisor` does the same in these steps of `ContextFut`, but on other occasions. It restarts an actor
/// that has stopped, for whatever reason, until its last address is gone: while there are handles, the actor could
/// never be shut down. And it lets a panic through, which ends the supervisor together with the actor. Rejected: to
/// catch the panic in the handler and call `ctx.stop()`, as is usual under actix's `Supervisor`. That costs something
/// for every message, and here it costs only every wake-up.
struct Supervisor<R: Role, J: Judge> {
    actor: ContextFut<Owner<R>, Context<Owner<R>>>,
    /// The life, which is dropped after the actor because its field comes after it.
    life: Life<J>,
}

/// Starts an actor on the current thread's `LocalSet` or arbiter.
pub(crate) fn run<R: Role, J: Judge>(mailbox: AddressReceiver<Owner<R>>, actor: Owner<R>, life: Life<J>) {
    actix::spawn(Supervisor { actor: Context::with_receiver(mailbox).into_future(actor), life });
}

impl<R: Role, J: Judge> Future for Supervisor<R, J> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<()> {
        let Self { actor, life } = &mut *self;
        // The state after a panic is fit to go on: the message is out of the mailbox, and its reply's sender is
        // dropped.
        if let Ok(polled) = catch_unwind(AssertUnwindSafe(|| Pin::new(&mut *actor).poll(task))) {
            return polled;
        }
        let verdict = life.judge.panicked();
        if let Verdict::Stop(reason) = verdict {
            life.reason = reason;
            return Poll::Ready(());
        }
        // A resumed actor is restarted too, and keeps its store (see its `restarting`). Polling it again without a
        // restart would be wrong where a future of its context panicked: some futures panic at each further poll.
        if !actor.restart() {
            // No address of the actor is left.
            return Poll::Ready(());
        }
        if verdict == Verdict::Restart {
            life.judge.announce(Change::Restarted);
        }
        // The actor is polled later and not at once: an actor that does nothing but panic must not keep the thread from
        // the others.
        task.waker().wake_by_ref();
        Poll::Pending
    }
}
// ANCHOR_END: supervisor

/// A judge of panics, which also announces what becomes of the actor.
pub(crate) trait Judge: Unpin + 'static {
    fn panicked(&mut self) -> Verdict;
    fn announce(&self, change: Change);
}

impl Judge for Supervision {
    fn panicked(&mut self) -> Verdict {
        self.panicked(Instant::now())
    }

    fn announce(&self, change: Change) {
        self.announce(change);
    }
}

/// The life of an actor from its start to its end, both of which it announces.
pub(crate) struct Life<J: Judge> {
    judge: J,
    reason: StopReason,
    /// A token that is dropped after the announcement: it tells the backend that the actor is gone, whatever ended it.
    _alive: TaskTrackerToken,
}

impl<J: Judge> Life<J> {
    pub(crate) fn begin(judge: J, alive: TaskTrackerToken) -> Self {
        judge.announce(Change::Started);
        Self { judge, reason: StopReason::Asked, _alive: alive }
    }
}

impl<J: Judge> Drop for Life<J> {
    fn drop(&mut self) {
        self.judge.announce(Change::Stopped(self.reason));
    }
}
