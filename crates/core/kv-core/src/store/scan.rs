//! Scanning while the keys come and go.

use super::Store;
use crate::{Page, glob_matches};

impl Store {
    /// A page of keys.
    pub(super) fn scan(&self, cursor: u64, pattern: Option<&[u8]>, count: usize) -> Page {
        let (cursor, entries) = self.entries.page(cursor, count);
        let matches = |key: &&crate::Key| pattern.is_none_or(|pattern| glob_matches(pattern, key));
        Page { keys: entries.map(|(key, _)| key).filter(matches).cloned().collect(), cursor }
    }
}
