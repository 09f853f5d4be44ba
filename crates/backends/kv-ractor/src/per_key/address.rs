//! The address through which callers send to one key's actor.

use std::sync::Arc;
use std::time::Duration;

use kv_core::{Command, KeyAddress, KvError, Leases, Mailbox, MailboxBound, Reply};
use ractor::ActorRef;
use ractor::concurrency::oneshot;
use tokio::time::timeout;

use crate::per_key::actor::Message;
use crate::shards::address::in_time;

/// The part of an actor that it shares with its callers. A restart makes a new one, as it makes a new mailbox.
#[derive(Debug)]
pub(crate) struct Post {
    bound: MailboxBound,
    pub(crate) leases: Leases,
}

impl Post {
    pub(crate) fn new(mailbox: Mailbox) -> Self {
        Self { bound: MailboxBound::new(mailbox), leases: Leases::default() }
    }

    /// Ends a lease and releases a place, after the actor has taken a message out of its mailbox.
    pub(crate) fn taken(&self) {
        self.leases.end();
        self.bound.release();
    }

    /// Refuses the callers that wait for a place.
    pub(crate) fn close(&self) {
        self.bound.close();
    }
}

// ANCHOR: lease
/// The address of one key's actor, which is a lease. It keeps the actor from ending until the actor has taken the
/// sent command out of its mailbox, or until the address is dropped without a send.
#[derive(Debug)]
pub struct KeyHandle {
    actor: ActorRef<Message>,
    post: Arc<Post>,
    ask_timeout: Option<Duration>,
    sent: bool,
}

impl Drop for KeyHandle {
    fn drop(&mut self) {
        // The actor may have put off its end because of this lease. Only the last lease wakes it: if each did,
        // callers that a full mailbox refuses would fill it further.
        if !self.sent && self.post.leases.end() {
            let _ = self.actor.cast(Message::Look);
        }
    }
}
// ANCHOR_END: lease

impl KeyHandle {
    /// Takes a lease for an actor. It is called under the table's lock only.
    pub(crate) fn new(actor: ActorRef<Message>, post: Arc<Post>, ask_timeout: Option<Duration>) -> Self {
        post.leases.take();
        Self { actor, post, ask_timeout, sent: false }
    }

    /// Sends a message whose place in the mailbox is taken already.
    fn send(&mut self, message: Message) -> Result<(), KvError> {
        self.actor.cast(message).map_err(|_| KvError::Stopped)?;
        self.sent = true;
        Ok(())
    }
}

impl KeyAddress for KeyHandle {
    // The reply port is made by hand. The future of ractor's `call` borrows the reference until the answer has come.
    // A reference keeps the channel, and a message that came into it after the actor's last receive stays there for
    // as long as a reference exists. With `call`, the caller's own reference would keep its message there, and the
    // caller would wait for ever.
    async fn ask(mut self, command: Command) -> Result<Reply, KvError> {
        let limit = self.ask_timeout;
        in_time(limit, self.post.bound.acquire()).await?;
        let (port, answer) = oneshot();
        self.send(Message::Ask(command, port.into()))?;
        drop(self);
        let answer = match limit {
            None => answer.await,
            Some(limit) => timeout(limit, answer).await.map_err(|_| KvError::TimedOut)?,
        };
        Ok(answer.map_err(|_| KvError::ReplyLost)??)
    }

    async fn tell(mut self, command: Command) -> Result<(), KvError> {
        self.post.bound.acquire().await?;
        self.send(Message::Tell(command))
    }

    fn try_tell(mut self, command: Command) -> Result<(), KvError> {
        self.post.bound.try_acquire()?;
        self.send(Message::Tell(command))
    }
}
