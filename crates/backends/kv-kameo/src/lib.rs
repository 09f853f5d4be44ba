//! The store as kameo actors.
//!
//! A kameo actor is a struct with one `Message` implementation per message type, and each of these says what it
//! replies. `first.rs` is the store as kameo's documentation would write it. `shards/` adds the whole contract:
//! `actor.rs` is the actor, `supervisor.rs` its parent, `address.rs` what callers send through, and `quirks.rs` has what
//! is there only because of this version of kameo. `per_key/` has an actor per key, which `registry.rs` finds. Mailbox,
//! bound, ask timeouts, restarts and the graceful stop are kameo's own.
//!
//! ```
//! use kv_core::{Backend, Config, Kv};
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let backend = kv_kameo::Kameo::start(Config::default()).await?;
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
pub use crate::per_key::registry::{KeyHandle, Keys};
pub use crate::shards::Shards;
pub use crate::shards::address::{Address, ShardHandle};

/// The store as kameo actors, one per shard or one per key.
pub type Kameo = AnyBackend<Shards, PerKeyHandle<Keys>>;
