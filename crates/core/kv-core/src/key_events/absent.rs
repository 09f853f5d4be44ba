//! Keys that were watched while they were absent.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::Key;

/// How many locks the table has, so that stores on different threads seldom take turns.
const STRIPES: usize = 16;

/// How many watched absences a stripe remembers. A full stripe forgets all of them at once, and the transactions that
/// watch one are not done: a client tries again, as it does when another client was faster.
const CAPACITY: usize = 1024;

/// The keys that were absent when their version was asked for, each with the number that stands for its absence until the
/// key is created.
///
/// A key that is there carries the number of its last write. A key that is absent has no entry to carry a number, and a
/// transaction that only compares "absent then" with "absent now" misses a key that came and went in between. Rejected: the
/// number of the store's last removal, which any other key's end would change; and a list of watching clients in the store,
/// as Redis has it, which would have to hear of each client that goes.
///
/// Hashes stand for the keys, so that a client that watches long names fills no memory. Two keys of one hash share a number:
/// the creation of one then spoils a transaction that watches the other, in one of 2^64 cases.
#[derive(Debug, Default)]
pub(super) struct Absent {
    /// The number of absences, so that a write which creates a key hashes nothing and takes no lock where nothing is
    /// watched.
    len: AtomicUsize,
    stripes: [Mutex<Numbers>; STRIPES],
    hasher: RandomState,
    last: AtomicU64,
}

/// The numbers of absences, by the hashes of the keys.
type Numbers = HashMap<u64, u64>;

impl Absent {
    // ANCHOR: absent
    /// The number of a key's absence, which begins now if it has none.
    pub(super) fn number(&self, key: &Key) -> u64 {
        let (hash, mut numbers) = self.stripe(key);
        if let Some(number) = numbers.get(&hash) {
            return *number;
        }
        if numbers.len() >= CAPACITY {
            self.len.fetch_sub(numbers.len(), Ordering::Relaxed);
            numbers.clear();
        }
        let number = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        numbers.insert(hash, number);
        self.len.fetch_add(1, Ordering::Relaxed);
        number
    }

    /// Whether the key was not created since its absence got this number.
    pub(super) fn lasts(&self, key: &Key, number: u64) -> bool {
        let (hash, numbers) = self.stripe(key);
        numbers.get(&hash) == Some(&number)
    }

    /// Ends the absence of a key that is being created.
    ///
    /// The relaxed load sees every watch that was answered before. Such an answer came either from the actor that creates
    /// the key now, or from a look into the registry that did not find this actor yet.
    #[inline]
    pub(super) fn end(&self, key: &Key) {
        if self.len.load(Ordering::Relaxed) > 0 {
            let (hash, mut numbers) = self.stripe(key);
            if numbers.remove(&hash).is_some() {
                self.len.fetch_sub(1, Ordering::Relaxed);
            }
        }
    }
    // ANCHOR_END: absent

    fn stripe(&self, key: &Key) -> (u64, MutexGuard<'_, Numbers>) {
        let hash = self.hasher.hash_one(key);
        let stripe = &self.stripes[(hash % STRIPES as u64) as usize];
        (hash, stripe.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_absence_keeps_its_number_until_the_key_is_created() {
        let absent = Absent::default();
        let (key, other) = (Key::from("key"), Key::from("other"));
        let number = absent.number(&key);
        assert_eq!(absent.number(&key), number, "two clients may watch one absence");
        assert!(absent.lasts(&key, number));
        absent.end(&other);
        assert!(absent.lasts(&key, number));
        absent.end(&key);
        assert!(!absent.lasts(&key, number));
        assert_ne!(absent.number(&key), number);
    }

    #[test]
    fn what_does_not_fit_is_forgotten_and_spoils_its_transactions() {
        let absent = Absent::default();
        let keys: Vec<Key> = (0..2 * STRIPES * CAPACITY).map(|n| Key::from(n.to_string())).collect();
        let numbers: Vec<u64> = keys.iter().map(|key| absent.number(key)).collect();
        let lasting = keys.iter().zip(&numbers).filter(|(key, number)| absent.lasts(key, **number)).count();
        assert!((1..=STRIPES * CAPACITY).contains(&lasting), "{lasting}");
        let last = keys.last().expect("there are some");
        assert!(absent.lasts(last, numbers[numbers.len() - 1]), "the newest are kept");
    }
}
