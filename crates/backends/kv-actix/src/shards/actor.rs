//! The actor: state, message, handler, timer, and how it ends.

use std::sync::Arc;

use actix::dev::{MessageResponse, OneshotSender};
use actix::fut::wrap_future;
use actix::prelude::*;
use kv_core::{Command, CommandError, Config, KillSwitch, MailboxBound, OnPanic, Pause, Reply, Store};
use tokio::sync::oneshot::Receiver;

pub(crate) type Outcome = Result<Reply, CommandError>;

// ANCHOR: message
/// The message of both ask and tell: actix packs the reply's sender beside it if a caller waits.
#[derive(Message)]
#[rtype(result = "Outcome")]
pub(crate) struct Apply(pub(crate) Command);

/// The message that ends the actor. It queues like any other message, so all commands that were accepted before it are
/// applied.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Stop;

/// The receiver of a reply that no caller waits for any more. It queues behind its command, and the command is handled
/// because the receiver is still there.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Abandoned(pub(crate) Receiver<Outcome>);
// ANCHOR_END: message

/// An actor that owns a store, be it a shard's or one key's.
pub(crate) trait Owner:
    Actor<Context = Context<Self>>
    + Handler<Apply, Result = Answer<Self>>
    + Handler<Stop, Result = ()>
    + Handler<Abandoned, Result = ()>
{
    /// The order to end at once.
    fn kill(&self) -> &Arc<KillSwitch>;
    fn apply(&mut self, command: Command, ctx: &mut Context<Self>) -> Outcome;
}

/// An actor that owns one shard of the store.
#[derive(Debug)]
pub(crate) struct Shard {
    config: Config,
    store: Store,
    bound: MailboxBound,
    kill: Arc<KillSwitch>,
}

// ANCHOR: actor
impl Actor for Shard {
    type Context = Context<Self>;

    // ANCHOR: timer
    fn started(&mut self, ctx: &mut Context<Self>) {
        if let Some(period) = self.config.sweep_interval {
            ctx.run_interval(period, |shard, _| {
                shard.store.sweep(shard.config.clock.now());
            });
        }
    }
    // ANCHOR_END: timer
}

impl Shard {
    pub(crate) fn new(config: &Config, bound: MailboxBound, kill: Arc<KillSwitch>) -> Self {
        Self { config: config.clone(), store: Store::new(config), bound, kill }
    }
}

impl Drop for Shard {
    /// Closes the bound however the actor ends, by a panic too: no actor is left to give a place back to the callers
    /// that wait for one.
    fn drop(&mut self) {
        self.bound.close();
    }
}
// ANCHOR_END: actor

// ANCHOR: restarting
impl Supervised for Shard {
    /// Prepares the actor for its restart. It is the same actor, which keeps all that is not emptied here. Its context
    /// has dropped the timer, and calls `started` again next.
    fn restarting(&mut self, _: &mut Context<Self>) {
        if self.config.on_panic == OnPanic::Restart {
            self.store = Store::new(&self.config);
        }
    }
}
// ANCHOR_END: restarting

// ANCHOR: handler
impl Handler<Apply> for Shard {
    type Result = Answer<Self>;

    #[inline]
    fn handle(&mut self, Apply(command): Apply, ctx: &mut Context<Self>) -> Answer<Self> {
        self.bound.release();
        Answer::to(command, self, ctx)
    }
}

impl Owner for Shard {
    #[inline]
    fn kill(&self) -> &Arc<KillSwitch> {
        &self.kill
    }

    #[inline]
    fn apply(&mut self, command: Command, _: &mut Context<Self>) -> Outcome {
        self.store.apply(command, self.config.clock.now())
    }
}

impl Handler<Stop> for Shard {
    type Result = ();

    fn handle(&mut self, _: Stop, ctx: &mut Context<Self>) {
        ctx.stop();
    }
}
// ANCHOR_END: handler

impl Handler<Abandoned> for Shard {
    type Result = ();

    fn handle(&mut self, Abandoned(reply): Abandoned, _: &mut Context<Self>) {
        drop(reply);
    }
}

// ANCHOR: answer
/// The answer that the handler of a command returns.
///
/// actix has `AtomicResponse` for a handler that waits and lets no other message in meanwhile, but it boxes every
/// reply. `Answer` boxes only the replies that do wait.
pub(crate) enum Answer<A: Owner> {
    Now(Outcome),
    Later(ResponseActFuture<A, Option<Outcome>>),
    /// The actor was killed; dropping the sender tells the caller.
    Never,
}

impl<A: Owner> Answer<A> {
    #[inline]
    pub(crate) fn to(command: Command, actor: &mut A, ctx: &mut Context<A>) -> Self {
        if actor.kill().is_ordered() {
            ctx.terminate();
            return Self::Never;
        }
        match command.pause() {
            None => Self::Now(actor.apply(command, ctx)),
            Some(pause) => Self::after(pause, command, actor),
        }
    }

    /// Makes the answer of a command that has to wait: a handler is synchronous in actix, so the wait becomes a future
    /// that gets the actor back.
    fn after(pause: Pause, command: Command, actor: &A) -> Self {
        let kill = Arc::clone(actor.kill());
        let paused = wrap_future(async move { kill.overtakes(pause.wait()).await });
        Self::Later(Box::pin(paused.map(move |killed, actor: &mut A, ctx: &mut Context<A>| {
            if killed {
                ctx.terminate();
                return None;
            }
            Some(actor.apply(command, ctx))
        })))
    }
}

impl<A: Owner> MessageResponse<A, Apply> for Answer<A> {
    #[inline]
    fn handle(self, ctx: &mut Context<A>, reply: Option<OneshotSender<Outcome>>) {
        let send = |reply: Option<OneshotSender<Outcome>>, outcome| {
            if let Some(reply) = reply {
                // The caller may have dropped its receiver while it waited. That is no error here.
                let _ = reply.send(outcome);
            }
        };
        match self {
            Self::Now(outcome) => send(reply, outcome),
            // While this future waits, the context takes nothing out of the mailbox.
            Self::Later(paused) => ctx.wait(paused.map(move |outcome, _, _| {
                if let Some(outcome) = outcome {
                    send(reply, outcome);
                }
            })),
            Self::Never => {}
        }
    }
}
// ANCHOR_END: answer
