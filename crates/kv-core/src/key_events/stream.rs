//! The subscriber's end.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};

use tokio::sync::mpsc;

use super::{KeyEvent, Shared};

/// A subscription to [`KeyEvents`](crate::KeyEvents); dropping it ends it.
///
/// One actor's events come in the order in which it applied the commands. Those of different actors come in any order.
#[derive(Debug)]
pub struct KeyEventStream {
    events: mpsc::Receiver<KeyEvent>,
    missed: Arc<AtomicU64>,
    /// Weak, or the stream would keep itself from ever ending.
    shared: Weak<Shared>,
}

impl KeyEventStream {
    pub(super) const fn new(
        events: mpsc::Receiver<KeyEvent>,
        missed: Arc<AtomicU64>,
        shared: Weak<Shared>,
    ) -> Self {
        Self { events, missed, shared }
    }

    /// The next event; `None` when there will be none, because every clone of the
    /// [`KeyEvents`](crate::KeyEvents) and every store that has one is gone.
    pub async fn next(&mut self) -> Option<KeyEvent> {
        self.events.recv().await
    }

    /// The same without waiting; also `None` when there is nothing yet.
    pub fn try_next(&mut self) -> Option<KeyEvent> {
        self.events.try_recv().ok()
    }

    /// How many events did not fit since the subscription began.
    #[must_use]
    pub fn missed(&self) -> u64 {
        self.missed.load(Ordering::Relaxed)
    }
}

impl Drop for KeyEventStream {
    fn drop(&mut self) {
        self.events.close();
        if let Some(shared) = self.shared.upgrade() {
            shared.forget_the_gone();
        }
    }
}
