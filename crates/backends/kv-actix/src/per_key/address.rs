//! The address of one key's actor, through which callers send.

use std::sync::Arc;
use std::time::Duration;

use kv_core::{Command, KeyAddress, KvError, Reply};
use tokio::time::timeout;

use crate::per_key::actor::Look;
use crate::per_key::registry::Entry;

// ANCHOR: lease
/// The address of one key's actor: a lease on it. A lease keeps the actor from ending until the actor has taken the
/// command that was sent, or until the address is dropped unused.
#[derive(Debug)]
pub struct KeyHandle {
    entry: Arc<Entry>,
    ask_timeout: Option<Duration>,
    sent: bool,
}

impl Drop for KeyHandle {
    fn drop(&mut self) {
        // Only the end of the last lease sends a message. With a message for each unused lease, callers that a full
        // mailbox refuses would fill it further.
        if !self.sent && self.entry.leases().end() {
            self.entry.sender().notify(Look);
        }
    }
}
// ANCHOR_END: lease

impl KeyHandle {
    pub(crate) const fn new(entry: Arc<Entry>, ask_timeout: Option<Duration>) -> Self {
        Self { entry, ask_timeout, sent: false }
    }

    fn post(&mut self, command: Command) -> Result<(), KvError> {
        self.entry.sender().post(command)?;
        self.sent = true;
        Ok(())
    }
}

impl KeyAddress for KeyHandle {
    async fn ask(mut self, command: Command) -> Result<Reply, KvError> {
        let sender = self.entry.sender();
        let place = sender.bound().acquire();
        match self.ask_timeout {
            None => place.await?,
            // Without a place no message was sent, so the effect is known: the command was not applied.
            Some(limit) => timeout(limit, place).await.unwrap_or(Err(KvError::Overloaded))?,
        }
        let answer = sender.send(command)?;
        // The lease passes to the message before the wait: a caller that only waits for a reply does not keep the
        // actor.
        self.sent = true;
        let answer = match self.ask_timeout {
            None => answer.await,
            Some(limit) => timeout(limit, answer).await.map_err(|_| KvError::TimedOut)?,
        };
        Ok(answer.map_err(|_| KvError::ReplyLost)??)
    }

    async fn tell(mut self, command: Command) -> Result<(), KvError> {
        self.entry.sender().bound().acquire().await?;
        self.post(command)
    }

    fn try_tell(mut self, command: Command) -> Result<(), KvError> {
        self.entry.sender().bound().try_acquire()?;
        self.post(command)
    }
}
