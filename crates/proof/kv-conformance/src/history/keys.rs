//! The keys of a round.

use std::sync::atomic::{AtomicU32, Ordering};

use super::record::KeyId;

/// The number of calls of unknown outcome after which a key is given up.
const UNKNOWN_PER_KEY: u32 = 3;

/// The epoch of each key, which the clients of a round share.
#[derive(Debug)]
pub(super) struct Keys(Vec<Slot>);

#[derive(Debug, Default)]
struct Slot {
    epoch: AtomicU32,
    unknown: AtomicU32,
}

impl Keys {
    pub(super) fn new(keys: usize) -> Self {
        Self((0..keys).map(|_| Slot::default()).collect())
    }

    pub(super) fn current(&self, slot: usize) -> KeyId {
        KeyId { slot, epoch: self.0[slot].epoch.load(Ordering::SeqCst) }
    }

    /// Every key that was ever in use.
    pub(super) fn all(&self) -> impl Iterator<Item = KeyId> {
        let last = (0..self.0.len()).map(|slot| self.current(slot));
        last.flat_map(|last| (0..=last.epoch).map(move |epoch| KeyId { epoch, ..last }))
    }

    /// Counts a write of unknown outcome. The key may be one that was given up already.
    pub(super) fn one_more_unknown(&self, id: KeyId) {
        let Slot { epoch, unknown } = &self.0[id.slot];
        if unknown.fetch_add(1, Ordering::SeqCst) + 1 >= UNKNOWN_PER_KEY {
            // A late count goes to the next epoch, which only ends that epoch sooner.
            unknown.store(0, Ordering::SeqCst);
            let _ = epoch.compare_exchange(id.epoch, id.epoch + 1, Ordering::SeqCst, Ordering::SeqCst);
        }
    }
}
