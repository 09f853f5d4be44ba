//! What the store keeps of a key.

use std::num::NonZeroU64;

use crate::{Timestamp, Value};

/// A value, and all that is known of it. Every key has one, so it is kept small: a test pins its size.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) value: Value,
    deadline: Option<Until>,
    /// The number of the last write, as the store counts them.
    pub(super) write: u64,
    /// When it was last used, in milliseconds as [`Timestamp`] counts them.
    pub(super) used: u64,
}

/// A deadline, in milliseconds. Never 0, which is never in the future and so never a key's: `None` takes no room.
type Until = NonZeroU64;

impl Entry {
    pub(super) fn new(value: Value, deadline: Option<Timestamp>, write: u64, now: Timestamp) -> Self {
        Self { value, deadline: until(deadline), write, used: now.as_millis() }
    }

    pub(super) fn deadline(&self) -> Option<Timestamp> {
        self.deadline.map(|millis| Timestamp::from_millis(millis.get()))
    }

    /// Returns the deadline before.
    pub(super) fn set_deadline(&mut self, deadline: Option<Timestamp>) -> Option<Timestamp> {
        let before = self.deadline();
        self.deadline = until(deadline);
        before
    }

    #[inline]
    pub(super) fn is_over(&self, now: Timestamp) -> bool {
        self.deadline.is_some_and(|millis| millis.get() <= now.as_millis())
    }
}

fn until(deadline: Option<Timestamp>) -> Option<Until> {
    deadline.and_then(|at| NonZeroU64::new(at.as_millis()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_takes_no_more_than_its_eight_bytes() {
        assert_eq!(size_of::<Entry>(), size_of::<Value>() + 3 * 8);
    }

    #[test]
    fn a_deadline_is_over_from_its_own_millisecond_on() {
        let at = Timestamp::from_millis;
        let entry = Entry::new(Value::new(), Some(at(5)), 1, at(1));
        assert!(!entry.is_over(at(4)) && entry.is_over(at(5)) && entry.is_over(at(6)));
        assert!(!Entry::new(Value::new(), None, 1, at(1)).is_over(at(u64::MAX)));
    }
}
