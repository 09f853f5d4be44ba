//! The actors of a backend, in any topology.

use kv_core::{AnyHandle, PerKeyHandle};

use crate::per_key::registry::Keys;
use crate::shards::address::ShardHandle;
use crate::shards::start::Shards;

/// All actors of a backend.
#[derive(Debug)]
pub(crate) enum Actors {
    Shards(Shards),
    Keys(PerKeyHandle<Keys>),
}

impl Actors {
    pub(crate) fn handle(&self) -> AnyHandle<ShardHandle, Keys> {
        match self {
            Self::Shards(shards) => AnyHandle::Shards(shards.handle.clone()),
            Self::Keys(keys) => AnyHandle::Keys(keys.clone()),
        }
    }

    pub(crate) async fn shutdown(&self) {
        match self {
            Self::Shards(shards) => shards.shutdown().await,
            Self::Keys(keys) => keys.registry().shutdown().await,
        }
    }

    pub(crate) async fn kill(&self) {
        match self {
            Self::Shards(shards) => shards.kill().await,
            Self::Keys(keys) => keys.registry().kill().await,
        }
    }
}

impl Drop for Actors {
    /// Kills the actors of keys when the backend is dropped; `Shards` does the same for its own. The remaining handles
    /// keep the table, and the table would keep the actors.
    fn drop(&mut self) {
        if let Self::Keys(keys) = self {
            keys.registry().kill_order().order();
            keys.registry().close();
        }
    }
}
