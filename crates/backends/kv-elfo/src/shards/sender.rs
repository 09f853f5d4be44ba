//! Sending to one actor in the name of one client: what the addresses of shards and of keys have in common.

use std::fmt;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;

use elfo::Addr;
use kv_core::{KvError, Reply};
use tokio::time::timeout;

use super::actor::Owned;
use crate::client::Client;
use crate::first::{refused, unanswered};
use crate::system::Node;

/// A client that sends to the actors of a group.
pub struct Sender<A: Owned> {
    client: Arc<Client>,
    group: Addr,
    pub(crate) actors: Arc<A>,
}

impl<A: Owned> Sender<A> {
    pub(crate) fn new(client: &Arc<Client>, node: &Node, actors: &Arc<A>) -> Self {
        Self { client: Arc::clone(client), group: node.actors, actors: Arc::clone(actors) }
    }

    /// Polls a future that sends a message, within the gate of its actor. Each poll may be the one that sends, so each
    /// poll enters the gate. The result is an error when the gate, and with it the mailbox, is closed at the first poll.
    /// When the gate closes later, only the response is left to poll for.
    ///
    /// The future is passed pinned, because elfo's futures are large: a kilobyte and more would be moved.
    #[inline]
    async fn sending<F: Future>(&self, name: &A::Name, mut send: Pin<&mut F>) -> Result<F::Output, KvError> {
        let mut begun = false;
        poll_fn(move |context| {
            let guard = self.actors.gate(name).enter();
            if guard.is_none() && !begun {
                return Poll::Ready(Err(KvError::Stopped));
            }
            begun = true;
            let _runtime = self.actors.enter(name);
            send.as_mut().poll(context).map(Ok)
        })
        .await
    }

    // ANCHOR: address
    // ANCHOR: in_time
    #[inline]
    pub(crate) async fn ask(&self, name: &A::Name, message: A::Message) -> Result<Reply, KvError> {
        let request = self.client.context.request_to(self.group, message);
        // The request is pinned first: `within` keeps its future twice, and this one has a kilobyte.
        let request = pin!(request.resolve());
        let outcome = if self.client.is_here() {
            self.in_time(self.sending(name, request)).await?
        } else {
            let request = pin!(self.client.scope().within(request));
            self.in_time(self.sending(name, request)).await?
        };
        Ok(outcome.map_err(unanswered)?.into_inner()?)
    }

    #[inline]
    async fn in_time<T>(&self, sending: impl Future<Output = Result<T, KvError>>) -> Result<T, KvError> {
        match self.actors.common().config.ask_timeout {
            None => sending.await,
            // A request is one step to elfo, so the timeout does not tell whether it waited for room or for the response.
            Some(limit) => timeout(limit, sending).await.unwrap_or(Err(KvError::TimedOut)),
        }
    }
    // ANCHOR_END: in_time

    #[inline]
    pub(crate) async fn tell(&self, name: &A::Name, message: A::Message) -> Result<(), KvError> {
        let send = pin!(self.client.context.send_to(self.group, message));
        let sent = if self.client.is_here() {
            self.sending(name, send).await?
        } else {
            let send = pin!(self.client.scope().within(send));
            self.sending(name, send).await?
        };
        sent.map_err(|_| KvError::Stopped)
    }

    #[inline]
    pub(crate) fn try_tell(&self, name: &A::Name, message: A::Message) -> Result<(), KvError> {
        let _guard = self.actors.gate(name).enter().ok_or(KvError::Stopped)?;
        let _runtime = self.actors.enter(name);
        let send = || self.client.context.try_send_to(self.group, message);
        if self.client.is_here() { send() } else { self.client.scope().sync_within(send) }.map_err(refused)
    }

    /// Runs a task in the scope of this client, so that no send of the task has to enter it.
    pub(crate) async fn inside<F: Future>(&self, task: F) -> F::Output {
        self.client.scope().within(task).await
    }
    // ANCHOR_END: address
}

impl<A: Owned> fmt::Debug for Sender<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").finish_non_exhaustive()
    }
}
