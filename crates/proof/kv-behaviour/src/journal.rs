//! The journal: what an actor under observation has done, in order.

use std::sync::Arc;

use tokio::sync::watch;

use crate::stage::within;

/// One entry: an act of an actor, or an event in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// An actor's state was made.
    Started,
    /// An actor began again with the state that it had.
    Restarted,
    /// The job of that number was done.
    Did(u64),
    /// The job of that number was left in the queue when the actor ended, and given to a hook of the actor.
    Undelivered(u64),
    /// The timer ticked.
    Ticked,
    /// An actor's state was dropped.
    Ended,
    /// A parent or another watcher was told of an actor's death, in the framework's words.
    Noticed(&'static str),
}

/// A list that actors write to and probes read. Clones are the same journal.
#[derive(Clone, Debug, Default)]
pub struct Journal(Arc<watch::Sender<Vec<Entry>>>);

impl Journal {
    /// Adds an entry.
    pub fn record(&self, entry: Entry) {
        self.0.send_modify(|entries| entries.push(entry));
    }

    /// All entries so far.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        self.0.borrow().clone()
    }

    /// How often this entry was recorded so far.
    #[must_use]
    pub fn count(&self, entry: Entry) -> usize {
        self.0.borrow().iter().filter(|there| **there == entry).count()
    }

    /// Whether the job of that number is done.
    #[must_use]
    pub fn did(&self, number: u64) -> bool {
        self.count(Entry::Did(number)) > 0
    }

    /// The numbers of the jobs that are done, in order.
    pub(crate) fn order(&self) -> Vec<u64> {
        let number = |entry: &Entry| if let Entry::Did(number) = entry { Some(*number) } else { None };
        self.0.borrow().iter().filter_map(number).collect()
    }

    /// Waits for an entry that has to come.
    pub(crate) async fn expect(&self, entry: Entry) {
        let mut entries = self.0.subscribe();
        // The sender lives in `self`, so the channel cannot close under us.
        let _ = within("an entry", entries.wait_for(|entries| entries.contains(&entry))).await;
    }
}
