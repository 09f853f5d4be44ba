//! The backend: the actors of one topology, and the threads that they live on.

use std::marker::PhantomData;
use std::sync::Arc;

use kv_core::{Backend, Config, Declaration, Handle, KillSwitch, MailboxKind, Placement, StartError};
use tokio_util::task::TaskTracker;

use crate::threads::{Home, Threads};

/// The state that the actors of a backend share.
#[derive(Debug)]
pub struct Shared {
    pub(crate) config: Config,
    pub(crate) kill: KillSwitch,
    /// The tracker of all actors. Their end is the confirmation of a shutdown, and not the reply to a message: by then
    /// the stores are freed.
    pub(crate) alive: TaskTracker,
}

/// The actors of one topology, and the handle over them.
pub trait Actors: Handle {
    /// Whether there is one actor per key.
    const PER_KEY: bool;

    /// Starts the actors.
    fn start(shared: &Arc<Shared>, threads: &Threads) -> impl Future<Output = Self> + Send;
    /// Refuses all commands from now on. Each actor ends when it has handled the messages in its mailbox.
    fn close(&self);
}

/// A backend: the actors `A`, which live on the threads of `H`.
#[derive(Debug)]
pub struct Group<A: Actors, H> {
    actors: A,
    shared: Arc<Shared>,
    threads: Threads,
    home: PhantomData<H>,
}

// ANCHOR: backend
impl<A: Actors, H: Home> Backend for Group<A, H> {
    const NAME: &'static str = H::NAME;
    const FRAMEWORK: Option<&'static str> = Some("actix");
    const DECLARATION: Declaration = Declaration { mailbox: MailboxKind::Bound };
    const PLACEMENT: Placement = H::PLACEMENT;
    const PER_KEY: bool = A::PER_KEY;

    type Handle = A;

    async fn start(config: Config) -> Result<Self, StartError> {
        let shared = Arc::new(Shared { config, kill: KillSwitch::default(), alive: TaskTracker::new() });
        let threads =
            H::start(&shared).await.map_err(|reason| StartError::Failed { backend: H::NAME, reason })?;
        Ok(Self { actors: A::start(&shared, &threads).await, shared, threads, home: PhantomData })
    }

    fn handle(&self) -> A {
        self.actors.clone()
    }

    // ANCHOR: shutdown
    async fn shutdown(&self) {
        self.close();
        self.shared.alive.wait().await;
        self.threads.join().await;
    }

    async fn kill(&self) {
        self.shared.kill.order();
        // The stop message wakes an actor that has nothing to do; a busy actor sees the order before it.
        self.shutdown().await;
    }
    // ANCHOR_END: shutdown

    fn own_threads(config: &Config) -> usize {
        H::arbiters(config)
    }
}
// ANCHOR_END: backend

impl<A: Actors, H> Group<A, H> {
    fn close(&self) {
        self.actors.close();
        self.threads.close();
        self.shared.alive.close();
    }
}

impl<A: Actors, H> Drop for Group<A, H> {
    /// Kills the actors of a backend that is dropped: no owner is left that could stop them, an actor with a timer
    /// would not end by itself when all its addresses are gone, and the remaining handles keep the table of keys.
    fn drop(&mut self) {
        self.shared.kill.order();
        self.close();
    }
}
