//! The contract between a backend and its callers.

use crate::{Command, Config, KvError, Promise, Reply, StartError};

/// A running system of actors (or a mutex) that keeps a store.
///
/// Dispatch is static all the way: nothing is boxed per call. Where a backend's name comes from a command line,
/// there is one dispatch at the start, in `kv-backends`.
pub trait Backend: Sized + Send + Sync + 'static {
    /// The backend's name, as on a command line.
    const NAME: &'static str;
    /// The framework's package name, as in `Cargo.lock`; `None` for the standard library.
    const FRAMEWORK: Option<&'static str>;
    /// Where the backend differs in kind from an actor with a mailbox.
    const DECLARATION: Declaration = Declaration { mailbox: MailboxKind::Native };

    /// Whether the backend can do [`Topology::PerKey`](crate::Topology::PerKey).
    const PER_KEY: bool = false;

    /// The promises of the backend. The default is all that a backend of its topologies can promise.
    const PROMISES: &'static [Promise] = if Self::PER_KEY { Promise::ALL } else { Promise::WITHOUT_PER_KEY };

    /// The promises that it keeps but for a race: a run may see them kept or broken. They are not among
    /// [`Backend::PROMISES`].
    const RACES: &'static [Promise] = &[];

    /// Whether the framework has an inside, where its own actors send: then [`Handle::inside`] takes a client's task there.
    const INSIDE: bool = false;

    /// The place where the backend's actors live.
    const PLACEMENT: Placement = Placement::CallersRuntime;

    /// The handle that callers hold.
    type Handle: Handle;

    /// Starts all actors. They are ready when the future resolves.
    ///
    /// Must be called inside a tokio runtime with its time driver enabled.
    ///
    /// # Errors
    /// [`StartError`] when the configuration is refused or the framework does not start.
    fn start(config: Config) -> impl Future<Output = Result<Self, StartError>> + Send;

    /// A handle; any number of tasks, threads and runtimes may share it.
    fn handle(&self) -> Self::Handle;

    /// A handle for one client task or connection: [`Backend::handle`], unless the framework wants an actor of
    /// its own per client.
    ///
    /// # Errors
    /// [`KvError::Stopped`] when the backend no longer runs.
    fn client(&self) -> impl Future<Output = Result<Self::Handle, KvError>> + Send {
        async { Ok(self.handle()) }
    }

    /// Stops gracefully: no new calls, everything accepted is done and answered, every thread, task and
    /// registry entry is freed; then the future resolves. May be called many times and at once; each call
    /// resolves when all is done. A call that races with it is either accepted, and done, or refused.
    fn shutdown(&self) -> impl Future<Output = ()> + Send;

    /// Stops at once: what is queued is lost, and its callers are told so. Frees as much as
    /// [`Backend::shutdown`] does, and may overtake one that waits for a stalled actor.
    fn kill(&self) -> impl Future<Output = ()> + Send;

    /// How many threads the backend will run of its own, beside the caller's runtime. The benches take them
    /// out of the runtime's share, so that every backend has the same number in all.
    #[must_use]
    fn own_threads(config: &Config) -> usize {
        let _ = config;
        0
    }
}

/// A clonable sender of commands, which callers hold.
///
/// It works from any thread and inside any tokio runtime, whichever runtime the framework runs on.
///
/// The order of one caller's calls on one key is kept: a tell that was accepted is applied before whatever the
/// same handle sends later. Asks that wait at the same time are applied in the order in which they were first
/// polled, as long as tokio's cooperative budget lasts: when it ends in the middle of a wave, a send yields although
/// there is room, and the ones behind it overtake. A task that pipelines more than a few dozen asks at once wraps
/// them in [`tokio::task::unconstrained`]. A dropped future leaves the command applied whole or not at all.
pub trait Handle: Clone + Send + Sync + 'static {
    /// Sends a command and waits for its reply; waits for room first if the mailbox is full.
    ///
    /// # Errors
    /// Any [`KvError`].
    fn ask(&self, command: Command) -> impl Future<Output = Result<Reply, KvError>> + Send;

    /// Sends a command and resolves when the mailbox has *accepted* it; waits while the mailbox is full. A future that
    /// is dropped while it waits sends nothing.
    ///
    /// # Errors
    /// [`KvError::Stopped`]; [`KvError::Partial`] for a command over several shards. What the store thinks of
    /// the command is not told.
    fn tell(&self, command: Command) -> impl Future<Output = Result<(), KvError>> + Send;

    /// Sends a command without waiting.
    ///
    /// # Errors
    /// [`KvError::Overloaded`] when the mailbox is full, [`KvError::Stopped`], [`KvError::Partial`].
    fn try_tell(&self, command: Command) -> Result<(), KvError>;

    /// How many messages wait in the actors' mailboxes, about; `None` where a framework does not tell. It is read from
    /// what a mailbox knows anyway: nothing is counted for it.
    fn queued(&self) -> Option<usize> {
        None
    }

    /// Runs a client's task that calls this handle as one of the framework's own actors would: in elfo, within the scope
    /// that every send needs, entered once for the task and not for each call. Most frameworks have no such place; there
    /// the task is run as it is.
    fn inside<F>(&self, client: F) -> impl Future<Output = F::Output> + Send
    where
        F: Future<Output: Send> + Send,
    {
        client
    }
}

/// A declaration of where a backend differs in kind. It skips no case: for each declaration the suite has a case that
/// shows that it is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// The bound of the mailbox.
    pub mailbox: MailboxKind,
}

/// The bound of a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailboxKind {
    /// The framework's own mailbox.
    Native,
    /// A [`MailboxBound`](crate::MailboxBound): the framework has no effective bound, so senders take a place and actors
    /// give it back.
    Bound,
    /// There is no mailbox: a call runs in the caller's own task.
    None,
}

/// Where a backend's actors live. It decides on which lanes of the benches a backend can play.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// The actors live on the runtime that starts the backend, whichever flavor that is.
    CallersRuntime,
    /// The actors live on threads of their own.
    OwnThreads,
    /// The actors live on the `LocalSet` that starts the backend, and so on one thread.
    LocalSet,
}
