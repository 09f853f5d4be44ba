//! A bound for mailboxes that have none.

use std::sync::Arc;

use tokio::sync::{Semaphore, TryAcquireError};

use crate::{KvError, Mailbox};

/// Makes an unbounded mailbox behave as a bounded one: a sender takes a place before it sends, and the actor gives
/// it back when it takes the message out. Costs two atomic operations per message and no allocation.
///
/// Between a place and its message there must be no await: a caller that is dropped there would keep the place for
/// ever. A place whose message never arrives, because the actor is gone, is lost with the mailbox.
///
/// Rejected: an owned permit inside the message, which gives itself back, but makes every message larger and counts
/// references to the semaphore; a bounded channel in front of the mailbox, which adds a hop and a task to a
/// framework that does not have them.
#[derive(Clone, Debug)]
pub struct MailboxBound(Option<Arc<Places>>);

#[derive(Debug)]
struct Places {
    free: Semaphore,
    capacity: usize,
}

impl MailboxBound {
    /// A bound of the mailbox's size. An unbounded mailbox gets none, and pays nothing.
    #[must_use]
    pub fn new(mailbox: Mailbox) -> Self {
        Self(match mailbox {
            Mailbox::Bounded(capacity) => {
                let capacity = capacity.min(Semaphore::MAX_PERMITS);
                Some(Arc::new(Places { free: Semaphore::new(capacity), capacity }))
            }
            Mailbox::Unbounded => None,
        })
    }

    /// Waits for a place and takes it, first come, first served.
    ///
    /// # Errors
    /// [`KvError::Stopped`] once [`MailboxBound::close`] was called, also for callers that wait already.
    #[inline]
    pub async fn acquire(&self) -> Result<(), KvError> {
        // `try_acquire` comes first: tokio's semaphore makes a task that has been busy for long yield even where there
        // is room, and a caller's next call would overtake this one. A try does not overtake callers that wait.
        match (self.try_acquire(), &self.0) {
            (Err(KvError::Overloaded), Some(places)) => match places.free.acquire().await {
                Ok(place) => {
                    place.forget();
                    Ok(())
                }
                Err(_) => Err(KvError::Stopped),
            },
            (taken, _) => taken,
        }
    }

    /// Takes a place if there is one.
    ///
    /// # Errors
    /// [`KvError::Overloaded`] when there is none, [`KvError::Stopped`] once [`MailboxBound::close`] was called.
    #[inline]
    pub fn try_acquire(&self) -> Result<(), KvError> {
        match self.0.as_ref().map(|places| places.free.try_acquire()) {
            None => Ok(()),
            Some(Ok(place)) => {
                place.forget();
                Ok(())
            }
            Some(Err(TryAcquireError::NoPermits)) => Err(KvError::Overloaded),
            Some(Err(TryAcquireError::Closed)) => Err(KvError::Stopped),
        }
    }

    /// Gives a place back. The actor calls it for every message, as soon as it has taken the message out.
    #[inline]
    pub fn release(&self) {
        if let Some(places) = &self.0 {
            places.free.add_permits(1);
        }
    }

    /// Refuses all callers from now on, those that wait included.
    pub fn close(&self) {
        if let Some(places) = &self.0 {
            places.free.close();
        }
    }

    /// How many places are taken; `None` where there is no bound.
    #[must_use]
    pub fn taken(&self) -> Option<usize> {
        self.0.as_ref().map(|places| places.capacity.saturating_sub(places.free.available_permits()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_bound_refuses_until_a_place_is_given_back() {
        let bound = MailboxBound::new(Mailbox::Bounded(1));
        assert_eq!(bound.try_acquire(), Ok(()));
        assert_eq!(bound.try_acquire(), Err(KvError::Overloaded));
        assert_eq!(bound.taken(), Some(1));
        bound.release();
        assert_eq!(bound.taken(), Some(0));
        assert_eq!(bound.try_acquire(), Ok(()));
    }

    #[test]
    fn no_bound_never_refuses() {
        let bound = MailboxBound::new(Mailbox::Unbounded);
        assert!((0..1000).all(|_| bound.try_acquire().is_ok()));
        bound.release();
        assert_eq!(bound.taken(), None);
    }

    #[tokio::test]
    async fn closing_wakes_those_who_wait() {
        let bound = MailboxBound::new(Mailbox::Bounded(1));
        bound.try_acquire().expect("room for one");
        let waiting = tokio::spawn({
            let bound = bound.clone();
            async move { bound.acquire().await }
        });
        tokio::task::yield_now().await;
        bound.close();
        assert_eq!(waiting.await.expect("no panic"), Err(KvError::Stopped));
        assert_eq!(bound.try_acquire(), Err(KvError::Stopped));
    }
}
