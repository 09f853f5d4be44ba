//! The command `audition serve`: a Redis-protocol server over any backend.

mod signals;

use std::io;
use std::num::NonZero;
use std::thread::available_parallelism;

use kv_core::{Backend, Config, StartError, Topology};
use kv_server::{Options, Outcome, ServeError, Server};
use thiserror::Error;
use tokio::runtime::{Builder, Runtime};
use tokio::task::LocalSet;

use self::signals::Watch;

/// The options of `serve`.
#[derive(Clone, Debug)]
pub struct Serve {
    /// The backend's configuration.
    pub config: Config,
    /// The server's options.
    pub options: Options,
    /// Threads of the runtime that the server and the backend share; 1 puts everything on one thread.
    pub threads: NonZero<usize>,
}

/// The error of `serve`: the server did not run, or did not end well.
#[derive(Debug, Error)]
pub enum Error {
    /// The name is no backend's.
    #[error(transparent)]
    Unknown(#[from] kv_backends::UnknownBackend),
    /// The operating system gave no runtime, or no signals.
    #[error("the operating system refused: {0}")]
    System(#[from] io::Error),
    /// The backend did not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The server did not start.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// The graceful shutdown took longer than it may.
    #[error(
        "the shutdown took longer than it may, and what was not done by then is lost; see --shutdown-deadline"
    )]
    CutOff,
    /// A part of the store ended for good, and the server with it.
    #[error(
        "the store has ended, or a part of it, and the server with it: an actor panicked more often than it may; see --restart-limit, --on-panic and --on-store-end"
    )]
    StoreEnded,
}

/// The default number of threads: as many as there are actors that can work at once. One actor handles one message at a
/// time, and a second thread would only make its messages travel; Redis begins with one thread for the same reason. It
/// is at most one fewer than the number of processors, because the network's own work and the clients on this machine
/// need one.
#[must_use]
pub fn default_threads(topology: Topology) -> NonZero<usize> {
    let most = available_parallelism().map_or(1, NonZero::get) - 1;
    let threads = match topology {
        Topology::Single => 1,
        Topology::Sharded(shards) => shards.min(most),
        Topology::PerKey => most,
    };
    NonZero::new(threads).unwrap_or(NonZero::<usize>::MIN)
}

/// Serves the backend of that name until it is told to stop: by a signal, or by a client's `SHUTDOWN`. `started` is
/// called with the running server.
///
/// # Errors
/// [`enum@Error`].
pub fn serve(backend: &str, serve: Serve, started: impl FnOnce(&Server)) -> Result<(), Error> {
    kv_backends::with(backend, Serving { serve, started })?
}

struct Serving<F> {
    serve: Serve,
    started: F,
}

impl<F: FnOnce(&Server)> kv_backends::Visitor for Serving<F> {
    type Output = Result<(), Error>;

    fn visit<B: Backend>(self) -> Self::Output {
        raise_open_files();
        let signals = Watch::start(self.serve.options.shutdown_deadline)?;
        let runtime = runtime(self.serve.threads)?;
        // The `LocalSet` is there for every backend, also for those that do not need one, so that all are served alike.
        let done = LocalSet::new().block_on(&runtime, run::<B>(self.serve, self.started, signals));
        // Rejected: to drop the runtime, which waits for its threads, and a handler that was given up may block one for
        // ever.
        runtime.shutdown_background();
        done
    }
}

/// Allows this process as many open files as its user may have: each client is one, and the usual limit is 1,024. If
/// that fails, fewer clients can connect, and the log says so when one cannot.
#[cfg(unix)]
fn raise_open_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
}

#[cfg(not(unix))]
fn raise_open_files() {}

fn runtime(threads: NonZero<usize>) -> io::Result<Runtime> {
    match threads.get() {
        1 => Builder::new_current_thread().enable_all().build(),
        threads => Builder::new_multi_thread().worker_threads(threads).enable_all().build(),
    }
}

// ANCHOR: serve
async fn run<B: Backend>(
    serve: Serve,
    started: impl FnOnce(&Server),
    mut signals: Watch,
) -> Result<(), Error> {
    let backend = B::start(serve.config.clone()).await?;
    let framework = B::FRAMEWORK
        .map(|name| format!("{name} {}", kv_backends::version(name).unwrap_or("of unknown version")));
    let options = Options { framework, ..serve.options };
    let server = Server::start(backend, &serve.config, options).await?;
    started(&server);
    let outcome = tokio::select! {
        outcome = server.ended() => outcome,
        () = signals.stop() => server.shutdown().await,
    };
    match outcome {
        Outcome::Drained => Ok(()),
        Outcome::CutOff => Err(Error::CutOff),
        Outcome::StoreEnded => Err(Error::StoreEnded),
    }
}
// ANCHOR_END: serve
