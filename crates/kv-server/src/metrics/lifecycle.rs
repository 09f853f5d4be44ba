//! How often actors of the backend panicked and were restarted.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use kv_core::{Change, Lifecycle, Notice};
use tokio_util::task::AbortOnDropHandle;

/// Counts a backend's panics and restarts from its [`Lifecycle`]. It ends when it is dropped.
#[derive(Debug)]
pub(crate) struct LifecycleCounter {
    counts: Arc<Counts>,
    _task: AbortOnDropHandle<()>,
}

#[derive(Debug, Default)]
struct Counts {
    panics: AtomicU64,
    restarts: AtomicU64,
}

impl LifecycleCounter {
    /// Begins to count. Before the backend starts, or what happens first is missed.
    pub(crate) fn start(lifecycle: &Lifecycle) -> Self {
        let mut events = lifecycle.subscribe();
        let counts = Arc::new(Counts::default());
        let shared = Arc::clone(&counts);
        let task = tokio::spawn(async move {
            while let Some(notice) = events.next().await {
                match notice {
                    Notice::Event(event) => shared.count(event.change),
                    Notice::Missed(missed) => {
                        tracing::warn!(missed, "events of actors came faster than they were counted");
                    }
                }
            }
        });
        Self { counts, _task: AbortOnDropHandle::new(task) }
    }

    /// How many panics there were.
    pub(crate) fn panics(&self) -> u64 {
        self.counts.panics.load(Ordering::Relaxed)
    }

    /// How many restarts there were.
    pub(crate) fn restarts(&self) -> u64 {
        self.counts.restarts.load(Ordering::Relaxed)
    }
}

impl Counts {
    fn count(&self, change: Change) {
        match change {
            Change::Panicked => self.panics.fetch_add(1, Ordering::Relaxed),
            Change::Restarted => self.restarts.fetch_add(1, Ordering::Relaxed),
            Change::Started | Change::Stopped(_) => return,
        };
    }
}
