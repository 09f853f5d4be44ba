//! The versions and sums that clients have seen of keys that they do not own.

use crate::ledger::KeyState;

/// The highest version of each key that one client has seen. The clients' replies are checked one client after the
/// other, in one table: a stamp says from whose turn an entry is, so that the next client starts afresh without a
/// sweep.
#[derive(Debug)]
pub(super) struct SeenVersions {
    turn: u64,
    seen: Vec<(u64, u64)>,
}

impl SeenVersions {
    pub(super) fn new(keys: usize) -> Self {
        Self { turn: 0, seen: vec![(0, 0); keys] }
    }

    /// Begins the next client's turn.
    pub(super) const fn begin(&mut self) {
        self.turn += 1;
    }

    #[inline]
    pub(super) fn last(&self, index: usize) -> u64 {
        let (turn, version) = self.seen[index];
        if turn == self.turn { version } else { 0 }
    }

    #[inline]
    pub(super) fn see(&mut self, index: usize, version: u64) {
        self.seen[index] = (self.turn, version);
    }
}

/// The sums of each counter that have been answered in this slice: a bit per increment.
#[derive(Debug, Default)]
pub(super) struct CounterSums {
    /// The place where each counter's bits begin.
    offsets: Vec<u64>,
    taken: Vec<u64>,
}

impl CounterSums {
    /// Begins a new slice, in which the counters go from `before` to `after`.
    pub(super) fn begin(&mut self, before: &[KeyState], after: &[KeyState]) {
        self.offsets.clear();
        let mut bits = 0;
        for (before, after) in before.iter().zip(after) {
            self.offsets.push(bits);
            bits += after.version - before.version;
        }
        self.taken.clear();
        self.taken.resize(usize::try_from(bits.div_ceil(64)).expect("a slice fits into memory"), 0);
    }

    /// Takes the n-th sum of a counter, counted from 1; returns false if it was taken before.
    #[inline]
    pub(super) fn take(&mut self, counter: usize, nth: u64) -> bool {
        let bit = self.offsets[counter] + nth - 1;
        let word = &mut self.taken[(bit / 64) as usize];
        let free = *word & 1 << (bit % 64) == 0;
        *word |= 1 << (bit % 64);
        free
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_client_sees_for_itself() {
        let mut sights = SeenVersions::new(2);
        sights.begin();
        sights.see(1, 5);
        assert_eq!((sights.last(0), sights.last(1)), (0, 5));
        sights.begin();
        assert_eq!(sights.last(1), 0);
    }

    #[test]
    fn a_sum_can_be_taken_once_in_a_slice() {
        let at = |version| KeyState { version, ..KeyState::default() };
        let mut sums = CounterSums::default();
        sums.begin(&[at(3), at(0)], &[at(73), at(2)]);
        for nth in 1..=70 {
            assert!(sums.take(0, nth));
        }
        assert!(sums.take(1, 1) && sums.take(1, 2));
        assert!(!sums.take(0, 70) && !sums.take(1, 1));
        sums.begin(&[at(73), at(2)], &[at(74), at(3)]);
        assert!(sums.take(0, 1) && sums.take(1, 1));
    }
}
