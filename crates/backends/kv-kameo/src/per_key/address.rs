//! The address through which callers send to a key's actor.

use std::time::Duration;

use kameo::actor::ActorRef;
use kv_core::{Command, KeyAddress, KvError, Reply};

use crate::first::{Ask, Tell, failure};
use crate::per_key::actor::KeyActor;

/// The address of one key's actor.
#[derive(Debug)]
pub struct KeyHandle {
    actor: ActorRef<KeyActor>,
    ask_timeout: Option<Duration>,
}

impl KeyHandle {
    pub(crate) const fn new(actor: ActorRef<KeyActor>, ask_timeout: Option<Duration>) -> Self {
        Self { actor, ask_timeout }
    }
}

impl KeyAddress for KeyHandle {
    // The request is sent by `send`. With `enqueue` the reference could be dropped before the wait, as `KeyAddress`
    // requires. But kameo's `enqueue` panics when the actor is gone: the error that it makes of the returned message
    // is of the wrong type. `KeyActor::next` copes with references that are held a little longer.
    async fn ask(self, command: Command) -> Result<Reply, KvError> {
        let ask = self.actor.ask(Ask(command));
        let answer = match self.ask_timeout {
            None => ask.send().await,
            Some(limit) => ask.mailbox_timeout(limit).reply_timeout(limit).send().await,
        };
        answer.map_err(|error| failure(error, KvError::Command))
    }

    async fn tell(self, command: Command) -> Result<(), KvError> {
        let told = self.actor.tell(Tell(command)).send().await;
        told.map_err(|error| failure(error, |never| match never {}))
    }

    fn try_tell(self, command: Command) -> Result<(), KvError> {
        self.actor.tell(Tell(command)).try_send().map_err(|error| failure(error, |never| match never {}))
    }
}
