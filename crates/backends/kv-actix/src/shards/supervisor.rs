//! The supervisor, which restarts an actor whose handler panics.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context as Task, Poll};

use actix::Context;
use actix::dev::ContextFut;
use actix::dev::channel::AddressReceiver;
use kv_core::{ActorId, Change, Lifecycle, StopReason, Verdict};
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
struct Supervisor<R: Role, P> {
    actor: ContextFut<Owner<R>, Context<Owner<R>>>,
    /// The life, which is dropped after the actor because its field comes after it.
    life: Life<P>,
}

/// Starts an actor on the current thread's `LocalSet` or arbiter. The function decides what becomes of it after a panic.
pub(crate) fn run<R: Role, P: FnMut() -> Verdict + Unpin + 'static>(
    mailbox: AddressReceiver<Owner<R>>,
    actor: Owner<R>,
    id: ActorId,
    panicked: P,
    alive: TaskTrackerToken,
) {
    let lifecycle = actor.shared.config.lifecycle.clone();
    lifecycle.announce(&id, Change::Started);
    let life = Life { id, lifecycle, panicked, reason: StopReason::Asked, _alive: alive };
    actix::spawn(Supervisor { actor: Context::with_receiver(mailbox).into_future(actor), life });
}

impl<R: Role, P: FnMut() -> Verdict + Unpin> Future for Supervisor<R, P> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<()> {
        let Self { actor, life } = &mut *self;
        // The state after a panic is fit to go on: the message is out of the mailbox, and its reply's sender is
        // dropped.
        if let Ok(polled) = catch_unwind(AssertUnwindSafe(|| Pin::new(&mut *actor).poll(task))) {
            return polled;
        }
        let verdict = (life.panicked)();
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
            life.lifecycle.announce(&life.id, Change::Restarted);
        }
        // The actor is polled later and not at once: an actor that does nothing but panic must not keep the thread from
        // the others.
        task.waker().wake_by_ref();
        Poll::Pending
    }
}
// ANCHOR_END: supervisor

/// The life of an actor from its start to its end, both of which it announces.
struct Life<P> {
    id: ActorId,
    lifecycle: Lifecycle,
    /// Decides what becomes of the actor after a panic.
    panicked: P,
    reason: StopReason,
    /// A token that is dropped after the announcement: it tells the backend that the actor is gone, whatever ended it.
    _alive: TaskTrackerToken,
}

impl<P> Drop for Life<P> {
    fn drop(&mut self) {
        self.lifecycle.announce(&self.id, Change::Stopped(self.reason));
    }
}
