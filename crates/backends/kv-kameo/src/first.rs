//! Storey 1: the store as kameo's own documentation would write it.
//!
//! The struct is the actor, and each message type has an implementation of `Message`, which names the type of its
//! reply. Mailbox, bound, time limits, supervision, the graceful stop and the kill are kameo's.

mod backend;

use std::future::pending;
use std::ops::ControlFlow;
use std::time::Duration;

use kameo::Actor;
use kameo::actor::{ActorRef, WeakActorRef};
use kameo::error::{ActorStopReason, Infallible, PanicError, SendError};
use kameo::mailbox::{MailboxReceiver, Signal};
use kameo::message::{Context, Message};
use kv_core::{Command, CommandError, Config, KvError, OnPanic, Reply, ShardAddress, Store};
use tokio::select;
use tokio::time::{Interval, interval};

pub use self::backend::First;
pub(crate) use self::backend::mailbox_of;

// ANCHOR: message
/// A command whose caller waits for the reply.
pub(crate) struct Ask(pub(crate) Command);

/// A command whose caller does not wait for a reply.
///
/// In kameo a message type has one reply type, and a tell whose handler returns an `Err` counts as a crash of the
/// actor. A command that the store refuses is no crash, so a tell has a type of its own, which replies with `()`.
pub(crate) struct Tell(pub(crate) Command);
// ANCHOR_END: message

// ANCHOR: actor
struct Shard {
    config: Config,
    store: Store,
    sweep: Option<Interval>,
}

impl Actor for Shard {
    type Args = Config;
    type Error = Infallible;

    async fn on_start(config: Config, _: ActorRef<Self>) -> Result<Self, Infallible> {
        Ok(Self { store: Store::new(&config), sweep: config.sweep_interval.map(interval), config })
    }

    /// Returns the next signal of the mailbox. Until it comes, the store is swept at each tick of the timer.
    async fn next(
        &mut self,
        _: WeakActorRef<Self>,
        mailbox: &mut MailboxReceiver<Self>,
    ) -> Result<Option<Signal<Self>>, Infallible> {
        loop {
            select! {
                signal = mailbox.recv() => return Ok(signal),
                () = tick(&mut self.sweep) => {
                    self.store.sweep(self.config.clock.now());
                }
            }
        }
    }

    async fn on_panic(
        &mut self,
        _: WeakActorRef<Self>,
        panic: PanicError,
    ) -> Result<ControlFlow<ActorStopReason>, Infallible> {
        Ok(match self.config.on_panic {
            OnPanic::Resume => ControlFlow::Continue(()),
            OnPanic::Stop | OnPanic::Restart => ControlFlow::Break(ActorStopReason::Panicked(panic)),
        })
    }
}

impl Shard {
    async fn apply(&mut self, command: Command) -> Result<Reply, CommandError> {
        if let Some(pause) = command.pause() {
            pause.wait().await;
        }
        self.store.apply(command, self.config.clock.now())
    }
}

impl Message<Ask> for Shard {
    type Reply = Result<Reply, CommandError>;

    async fn handle(&mut self, Ask(command): Ask, _: &mut Context<Self, Self::Reply>) -> Self::Reply {
        self.apply(command).await
    }
}

impl Message<Tell> for Shard {
    type Reply = ();

    async fn handle(&mut self, Tell(command): Tell, _: &mut Context<Self, Self::Reply>) {
        let _ = self.apply(command).await;
    }
}
// ANCHOR_END: actor

async fn tick(timer: &mut Option<Interval>) {
    match timer {
        Some(timer) => drop(timer.tick().await),
        None => pending().await,
    }
}

// ANCHOR: address
/// The reference to one shard's actor.
#[derive(Debug)]
pub struct ShardRef {
    actor: ActorRef<Shard>,
    ask_timeout: Option<Duration>,
}

impl ShardAddress for ShardRef {
    async fn ask(&self, command: Command) -> Result<Reply, KvError> {
        let ask = self.actor.ask(Ask(command));
        let answer = match self.ask_timeout {
            None => ask.await,
            Some(limit) => ask.mailbox_timeout(limit).reply_timeout(limit).await,
        };
        answer.map_err(|error| failure(error, KvError::Command))
    }

    async fn tell(&self, command: Command) -> Result<(), KvError> {
        self.actor.tell(Tell(command)).await.map_err(|error| failure(error, |never| match never {}))
    }

    fn try_tell(&self, command: Command) -> Result<(), KvError> {
        self.actor.tell(Tell(command)).try_send().map_err(|error| failure(error, |never| match never {}))
    }
}
// ANCHOR_END: address

// ANCHOR: failure
/// Translates kameo's send error into the store's error. A variant that gives the message back means that no actor
/// has handled it.
pub(crate) fn failure<M, E>(error: SendError<M, E>, refused: impl FnOnce(E) -> KvError) -> KvError {
    match error {
        SendError::ActorNotRunning(_) | SendError::ActorRestarting(_) => KvError::Stopped,
        SendError::MailboxFull(_) | SendError::Timeout(Some(_)) => KvError::Overloaded,
        SendError::HandlerError(error) => refused(error),
        SendError::ActorStopped => KvError::ReplyLost,
        SendError::Timeout(None) => KvError::TimedOut,
    }
}
// ANCHOR_END: failure
