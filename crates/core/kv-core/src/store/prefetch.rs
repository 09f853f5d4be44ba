//! Fetching what a batch will look up, before it is looked up.

use std::hint::black_box;

use super::Store;
use crate::{Command, Route};

/// Fewer keys than this lie in a processor's cache already, and a second look-up would only cost.
const FEWEST_KEYS: usize = 4096;

impl Store {
    // ANCHOR: prefetch
    /// Touches the keys of these commands and their values, so that the processor waits for them all at once.
    ///
    /// In a store larger than its caches, a look-up is mostly a wait for memory: the table, the entry, the key, the value.
    /// Applied one after the other, commands wait one after the other, for so much lies between two look-ups that the
    /// processor does not see the second while it waits for the first. In this loop it sees several. Valkey does the same
    /// since its version 8. The loop has no effect but in time.
    pub(super) fn prefetch(&self, commands: &[Command]) {
        if self.entries.len() < FEWEST_KEYS {
            return;
        }
        for command in commands {
            if let Route::Key(key) = command.route()
                && let Some(entry) = self.entries.get(key)
            {
                // Both ends of the value are touched, for a short value may lie in two cache lines; the middle of a
                // long value is fetched by the processor itself. The count of the value's owners is touched as well,
                // because a clone will touch it.
                let value = &entry.value;
                black_box((value.first().copied(), value.last().copied(), value.is_unique()));
            }
        }
    }
    // ANCHOR_END: prefetch
}
