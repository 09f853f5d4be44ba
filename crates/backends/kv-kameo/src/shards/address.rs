//! The address through which callers send to an actor, of a shard or of a key.

use std::time::Duration;

use kameo::Actor;
use kameo::actor::ActorRef;
use kameo::message::Message;
use kv_core::{Command, CommandError, KvError, Reply, ShardAddress};

use crate::first::{Ask, Tell, failure};
use crate::shards::actor::Shard;
use crate::shards::supervisor::Supervisor;

/// The address of one actor. `P` is what it keeps alive beside the actor.
#[derive(Debug)]
pub struct Address<A: Actor, P = ()> {
    /// A reference to the first actor. A message that is sent through it reaches a restarted actor as well: the mailbox
    /// is the same.
    pub(crate) actor: ActorRef<A>,
    pub(crate) ask_timeout: Option<Duration>,
    pub(crate) _keeps: P,
}

/// The address of one shard. It keeps the supervisor alive: when the last address is dropped, the shards end.
pub type ShardHandle = Address<Shard, ActorRef<Supervisor>>;

// ANCHOR: address
impl<A, P> ShardAddress for Address<A, P>
where
    A: Message<Ask, Reply = Result<Reply, CommandError>> + Message<Tell, Reply = ()>,
    P: Send + Sync + 'static,
{
    // The requests are sent by `send`: awaiting a request itself boxes one more future per call.
    // ANCHOR: in_time
    async fn ask(&self, command: Command) -> Result<Reply, KvError> {
        let ask = self.actor.ask(Ask(command));
        let answer = match self.ask_timeout {
            None => ask.send().await,
            Some(limit) => ask.mailbox_timeout(limit).reply_timeout(limit).send().await,
        };
        answer.map_err(|error| failure(error, KvError::Command))
    }
    // ANCHOR_END: in_time

    async fn tell(&self, command: Command) -> Result<(), KvError> {
        let told = self.actor.tell(Tell(command)).send().await;
        told.map_err(|error| failure(error, |never| match never {}))
    }

    fn try_tell(&self, command: Command) -> Result<(), KvError> {
        self.actor.tell(Tell(command)).try_send().map_err(|error| failure(error, |never| match never {}))
    }

    fn queued(&self) -> Option<usize> {
        let mailbox = self.actor.mailbox_sender();
        Some(mailbox.max_capacity()? - mailbox.capacity()?)
    }
}
// ANCHOR_END: address
