//! The address through which callers send to a shard.

use std::fmt;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use elfo::Addr;
use elfo::errors::{RequestError, TrySendError};
use kv_core::{Command, KvError, Reply, SendGate, ShardAddress};
use tokio::time::timeout;

use crate::client::Client;
use crate::shards::actor::Apply;
use crate::shards::supervisor::Shared;

/// The address of one shard, as seen by one client.
pub struct ShardHandle {
    client: Arc<Client>,
    group: Addr,
    shard: usize,
    gates: Arc<[SendGate]>,
    ask_timeout: Option<Duration>,
}

impl ShardHandle {
    /// The addresses of all shards, for one client.
    pub(crate) fn all(client: &Arc<Client>, group: Addr, shared: &Shared) -> Vec<Self> {
        let (gates, ask_timeout) = (&shared.gates, shared.common.config.ask_timeout);
        let handle =
            |shard| Self { client: Arc::clone(client), group, shard, gates: Arc::clone(gates), ask_timeout };
        (0..gates.len()).map(handle).collect()
    }

    #[inline]
    fn message(&self, command: Command) -> Apply {
        Apply { shard: self.shard, command: command.into() }
    }

    #[inline]
    fn gate(&self) -> &SendGate {
        &self.gates[self.shard]
    }

    // ANCHOR: in_time
    async fn ask_in_time(&self, command: Command, limit: Duration) -> Result<Reply, KvError> {
        let request = self.client.context.request_to(self.group, self.message(command));
        let request = pin!(self.client.scope().within(request.resolve()));
        // A request is one step to elfo, so the timeout does not tell whether it waited for room or for the response.
        let outcome = timeout(limit, sending(self.gate(), request)).await.map_err(|_| KvError::TimedOut)?;
        Ok(outcome.ok_or(KvError::Stopped)?.map_err(unanswered)?.into_inner()?)
    }
    // ANCHOR_END: in_time
}

/// Polls a future that sends a message, within the gate. Each poll may be the one that sends, so each poll enters the
/// gate. The result is `None` when the gate, and with it the mailbox, is closed at the first poll. When the gate
/// closes later, only the response is left to poll for.
///
/// The future is passed pinned, because elfo's futures are large: a kilobyte and more would be moved.
#[inline]
pub(crate) fn sending<F: Future>(
    gate: &SendGate,
    mut send: Pin<&mut F>,
) -> impl Future<Output = Option<F::Output>> {
    let mut begun = false;
    poll_fn(move |context| {
        let guard = gate.enter();
        if guard.is_none() && !begun {
            return Poll::Ready(None);
        }
        begun = true;
        send.as_mut().poll(context).map(Some)
    })
}

// ANCHOR: address
pub(crate) fn unanswered(error: RequestError) -> KvError {
    match error {
        // The request was dropped before an actor took it out of the mailbox.
        RequestError::Failed => KvError::Stopped,
        // The request was dropped while an actor was handling it.
        RequestError::Ignored => KvError::ReplyLost,
    }
}

impl ShardAddress for ShardHandle {
    #[inline]
    async fn ask(&self, command: Command) -> Result<Reply, KvError> {
        if let Some(limit) = self.ask_timeout {
            return Box::pin(self.ask_in_time(command, limit)).await;
        }
        let request = self.client.context.request_to(self.group, self.message(command));
        // The request is pinned first: `within` keeps its future twice, and this one has a kilobyte.
        let request = pin!(request.resolve());
        let request = pin!(self.client.scope().within(request));
        let outcome = sending(self.gate(), request).await.ok_or(KvError::Stopped)?;
        Ok(outcome.map_err(unanswered)?.into_inner()?)
    }

    #[inline]
    async fn tell(&self, command: Command) -> Result<(), KvError> {
        let send = self.client.context.send_to(self.group, self.message(command));
        let send = pin!(self.client.scope().within(send));
        match sending(self.gate(), send).await {
            Some(Ok(())) => Ok(()),
            Some(Err(_)) | None => Err(KvError::Stopped),
        }
    }

    #[inline]
    fn try_tell(&self, command: Command) -> Result<(), KvError> {
        let message = self.message(command);
        let Some(_guard) = self.gate().enter() else { return Err(KvError::Stopped) };
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
