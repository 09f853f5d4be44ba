//! Step 1: a shared map behind a lock.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::journal::{Journal, JournalLost};

// ANCHOR: map
/// How often each page was viewed.
#[derive(Clone, Debug, Default)]
pub struct Views {
    counts: Arc<Mutex<HashMap<String, u64>>>,
}

impl Views {
    /// Counts one view; returns the new count.
    pub fn view(&self, page: &str) -> u64 {
        // The code under the lock never panics half way, so a poisoned lock hides no half-written map.
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(page.to_owned()).or_default();
        *count += 1;
        *count
    }

    /// How often a page was viewed.
    #[must_use]
    pub fn count(&self, page: &str) -> u64 {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.get(page).copied().unwrap_or(0)
    }
}
// ANCHOR_END: map

// ANCHOR: journaled
/// How often each page was viewed, with a journal that holds the views in the order in which they were counted.
#[derive(Clone, Debug)]
pub struct JournaledViews {
    // The mutex is tokio's, because the guard is held across an await.
    counts: Arc<tokio::sync::Mutex<HashMap<String, u64>>>,
    journal: Journal,
}

impl JournaledViews {
    /// Writes the view to the journal, then counts it; returns the new count.
    ///
    /// # Errors
    /// [`JournalLost`] when the view could not be written.
    pub async fn view(&self, page: &str) -> Result<u64, JournalLost> {
        let mut counts = self.counts.lock().await;
        self.journal.write(page).await?;
        let count = counts.entry(page.to_owned()).or_default();
        *count += 1;
        Ok(*count)
    }
    // ANCHOR_END: journaled

    /// A map without views.
    #[must_use]
    pub fn new(journal: Journal) -> Self {
        Self { counts: Arc::default(), journal }
    }

    /// How often a page was viewed.
    pub async fn count(&self, page: &str) -> u64 {
        self.counts.lock().await.get(page).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn threads_share_the_map() {
        let views = Views::default();
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..1000 {
                        views.view("/home");
                    }
                });
            }
        });
        assert_eq!(views.count("/home"), 4000);
        assert_eq!(views.count("/about"), 0);
    }

    #[tokio::test]
    async fn a_reader_waits_for_the_disk() {
        let (journal, mut disk) = Journal::new();
        let views = JournaledViews::new(journal);
        let view = tokio::spawn({
            let views = views.clone();
            async move { views.view("/home").await }
        });
        let line = disk.recv().await.expect("a line");

        assert!(views.counts.try_lock().is_err(), "even reading another page has to wait");

        line.written.send(()).expect("still awaited");
        assert_eq!(view.await.expect("no panic"), Ok(1));
        assert_eq!(views.count("/about").await, 0);
    }

    // ANCHOR: cancelled
    #[tokio::test]
    async fn a_caller_that_leaves_takes_its_view_along() {
        let (journal, mut disk) = Journal::new();
        let views = JournaledViews::new(journal);
        let caller = tokio::spawn({
            let views = views.clone();
            async move { views.view("/home").await }
        });

        let line = disk.recv().await.expect("a line");
        caller.abort();
        assert!(caller.await.expect_err("gone").is_cancelled());
        // The line is on disk, but the caller that waited for it is gone.
        line.written.send(()).expect_err("the caller is gone");

        assert_eq!(views.count("/home").await, 0, "written, and not counted");
    }
    // ANCHOR_END: cancelled
}
