//! The connection manager behind the handle: its state, and its loop.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

use super::{ClientFilter, Message, Refused, Serve};
use crate::client::{Client, ClientKind, CloseReason};
use crate::pubsub::PubSub;
use crate::settings::Settings;
use crate::statistics::Statistics;

/// How often the manager looks for idle clients and for clients that let too much output wait, and takes a sample of
/// the rates.
const TICK: Duration = Duration::from_secs(1);

/// The longest patience, a year: more is as good as for ever, and may be more than an `Instant` can hold.
const LONGEST_PATIENCE: Duration = Duration::from_secs(365 * 24 * 60 * 60);

pub(super) struct Runner {
    mailbox: mpsc::Receiver<Message>,
    settings: Arc<Settings>,
    statistics: Arc<Statistics>,
    pubsub: PubSub,
    /// The tasks that serve connections, one for each. They belong to the manager, and none outlives it.
    tasks: JoinSet<()>,
    /// The client of each task. A refusal has a task too, and is not listed here.
    owners: HashMap<Id, u64>,
    /// The connected clients, in the order in which they connected. A killed client is removed at once.
    clients: BTreeMap<u64, Arc<Client>>,
    /// The number of connected clients, which the handles read without asking the manager.
    connected: Arc<AtomicUsize>,
    last_id: u64,
    shutdown: Option<Shutdown>,
}

/// The state of a shutdown under way.
struct Shutdown {
    /// When the patience ends; `None` when it has ended.
    deadline: Option<Instant>,
    waiting: Vec<oneshot::Sender<()>>,
}

impl Runner {
    pub(super) fn new(
        mailbox: mpsc::Receiver<Message>,
        settings: Arc<Settings>,
        statistics: Arc<Statistics>,
        pubsub: PubSub,
        connected: Arc<AtomicUsize>,
    ) -> Self {
        Self {
            mailbox,
            settings,
            statistics,
            pubsub,
            tasks: JoinSet::new(),
            owners: HashMap::new(),
            clients: BTreeMap::new(),
            connected,
            last_id: 0,
            shutdown: None,
        }
    }

    // ANCHOR: run
    /// Serves until the last connection has ended after a shutdown, or until no handle is left; then the remaining
    /// connections end with the manager.
    pub(super) async fn run(mut self) {
        let mut tick = interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !self.is_over() {
            let deadline = self.shutdown.as_ref().and_then(|shutdown| shutdown.deadline);
            // Each branch only waits, and loses nothing when another one is faster; the work is done behind the arrows.
            tokio::select! {
                message = self.mailbox.recv() => match message {
                    Some(message) => self.handle(message),
                    None => return,
                },
                Some(ended) = self.tasks.join_next_with_id() => self.forget(ended),
                now = tick.tick() => self.tick(now),
                () = until(deadline), if deadline.is_some() => self.lose_patience(),
            }
        }
        let waiting = self.shutdown.take().map(|shutdown| shutdown.waiting);
        drop(self);
        for done in waiting.into_iter().flatten() {
            let _ = done.send(());
        }
    }

    fn is_over(&self) -> bool {
        self.shutdown.is_some() && self.tasks.is_empty()
    }

    fn handle(&mut self, message: Message) {
        // Sending a reply fails only if the asker has stopped waiting for it.
        match message {
            Message::Admit { peer, local, serve, reply } => {
                let _ = reply.send(self.admit(peer, local, serve));
            }
            Message::List { filter, reply } => {
                let _ = reply.send(self.list(&filter));
            }
            Message::Kill { filter, by, reply } => {
                let _ = reply.send(self.kill(&filter, by));
            }
            Message::Shutdown { patience, done } => {
                self.shut_down(Instant::now() + patience.min(LONGEST_PATIENCE), done);
            }
        }
    }
    // ANCHOR_END: run

