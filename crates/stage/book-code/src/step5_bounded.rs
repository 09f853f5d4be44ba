//! Step 5: a mailbox with a bound, and two ways to send to a full one.

use std::collections::HashMap;

use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};

use crate::journal::Journal;

#[derive(Debug)]
enum Message {
    View { page: String },
    Count { page: String, reply: oneshot::Sender<u64> },
}

struct Actor {
    counts: HashMap<String, u64>,
    journal: Journal,
    mailbox: mpsc::Receiver<Message>,
}

impl Actor {
    async fn run(mut self) {
        while let Some(message) = self.mailbox.recv().await {
            match message {
                Message::View { page } => {
                    if self.journal.write(&page).await.is_err() {
                        break;
                    }
                    *self.counts.entry(page).or_default() += 1;
                }
                Message::Count { page, reply } => {
                    let _ = reply.send(self.counts.get(&page).copied().unwrap_or(0));
                }
            }
        }
    }
}

/// How often each page was viewed. Clones talk to the same actor; it ends after the last one is dropped.
#[derive(Clone, Debug)]
pub struct Views {
    mailbox: mpsc::Sender<Message>,
}

// ANCHOR: refused
/// The error of a message that did not get into the mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The mailbox has no room.
    Full,
    /// The actor is gone.
    Gone,
}
// ANCHOR_END: refused

impl Views {
    /// Starts the actor with room for `capacity` messages. Must be called in a tokio runtime.
    ///
    /// # Panics
    /// When `capacity` is 0.
    #[must_use]
    pub fn start(journal: Journal, capacity: usize) -> Self {
        let (sender, mailbox) = mpsc::channel(capacity);
        tokio::spawn(Actor { counts: HashMap::new(), journal, mailbox }.run());
        Self { mailbox: sender }
    }

    // ANCHOR: tell
    /// Tells the actor of a view; waits while the mailbox is full. Dropped while it waits, it sends nothing.
    ///
    /// # Errors
    /// [`Refused::Gone`].
    pub async fn view(&self, page: &str) -> Result<(), Refused> {
        let message = Message::View { page: page.to_owned() };
        self.mailbox.send(message).await.map_err(|_| Refused::Gone)
    }

    /// Tells the actor of a view without waiting.
    ///
    /// # Errors
    /// [`Refused::Full`] or [`Refused::Gone`].
    pub fn try_view(&self, page: &str) -> Result<(), Refused> {
        let message = Message::View { page: page.to_owned() };
        self.mailbox.try_send(message).map_err(|error| match error {
            TrySendError::Full(_) => Refused::Full,
            TrySendError::Closed(_) => Refused::Gone,
        })
    }
    // ANCHOR_END: tell

    /// Asks the actor how often a page was viewed; waits for room first.
    ///
    /// # Errors
    /// [`Refused::Gone`] when the actor has ended, or ends before it answers.
    pub async fn count(&self, page: &str) -> Result<u64, Refused> {
        let (reply, answer) = oneshot::channel();
        let message = Message::Count { page: page.to_owned(), reply };
        self.mailbox.send(message).await.map_err(|_| Refused::Gone)?;
        answer.await.map_err(|_| Refused::Gone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::Line;

    /// An actor that waits for the disk, with a mailbox of two that is full.
    async fn stalled() -> (Views, Line, mpsc::Receiver<Line>) {
        let (journal, mut disk) = Journal::new();
        let views = Views::start(journal, 2);
        assert_eq!(views.view("/home").await, Ok(()));
        let line = disk.recv().await.expect("a line");
        assert_eq!(views.try_view("/home"), Ok(()));
        assert_eq!(views.try_view("/home"), Ok(()));
        (views, line, disk)
    }

    // ANCHOR: test
    #[tokio::test]
    async fn a_full_mailbox_refuses_or_makes_wait() {
        let (views, line, mut disk) = stalled().await;
        assert_eq!(views.try_view("/home"), Err(Refused::Full));

        let waiting = tokio::spawn({
            let views = views.clone();
            async move { views.view("/home").await }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished(), "there is no room yet");

        line.written.send(()).expect("the actor waits");
        // The actor takes the next message, so there is room for one more.
        let _line = disk.recv().await.expect("a line");
        assert_eq!(waiting.await.expect("no panic"), Ok(()));
    }
    // ANCHOR_END: test

    #[tokio::test]
    async fn a_tell_dropped_while_it_waits_sends_nothing() {
        let (views, line, mut disk) = stalled().await;
        let waiting = tokio::spawn({
            let views = views.clone();
            async move { views.view("/home").await }
        });
        tokio::task::yield_now().await;
        waiting.abort();
        assert!(waiting.await.expect_err("gone").is_cancelled());

        line.written.send(()).expect("the actor waits");
        for _ in 0..2 {
            disk.recv().await.expect("a line").written.send(()).expect("the actor waits");
        }
        assert_eq!(views.count("/home").await, Ok(3), "the first and the two that were queued");
    }

    #[tokio::test]
    async fn a_lost_journal_shows() {
        let (views, line, disk) = stalled().await;
        drop((line, disk));
        assert_eq!(views.count("/home").await, Err(Refused::Gone));
        assert_eq!(views.try_view("/home"), Err(Refused::Gone));
    }
}
