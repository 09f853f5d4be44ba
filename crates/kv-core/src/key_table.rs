//! The table of an actor per key.

use foldhash::fast::FixedState;
use indexmap::IndexMap;

use crate::Key;

/// Keys and what belongs to each, in an order that a scan can walk while keys come and go.
///
/// For [`KeyRegistry`](crate::KeyRegistry)s: the table of the actors that live now, where the framework has none or has
/// one that cannot be listed.
#[derive(Debug)]
pub struct KeyTable<T>(IndexMap<Key, T, FixedState>);

impl<T> Default for KeyTable<T> {
    fn default() -> Self {
        Self(IndexMap::default())
    }
}

impl<T> KeyTable<T> {
    /// What belongs to the key.
    #[must_use]
    pub fn get(&self, key: &Key) -> Option<&T> {
        self.0.get(key)
    }

    /// Adds a key, or replaces what belongs to it; returns what did.
    pub fn insert(&mut self, key: Key, value: T) -> Option<T> {
        self.0.insert(key, value)
    }

    /// Takes a key out. Gives memory back once most of it is unused, as a table of actors that come and go must.
    pub fn remove(&mut self, key: &Key) -> Option<T> {
        let removed = self.0.swap_remove(key);
        if self.0.capacity() > 1024 && self.0.len() < self.0.capacity() / 8 {
            self.0.shrink_to(self.0.len() * 2);
        }
        removed
    }

    /// How many keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All entries, taken out of the table.
    pub fn into_entries(self) -> impl Iterator<Item = (Key, T)> {
        self.0.into_iter()
    }

    /// The next page of a scan: about `count` entries from a cursor on, and the cursor after them. It begins and ends
    /// with 0. What is in the table during the whole scan is returned at least once.
    pub fn page(&self, cursor: u64, count: usize) -> (u64, impl Iterator<Item = (&Key, &T)>) {
        let (start, end) = page_of(self.0.len(), cursor, count);
        (start as u64, (start..end).rev().filter_map(|index| self.0.get_index(index)))
    }
}

/// The indices of a page, `start..end`, to be walked backwards; `start` is the next cursor.
///
/// The cursor is an index into the entries and walks *down*. A removal moves the last entry into the hole and an
/// insertion appends, so an entry that the scan has yet to see can only move to a lower index or stay: nothing that is
/// there all the time is missed. Something seen already may be moved below the cursor and come again, which Redis
/// allows as well. Walking up would miss what a removal moves down.
pub(crate) fn page_of(entries: usize, cursor: u64, count: usize) -> (usize, usize) {
    let end = match usize::try_from(cursor) {
        Ok(0) | Err(_) => entries,
        Ok(cursor) => cursor.min(entries),
    };
    (end.saturating_sub(count.max(1)), end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scan_misses_nothing_that_stays() {
        let mut table = KeyTable::default();
        let key = |n: u32| Key::from(n.to_string());
        for n in 0..1000 {
            table.insert(key(n), n);
        }
        let (mut cursor, mut seen) = (0, std::collections::HashSet::new());
        let mut gone = (0..1000).step_by(3);
        loop {
            let (next, entries) = table.page(cursor, 7);
            seen.extend(entries.map(|(_, &n)| n));
            cursor = next;
            if cursor == 0 {
                break;
            }
            if let Some(n) = gone.next() {
                table.remove(&key(n));
                table.insert(key(1000 + n), 1000 + n);
            }
        }
        let stayed = (0..1000).filter(|n| table.get(&key(*n)).is_some());
        assert!(stayed.into_iter().all(|n| seen.contains(&n)));
    }

    #[test]
    fn an_emptied_table_gives_memory_back() {
        let mut table = KeyTable::default();
        for n in 0..100_000_u32 {
            table.insert(Key::from(n.to_string()), n);
        }
        for n in 0..100_000_u32 {
            assert_eq!(table.remove(&Key::from(n.to_string())), Some(n));
        }
        assert!(table.is_empty() && table.0.capacity() < 5_000);
    }
}
