//! The actor: its state, its messages and its handlers, and a timer beside its mailbox.

use std::pin::Pin;
use std::task::{self, Poll, ready};

use kameo::Actor;
use kameo::actor::{ActorRef, WeakActorRef};
use kameo::error::Infallible;
use kameo::mailbox::{MailboxReceiver, Signal};
use kameo::message::{Context, Message};
use kv_core::{Clock, Command, CommandError, Config, Pause, Reply, Store};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

// ANCHOR: message
/// A command whose caller waits for the reply.
pub(crate) struct Ask(pub(crate) Command);

/// A command whose caller does not.
///
/// A type of its own, because in kameo the reply's type belongs to the message's: a tell whose handler returns
/// an `Err` counts as a crash and stops the actor, for nobody else would hear of it. A refused command is no
/// crash, so a tell replies with `()`.
pub(crate) struct Tell(pub(crate) Command);
// ANCHOR_END: message

// ANCHOR: actor
pub(crate) struct Shard {
    store: Store,
    clock: Clock,
    /// Boxed, for kameo moves an actor's outcome, the actor included, with every poll of its task.
    sweep: Option<Box<Interval>>,
}

impl Actor for Shard {
    type Args = Config;
    type Error = Infallible;

    async fn on_start(config: Config, _: ActorRef<Self>) -> Result<Self, Infallible> {
        let sweep = config.sweep_interval.map(|period| {
            let mut sweep = interval_at(Instant::now() + period, period);
            // After a long handler one sweep is enough; a burst of missed ones would only add to the delay.
            sweep.set_missed_tick_behavior(MissedTickBehavior::Delay);
            Box::new(sweep)
        });
        Ok(Self { store: Store::new(&config), clock: config.clock, sweep })
    }
    // ANCHOR_END: actor

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
        // The timer first, or a mailbox that is never empty would keep it from being looked at.
        if let Some(sweep) = &mut shard.sweep {
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
                signal => return Poll::Ready(Ok(signal)),
            }
        }
    }
}
// ANCHOR_END: timer

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
