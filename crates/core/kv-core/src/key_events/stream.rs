//! The stream in which a subscriber reads events.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};

use tokio::sync::mpsc;

use super::{KeyEvent, KeyEventKinds, Shared};

/// A subscription to [`KeyEvents`](crate::KeyEvents); dropping it ends it.
///
/// One actor's events come in the order in which it applied the commands. The events of different actors come in any
/// order.
#[derive(Debug)]
pub struct KeyEventStream {
    events: mpsc::Receiver<KeyEvent>,
    missed: Arc<AtomicU64>,
    /// The reference is weak, because a strong one would keep the stream from ever ending.
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

    /// The next event without waiting; also `None` when there is nothing yet.
    pub fn try_next(&mut self) -> Option<KeyEvent> {
        self.events.try_recv().ok()
    }

    /// Chooses other kinds for the events from now on. Events that wait to be read stay.
    pub fn choose(&mut self, kinds: KeyEventKinds) {
        if let Some(shared) = self.shared.upgrade() {
            shared.change(|subscribers| {
                let own = subscribers.iter_mut().find(|own| Arc::ptr_eq(&own.missed, &self.missed));
                if let Some(own) = own {
                    own.kinds = kinds;
                }
            });
        }
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
            shared.change(|subscribers| subscribers.retain(|subscriber| !subscriber.events.is_closed()));
        }
    }
}
