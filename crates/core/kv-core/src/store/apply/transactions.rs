//! Many commands at once.

use super::apply;
use crate::store::Store;
use crate::{Batch, KvError, Reply, Timestamp, Transaction};

/// Applies each command of a batch for itself: one that is refused keeps no other from being applied.
pub(super) fn batch(store: &mut Store, batch: Batch, now: Timestamp) -> Reply {
    let commands = batch.into_commands();
    store.prefetch(&commands);
    Reply::Batch(
        commands.into_iter().map(|command| apply(store, command, now).map_err(KvError::Command)).collect(),
    )
}

pub(super) fn transaction(store: &mut Store, transaction: Transaction, now: Timestamp) -> Reply {
    let (watched, commands) = transaction.into_parts();
    if !watched.iter().all(|(key, version)| store.is_still(key, *version, now)) {
        return Reply::Transaction(None);
    }
    Reply::Transaction(Some(commands.into_iter().map(|command| apply(store, command, now)).collect()))
}
