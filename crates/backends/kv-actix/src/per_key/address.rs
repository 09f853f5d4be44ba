//! The address of one key's actor, through which callers send.

use std::sync::Arc;

use kv_core::{Command, KeyAddress, KvError, Reply};

use crate::per_key::actor::Look;
use crate::per_key::registry::Entry;

// ANCHOR: lease
/// The address of one key's actor: a lease on it. A lease keeps the actor from ending until the actor has taken the
/// command that was sent, or until the address is dropped unused.
#[derive(Debug)]
pub struct KeyHandle {
    entry: Arc<Entry>,
    sent: bool,
}

impl Drop for KeyHandle {
    fn drop(&mut self) {
        // Only the end of the last lease sends a message. With a message for each unused lease, callers that a full
        // mailbox refuses would fill it further.
        if !self.sent && self.entry.leases.end() {
            self.entry.sender.notify(Look);
        }
    }
}
// ANCHOR_END: lease

impl KeyHandle {
    pub(crate) const fn new(entry: Arc<Entry>) -> Self {
        Self { entry, sent: false }
    }
}

impl KeyAddress for KeyHandle {
    async fn ask(mut self, command: Command) -> Result<Reply, KvError> {
        // The lease passes to the message before the wait: a caller that only waits for a reply does not keep the
        // actor.
        self.entry.sender.ask_and(command, || self.sent = true).await
    }

    async fn tell(mut self, command: Command) -> Result<(), KvError> {
        self.entry
            .sender
            .post(command, self.entry.sender.bound.acquire().await)
            .inspect(|()| self.sent = true)
    }

    fn try_tell(mut self, command: Command) -> Result<(), KvError> {
        self.entry.sender.post(command, self.entry.sender.bound.try_acquire()).inspect(|()| self.sent = true)
    }
}
