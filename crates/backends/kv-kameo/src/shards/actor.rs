//! The actor: its state, its messages and its handlers, and a timer beside its mailbox.

use std::ops::ControlFlow;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll, ready};

use kameo::Actor;
use kameo::actor::{ActorRef, WeakActorRef};
use kameo::error::{ActorStopReason, Infallible, PanicError};
use kameo::mailbox::{MailboxReceiver, Signal};
use kameo::message::{Context, Message};
use kv_core::{Clock, Command, CommandError, Pause, Reply, Store, Verdict};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::first::{Ask, Tell};
use crate::shards::supervisor::Life;

// ANCHOR: actor
pub(crate) struct Shard {
    store: Store,
    clock: Clock,
    /// The fields that no command uses. They are boxed, because kameo moves an actor's outcome, the actor included,
    /// with every poll of its task.
    rest: Box<Rest>,
}

/// The fields of a shard's actor that no command uses.
struct Rest {
    sweep: Option<Interval>,
    life: Arc<Life>,
    startup: Startup,
    /// The token that tells of the actor's end. It is the last field of the actor's last field, so the store is freed
    /// before the token is dropped.
    _alive: TaskTrackerToken,
}

impl Actor for Shard {
    type Args = Arc<Life>;
    type Error = Infallible;

    async fn on_start(life: Arc<Life>, actor: ActorRef<Self>) -> Result<Self, Infallible> {
        let (startup, alive) = life.begin(actor);
        let config = &life.config;
        let sweep = config.sweep_interval.map(|period| {
            let mut sweep = interval_at(Instant::now() + period, period);
            // After a long handler one sweep is enough; a burst of missed ones would only add to the delay.
            sweep.set_missed_tick_behavior(MissedTickBehavior::Delay);
            sweep
        });
        let (store, clock) = (Store::new(config), config.clock.clone());
        Ok(Self { store, clock, rest: Box::new(Rest { sweep, life, startup, _alive: alive }) })
    }
    // ANCHOR_END: actor

    // ANCHOR: panic
    async fn on_panic(
        &mut self,
        _: WeakActorRef<Self>,
        panic: PanicError,
    ) -> Result<ControlFlow<ActorStopReason>, Infallible> {
        Ok(match self.rest.life.panicked() {
            Verdict::Resume => ControlFlow::Continue(()),
            // The supervisor makes a new actor for the mailbox, or empties it.
            Verdict::Restart | Verdict::Stop(_) => ControlFlow::Break(ActorStopReason::Panicked(panic)),
        })
    }
    // ANCHOR_END: panic

    #[inline]
    fn next(
        &mut self,
        _: WeakActorRef<Self>,
        mailbox: &mut MailboxReceiver<Self>,
    ) -> impl Future<Output = Result<Option<Signal<Self>>, Infallible>> + Send {
        Next { shard: self, mailbox }
    }
}

// ANCHOR: timer
/// The future of the actor's next signal. While it waits for the mailbox, it sweeps the store whenever the timer is
/// due.
///
/// The future is written by hand, because `select!` would copy the signal once more.
struct Next<'a, 'b> {
    shard: &'a mut Shard,
    mailbox: &'b mut MailboxReceiver<Shard>,
}

impl Future for Next<'_, '_> {
    type Output = Result<Option<Signal<Shard>>, Infallible>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, context: &mut task::Context<'_>) -> Poll<Self::Output> {
        let Self { shard, mailbox } = &mut *self;
        match shard.rest.startup {
            Startup::Mailbox | Startup::Done => {}
            Startup::Due => {
                shard.rest.startup = Startup::Done;
                return Poll::Ready(Ok(Some(Signal::StartupFinished)));
            }
            Startup::Never => {
                mailbox.close();
                return Poll::Ready(Ok(None));
            }
        }
        // The timer is polled before the mailbox. In the other order, a mailbox that is never empty would keep the
        // timer from being polled.
        if let Some(sweep) = &mut shard.rest.sweep {
            while sweep.poll_tick(context).is_ready() {
                shard.store.sweep(shard.clock.now());
            }
        }
        loop {
            match ready!(mailbox.poll_recv(context)) {
                // kameo's own `next` would end the actor at once. A tell that had passed the check for a stopping
                // actor a moment before would then be accepted and never done. A closed mailbox is at its end when it
                // is empty and no sender is half way in.
                Some(Signal::Stop) => mailbox.close(),
                Some(Signal::StartupFinished) if shard.rest.startup == Startup::Done => {}
                signal => return Poll::Ready(Ok(signal)),
            }
        }
    }
}
// ANCHOR_END: timer

// ANCHOR: startup
/// The source of an actor's startup signal.
///
/// kameo puts this signal into the mailbox. In a restarted actor's mailbox it stands behind all inherited messages,
/// which until then are moved to a buffer without a bound; a second panic loses the messages in that buffer. Into a
/// closed mailbox the signal does not come at all. So a restarted actor gets its signal from `next`, before anything
/// else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Startup {
    /// The signal comes from the mailbox, which is empty at the first start.
    Mailbox,
    /// `next` has yet to hand out the signal, before anything else.
    Due,
    /// `next` has handed out the signal already, so the one in the mailbox is one too many.
    Done,
    /// The shard was killed before this actor started. The actor gets no signal, and ends.
    Never,
}
// ANCHOR_END: startup

// The handlers are async blocks. The future of an `async fn` would keep its arguments twice, and kameo boxes a
// handler's future: that is a command's size more memory per message, and a copy. An async block keeps the arguments
// once.
// ANCHOR: handler
#[expect(clippy::manual_async_fn, reason = "an async block keeps the command once")]
impl Message<Ask> for Shard {
    type Reply = Result<Reply, CommandError>;

    fn handle(
        &mut self,
        Ask(command): Ask,
        _: &mut Context<Self, Self::Reply>,
    ) -> impl Future<Output = Self::Reply> + Send {
        async move {
            match command.pause() {
                None => self.apply(command),
                Some(pause) => Box::pin(self.apply_after(pause, command)).await,
            }
        }
    }
}

#[expect(clippy::manual_async_fn, reason = "an async block keeps the command once")]
impl Message<Tell> for Shard {
    type Reply = ();

    fn handle(
        &mut self,
        Tell(command): Tell,
        _: &mut Context<Self, Self::Reply>,
    ) -> impl Future<Output = ()> + Send {
        async move {
            // A tell's caller does not wait for a reply, so the store's answer is dropped.
            let _ = match command.pause() {
                None => self.apply(command),
                Some(pause) => Box::pin(self.apply_after(pause, command)).await,
            };
        }
    }
}
// ANCHOR_END: handler

impl Shard {
    #[inline]
    fn apply(&mut self, command: Command) -> Result<Reply, CommandError> {
        self.store.apply(command, self.clock.now())
    }

    /// Applies a debug command after the pause that it asks for. Its future is boxed where it is awaited: kameo boxes
    /// the future of a handler, and this one must not enlarge the box of every message.
    async fn apply_after(&mut self, pause: Pause, command: Command) -> Result<Reply, CommandError> {
        pause.wait().await;
        self.apply(command)
    }
}
