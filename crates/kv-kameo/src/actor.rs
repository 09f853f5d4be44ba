//! The actor: its state, its messages and its handlers, and a timer beside its mailbox.

use std::future::poll_fn;

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
    sweep: Option<Interval>,
}

impl Actor for Shard {
    type Args = Config;
    type Error = Infallible;

    async fn on_start(config: Config, _: ActorRef<Self>) -> Result<Self, Infallible> {
        let sweep = config.sweep_interval.map(|period| {
            let mut sweep = interval_at(Instant::now() + period, period);
            // After a long handler one sweep is enough; a burst of missed ones would only add to the delay.
            sweep.set_missed_tick_behavior(MissedTickBehavior::Delay);
            sweep
        });
        Ok(Self { store: Store::new(&config), clock: config.clock, sweep })
    }
    // ANCHOR_END: actor

    // ANCHOR: timer
    /// The next signal. Meanwhile the actor does something else: it sweeps when its timer says so.
    async fn next(
        &mut self,
        _: WeakActorRef<Self>,
        mailbox: &mut MailboxReceiver<Self>,
    ) -> Result<Option<Signal<Self>>, Infallible> {
        loop {
            let next = poll_fn(|context| {
                // The timer first, or a mailbox that is never empty would keep it from being looked at. By hand,
                // because `select!` would carry the signal through one copy more.
                if let Some(sweep) = &mut self.sweep {
                    while sweep.poll_tick(context).is_ready() {
                        self.store.sweep(self.clock.now());
                    }
                }
                mailbox.poll_recv(context)
            });
            match next.await {
                // kameo would leave at once, and a tell that had passed the check for a stopping actor a moment
                // before would be accepted and never done. A closed mailbox is at its end when it is empty and
                // nobody is half way in.
                Some(Signal::Stop) => mailbox.close(),
                signal => return Ok(signal),
            }
        }
    }
    // ANCHOR_END: timer
}

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
