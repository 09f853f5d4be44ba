//! The counters of errors by their codes.

use std::collections::BTreeMap;

use parking_lot::Mutex;

/// How many different codes are told apart. All codes are the server's own words; if one were ever taken from a
/// client's text, a client could fill the memory without this limit.
const MOST_CODES: usize = 64;

/// The counters of errors. They are behind a lock, unlike the other counters: errors are rare, and their codes are not
/// known beforehand.
#[derive(Debug, Default)]
pub(super) struct Errors(Mutex<BTreeMap<String, u64>>);

impl Errors {
    pub(super) fn count(&self, code: &str) {
        let mut codes = self.0.lock();
        if let Some(count) = codes.get_mut(code) {
            *count += 1;
        } else if codes.len() < MOST_CODES {
            codes.insert(code.to_owned(), 1);
        }
    }

    pub(super) fn all(&self) -> BTreeMap<String, u64> {
        self.0.lock().clone()
    }

    pub(super) fn reset(&self) {
        self.0.lock().clear();
    }
}
