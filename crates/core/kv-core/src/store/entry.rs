//! The entry that the store keeps of a key.

use std::num::NonZeroU64;

use crate::{Origin, Timestamp, Value};

/// A value, and all that is known of it. Every key has one, so it is kept small: a test pins its size.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) value: Value,
    deadline: Option<Until>,
    /// The number of the last write, as the store counts them, and in the lowest bits the value's origin: 62 bits are enough
    /// for a billion writes a second over a century, and a field of its own would cost every key eight bytes.
    stamp: u64,
    /// When it was last used, in milliseconds as [`Timestamp`] counts them.
    pub(super) used: u64,
}

/// A deadline, in milliseconds. Never 0, which is never in the future and so never a key's: `None` takes no room.
type Until = NonZeroU64;

impl Entry {
    pub(super) fn new(
        value: Value,
        origin: Origin,
        deadline: Option<Timestamp>,
        write: u64,
        now: Timestamp,
    ) -> Self {
        let stamp = stamp(write, origin);
        Self { value, deadline: until(deadline), stamp, used: now.as_millis() }
    }

    /// The number of the last write.
    #[inline]
    pub(super) const fn write(&self) -> u64 {
        self.stamp >> ORIGIN_BITS
    }

    /// Sets the number of the last write.
    #[inline]
    pub(super) const fn set_write(&mut self, write: u64) {
        self.stamp = stamp(write, self.origin());
    }

    /// How the value came about.
    #[inline]
    pub(super) const fn origin(&self) -> Origin {
        match self.stamp & ((1 << ORIGIN_BITS) - 1) {
            0 => Origin::Written,
            1 => Origin::Edited,
            _ => Origin::Sum,
        }
    }

    /// Sets how the value came about.
    #[inline]
    pub(super) const fn set_origin(&mut self, origin: Origin) {
        self.stamp = stamp(self.write(), origin);
    }

    /// Replaces the value.
    #[inline]
    pub(super) fn put(&mut self, value: Value, origin: Origin) {
        self.value = value;
        self.set_origin(origin);
    }

    pub(super) fn deadline(&self) -> Option<Timestamp> {
        self.deadline.map(|millis| Timestamp::from_millis(millis.get()))
    }

    /// Sets the deadline; returns the one before.
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

/// How many bits an [`Origin`] takes.
const ORIGIN_BITS: u32 = 2;

const fn stamp(write: u64, origin: Origin) -> u64 {
    let origin = match origin {
        Origin::Written => 0,
        Origin::Edited => 1,
        Origin::Sum => 2,
    };
    write << ORIGIN_BITS | origin
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
    fn a_stamp_holds_a_write_and_an_origin() {
        let mut entry = Entry::new(Value::new(), Origin::Sum, None, 7, Timestamp::from_millis(1));
        for write in [0, 1, (1 << 62) - 1] {
            for origin in [Origin::Written, Origin::Edited, Origin::Sum] {
                entry.set_write(write);
                entry.set_origin(origin);
                assert_eq!((entry.write(), entry.origin()), (write, origin));
                entry.set_write(5);
                assert_eq!((entry.write(), entry.origin()), (5, origin));
            }
        }
    }

    #[test]
    fn a_deadline_is_over_from_its_own_millisecond_on() {
        let at = Timestamp::from_millis;
        let entry = Entry::new(Value::new(), Origin::Written, Some(at(5)), 1, at(1));
        assert!(!entry.is_over(at(4)) && entry.is_over(at(5)) && entry.is_over(at(6)));
        assert!(!Entry::new(Value::new(), Origin::Written, None, 1, at(1)).is_over(at(u64::MAX)));
    }
}
