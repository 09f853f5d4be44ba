//! What callers send through.

use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use elfo::Addr;
use elfo::errors::{RequestError, TrySendError};
use kv_core::{Address, Command, Door, KvError, Reply};
use tokio::time::timeout;

use crate::actor::Apply;
use crate::client::Client;

/// The address of one shard, as seen by one client.
pub struct ShardHandle {
    client: Arc<Client>,
    group: Addr,
    shard: usize,
    doors: Arc<[Door]>,
    ask_timeout: Option<Duration>,
}

impl ShardHandle {
    /// The addresses of all shards, for one client.
    pub(crate) fn all(
        client: &Arc<Client>,
        group: Addr,
        doors: &Arc<[Door]>,
        ask_timeout: Option<Duration>,
    ) -> Vec<Self> {
        let handle =
            |shard| Self { client: Arc::clone(client), group, shard, doors: Arc::clone(doors), ask_timeout };
        (0..doors.len()).map(handle).collect()
    }

    #[inline]
    fn message(&self, command: Command) -> Apply {
        Apply { shard: self.shard, command: command.into() }
    }

    /// Runs what sends a message. Each poll may be the one that sends it, so each is a stay inside the door; when
    /// the door is closed, so is the mailbox, and what is left to poll for is the response.
    #[inline]
    async fn sending<F: Future>(&self, send: F) -> F::Output {
        let mut send = pin!(self.client.scope().within(send));
        poll_fn(|context| {
            let _inside = self.doors[self.shard].enter();
            send.as_mut().poll(context)
        })
        .await
    }

    #[inline]
    async fn request(&self, command: Command) -> Result<Reply, KvError> {
        let request = self.client.context.request_to(self.group, self.message(command)).resolve();
        let outcome = self.sending(request).await.map_err(|error| match error {
            // Dropped before an actor took it out of the mailbox.
            RequestError::Failed => KvError::Stopped,
            // Dropped in the middle of handling it.
            RequestError::Ignored => KvError::ReplyLost,
        })?;
        Ok(outcome.into_inner()?)
    }
}

// ANCHOR: address
impl Address for ShardHandle {
    #[inline]
    async fn ask(&self, command: Command) -> Result<Reply, KvError> {
        match self.ask_timeout {
            None => self.request(command).await,
            // A request is one step: whether it waited for room or for the response does not show.
            Some(limit) => timeout(limit, self.request(command)).await.unwrap_or(Err(KvError::TimedOut)),
        }
    }

    #[inline]
    async fn tell(&self, command: Command) -> Result<(), KvError> {
        let send = self.client.context.send_to(self.group, self.message(command));
        self.sending(send).await.map_err(|_| KvError::Stopped)
    }

    #[inline]
    fn try_tell(&self, command: Command) -> Result<(), KvError> {
        let message = self.message(command);
        let _inside = self.doors[self.shard].enter();
        let send = || self.client.context.try_send_to(self.group, message);
        self.client.scope().sync_within(send).map_err(|error| match error {
            TrySendError::Full(_) => KvError::Overloaded,
            TrySendError::Closed(_) => KvError::Stopped,
        })
    }
}
// ANCHOR_END: address

impl fmt::Debug for ShardHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ShardHandle").field("shard", &self.shard).finish_non_exhaustive()
    }
}
