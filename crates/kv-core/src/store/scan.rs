//! Scanning while the keys come and go.

use super::Store;
use crate::{Page, glob_matches};

impl Store {
    /// A page of keys.
    ///
    /// The cursor is an index into the entries and walks *down*. A removal moves the last entry into the hole
    /// and an insertion appends, so an entry that the scan has yet to see can only move to a lower index or
    /// stay: nothing that is there all the time is missed. Something seen already may be moved below the
    /// cursor and come again, which Redis allows as well. Walking up would miss what a removal moves down.
    pub(super) fn scan(&self, cursor: u64, pattern: Option<&[u8]>, count: usize) -> Page {
        let entries = self.entries.len();
        let end = match usize::try_from(cursor) {
            Ok(0) | Err(_) => entries,
            Ok(cursor) => cursor.min(entries),
        };
        let start = end.saturating_sub(count.max(1));
        let matches = |key: &[u8]| pattern.is_none_or(|pattern| glob_matches(pattern, key));
        let keys = (start..end).rev().filter_map(|index| {
            let (key, _) = self.entries.get_index(index)?;
            matches(key).then(|| key.clone())
        });
        Page { keys: keys.collect(), cursor: start as u64 }
    }
}
