//! The leases that senders hold on one key's actor.

use std::sync::atomic::{AtomicUsize, Ordering};

/// The leases of one key's actor: a count of the addresses that have sent nothing yet, and of the messages that the actor
/// has not taken out of its mailbox yet.
///
/// An actor whose key is over may end when there is no lease. It looks under the lock of
/// [`KeyActors`](crate::KeyActors), and a lease is taken under the same lock, so after that look a sender finds no
/// actor, or its successor.
#[derive(Debug, Default)]
pub struct Leases(AtomicUsize);

impl Leases {
    /// Adds a lease. Called under the table's lock, or by a sender that has a lease already.
    #[inline]
    pub fn take(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// Ends a lease. Returns whether it was the last one: then the actor may be waiting for that, and has to be told.
    #[inline]
    pub fn end(&self) -> bool {
        self.0.fetch_sub(1, Ordering::AcqRel) == 1
    }

    /// Whether there is a lease.
    #[must_use]
    #[inline]
    pub fn any(&self) -> bool {
        self.0.load(Ordering::Acquire) != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_one_to_end_hears_of_it() {
        let leases = Leases::default();
        leases.take();
        leases.take();
        assert!(!leases.end());
        assert!(leases.any());
        assert!(leases.end());
        assert!(!leases.any());
    }
}
