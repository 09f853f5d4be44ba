//! The store as [actix](https://docs.rs/actix/0.13.5) actors.
//!
//! An actix actor lives on one thread, in an *arbiter*: a single-threaded tokio runtime. Its handlers are
//! synchronous functions over `&mut self`. `first.rs` is the store as actix's documentation would write it.
//! `shards/` adds the whole contract: `actor.rs` is the actor, `sender.rs` what callers send through. `per_key/` has what
//! an actor per key has besides. `group.rs` is the backend, and `threads.rs` has the threads that its actors live on.
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

mod first;
mod group;
mod per_key;
mod shards;
mod threads;

use kv_core::{AnyBackend, PerKeyHandle, ShardedHandle};

pub use crate::first::First;
pub use crate::group::Group;
pub use crate::per_key::registry::{KeyHandle, Keys};
pub use crate::shards::Shard;
pub use crate::shards::sender::Sender;
pub use crate::threads::{OnArbiters, OnLocalSet};

// ANCHOR: backends
/// The store as actors on a `System`'s arbiters: as many as there are shards, but no more than there are cores, and
/// that many for an actor per key.
pub type Actix =
    AnyBackend<Group<ShardedHandle<Sender<Shard>>, OnArbiters>, Group<PerKeyHandle<Keys>, OnArbiters>>;

/// The store as actors on the caller's thread.
///
/// `start` has to be awaited inside a tokio `LocalSet` (or on an arbiter, which is one), and the actors make
/// progress while that `LocalSet` runs. Handles still work from anywhere.
pub type ActixLocal =
    AnyBackend<Group<ShardedHandle<Sender<Shard>>, OnLocalSet>, Group<PerKeyHandle<Keys>, OnLocalSet>>;
// ANCHOR_END: backends
