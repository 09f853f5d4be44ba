//! The key table: the key of each index.

use kv_core::Key;

/// The most keys that a plan can have: as many as fit into a draw beside the operation, halved for the counters.
pub(crate) const MAX_KEYS: usize = 1 << 28;

/// The keys of a plan, made once: value keys first, counters after them.
#[derive(Debug)]
pub(crate) struct KeyTable {
    keys: Vec<Key>,
    values: usize,
}

/// The fewest bytes that can tell so many keys apart.
pub(crate) fn least_bytes(keys: usize) -> usize {
    keys.saturating_sub(1).max(1).ilog10() as usize + 1
}

impl KeyTable {
    /// A table of decimal indices, padded with zeros in front to the given length.
    pub(crate) fn new(values: usize, counters: usize, key_bytes: usize) -> Self {
        // Each key has an allocation of its own. Rejected: slices of one allocation, because the clones of all keys
        // would count in the same atomic integer, and the workers would fight for its cache line.
        let keys = (0..values + counters).map(|index| Key::from(format!("{index:0key_bytes$}"))).collect();
        Self { keys, values }
    }

    /// A clone of the key of that index.
    #[inline]
    pub(crate) fn key(&self, index: usize) -> Key {
        self.keys[index].clone()
    }

    /// Whether the index is that of a counter.
    #[inline]
    pub(crate) const fn is_counter(&self, index: usize) -> bool {
        index >= self.values
    }

    /// How many keys hold values.
    pub(crate) const fn values(&self) -> usize {
        self.values
    }

    /// How many keys there are, counters included.
    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_unique_and_of_one_length() {
        for (values, counters, bytes) in [(1, 0, 1), (10, 0, 1), (11, 0, 2), (60, 60, 3), (100, 0, 40)] {
            assert!(bytes >= least_bytes(values + counters));
            let table = KeyTable::new(values, counters, bytes);
            let mut keys: Vec<_> = (0..table.len()).map(|index| table.key(index)).collect();
            assert!(keys.iter().all(|key| key.len() == bytes));
            keys.sort();
            keys.dedup();
            assert_eq!(keys.len(), values + counters);
        }
        assert_eq!([1, 10, 11, 100, 101].map(least_bytes), [1, 1, 2, 2, 3]);
    }
}
