//! The order to end at once, which overtakes what is queued.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio_util::sync::CancellationToken;

/// elfo has nothing that stops an actor from outside and at once. A `select!` around the whole actor would, and
/// costs every wake-up, some 10 % of an ask. So the actor looks for itself, at each message and while it waits.
#[derive(Debug, Default)]
pub(crate) struct Kill {
    /// Beside the token, whose `is_cancelled` takes a lock: this is read for every message.
    ordered: AtomicBool,
    token: CancellationToken,
}

impl Kill {
    pub(crate) fn order(&self) {
        self.ordered.store(true, Ordering::Release);
        self.token.cancel();
    }

    #[inline]
    pub(crate) fn is_ordered(&self) -> bool {
        self.ordered.load(Ordering::Relaxed)
    }

    /// Awaits the future or the kill; returns whether it was the kill.
    pub(crate) async fn overtakes(&self, future: impl Future<Output = ()>) -> bool {
        self.token.run_until_cancelled(future).await.is_none()
    }
}
