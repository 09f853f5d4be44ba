//! The state and the actors that all connections of one server share.

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use futures_util::future::join;
use kv_core::{Backend, Command, Config, Handle, KeyEvents, KvError, Mailbox, Reply, Timestamp, Topology};
use kv_resp::Limits;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::{Instant, timeout};

use crate::connections::ConnectionManager;
use crate::info::{Facts, Info, Observed};
use crate::metrics::LifecycleWatch;
use crate::notify::Notifier;
use crate::options::{Options, ServeError};
use crate::pubsub::PubSub;
use crate::server::Message;
use crate::settings::Settings;
use crate::statistics::Statistics;
use kv_commands::{Context, by_id, random};

/// The handles of the other actors, and the data that all connections read and few change.
pub(crate) struct Shared<B> {
    pub(crate) backend: B,
    pub(crate) settings: Arc<Settings>,
    pub(crate) statistics: Arc<Statistics>,
    pub(crate) connections: ConnectionManager,
    pub(crate) pubsub: PubSub,
    pub(crate) notifier: Notifier,
    pub(crate) info: Info,
    pub(crate) key_events: KeyEvents,
    pub(crate) context: Context,
    pub(crate) debug_commands: bool,
    /// The permits for renderings that take a processor for long.
    pub(crate) heavy: Semaphore,
    /// The watch over the backend's actors.
    pub(crate) lifecycle: LifecycleWatch,
    protected: bool,
    server: mpsc::UnboundedSender<Message>,
}

impl<B: Backend> Shared<B> {
    /// Starts the other actors.
    ///
    /// # Errors
    /// [`ServeError::Setting`].
    pub(crate) fn start(
        backend: B,
        config: &Config,
        options: &Options,
        address: SocketAddr,
        server: mpsc::UnboundedSender<Message>,
    ) -> Result<Self, (B, ServeError)> {
        let settings = match options.settings(address, config.max_value_bytes) {
            Ok(settings) => Arc::new(settings),
            Err(error) => return Err((backend, error)),
        };
        let names = by_id().iter().map(|spec| spec.name.to_owned()).collect();
        let statistics = Arc::new(Statistics::new(names));
        let pubsub = PubSub::start();
        let info = Info {
            facts: facts::<B>(config, options),
            settings: Arc::clone(&settings),
            statistics: Arc::clone(&statistics),
            key_events: config.key_events.clone(),
        };
        Ok(Self {
            backend,
            connections: ConnectionManager::start(
                Arc::clone(&settings),
                Arc::clone(&statistics),
                pubsub.clone(),
            ),
            notifier: Notifier::start(Arc::clone(&settings), config.key_events.clone(), pubsub.clone()),
            settings,
            statistics,
            pubsub,
            info,
            key_events: config.key_events.clone(),
            context: Context {
                clock: config.clock.clone(),
                max_value_bytes: config.max_value_bytes,
                lot: random,
            },
            debug_commands: options.debug_commands,
            heavy: Semaphore::new(available_parallelism().map_or(1, usize::from)),
            lifecycle: LifecycleWatch::start(&config.lifecycle, config.topology, server.clone()),
            protected: options.protected,
            server,
        })
    }

    /// The time on the clock of the backend's actors.
    pub(crate) fn now(&self) -> Timestamp {
        self.context.clock.now()
    }

    /// The limits on the requests of a client that has given the password. As in Redis, the longest argument is the
    /// longest value. A store for very small values still reads longer arguments, so that it can say why it does not
    /// take them.
    pub(crate) fn limits(&self) -> Limits {
        Limits { max_bulk_bytes: self.context.max_value_bytes.max(64 * 1024), ..Limits::default() }
    }

    /// Whether this peer comes from another machine to a server that asks for no password: the password may have been
    /// taken away since the start.
    pub(crate) fn is_open_to(&self, peer: SocketAddr) -> bool {
        self.protected && !peer.ip().to_canonical().is_loopback() && !self.settings.asks_password()
    }

    /// Asks the server to stop.
    pub(crate) fn shut_down(&self) {
        // Fails only when the server is stopping already.
        let _ = self.server.send(Message::Shutdown);
    }

    /// Ends all clients, gracefully within `patience`, and then all actors that serve them, except the backend.
    pub(crate) async fn stop(&self, patience: Duration) {
        self.connections.shutdown(patience).await;
        self.notifier.shutdown().await;
        self.pubsub.shutdown().await;
    }

    /// Asks the other actors for the numbers that `INFO` needs.
    ///
    /// It waits for the backend's actors no longer than `patience`: an operator who looks at a stalled backend wants to
    /// see the other numbers.
    pub(crate) async fn observe(&self, handle: &B::Handle, patience: Duration) -> Observed {
        // The queues are counted before the questions, which would be counted with them.
        let queued = handle.queued();
        let counts = join(count(handle, Command::Count), count(handle, Command::CountVolatile));
        let (counts, topics) = join(timeout(patience, counts), timeout(patience, self.pubsub.topics())).await;
        let (keys, volatile) = counts.unwrap_or_default();
        Observed {
            clients: self.connections.count(),
            topics: topics.ok().and_then(Result::ok).unwrap_or_default(),
            keys,
            volatile: volatile.unwrap_or_default(),
            panics: self.lifecycle.panics(),
            restarts: self.lifecycle.restarts(),
            store: self.lifecycle.store(),
            queued,
            now_millis: self.now().as_millis(),
        }
    }
}

/// Whether a part of the backend refuses every command. Does not resolve as long as another part does not answer.
pub(crate) async fn has_ended(handle: &impl Handle) -> bool {
    // `Count` asks every shard. With an actor per key it asks none of them, because the end of such an actor is no end
    // of the store.
    handle.ask(Command::Count).await == Err(KvError::Stopped)
}

/// How many keys there are, if the backend answers.
async fn count(handle: &impl Handle, command: Command) -> Option<u64> {
    match handle.ask(command).await {
        Ok(Reply::Count(count)) => Some(count),
        _ => None,
    }
}

fn facts<B: Backend>(config: &Config, options: &Options) -> Facts {
    Facts {
        backend: B::NAME.to_owned(),
        framework: options.framework.clone().unwrap_or_default(),
        topology: match config.topology {
            Topology::Single => "single".to_owned(),
            Topology::Sharded(shards) => format!("sharded:{shards}"),
            Topology::PerKey => "per-key".to_owned(),
        },
        mailbox: match config.mailbox {
            Mailbox::Bounded(places) => places.to_string(),
            Mailbox::Unbounded => "unbounded".to_owned(),
        },
        run_id: Facts::new_run_id(),
        started: Instant::now(),
    }
}
