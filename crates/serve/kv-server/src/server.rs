//! The server: the first actor, which accepts clients, and knows when all other parts have ended.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use kv_core::{Backend, Config};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use crate::connection::Connection;
use crate::info::Observed;
use crate::listen::listen;
use crate::metrics::{Metrics, MetricsServer, Observe};
use crate::options::{OnStoreEnd, Options, ServeError};
use crate::shared::{Shared, has_ended};
use crate::transport::Transport;

/// The pause before the next accept when the system has no more sockets to give: some may have been closed by then.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// The longest wait for the kill of a backend that has not drained in time: the kill takes for ever if a handler blocks
/// its thread.
const KILL_PATIENCE: Duration = Duration::from_millis(500);

/// How long a scrape waits for the backend. The scrape of a stalled backend must not fail, because its numbers are what
/// shows the stall.
const SCRAPE_PATIENCE: Duration = Duration::from_secs(1);

/// A running server. Dropping it does not stop it; [`Server::shutdown`] does, and resolves when it has ended.
///
/// ```
/// use kv_core::{Backend, Config, KeyEvents};
/// use kv_server::{Options, Server};
///
/// # async fn example<B: Backend>() -> Result<(), Box<dyn std::error::Error>> {
/// // Counting costs a little, and `INFO` shows the sums.
/// let config = Config { key_events: KeyEvents::counting(), ..Config::default() };
/// let backend = B::start(config.clone()).await?;
/// let options = Options { bind: "127.0.0.1:0".parse()?, ..Options::default() };
/// let server = Server::start(backend, &config, options).await?;
/// println!("redis-cli -p {}", server.address().port());
/// server.shutdown().await;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Server {
    address: SocketAddr,
    metrics: Option<SocketAddr>,
    messages: mpsc::UnboundedSender<Message>,
    ended: watch::Receiver<Option<Outcome>>,
}

/// The way in which a server has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Every accepted command has been carried out.
    Drained,
    /// Some work was not done when [`Options::shutdown_deadline`] had passed, and is lost.
    CutOff,
    /// A part of the store had ended for good, and the server with it, as [`OnStoreEnd::Exit`](crate::OnStoreEnd::Exit)
    /// asks for. The commands that were accepted before have been answered, unless the log says that they were cut off.
    StoreEnded,
}

/// The messages to the server.
#[derive(Debug)]
pub(crate) enum Message {
    /// A request to stop.
    Shutdown,
    /// The news that a part of the store has ended for good.
    StoreEnded,
    /// A request to find out whether a part of the store has ended.
    CheckStore,
}

impl Server {
    /// Starts to serve a backend. The server owns the backend from then on.
    ///
    /// # Errors
    /// [`ServeError`] when the options are refused or the address is taken; the backend has been shut down then.
    pub async fn start<B: Backend>(
        backend: B,
        config: &Config,
        options: Options,
    ) -> Result<Self, ServeError> {
        let started = match Listening::on(&options) {
            Ok(listening) => listening.serve(backend, config, &options).await,
            Err(error) => Err((backend, error)),
        };
        match started {
            Ok(server) => Ok(server),
            Err((backend, error)) => {
                backend.shutdown().await;
                Err(error)
            }
        }
    }

    /// The address at which the server listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address at which the server serves metrics, if it does.
    #[must_use]
    pub const fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics
    }

    /// Stops gracefully: no new clients are admitted, commands in flight are carried out and their replies sent, and
    /// the backend is drained. Then it resolves, within [`Options::shutdown_deadline`] unless all threads of the
    /// runtime are blocked. What is not done when nine tenths of that time (or all but half a second of it) are over is
    /// cut off. The tenth before that is the backend's alone, so that a client which does not read its replies cannot
    /// keep it from draining. May be called many times.
    pub async fn shutdown(&self) -> Outcome {
        // Fails only when the server has ended already.
        let _ = self.messages.send(Message::Shutdown);
        self.ended().await
    }

    /// Resolves when the server has ended, also by a client's `SHUTDOWN`.
    pub async fn ended(&self) -> Outcome {
        let mut ended = self.ended.clone();
        // Fails only if the runner was dropped with its runtime, and then it has ended as well.
        ended.wait_for(Option::is_some).await.ok().and_then(|outcome| *outcome).unwrap_or(Outcome::CutOff)
    }
}

