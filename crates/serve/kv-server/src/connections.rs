//! The connection manager: one actor that admits all connections, knows them, and ends them.

mod filter;
mod runner;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use thiserror::Error;
use tokio::sync::{mpsc, oneshot};

pub(crate) use self::filter::ClientFilter;
use self::runner::Runner;
use crate::client::Client;
use crate::pubsub::PubSub;
use crate::settings::Settings;
use crate::statistics::Statistics;

/// How many messages may wait for the connection manager before their senders wait themselves.
const MAILBOX: usize = 256;

/// The reason why a connection was not admitted.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub(crate) enum Refused {
    /// As many clients are connected as are allowed.
    #[error("ERR max number of clients reached")]
    TooMany,
    /// The server shuts down.
    #[error("ERR server is shutting down")]
    ShuttingDown,
}

/// A function that makes the future that serves a connection, once it is known whether there is room for it.
type Serve = Box<dyn FnOnce(Result<Arc<Client>, Refused>) -> BoxFuture<'static, ()> + Send>;

// ANCHOR: message
enum Message {
    Admit { peer: SocketAddr, local: SocketAddr, serve: Serve, reply: oneshot::Sender<Result<(), Refused>> },
    List { filter: ClientFilter, reply: oneshot::Sender<Vec<Arc<Client>>> },
    Kill { filter: ClientFilter, by: u64, reply: oneshot::Sender<usize> },
    Shutdown { patience: Duration, done: oneshot::Sender<()> },
}
// ANCHOR_END: message

// ANCHOR: handle
/// The handle of the connection manager.
#[derive(Clone, Debug)]
pub(crate) struct ConnectionManager {
    mailbox: mpsc::Sender<Message>,
    connected: Arc<AtomicUsize>,
}

impl ConnectionManager {
    /// Starts the connection manager.
    pub(crate) fn start(settings: Arc<Settings>, statistics: Arc<Statistics>, pubsub: PubSub) -> Self {
        let (sender, mailbox) = mpsc::channel(MAILBOX);
        let connected = Arc::new(AtomicUsize::new(0));
        tokio::spawn(Runner::new(mailbox, settings, statistics, pubsub, Arc::clone(&connected)).run());
        Self { mailbox: sender, connected }
    }

    /// Admits a connection: gives it a number, and runs the future that `serve` makes for it, in a task of its own.
    ///
    /// If there are too many, `serve` is told so, and may say it to the peer. That is a task too, since even a goodbye
    /// can block. When the server shuts down, `serve` is dropped unused, and with it the connection.
    ///
    /// # Errors
    /// [`Refused`].
    pub(crate) async fn admit<F>(
        &self,
        peer: SocketAddr,
        local: SocketAddr,
        serve: impl FnOnce(Result<Arc<Client>, Refused>) -> F + Send + 'static,
    ) -> Result<(), Refused>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let serve: Serve = Box::new(|admitted| serve(admitted).boxed());
        self.ask(|reply| Message::Admit { peer, local, serve, reply })
            .await
            .unwrap_or(Err(Refused::ShuttingDown))
    }

    /// The clients that the filter lets through, in the order in which they connected. The list is empty when the
    /// server has shut down.
    pub(crate) async fn list(&self, filter: ClientFilter) -> Vec<Arc<Client>> {
        self.ask(|reply| Message::List { filter, reply }).await.unwrap_or_default()
    }

    /// Closes the clients that the filter lets through; returns how many. They are not listed or counted any more when
    /// this resolves. The client `by`, whose command it is, is asked to finish instead, so that it can be answered.
    pub(crate) async fn kill(&self, filter: ClientFilter, by: u64) -> usize {
        self.ask(|reply| Message::Kill { filter, by, reply }).await.unwrap_or_default()
    }

    /// How many clients are connected.
    pub(crate) fn count(&self) -> usize {
        self.connected.load(Ordering::Relaxed)
    }

    /// Stops admitting clients, lets every connection finish the commands it has read, and after `patience` closes
    /// those that have not. Resolves when the last one is gone. May be called many times; the least patience counts.
    pub(crate) async fn shutdown(&self, patience: Duration) {
        // Fails only when the manager has ended already.
        let _ = self.ask(|done| Message::Shutdown { patience, done }).await;
    }

    async fn ask<R>(&self, message: impl FnOnce(oneshot::Sender<R>) -> Message) -> Option<R> {
        let (reply, answer) = oneshot::channel();
        self.mailbox.send(message(reply)).await.ok()?;
        answer.await.ok()
    }
}
// ANCHOR_END: handle
