//! Step 6: errors that say whether the message was applied.

use std::collections::HashMap;

use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};

use crate::journal::Journal;

#[derive(Debug)]
enum Message {
    View { page: String },
    ViewAndCount { page: String, reply: oneshot::Sender<u64> },
    Count { page: String, reply: oneshot::Sender<u64> },
}

struct Actor {
    counts: HashMap<String, u64>,
    journal: Journal,
    mailbox: mpsc::Receiver<Message>,
}

impl Actor {
    // ANCHOR: run
    async fn run(mut self) {
        while let Some(message) = self.mailbox.recv().await {
            match message {
                Message::View { page } => {
                    let Some(_) = self.view(page).await else { break };
                }
                Message::ViewAndCount { page, reply } => {
                    // Leaving the loop drops `reply`, and with the mailbox every reply that waits in it.
                    let Some(count) = self.view(page).await else { break };
                    let _ = reply.send(count);
                }
                Message::Count { page, reply } => {
                    let _ = reply.send(self.counts.get(&page).copied().unwrap_or(0));
                }
            }
        }
    }
    // ANCHOR_END: run

    /// The new count, or `None` when the view could not be written to the journal.
    async fn view(&mut self, page: String) -> Option<u64> {
        self.journal.write(&page).await.ok()?;
        let count = self.counts.entry(page).or_default();
        *count += 1;
        Some(*count)
    }
}

// ANCHOR: error
/// The error of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallError {
    /// The actor was gone before the message got into its mailbox. The message was not applied.
    Stopped,
    /// The mailbox is full. The message was not applied.
    Overloaded,
    /// The mailbox took the message, and the actor ended before it answered. The message may have been applied.
    ReplyLost,
}

impl CallError {
    /// Whether a caller may send the message again without the risk of applying it twice.
    #[must_use]
    pub const fn certainly_not_applied(self) -> bool {
        match self {
            Self::Stopped | Self::Overloaded => true,
            Self::ReplyLost => false,
        }
    }
}
// ANCHOR_END: error

/// How often each page was viewed. Clones talk to the same actor; it ends after the last one is dropped.
#[derive(Clone, Debug)]
pub struct Views {
    mailbox: mpsc::Sender<Message>,
}

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

    /// Tells the actor of a view; waits while the mailbox is full.
    ///
    /// # Errors
    /// [`CallError::Stopped`].
    pub async fn view(&self, page: &str) -> Result<(), CallError> {
        let message = Message::View { page: page.to_owned() };
        self.mailbox.send(message).await.map_err(|_| CallError::Stopped)
    }

    /// Tells the actor of a view without waiting.
    ///
    /// # Errors
    /// [`CallError::Stopped`] or [`CallError::Overloaded`].
    pub fn try_view(&self, page: &str) -> Result<(), CallError> {
        let message = Message::View { page: page.to_owned() };
        self.mailbox.try_send(message).map_err(|error| match error {
            TrySendError::Full(_) => CallError::Overloaded,
            TrySendError::Closed(_) => CallError::Stopped,
        })
    }

    /// Asks the actor to count a view, and for the new count.
    ///
    /// # Errors
    /// [`CallError::Stopped`] or [`CallError::ReplyLost`].
    pub async fn view_and_count(&self, page: &str) -> Result<u64, CallError> {
        self.ask(|reply| Message::ViewAndCount { page: page.to_owned(), reply }).await
    }

    /// Asks the actor how often a page was viewed.
    ///
    /// # Errors
    /// [`CallError::Stopped`] or [`CallError::ReplyLost`].
    pub async fn count(&self, page: &str) -> Result<u64, CallError> {
        self.ask(|reply| Message::Count { page: page.to_owned(), reply }).await
    }

    // ANCHOR: ask
    async fn ask(&self, message: impl FnOnce(oneshot::Sender<u64>) -> Message) -> Result<u64, CallError> {
        let (reply, answer) = oneshot::channel();
        // The mailbox refused the message: tokio gives it back, so no actor can have seen it.
        self.mailbox.send(message(reply)).await.map_err(|_| CallError::Stopped)?;
        // The mailbox took the message, and no answer came: it may have been applied or not.
        answer.await.map_err(|_| CallError::ReplyLost)
    }
    // ANCHOR_END: ask
}

#[cfg(test)]
mod tests {
    use super::*;

    // ANCHOR: test
    #[tokio::test]
    async fn a_lost_reply_is_no_refusal() {
        let (journal, mut disk) = Journal::new();
        let views = Views::start(journal, 8);
        let caller = tokio::spawn({
            let views = views.clone();
            async move { views.view_and_count("/home").await }
        });

        let line = disk.recv().await.expect("the line is on its way to the disk");
        drop((line, disk));

        let error = caller.await.expect("no panic").expect_err("the actor is gone");
        assert_eq!(error, CallError::ReplyLost);
        assert!(!error.certainly_not_applied(), "the line may well be in the journal");
        assert_eq!(views.view_and_count("/home").await, Err(CallError::Stopped));
    }
    // ANCHOR_END: test

    #[tokio::test]
    async fn a_queued_ask_is_lost_with_the_mailbox() {
        let (journal, disk) = Journal::new();
        drop(disk);
        let views = Views::start(journal, 8);
        assert_eq!(views.try_view("/home"), Ok(()));
        assert_eq!(views.count("/home").await, Err(CallError::ReplyLost));
    }

    #[tokio::test]
    async fn each_refusal_has_its_name() {
        let (journal, disk) = Journal::new();
        let views = Views::start(journal, 1);
        assert_eq!(views.try_view("/home"), Ok(()));
        assert_eq!(views.try_view("/home"), Err(CallError::Overloaded));
        assert!(CallError::Overloaded.certainly_not_applied());
        drop(disk);
        views.mailbox.closed().await;
        assert_eq!(views.try_view("/home"), Err(CallError::Stopped));
        assert_eq!(views.view("/home").await, Err(CallError::Stopped));
        assert!(CallError::Stopped.certainly_not_applied());
    }

    #[tokio::test]
    async fn tells_and_asks_count_alike() {
        let views = Views::start(Journal::in_memory(), 8);
        assert_eq!(views.view("/home").await, Ok(()));
        assert_eq!(views.view_and_count("/home").await, Ok(2));
        assert_eq!(views.count("/home").await, Ok(2));
    }
}