/// The open sockets of a server that does not serve yet.
struct Listening {
    clients: TcpListener,
    #[cfg(feature = "tls")]
    tls: Option<tokio_rustls::TlsAcceptor>,
}

impl Listening {
    fn on(options: &Options) -> Result<Self, ServeError> {
        options.check()?;
        Ok(Self {
            clients: listen(options.bind)
                .map_err(|reason| ServeError::Bind { address: options.bind, reason })?,
            #[cfg(feature = "tls")]
            tls: options.tls.as_ref().map(crate::TlsFiles::acceptor).transpose()?,
        })
    }

    /// Starts all actors that serve this backend.
    async fn serve<B: Backend>(
        self,
        backend: B,
        config: &Config,
        options: &Options,
    ) -> Result<Server, (B, ServeError)> {
        let address = self.clients.local_addr().unwrap_or(options.bind);
        let (sender, messages) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared::start(backend, config, options, address, sender.clone())?);
        let metrics = match options.metrics {
            None => None,
            Some(address) => match serve_metrics(address, &shared) {
                Ok(metrics) => Some(metrics),
                Err(error) => {
                    shared.stop(Duration::ZERO).await;
                    // The server holds the only reference: no client was admitted yet.
                    return match Arc::try_unwrap(shared) {
                        Ok(shared) => Err((shared.backend, error)),
                        Err(_) => unreachable!("a server without clients has the only reference"),
                    };
                }
            },
        };
        let (over, ended) = watch::channel(None);
        let metrics_address = metrics.as_ref().map(MetricsServer::address);
        let runner = Runner {
            listener: self.clients,
            #[cfg(feature = "tls")]
            tls: self.tls,
            messages,
            server: sender.clone(),
            metrics,
            shared,
            deadline: options.shutdown_deadline,
            on_store_end: options.on_store_end,
        };
        tokio::spawn(async move {
            let outcome = runner.run().await;
            // Fails only if all handles are gone: a caller that waits for the end holds a receiver.
            let _ = over.send(Some(outcome));
        });
        Ok(Server { address, metrics: metrics_address, messages: sender, ended })
    }
}

/// Starts the metrics' HTTP server. The metrics read what `INFO` reads, and ask the backend how many keys it has.
fn serve_metrics<B: Backend>(
    address: SocketAddr,
    shared: &Arc<Shared<B>>,
) -> Result<MetricsServer, ServeError> {
    // The reference is weak: the metrics must not keep a backend alive that is to be shut down.
    let weak = Arc::downgrade(shared);
    let observe: Observe = Arc::new(move || {
        let weak = weak.clone();
        async move {
            match weak.upgrade() {
                Some(shared) => shared.observe(&shared.backend.handle(), SCRAPE_PATIENCE).await,
                None => Observed::default(),
            }
        }
        .boxed()
    });
    MetricsServer::start(address, Metrics::new(shared.info.clone(), observe))
        .map_err(|reason| ServeError::Bind { address, reason })
}

struct Runner<B: Backend> {
    listener: TcpListener,
    #[cfg(feature = "tls")]
    tls: Option<tokio_rustls::TlsAcceptor>,
    messages: mpsc::UnboundedReceiver<Message>,
    server: mpsc::UnboundedSender<Message>,
    metrics: Option<MetricsServer>,
    shared: Arc<Shared<B>>,
    deadline: Duration,
    on_store_end: OnStoreEnd,
}

