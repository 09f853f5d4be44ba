//! The actor: its state and its handlers, and a timer beside its mailbox.

use std::convert::identity;
use std::future::poll_fn;
use std::mem;
use std::ops::ControlFlow;
use std::sync::Arc;

use kameo::Actor;
use kameo::actor::{ActorRef, WeakActorRef};
use kameo::error::{ActorStopReason, Infallible, PanicError};
use kameo::mailbox::{MailboxReceiver, Signal};
use kameo::message::{Context, Message};
use kv_core::{Clock, Command, CommandError, Reply, Store, Verdict};
use tokio::time::{Interval, MissedTickBehavior, interval};
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::first::{Ask, Tell};
use crate::shards::quirks::startup_again;
use crate::shards::supervisor::Life;

// ANCHOR: actor
/// The actor of a shard.
#[derive(Debug)]
pub struct Shard {
    store: Store,
    clock: Clock,
    sweep: Option<Interval>,
    life: Arc<Life>,
    /// `true` if there was an actor before this one. Then `next` has to hand out the startup signal.
    restarted: bool,
    started: bool,
    /// The token that tells of the actor's end. It is the last field, so the store is freed before it is dropped.
    _alive: TaskTrackerToken,
}

impl Actor for Shard {
    type Args = Arc<Life>;
    type Error = Infallible;

    async fn on_start(life: Arc<Life>, actor: ActorRef<Self>) -> Result<Self, Infallible> {
        let (restarted, alive) = life.begin(actor);
        let (store, clock) = (Store::new(&life.config), life.config.clock.clone());
        let mut sweep = life.config.sweep_interval.map(interval);
        if let Some(sweep) = &mut sweep {
            // After a long handler one sweep is enough; a burst of missed ones would only add to the delay.
            sweep.set_missed_tick_behavior(MissedTickBehavior::Delay);
        }
        Ok(Self { store, clock, sweep, life, restarted, started: false, _alive: alive })
    }
    // ANCHOR_END: actor

    // ANCHOR: panic
    async fn on_panic(
        &mut self,
        _: WeakActorRef<Self>,
        panic: PanicError,
    ) -> Result<ControlFlow<ActorStopReason>, Infallible> {
        Ok(match self.life.panicked() {
            Verdict::Resume => ControlFlow::Continue(()),
            // The supervisor makes a new actor for the mailbox, or empties it.
            Verdict::Restart | Verdict::Stop(_) => ControlFlow::Break(ActorStopReason::Panicked(panic)),
        })
    }
    // ANCHOR_END: panic

    // ANCHOR: timer
    /// Returns the next signal of the mailbox. While the actor waits for it, it sweeps the store whenever the timer is
    /// due.
    async fn next(
        &mut self,
        _: WeakActorRef<Self>,
        mailbox: &mut MailboxReceiver<Self>,
    ) -> Result<Option<Signal<Self>>, Infallible> {
        if self.restarted && !mem::replace(&mut self.started, true) {
            return Ok(startup_again(&self.life, mailbox));
        }
        loop {
            let signal = poll_fn(|context| {
                // The timer is polled before the mailbox. In the other order, a mailbox that is never empty would keep
                // the timer from being polled.
                if let Some(sweep) = &mut self.sweep {
                    while sweep.poll_tick(context).is_ready() {
                        self.store.sweep(self.clock.now());
                    }
                }
                mailbox.poll_recv(context)
            });
            match signal.await {
                // kameo's own `next` would end the actor at once. A tell that had passed the check for a stopping
                // actor a moment before would then be accepted and never done. A closed mailbox is at its end when it
                // is empty and no sender is half way in.
                Some(Signal::Stop) => mailbox.close(),
                Some(Signal::StartupFinished) if self.restarted => {}
                signal => return Ok(signal),
            }
        }
    }
    // ANCHOR_END: timer
}

// The handlers are async blocks. The future of an `async fn` would keep its arguments twice, and kameo boxes a
// handler's future: that is a command's size more memory per message, and a copy. An async block keeps the arguments
// once.
// ANCHOR: handler
impl Message<Ask> for Shard {
    type Reply = Result<Reply, CommandError>;

    fn handle(
        &mut self,
        Ask(command): Ask,
        _: &mut Context<Self, Self::Reply>,
    ) -> impl Future<Output = Self::Reply> + Send {
        self.apply(command, identity)
    }
}

impl Message<Tell> for Shard {
    type Reply = ();

    fn handle(&mut self, Tell(command): Tell, _: &mut Context<Self, ()>) -> impl Future<Output = ()> + Send {
        // A tell's caller does not wait for a reply, so the store's answer is dropped.
        self.apply(command, drop)
    }
}

impl Shard {
    #[expect(clippy::manual_async_fn, reason = "an async block keeps the command once")]
    fn apply<T>(
        &mut self,
        command: Command,
        answer: impl FnOnce(Result<Reply, CommandError>) -> T + Send,
    ) -> impl Future<Output = T> + Send {
        async move {
            if let Some(pause) = command.pause() {
                // The pause is boxed, so that it does not enlarge the box of every message.
                Box::pin(pause.wait()).await;
            }
            answer(self.store.apply(command, self.clock.now()))
        }
    }
    // ANCHOR_END: handler
}