    fn admit(&mut self, peer: SocketAddr, local: SocketAddr, serve: Serve) -> Result<(), Refused> {
        self.statistics.connected();
        if self.shutdown.is_some() {
            return Err(Refused::ShuttingDown);
        }
        // A killed client counts until its task has ended: the limit is one of sockets.
        if self.owners.len() >= self.settings.max_clients() {
            self.statistics.refused();
            self.tasks.spawn(async { serve(Err(Refused::TooMany)).await });
            return Err(Refused::TooMany);
        }
        self.last_id += 1;
        let client = Arc::new(Client::new(self.last_id, peer, local));
        // `serve` is called inside of the task, so that a panic of `serve` itself ends only this connection.
        let served = Arc::clone(&client);
        let task = self.tasks.spawn(async { serve(Ok(served)).await });
        self.owners.insert(task.id(), self.last_id);
        self.clients.insert(self.last_id, client);
        self.count();
        Ok(())
    }

    // ANCHOR: forget
    /// Forgets a connection whose task has ended, also by a panic. A panic ends one connection, and has no effect on
    /// the others.
    fn forget(&mut self, ended: Result<(Id, ()), JoinError>) {
        let task = match ended {
            Ok((task, ())) => task,
            Err(error) => {
                if error.is_panic() {
                    tracing::error!(client = self.owners.get(&error.id()), %error, "a connection panicked");
                }
                error.id()
            }
        };
        let Some(id) = self.owners.remove(&task) else { return };
        self.clients.remove(&id);
        self.count();
        // The pub/sub actor is told of every client's end, for it alone knows who has subscribed. A task does it,
        // because that actor may be busy, and the manager admits no client while it waits.
        let pubsub = self.pubsub.clone();
        self.tasks.spawn(async move { pubsub.leave(id).await });
    }
    // ANCHOR_END: forget

    fn list(&self, filter: &ClientFilter) -> Vec<Arc<Client>> {
        self.clients.values().filter(|client| filter.fits(client)).cloned().collect()
    }

    fn kill(&mut self, filter: &ClientFilter, by: u64) -> usize {
        let found = self.list(filter);
        for client in &found {
            if client.id() == by {
                client.finish();
            } else {
                client.close(CloseReason::KilledBy(by));
                self.clients.remove(&client.id());
            }
        }
        self.count();
        found.len()
    }

    fn tick(&mut self, now: Instant) {
        self.statistics.sample(now);
        let (normal, pubsub) = (self.settings.normal_limit(), self.settings.pubsub_limit());
        for client in self.clients.values() {
            client.check_waiting(if client.kind() == ClientKind::PubSub { pubsub } else { normal });
        }
        let Some(timeout) = self.settings.idle_timeout() else { return };
        // Subscribers are expected to send nothing, so they are never idle.
        let clients = self.clients.values().filter(|client| client.kind() == ClientKind::Normal);
        for client in clients.filter(|client| client.idle(now) >= timeout) {
            client.close(CloseReason::Idle(timeout));
        }
    }

    // ANCHOR: shutdown
    fn shut_down(&mut self, deadline: Instant, done: oneshot::Sender<()>) {
        for client in self.clients.values() {
            client.finish();
        }
        let shutdown =
            self.shutdown.get_or_insert(Shutdown { deadline: Some(deadline), waiting: Vec::new() });
        shutdown.waiting.push(done);
        shutdown.deadline = shutdown.deadline.map(|earlier| earlier.min(deadline));
    }

    /// Closes every connection and aborts its task. The reason is for the connections that still get a turn, the abort
    /// for those that do not.
    fn lose_patience(&mut self) {
        tracing::warn!(clients = self.clients.len(), "closed: they have not finished in time");
        for client in self.clients.values() {
            client.close(CloseReason::ShuttingDown);
        }
        self.tasks.abort_all();
        if let Some(shutdown) = &mut self.shutdown {
            shutdown.deadline = None;
        }
    }
    // ANCHOR_END: shutdown

    fn count(&self) {
        self.connected.store(self.clients.len(), Ordering::Relaxed);
    }
}

/// Resolves at the deadline; never resolves without one.
async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}
