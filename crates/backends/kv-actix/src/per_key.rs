//! Storey 3: an actor per key.

pub(crate) mod actor;
pub(crate) mod registry;
