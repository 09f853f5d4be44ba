//! The store on plain tokio: what an actor is when no framework helps.
//!
//! An actor is a spawned task that owns its state, a channel that is its mailbox, and a oneshot channel per
//! reply. `first.rs` has all of it in one file. `shards/` adds the whole contract: `actor.rs` is the task,
//! `mailbox.rs` the channel, `address.rs` what callers send through. `per_key/` has an actor per key. This crate
//! is the baseline: the tables print every framework's cost as a ratio to it.
//!
//! ```
//! use kv_core::{Backend, Config, Kv};
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let backend = kv_tokio::Tokio::start(Config::default()).await?;
//! let kv = Kv::new(backend.handle());
//! kv.set("foo", "bar").await?;
//! assert_eq!(kv.get("foo").await?, Some("bar".into()));
//! backend.shutdown().await;
//! # Ok(()) }
//! ```

mod first;
mod per_key;
mod shards;

use kv_core::{AnyBackend, PerKeyHandle};

pub use crate::first::First;
pub use crate::per_key::registry::{KeyHandle, Keys, Listed};
pub use crate::shards::Shards;
pub use crate::shards::address::ShardHandle;

/// The store as plain tokio tasks, one per shard or one per key.
pub type Tokio = AnyBackend<Shards, PerKeyHandle<Keys>>;
