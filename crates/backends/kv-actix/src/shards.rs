//! Storey 2: the whole contract over one actor or one per shard.

pub(crate) mod actor;
pub(crate) mod address;
pub(crate) mod start;
pub(crate) mod supervisor;
