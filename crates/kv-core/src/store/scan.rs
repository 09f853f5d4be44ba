//! Scanning while the keys come and go.

use super::Store;
use crate::key_table::page_of;
use crate::{Page, glob_matches};

impl Store {
    /// A page of keys.
    pub(super) fn scan(&self, cursor: u64, pattern: Option<&[u8]>, count: usize) -> Page {
        let (start, end) = page_of(self.entries.len(), cursor, count);
        let matches = |key: &[u8]| pattern.is_none_or(|pattern| glob_matches(pattern, key));
        let keys = (start..end).rev().filter_map(|index| {
            let (key, _) = self.entries.get_index(index)?;
            matches(key).then(|| key.clone())
        });
        Page { keys: keys.collect(), cursor: start as u64 }
    }
}
