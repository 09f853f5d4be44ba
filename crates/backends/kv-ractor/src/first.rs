//! Storey 1: the store as ractor's own documentation would write it.
//!
//! A type implements `Actor`, its state is a type of its own, and one enum holds all messages. A call that waits for
//! its reply carries a reply port. The mailbox, the drain, the kill and the timer are ractor's; ractor's mailbox has
//! no bound.

mod backend;

use std::time::Duration;

use kv_core::{Command, CommandError, Config, KvError, Reply, ShardAddress, Store};
use ractor::rpc::CallResult;
use ractor::{Actor, ActorProcessingErr, ActorRef, MessagingErr, RpcReplyPort};

pub use self::backend::First;

// ANCHOR: actor
// ANCHOR: message
/// The message of an actor. A ractor actor has one message type, so a call whose caller waits is a variant with a reply
/// port in it.
pub(crate) enum Message {
    Ask(Command, RpcReplyPort<Result<Reply, CommandError>>),
    Tell(Command),
    Sweep,
}
// ANCHOR_END: message

struct Shard;

struct State {
    config: Config,
    store: Store,
}

impl Actor for Shard {
    type Msg = Message;
    type State = State;
    type Arguments = Config;

    async fn pre_start(
        &self,
        myself: ActorRef<Message>,
        config: Config,
    ) -> Result<State, ActorProcessingErr> {
        if let Some(period) = config.sweep_interval {
            myself.send_interval(period, || Message::Sweep);
        }
        Ok(State { store: Store::new(&config), config })
    }

    async fn handle(
        &self,
        _: ActorRef<Message>,
        message: Message,
        state: &mut State,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            Message::Ask(command, reply) => {
                let answer = state.apply(command).await;
                // The caller may have given up waiting; that is no error here.
                let _ = reply.send(answer);
            }
            Message::Tell(command) => drop(state.apply(command).await),
            Message::Sweep => {
                state.store.sweep(state.config.clock.now());
            }
        }
        Ok(())
    }
}

impl State {
    async fn apply(&mut self, command: Command) -> Result<Reply, CommandError> {
        if let Some(pause) = command.pause() {
            pause.wait().await;
        }
        self.store.apply(command, self.config.clock.now())
    }
}
// ANCHOR_END: actor

// ANCHOR: address
/// The reference to one shard's actor.
#[derive(Debug)]
pub struct ShardRef {
    actor: ActorRef<Message>,
    ask_timeout: Option<Duration>,
}

impl ShardAddress for ShardRef {
    async fn ask(&self, command: Command) -> Result<Reply, KvError> {
        let called = self.actor.call(|reply| Message::Ask(command, reply), self.ask_timeout).await;
        answered(called.map_err(stopped)?)
    }

    async fn tell(&self, command: Command) -> Result<(), KvError> {
        self.try_tell(command)
    }

    fn try_tell(&self, command: Command) -> Result<(), KvError> {
        self.actor.cast(Message::Tell(command)).map_err(stopped)
    }
}

#[inline]
pub(crate) fn answered(result: CallResult<Result<Reply, CommandError>>) -> Result<Reply, KvError> {
    match result {
        CallResult::Success(answer) => Ok(answer?),
        // The actor dropped the reply port, with the message or in the middle of handling it.
        CallResult::SenderError => Err(KvError::ReplyLost),
        CallResult::Timeout => Err(KvError::TimedOut),
    }
}

pub(crate) fn stopped(_: MessagingErr<Message>) -> KvError {
    KvError::Stopped
}
// ANCHOR_END: address
