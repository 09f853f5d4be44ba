//! Step 8: a shutdown that finishes the accepted messages, and returns when the actor has ended.

use std::collections::HashMap;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::journal::Journal;

// ANCHOR: message
#[derive(Debug)]
enum Message {
    View { page: String },
    Count { page: String, reply: oneshot::Sender<u64> },
    Stop,
}
// ANCHOR_END: message

struct Actor {
    counts: HashMap<String, u64>,
    journal: Journal,
    mailbox: mpsc::Receiver<Message>,
}

impl Actor {
    // ANCHOR: run
    /// Serves until the mailbox is closed *and* empty.
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
                // The mailbox is closed, and the loop goes on: accepted messages are still handled.
                Message::Stop => self.mailbox.close(),
            }
        }
    }
    // ANCHOR_END: run
}

/// The error of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallError {
    /// The actor was gone, or on its way out. The message was not applied.
    Stopped,
    /// The mailbox took the message, and the actor ended before it answered. The message may have been applied.
    ReplyLost,
}

/// The handle of callers: they can talk to the actor and cannot wait for its end.
#[derive(Clone, Debug)]
pub struct Views {
    mailbox: mpsc::Sender<Message>,
}

// ANCHOR: running
/// The handle of the owner, which starts the actor and ends it.
#[derive(Debug)]
pub struct Running {
    views: Views,
    task: JoinHandle<()>,
}

impl Running {
    /// Starts the actor with room for `capacity` messages. Must be called in a tokio runtime.
    ///
    /// # Panics
    /// When `capacity` is 0.
    #[must_use]
    pub fn start(journal: Journal, capacity: usize) -> Self {
        let (sender, mailbox) = mpsc::channel(capacity);
        let task = tokio::spawn(Actor { counts: HashMap::new(), journal, mailbox }.run());
        Self { views: Views { mailbox: sender }, task }
    }

    /// A handle for callers.
    #[must_use]
    pub fn views(&self) -> Views {
        self.views.clone()
    }

    /// Refuses new messages, finishes the accepted ones, and returns when the task has ended.
    pub async fn shutdown(self) {
        // The send fails only if the actor has ended already.
        let _ = self.views.mailbox.send(Message::Stop).await;
        // A panic has ended the actor too. Callers that waited for an answer then got an error.
        let _ = self.task.await;
    }
}
// ANCHOR_END: running

impl Views {
    /// Tells the actor of a view; waits while the mailbox is full.
    ///
    /// # Errors
    /// [`CallError::Stopped`].
    pub async fn view(&self, page: &str) -> Result<(), CallError> {
        self.mailbox.send(Message::View { page: page.to_owned() }).await.map_err(|_| CallError::Stopped)
    }

    /// Asks the actor how often a page was viewed.
    ///
    /// # Errors
    /// Any [`CallError`].
    pub async fn count(&self, page: &str) -> Result<u64, CallError> {
        let (reply, answer) = oneshot::channel();
        let message = Message::Count { page: page.to_owned(), reply };
        self.mailbox.send(message).await.map_err(|_| CallError::Stopped)?;
        answer.await.map_err(|_| CallError::ReplyLost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // ANCHOR: test
    #[tokio::test]
    async fn what_was_accepted_is_done_before_shutdown_returns() {
        let (journal, mut disk) = Journal::new();
        let running = Running::start(journal, 8);
        let views = running.views();
        for _ in 0..3 {
            assert_eq!(views.view("/home").await, Ok(()));
        }

        let shutdown = tokio::spawn(running.shutdown());
        for _ in 0..3 {
            let line = disk.recv().await.expect("every view reaches the journal");
            assert!(!shutdown.is_finished(), "it waits for the last line");
            line.written.send(()).expect("the actor waits");
        }

        shutdown.await.expect("no panic");
        assert_eq!(views.view("/home").await, Err(CallError::Stopped));
        assert!(disk.recv().await.is_none(), "the actor and its journal are gone");
    }
    // ANCHOR_END: test

    #[tokio::test]
    async fn an_accepted_ask_is_answered() {
        let (journal, mut disk) = Journal::new();
        let running = Running::start(journal, 8);
        let views = running.views();
        assert_eq!(views.view("/home").await, Ok(()));
        let line = disk.recv().await.expect("a line");
        let count = tokio::spawn(async move { views.count("/home").await });
        tokio::task::yield_now().await;
        let shutdown = tokio::spawn(running.shutdown());
        tokio::task::yield_now().await;
        line.written.send(()).expect("the actor waits");
        shutdown.await.expect("no panic");
        assert_eq!(count.await.expect("no panic"), Ok(1));
    }

    #[tokio::test]
    async fn a_dead_actor_can_be_shut_down() {
        let (journal, disk) = Journal::new();
        drop(disk);
        let running = Running::start(journal, 8);
        let views = running.views();
        assert_eq!(views.view("/home").await, Ok(()));
        assert_eq!(views.count("/home").await, Err(CallError::ReplyLost));
        running.shutdown().await;
        assert_eq!(views.count("/home").await, Err(CallError::Stopped));
    }
}
