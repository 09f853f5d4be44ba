//! A gate that can be closed behind the last sender.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Counts the sends under way, so that a mailbox can be closed without losing one.
///
/// In some frameworks a sender may be told "accepted" just when the actor has looked into its mailbox for the
/// last time. Such a backend sends inside this gate and has the actor's end wait for [`SendGate::close`]: all accepted
/// messages are then in the mailbox. The gate costs two atomic additions per send.
///
/// Rejected: a lock around the send, for senders would wait for each other.
#[derive(Debug, Default)]
pub struct SendGate(AtomicUsize);

/// A stay inside a [`SendGate`].
#[derive(Debug)]
#[must_use = "dropping it leaves at once"]
pub struct SendGuard<'a>(&'a AtomicUsize);

/// The lowest bit; the others count the senders inside.
const CLOSED: usize = 1;
const ONE: usize = 2;

impl SendGate {
    /// An open gate.
    #[must_use]
    pub const fn new() -> Self {
        Self(AtomicUsize::new(0))
    }

    /// Enters the gate, or returns `None` when it is closed. A sender that is inside must not wait for anything.
    #[inline]
    pub fn enter(&self) -> Option<SendGuard<'_>> {
        // The look comes first, so that senders that are refused do not keep the gate busy.
        if self.is_closed() {
            return None;
        }
        let before = self.0.fetch_add(ONE, Ordering::AcqRel);
        let guard = SendGuard(&self.0);
        (before & CLOSED == 0).then_some(guard)
    }

    /// Whether [`SendGate::close`] was called.
    #[must_use]
    #[inline]
    pub fn is_closed(&self) -> bool {
        self.0.load(Ordering::Acquire) & CLOSED != 0
    }

    /// Refuses all senders from now on, and returns when every sender has left. It blocks, but only while another
    /// thread is in the middle of a send.
    pub fn close(&self) {
        self.0.fetch_or(CLOSED, Ordering::AcqRel);
        while self.0.load(Ordering::Acquire) >= ONE {
            thread::yield_now();
        }
    }

    /// Lets senders in again: a new mailbox has taken the old one's place.
    pub fn open(&self) {
        self.0.fetch_and(!CLOSED, Ordering::AcqRel);
    }
}

impl Drop for SendGuard<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.fetch_sub(ONE, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_door_lets_nobody_in() {
        let gate = SendGate::new();
        drop(gate.enter().expect("open"));
        gate.close();
        assert!(gate.is_closed());
        assert!(gate.enter().is_none());
        gate.close();
        gate.open();
        assert!(!gate.is_closed() && gate.enter().is_some());
    }

    #[test]
    fn whoever_got_in_has_left_when_it_is_closed() {
        for _ in 0..100 {
            let (gate, sent) = (SendGate::new(), AtomicUsize::new(0));
            thread::scope(|scope| {
                let sender = scope.spawn(|| {
                    let mut accepted = 0;
                    while let Some(_guard) = gate.enter() {
                        accepted += 1;
                        sent.fetch_add(1, Ordering::Relaxed);
                    }
                    accepted
                });
                gate.close();
                let sent = sent.load(Ordering::Relaxed);
                assert_eq!(sender.join().expect("no panic"), sent, "a send came after the close");
            });
        }
    }
}
