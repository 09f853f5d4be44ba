//! The first actor: accepts clients, and knows when all is over.

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

/// How long to wait when the system has no more sockets to give: some may have been closed by then.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// How long a backend that has not drained in time may take to be killed, at most: it takes for ever if a handler blocks its
/// thread.
const KILL_PATIENCE: Duration = Duration::from_millis(500);

/// How long a scrape waits for the backend. One that is stalled is what an operator wants to see, not what a scrape fails at.
const SCRAPE_PATIENCE: Duration = Duration::from_secs(1);

/// A running server. Dropping it does not stop it; [`Server::shutdown`] does, and says when it has.
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

/// How a server has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Everything that was accepted has been done.
    Drained,
    /// Something was still not done when [`Options::shutdown_deadline`] had passed, and is lost.
    CutOff,
    /// A part of the store had ended for good, and the server with it, as
    /// [`OnStoreEnd::Exit`](crate::OnStoreEnd::Exit) asks for. What was accepted before has been answered, unless the log says
    /// that it was cut off.
    StoreEnded,
}

/// What a server is told.
#[derive(Debug)]
pub(crate) enum Message {
    /// Stop.
    Shutdown,
    /// A part of the store has ended for good.
    StoreEnded,
    /// A part of the store may have ended: find out.
    CheckStore,
}

impl Server {
    /// Starts to serve a backend, which it owns from then on.
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

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it serves metrics, if it does.
    #[must_use]
    pub const fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics
    }

    /// Stops gracefully: no new clients, commands in flight are done and their replies sent, the backend drained; then it
    /// resolves, within [`Options::shutdown_deadline`] unless all threads of the runtime are blocked. What is not done when
    /// nine tenths of that time (or all but half a second of it) are over is cut off. A tenth before that is the backend's
    /// alone, so that a client which does not read its replies is not what keeps it from draining. May be called many times.
    pub async fn shutdown(&self) -> Outcome {
        // Fails when it has ended already.
        let _ = self.messages.send(Message::Shutdown);
        self.ended().await
    }

    /// Resolves when the server has ended, whoever stopped it: a client may, by `SHUTDOWN`.
    pub async fn ended(&self) -> Outcome {
        let mut ended = self.ended.clone();
        // Fails only if the runner was dropped with its runtime, and then it has ended as well.
        ended.wait_for(Option::is_some).await.ok().and_then(|outcome| *outcome).unwrap_or(Outcome::CutOff)
    }
}

/// Sockets that are open, before there is anybody to serve.
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

    /// Starts everybody who is needed to serve this backend.
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
                    // Nobody else holds it: there was no client yet.
                    return match Arc::try_unwrap(shared) {
                        Ok(shared) => Err((shared.backend, error)),
                        Err(_) => unreachable!("a server without clients is shared by nobody"),
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
            // Whoever waits holds a receiver; nobody has to wait.
            let _ = over.send(Some(outcome));
        });
        Ok(Server { address, metrics: metrics_address, messages: sender, ended })
    }
}

/// The metrics read what `INFO` reads, and ask the backend how many keys there are.
fn serve_metrics<B: Backend>(
    address: SocketAddr,
    shared: &Arc<Shared<B>>,
) -> Result<MetricsServer, ServeError> {
    // Weak: the metrics must not keep a backend alive that is to be shut down.
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
    /// Accepts until it is told to stop, and then stops everybody in order: those who ask before those who answer.
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

    /// Asks the backend whether all of it is still there. In a task: it may not answer for long.
    fn check_store(&self) {
        let (handle, server) = (self.shared.backend.handle(), self.server.clone());
        tokio::spawn(async move {
            if has_ended(&handle).await {
                // Not read when the server is stopping, and the backend with it.
                let _ = server.send(Message::StoreEnded);
            }
        });
    }

    /// Hands a client to the manager, with what is to be done for it.
    async fn admit(&self, stream: TcpStream, peer: SocketAddr) {
        // Replies are written when there are no more requests to read: to wait for more to send with them would only delay
        // them, by 40 ms where the other side delays its acknowledgements.
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
            // Where the backend has nothing for one more client any more, the usual handle refuses in words.
            let handle = shared.backend.client().await.unwrap_or_else(|_| shared.backend.handle());
            Connection::new(transport, client, handle, shared).run().await;
        });
        if let Err(refused) = admitted.await {
            tracing::debug!(%peer, %refused, "turned away");
        }
    }
}

/// Ends the clients, then the backend; and when time is up, what is left of them. All of it within the deadline: the kill has
/// its share of that time, and so has the backend when the clients have had theirs.
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
    // In a task of its own: a kill that blocks on a lock must not block this one's patience.
    let shared = Arc::clone(shared);
    let _ = timeout(kill_patience, tokio::spawn(async move { shared.backend.kill().await })).await;
    Outcome::CutOff
}

const OPEN_TO_ALL: &str = "DENIED this server runs in protected mode, and has no password: set one, or connect from the same machine";

/// Says why, if the socket takes it at once, and hangs up.
fn refuse(stream: &TcpStream, line: &str) {
    let _ = stream.try_write(format!("-{line}\r\n").as_bytes());
}
