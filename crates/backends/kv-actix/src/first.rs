//! Storey 1: the store as actix's own documentation would write it.
//!
//! The struct is the actor, its handlers are synchronous functions, and it lives on the thread that starts it, as an
//! `#[actix::main]` program's actors do. The mailbox with its capacity, the timer and the stop are actix's.

mod backend;

use std::time::Duration;

use actix::dev::SendError;
use actix::prelude::*;
use kv_core::{Command, Config, KvError, Reply, ShardAddress, Store};

pub use self::backend::First;

pub(crate) type Outcome = Result<Reply, KvError>;

// ANCHOR: actor
#[derive(Message)]
#[rtype(result = "Outcome")]
pub(crate) struct Apply(pub(crate) Command);

/// A command that makes the actor wait first: only debug commands do.
#[derive(Message)]
#[rtype(result = "Outcome")]
pub(crate) struct ApplyAfterPause(pub(crate) Command);

#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Stop;

struct Shard {
    config: Config,
    store: Store,
}

impl Actor for Shard {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        if let Some(period) = self.config.sweep_interval {
            ctx.run_interval(period, |shard, _| {
                shard.store.sweep(shard.config.clock.now());
            });
        }
    }
}

impl Handler<Apply> for Shard {
    type Result = Outcome;

    fn handle(&mut self, Apply(command): Apply, _: &mut Self::Context) -> Outcome {
        Ok(self.store.apply(command, self.config.clock.now())?)
    }
}

impl Handler<ApplyAfterPause> for Shard {
    /// `AtomicResponse` keeps the actor from other messages while it waits.
    type Result = AtomicResponse<Self, Outcome>;

    fn handle(&mut self, ApplyAfterPause(command): ApplyAfterPause, _: &mut Self::Context) -> Self::Result {
        let pause = command.pause();
        let paused = async move {
            if let Some(pause) = pause {
                pause.wait().await;
            }
        };
        AtomicResponse::new(Box::pin(
            paused
                .into_actor(self)
                .map(move |(), shard, _| Ok(shard.store.apply(command, shard.config.clock.now())?)),
        ))
    }
}

impl Handler<Stop> for Shard {
    type Result = ();

    fn handle(&mut self, _: Stop, ctx: &mut Self::Context) {
        ctx.stop();
    }
}
// ANCHOR_END: actor

// ANCHOR: address
/// The address of one shard's actor.
#[derive(Debug)]
pub struct ShardAddr {
    actor: Addr<Shard>,
    ask_timeout: Option<Duration>,
}

impl ShardAddr {
    async fn send<M>(&self, message: M) -> Result<Reply, KvError>
    where
        M: Message<Result = Outcome> + Send + 'static,
        Shard: Handler<M>,
    {
        if !self.actor.connected() {
            return Err(KvError::Stopped);
        }
        let request = self.actor.send(message);
        let answer = match self.ask_timeout {
            None => request.await,
            Some(limit) => request.timeout(limit).await,
        };
        answer.map_err(|error| match error {
            // actix returns this error both when the message was refused and when its reply was lost.
            MailboxError::Closed => KvError::ReplyLost,
            MailboxError::Timeout => KvError::TimedOut,
        })?
    }
}

impl ShardAddress for ShardAddr {
    async fn ask(&self, command: Command) -> Result<Reply, KvError> {
        if command.pause().is_some() {
            return self.send(ApplyAfterPause(command)).await;
        }
        self.send(Apply(command)).await
    }

    /// A tell does not wait for room: `do_send` ignores the capacity.
    async fn tell(&self, command: Command) -> Result<(), KvError> {
        if !self.actor.connected() {
            return Err(KvError::Stopped);
        }
        if command.pause().is_some() {
            self.actor.do_send(ApplyAfterPause(command));
        } else {
            self.actor.do_send(Apply(command));
        }
        Ok(())
    }

    fn try_tell(&self, command: Command) -> Result<(), KvError> {
        if command.pause().is_some() {
            return self.actor.try_send(ApplyAfterPause(command)).map_err(refused);
        }
        self.actor.try_send(Apply(command)).map_err(refused)
    }
}

pub(crate) fn refused<M>(error: SendError<M>) -> KvError {
    match error {
        SendError::Full(_) => KvError::Overloaded,
        SendError::Closed(_) => KvError::Stopped,
    }
}
// ANCHOR_END: address
