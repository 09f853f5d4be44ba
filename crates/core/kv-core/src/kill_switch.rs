//! The order to end at once, for frameworks without such an order.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio_util::sync::CancellationToken;

/// An order to end that overtakes queued messages. Where a framework cannot stop one actor from outside and at once,
/// the actor looks for the order itself: at each message, and while it waits.
///
/// Rejected: a `select!` around the whole actor, which costs every wake-up.
#[derive(Debug, Default)]
pub struct KillSwitch {
    /// The flag is read for every message. It stands beside the token, because the token's `is_cancelled` takes a lock.
    ordered: AtomicBool,
    token: CancellationToken,
}

impl KillSwitch {
    /// Gives the order, for good.
    pub fn order(&self) {
        self.ordered.store(true, Ordering::Release);
        self.token.cancel();
    }

    /// Whether the order was given.
    #[must_use]
    #[inline]
    pub fn is_ordered(&self) -> bool {
        self.ordered.load(Ordering::Relaxed)
    }

    /// Awaits the future or the order; returns whether it was the order.
    pub async fn overtakes(&self, future: impl Future<Output = ()>) -> bool {
        self.token.run_until_cancelled(future).await.is_none()
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    #[tokio::test]
    async fn the_order_overtakes_what_would_never_end() {
        let kill = KillSwitch::default();
        assert!(!kill.overtakes(ready(())).await && !kill.is_ordered());
        kill.order();
        assert!(kill.overtakes(pending()).await && kill.is_ordered());
    }
}
