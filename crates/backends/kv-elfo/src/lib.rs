//! The store as an [elfo](https://docs.rs/elfo/0.2.0-alpha.21) actor group.
//!
//! elfo is made for whole nodes: a *topology* of actor *groups*, each with a *router* that finds an actor by its
//! key. An actor is an async function that owns a context and calls `recv` on it. `first.rs` is the store as
//! elfo's documentation would write it. `shards/` adds the whole contract: `actor.rs` has the actor, `supervisor.rs` its
//! lives, `sender.rs` what callers send through. `per_key/` has the group of an actor per key. `group.rs` is the backend,
//! `client.rs` has the group of the clients that send, `system.rs` a node that runs inside another program.
//!
//! ```
//! use kv_core::{Backend, Config, Kv};
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let backend = kv_elfo::Elfo::start(Config::default()).await?;
//! let kv = Kv::new(backend.handle());
//! kv.set("foo", "bar").await?;
//! assert_eq!(kv.get("foo").await?, Some("bar".into()));
//! backend.shutdown().await;
//! # Ok(()) }
//! ```

mod client;
mod first;
mod group;
mod per_key;
mod runtime_end;
mod shards;
mod system;

use kv_core::AnyBackend;

pub use crate::first::First;
pub use crate::group::{Actors, Group, Sender};
pub use crate::per_key::registry::{KeyHandle, Keys, Table};
pub use crate::shards::{ShardHandle, Shards};

/// The store as a group of elfo actors, one per shard or one per key.
pub type Elfo = AnyBackend<Group<Shards>, Group<Table>>;
