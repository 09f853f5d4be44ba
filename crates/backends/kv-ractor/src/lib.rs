//! The store as ractor actors.
//!
//! A ractor actor is a behaviour, the state that it is handed at each call, and one message type, after Erlang's
//! `gen_server`. `first.rs` is the store as ractor's documentation would write it. `shards/` adds the whole contract:
//! `actor.rs` is the actor, `supervisor.rs` the actor that starts it and starts it again, `address.rs` what callers send
//! through: ractor's `call` and `cast`, and the bound that its mailbox does not have. `quirks.rs` has what is there only
//! because of this version of ractor. `per_key/` has an actor per key: `registry.rs` finds and supervises the actors,
//! `table.rs` decides about births and ends.
//!
//! ```
//! use kv_core::{Backend, Config, Kv};
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let backend = kv_ractor::Ractor::start(Config::default()).await?;
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
pub use crate::per_key::address::KeyHandle;
pub use crate::per_key::registry::Keys;
pub use crate::shards::Shards;
pub use crate::shards::address::ShardHandle;

/// The store as ractor actors, one per shard or one per key, and one more that supervises them.
pub type Ractor = AnyBackend<Shards, PerKeyHandle<Keys>>;
