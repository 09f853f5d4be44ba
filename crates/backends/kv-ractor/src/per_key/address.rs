//! The address through which callers send to one key's actor.

use std::time::Duration;

use kv_core::{Command, KeyAddress, KvError, Reply};

use crate::first::{Message, answered, stopped};
use crate::per_key::table::Entry;
use crate::shards::address::in_time;

// ANCHOR: lease
/// The address of one key's actor, which is a lease. It keeps the actor from ending until the actor has taken the
/// sent command out of its mailbox, or until the address is dropped without a send.
#[derive(Debug)]
pub struct KeyHandle {
    pub(crate) to: Entry,
    pub(crate) ask_timeout: Option<Duration>,
    pub(crate) sent: bool,
}

impl Drop for KeyHandle {
    fn drop(&mut self) {
        // The actor may have put off its end because of this lease. Only the last lease wakes it: if each did,
        // callers that a full mailbox refuses would fill it further.
        if !self.sent && self.to.leases.end() {
            let _ = self.to.now.actor.cast(Message::Sweep);
        }
    }
}
// ANCHOR_END: lease

impl KeyHandle {
    /// Sends a message whose place in the mailbox is taken already. An actor that refuses it has ended, and its leases
    /// with it.
    fn send(mut self, message: Message) -> Result<(), KvError> {
        self.sent = true;
        self.to.now.actor.cast(message).map_err(stopped)
    }
}

impl KeyAddress for KeyHandle {
    async fn ask(mut self, command: Command) -> Result<Reply, KvError> {
        in_time(self.ask_timeout, self.to.now.bound.acquire()).await?;
        self.sent = true;
        answered(self.to.now.call(command, self.ask_timeout).await.map_err(stopped)?)
    }

    async fn tell(self, command: Command) -> Result<(), KvError> {
        self.to.now.bound.acquire().await?;
        self.send(Message::Tell(command))
    }

    fn try_tell(self, command: Command) -> Result<(), KvError> {
        self.to.now.bound.try_acquire()?;
        self.send(Message::Tell(command))
    }
}
