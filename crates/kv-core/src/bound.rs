//! A bound for mailboxes that have none.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, TryAcquireError};

use crate::{KvError, Mailbox};

/// Makes an unbounded mailbox behave as a bounded one: a sender takes a [`Permit`] and sends it along, and the
/// actor drops it when it takes the message out. Costs a compare-and-swap and no allocation.
///
/// Rejected: counting in the actor, for a sender would not know when to wake up; a bounded channel in front of
/// the mailbox, for it adds a hop and a task to a framework that does not have them.
#[derive(Clone, Debug)]
pub struct Bound(Option<Arc<Semaphore>>);

/// The right to one place in a mailbox; travels with the message.
#[derive(Debug)]
#[must_use = "dropping the permit gives the place back"]
pub struct Permit(#[expect(dead_code, reason = "held for its drop")] Option<OwnedSemaphorePermit>);

impl Bound {
    /// A bound of the mailbox's size, or none, and free of cost, for an unbounded one.
    #[must_use]
    pub fn new(mailbox: Mailbox) -> Self {
        Self(match mailbox {
            Mailbox::Bounded(capacity) => {
                Some(Arc::new(Semaphore::new(capacity.min(Semaphore::MAX_PERMITS))))
            }
            Mailbox::Unbounded => None,
        })
    }

    /// Waits for a place, first come, first served.
    ///
    /// # Errors
    /// [`KvError::Stopped`] once [`Bound::close`] was called, also for those who wait already.
    #[inline]
    pub async fn acquire(&self) -> Result<Permit, KvError> {
        // A try first: tokio's semaphore makes a task that has been busy for long yield even where there is
        // room, and a caller's next call would overtake this one. Those who wait are not overtaken by a try.
        match (self.try_acquire(), &self.0) {
            (Err(KvError::Overloaded), Some(places)) => match Arc::clone(places).acquire_owned().await {
                Ok(permit) => Ok(Permit(Some(permit))),
                Err(_) => Err(KvError::Stopped),
            },
            (place, _) => place,
        }
    }

    /// Takes a place if there is one.
    ///
    /// # Errors
    /// [`KvError::Overloaded`] when there is none, [`KvError::Stopped`] once [`Bound::close`] was called.
    #[inline]
    pub fn try_acquire(&self) -> Result<Permit, KvError> {
        match &self.0 {
            None => Ok(Permit(None)),
            Some(places) => match Arc::clone(places).try_acquire_owned() {
                Ok(permit) => Ok(Permit(Some(permit))),
                Err(TryAcquireError::NoPermits) => Err(KvError::Overloaded),
                Err(TryAcquireError::Closed) => Err(KvError::Stopped),
            },
        }
    }

    /// Refuses everybody from now on, those who wait included.
    pub fn close(&self) {
        if let Some(places) = &self.0 {
            places.close();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_bound_refuses_until_a_permit_is_dropped() {
        let bound = Bound::new(Mailbox::Bounded(1));
        let permit = bound.try_acquire().expect("room for one");
        assert_eq!(bound.try_acquire().expect_err("full"), KvError::Overloaded);
        drop(permit);
        drop(bound.try_acquire().expect("room again"));
    }

    #[test]
    fn no_bound_never_refuses() {
        let bound = Bound::new(Mailbox::Unbounded);
        let permits: Vec<_> = (0..1000).map(|_| bound.try_acquire()).collect();
        assert!(permits.iter().all(Result::is_ok));
    }

    #[tokio::test]
    async fn closing_wakes_those_who_wait() {
        let bound = Bound::new(Mailbox::Bounded(1));
        let _permit = bound.try_acquire().expect("room for one");
        let waiting = tokio::spawn({
            let bound = bound.clone();
            async move { bound.acquire().await.map(drop) }
        });
        tokio::task::yield_now().await;
        bound.close();
        assert_eq!(waiting.await.expect("no panic"), Err(KvError::Stopped));
        assert_eq!(bound.try_acquire().expect_err("closed"), KvError::Stopped);
    }
}