impl<B: Backend> Runner<B> {
    // ANCHOR: accept
    /// Accepts clients until it is told to stop, and then stops all other parts in order: first those that ask, then
    /// those that answer.
    async fn run(mut self) -> Outcome {
        let ended = loop {
            tokio::select! {
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, peer)) => self.admit(stream, peer).await,
                    Err(error) => {
                        tracing::warn!(%error, "cannot accept a client");
                        tokio::time::sleep(ACCEPT_PAUSE).await;
                    }
                },
                message = self.messages.recv() => match message {
                    Some(Message::Shutdown) | None => break None,
                    Some(Message::StoreEnded) => {
                        self.shared.lifecycle.confirm_end();
                        if self.on_store_end == OnStoreEnd::Exit {
                            break Some(Outcome::StoreEnded);
                        }
                    }
                    Some(Message::CheckStore) => self.check_store(),
                },
            }
        };
        drop(self.listener);
        let outcome = stop(&self.shared, self.deadline).await;
        if let Some(metrics) = self.metrics {
            metrics.shutdown().await;
        }
        ended.unwrap_or(outcome)
    }
    // ANCHOR_END: accept

    /// Asks the backend whether all of it is still there. A task does so, because the backend may not answer for long.
    fn check_store(&self) {
        let (handle, server) = (self.shared.backend.handle(), self.server.clone());
        tokio::spawn(async move {
            if has_ended(&handle).await {
                // The message is not read when the server is stopping already, and the backend with it.
                let _ = server.send(Message::StoreEnded);
            }
        });
    }

    /// Hands a client to the connection manager, with the future that serves it.
    async fn admit(&self, stream: TcpStream, peer: SocketAddr) {
        // Replies are written when all arrived requests have been read, so to delay them for more would not help: the
        // delay would be 40 ms where the other side delays its acknowledgements.
        let _ = stream.set_nodelay(true);
        let local = stream.local_addr().unwrap_or(peer);
        if self.shared.is_open_to(peer) {
            refuse(&stream, OPEN_TO_ALL);
            return;
        }
        let shared = Arc::clone(&self.shared);
        #[cfg(feature = "tls")]
        let tls = self.tls.clone();
        let admitted = self.shared.connections.admit(peer, local, move |client| async move {
            let client = match client {
                Ok(client) => client,
                Err(refused) => return refuse(&stream, &refused.to_string()),
            };
            #[cfg(feature = "tls")]
            let Some(transport) = Transport::accept(stream, tls.as_ref(), &client).await else { return };
            #[cfg(not(feature = "tls"))]
            let transport = Transport::Plain(stream);
            // If the backend cannot make a handle for one more client, the usual handle refuses the commands in words.
            let handle = shared.backend.client().await.unwrap_or_else(|_| shared.backend.handle());
            Connection::new(transport, client, handle, shared).run().await;
        });
        if let Err(refused) = admitted.await {
            tracing::debug!(%peer, %refused, "turned away");
        }
    }
}

/// Ends the clients, then the backend; and when time is up, what is left of them. All of it stays within the deadline:
/// the kill has its share of that time, and so has the backend when the clients have had theirs.
async fn stop<B: Backend>(shared: &Arc<Shared<B>>, deadline: Duration) -> Outcome {
    let kill_patience = KILL_PATIENCE.min(deadline / 10);
    let patience = deadline.saturating_sub(kill_patience);
    let graceful = async {
        shared.stop(patience / 10 * 9).await;
        shared.backend.shutdown().await;
    };
    if timeout(patience, graceful).await.is_ok() {
        return Outcome::Drained;
    }
    tracing::warn!(?deadline, "the shutdown took too long: what is not done by now is lost");
    // The kill runs in a task of its own: a kill that blocks on a lock must not block the timer beside it.
    let shared = Arc::clone(shared);
    let _ = timeout(kill_patience, tokio::spawn(async move { shared.backend.kill().await })).await;
    Outcome::CutOff
}

const OPEN_TO_ALL: &str = "DENIED this server runs in protected mode, and has no password: set one, or connect from the same machine";

/// Writes the reason, if the socket takes it at once, and hangs up.
fn refuse(stream: &TcpStream, line: &str) {
    let _ = stream.try_write(format!("-{line}\r\n").as_bytes());
}
