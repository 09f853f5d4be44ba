//! The store as [actix](https://docs.rs/actix/0.13.5) actors.
//!
//! An actix actor lives on one thread, in an *arbiter*: a single-threaded tokio runtime. Its handlers are
//! synchronous functions over `&mut self`. `first.rs` is the store as actix's documentation would write it.
//! `shards/` adds the whole contract: `actor.rs` is the actor, `address.rs` what callers send through. `per_key/` has the
//! same for an actor per key. `system.rs` has the threads.
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

mod actors;
mod first;
mod per_key;
mod sender;
mod shards;
mod system;

use std::panic::catch_unwind;
use std::thread::available_parallelism;

use kv_core::{
    AnyHandle, Backend, Config, Declaration, MailboxKind, PerKeyHandle, Placement, StartError, Topology,
};
use tokio::task::spawn_local;

use crate::actors::Actors;
pub use crate::first::First;
pub use crate::per_key::address::KeyHandle;
pub use crate::per_key::registry::Keys;
pub use crate::shards::address::ShardHandle;
use crate::shards::start::Starter;
use crate::system::SystemThread;

/// The store as actors on a `System`'s arbiters: as many as there are shards, but no more than there are cores, and
/// that many for an actor per key.
#[derive(Debug)]
pub struct Actix {
    actors: Actors,
    system: SystemThread,
}

/// The store as actors on the caller's thread.
///
/// `start` has to be awaited inside a tokio `LocalSet` (or on an arbiter, which is one), and the actors make
/// progress while that `LocalSet` runs. Handles still work from anywhere.
#[derive(Debug)]
pub struct ActixLocal(Actors);

/// How many arbiters, and so threads that do work, a configuration gets.
fn arbiters(config: &Config) -> usize {
    let cores = available_parallelism().map_or(1, usize::from);
    if config.topology == Topology::PerKey { cores } else { config.topology.shards().min(cores) }
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

    const PER_KEY: bool = true;

    type Handle = AnyHandle<ShardHandle, Keys>;

    async fn start(config: Config) -> Result<Self, StartError> {
        config.check()?;
        let threads = arbiters(&config);
        let system = SystemThread::start(threads).await.map_err(failed::<Self>)?;
        if config.topology == Topology::PerKey {
            let keys = Keys::new(config.clone());
            for arbiter in 0..threads {
                let (spawner, mailbox) = keys.add_spawner();
                system.call(arbiter, move || spawner.run(mailbox)).await.map_err(failed::<Self>)?;
            }
            return Ok(Self { actors: Actors::Keys(PerKeyHandle::new(keys, config)), system });
        }
        let count = config.topology.shards();
        let starter = Starter::new(config);
        let mut handles = Vec::new();
        for shard in 0..count {
            // The channel has no capacity: actix's default of 16 is no bound, and this mailbox is bounded by its
            // permits.
            let (handle, mailbox, bound) = starter.mailbox();
            let starter = starter.clone();
            system.call(shard, move || starter.run(shard, mailbox, bound)).await.map_err(failed::<Self>)?;
            handles.push(handle);
        }
        Ok(Self { actors: Actors::Shards(starter.finish(handles)), system })
    }

    fn handle(&self) -> Self::Handle {
        self.actors.handle()
    }

    async fn shutdown(&self) {
        self.actors.shutdown().await;
        self.system.stop().await;
    }

    async fn kill(&self) {
        self.actors.kill().await;
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

    const PER_KEY: bool = true;

    type Handle = AnyHandle<ShardHandle, Keys>;

    async fn start(config: Config) -> Result<Self, StartError> {
        config.check()?;
        // actix has no call that tells whether there is a `LocalSet`. So a task is spawned, which panics where there is
        // none.
        if catch_unwind(|| drop(spawn_local(async {}))).is_err() {
            return Err(failed::<Self>("it must be started inside a tokio LocalSet".to_owned()));
        }
        if config.topology == Topology::PerKey {
            let keys = Keys::new(config.clone());
            let (spawner, mailbox) = keys.add_spawner();
            spawner.run(mailbox);
            return Ok(Self(Actors::Keys(PerKeyHandle::new(keys, config))));
        }
        let starter = Starter::new(config.clone());
        let mut handles = Vec::new();
        for shard in 0..config.topology.shards() {
            let (handle, mailbox, bound) = starter.mailbox();
            starter.run(shard, mailbox, bound);
            handles.push(handle);
        }
        Ok(Self(Actors::Shards(starter.finish(handles))))
    }

    fn handle(&self) -> Self::Handle {
        self.0.handle()
    }

    async fn shutdown(&self) {
        self.0.shutdown().await;
    }

    async fn kill(&self) {
        self.0.kill().await;
    }
}
// ANCHOR_END: local
