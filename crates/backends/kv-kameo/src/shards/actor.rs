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
    /// Boxed, for kameo moves an actor's outcome, the actor included, with every poll of its task.
    rest: Box<Rest>,
}

/// What an actor has that no command is about.
struct Rest {
    sweep: Option<Interval>,
    life: Arc<Life>,
    startup: Startup,
    /// The last field of the last field: by the time it is dropped, the store is freed.
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
/// The next signal. Meanwhile the actor does something else: it sweeps when its timer says so.
///
/// Written out, because `select!` would carry the signal through one copy more.
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
        // The timer first, or a mailbox that is never empty would keep it from being looked at.
        if let Some(sweep) = &mut shard.rest.sweep {
            while sweep.poll_tick(context).is_ready() {
                shard.store.sweep(shard.clock.now());
            }
        }
        loop {
            match ready!(mailbox.poll_recv(context)) {
                // kameo would leave at once, and a tell that had passed the check for a stopping actor a moment
                // before would be accepted and never done. A closed mailbox is at its end when it is empty and
                // nobody is half way in.
                Some(Signal::Stop) => mailbox.close(),
                Some(Signal::StartupFinished) if shard.rest.startup == Startup::Done => {}
                signal => return Poll::Ready(Ok(signal)),
            }
        }
    }
}
// ANCHOR_END: timer

// ANCHOR: startup
/// Where an actor's startup signal comes from.
///
/// kameo puts it into the mailbox. There it stands behind all that a restarted actor inherits, which until then is
/// moved to a buffer without a bound; a second panic loses what is in the buffer. Into a mailbox that is closed it
/// does not come at all. So a restarted actor gets it from `next`, before anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Startup {
    /// From the mailbox, which is empty at the first start.
    Mailbox,
    /// From `next`, as the first thing.
    Due,
    /// From `next`, already: the one in the mailbox is one too many.
    Done,
    /// Killed in between. It has nothing to do but to end.
    Never,
}
// ANCHOR_END: startup

// An `async fn` would keep its arguments twice in its future, and kameo boxes a handler's future: a command's
// size more memory per message, and a copy. An async block keeps them once.
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
            // Nobody waits to hear what the store thinks of it.
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

    /// A debug command may make the actor wait before it does anything. Boxed where it is awaited: kameo boxes
    /// the future of a handler, and this must not swell the box of every message.
    async fn apply_after(&mut self, pause: Pause, command: Command) -> Result<Reply, CommandError> {
        pause.wait().await;
        self.apply(command)
    }
}
