//! The store as [actix](https://docs.rs/actix/0.13.5) actors.
//!
//! An actix actor lives on one thread, in an *arbiter*: a single-threaded tokio runtime. Its handlers are
//! synchronous functions over `&mut self`. `actor.rs` is the actor, `handle.rs` what callers send through,
//! `system.rs` the threads.
//!
//! Two backends run the same actor. [`Actix`] is what a program gets that talks to actors from elsewhere: the
//! actors live on arbiters, and a call crosses threads twice. [`ActixLocal`] is what a program gets that is
//! itself made of actors: caller and actor share a thread.
//!
//! ```
//! use kv_core::{Backend, Config, Kv};
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let backend = kv_actix::Actix::start(Config::default()).await?;
//! let kv = Kv::new(backend.handle());
//! kv.set("foo", "bar").await?;
//! assert_eq!(kv.get("foo").await?, Some("bar".into()));
//! backend.shutdown().await;
//! # Ok(()) }
//! ```

mod actor;
mod handle;
mod shards;
mod system;

use std::panic::catch_unwind;
use std::thread::available_parallelism;

use kv_core::{Backend, Config, Declaration, MailboxKind, Placement, Routed, StartError};
use tokio::task::spawn_local;

pub use crate::handle::ShardHandle;
use crate::shards::{Shards, Starter};
use crate::system::SystemThread;

/// The store as actors on a `System`'s arbiters: as many as there are shards, but no more than there are cores.
#[derive(Debug)]
pub struct Actix {
    shards: Shards,
    system: SystemThread,
}

/// The store as actors on the caller's thread.
///
/// `start` has to be awaited inside a tokio `LocalSet` (or on an arbiter, which is one), and the actors make
/// progress while that `LocalSet` runs. Handles still work from anywhere.
#[derive(Debug)]
pub struct ActixLocal(Shards);

/// How many arbiters, and so threads that do work, a configuration gets.
fn arbiters(config: &Config) -> usize {
    config.topology.shards().min(available_parallelism().map_or(1, usize::from))
}

fn failed<B: Backend>(reason: String) -> StartError {
    StartError::Failed { backend: B::NAME, reason }
}

// ANCHOR: backend
impl Backend for Actix {
    const NAME: &'static str = "actix";
    const FRAMEWORK: Option<&'static str> = Some("actix");
    const DECLARATION: Declaration = Declaration { mailbox: MailboxKind::Bound };
    const PLACEMENT: Placement = Placement::OwnThreads;

    type Handle = Routed<ShardHandle>;

    async fn start(config: Config) -> Result<Self, StartError> {
        config.check(Self::NAME)?;
        let system = SystemThread::start(arbiters(&config)).await.map_err(failed::<Self>)?;
        let count = config.topology.shards();
        let starter = Starter::new(config);
        let mut handles = Vec::new();
        for turn in 0..count {
            // No capacity: the default of 16 is no bound, and what bounds this mailbox is the permits.
            let (handle, mailbox, bound) = starter.mailbox();
            let starter = starter.clone();
            system.call(turn, move || starter.run(mailbox, bound)).await.map_err(failed::<Self>)?;
            handles.push(handle);
        }
        Ok(Self { shards: starter.finish(handles), system })
    }

    fn handle(&self) -> Self::Handle {
        self.shards.handle.clone()
    }

    async fn shutdown(&self) {
        self.shards.shutdown().await;
        self.system.stop().await;
    }

    async fn kill(&self) {
        self.shards.kill().await;
        self.system.stop().await;
    }

    fn own_threads(config: &Config) -> usize {
        // The system's own thread only waits.
        arbiters(config)
    }
}
// ANCHOR_END: backend

// ANCHOR: local
impl Backend for ActixLocal {
    const NAME: &'static str = "actix-local";
    const FRAMEWORK: Option<&'static str> = Some("actix");
    const DECLARATION: Declaration = Declaration { mailbox: MailboxKind::Bound };
    const PLACEMENT: Placement = Placement::LocalSet;

    type Handle = Routed<ShardHandle>;

    async fn start(config: Config) -> Result<Self, StartError> {
        config.check(Self::NAME)?;
        // There is no way to ask but to try, and trying panics.
        if catch_unwind(|| drop(spawn_local(async {}))).is_err() {
            return Err(failed::<Self>("it must be started inside a tokio LocalSet".to_owned()));
        }
        let starter = Starter::new(config.clone());
        let mut handles = Vec::new();
        for _ in 0..config.topology.shards() {
            let (handle, mailbox, bound) = starter.mailbox();
            starter.run(mailbox, bound);
            handles.push(handle);
        }
        Ok(Self(starter.finish(handles)))
    }

    fn handle(&self) -> Self::Handle {
        self.0.handle.clone()
    }

    async fn shutdown(&self) {
        self.0.shutdown().await;
    }

    async fn kill(&self) {
        self.0.kill().await;
    }
}
// ANCHOR_END: local
