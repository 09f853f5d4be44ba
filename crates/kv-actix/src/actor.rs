//! The actor: state, message, handler, timer, and how it ends.

use std::sync::Arc;
use std::time::Duration;

use actix::dev::{MessageResponse, OneshotSender};
use actix::fut::wrap_future;
use actix::prelude::*;
use kv_core::{Bound, Clock, Command, CommandError, Config, Kill, Pause, Reply, Store};
use tokio_util::task::task_tracker::TaskTrackerToken;

pub(crate) type Outcome = Result<Reply, CommandError>;

// ANCHOR: message
/// One message for ask and tell alike: actix packs the reply's sender beside it if somebody waits.
#[derive(Message)]
#[rtype(result = "Outcome")]
pub(crate) struct Apply(pub(crate) Command);

/// Ends the actor. It queues up like any other message, so what was accepted before is done before.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Stop;
// ANCHOR_END: message

/// An actor that owns one shard of the store.
#[derive(Debug)]
pub(crate) struct Shard {
    store: Store,
    clock: Clock,
    bound: Bound,
    sweep_interval: Option<Duration>,
    kill: Arc<Kill>,
    /// Dropped with the actor: how the backend learns that it is gone, whatever ended it.
    _alive: TaskTrackerToken,
}

// ANCHOR: actor
impl Actor for Shard {
    type Context = Context<Self>;

    // ANCHOR: timer
    fn started(&mut self, ctx: &mut Context<Self>) {
        if let Some(period) = self.sweep_interval {
            ctx.run_interval(period, |shard, _| {
                shard.store.sweep(shard.clock.now());
            });
        }
    }
    // ANCHOR_END: timer
}

impl Shard {
    pub(crate) fn new(config: &Config, bound: Bound, kill: Arc<Kill>, alive: TaskTrackerToken) -> Self {
        Self {
            store: Store::new(config),
            clock: config.clock.clone(),
            bound,
            sweep_interval: config.sweep_interval,
            kill,
            _alive: alive,
        }
    }
}

impl Drop for Shard {
    /// However the actor ends, a panic among it: nobody is left to give a place back to those who wait for one.
    fn drop(&mut self) {
        self.bound.close();
    }
}
// ANCHOR_END: actor

// ANCHOR: handler
impl Handler<Apply> for Shard {
    type Result = Answer;

    #[inline]
    fn handle(&mut self, Apply(command): Apply, ctx: &mut Context<Self>) -> Answer {
        self.bound.give_back();
        if self.kill.is_ordered() {
            ctx.terminate();
            return Answer::Never;
        }
        match command.pause() {
            None => Answer::Now(self.store.apply(command, self.clock.now())),
            Some(pause) => self.after(pause, command),
        }
    }
}

impl Shard {
    /// A handler is synchronous in actix; what has to wait becomes a future that gets the actor back.
    fn after(&self, pause: Pause, command: Command) -> Answer {
        let kill = Arc::clone(&self.kill);
        let paused = wrap_future(async move { kill.overtakes(pause.wait()).await });
        Answer::Later(Box::pin(paused.map(move |killed, shard: &mut Self, ctx: &mut Context<Self>| {
            if killed {
                ctx.terminate();
                return None;
            }
            Some(shard.store.apply(command, shard.clock.now()))
        })))
    }
}

impl Handler<Stop> for Shard {
    type Result = ();

    fn handle(&mut self, _: Stop, ctx: &mut Context<Self>) {
        ctx.stop();
    }
}
// ANCHOR_END: handler

// ANCHOR: answer
/// What the handler returns.
///
/// actix has `AtomicResponse` for a handler that waits and lets no other message in meanwhile, but it boxes
/// every reply. This one boxes only those that do wait.
pub(crate) enum Answer {
    Now(Outcome),
    Later(ResponseActFuture<Shard, Option<Outcome>>),
    /// The actor was killed; dropping the sender tells the caller.
    Never,
}

impl MessageResponse<Shard, Apply> for Answer {
    #[inline]
    fn handle(self, ctx: &mut Context<Shard>, reply: Option<OneshotSender<Outcome>>) {
        let send = |reply: Option<OneshotSender<Outcome>>, outcome| {
            if let Some(reply) = reply {
                // The caller may have given up waiting. That is its right, and no error here.
                let _ = reply.send(outcome);
            }
        };
        match self {
            Self::Now(outcome) => send(reply, outcome),
            // While it waits, the context takes nothing out of the mailbox.
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
