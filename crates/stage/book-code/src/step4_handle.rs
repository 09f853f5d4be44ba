//! Step 4: a handle that hides the channels.

use std::collections::HashMap;

use tokio::sync::{mpsc, oneshot};

use crate::journal::Journal;

#[derive(Debug)]
enum Message {
    View { page: String },
    Count { page: String, reply: oneshot::Sender<u64> },
}

// ANCHOR: actor
struct Actor {
    counts: HashMap<String, u64>,
    journal: Journal,
    mailbox: mpsc::UnboundedReceiver<Message>,
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
// ANCHOR_END: actor

// ANCHOR: handle
/// How often each page was viewed. Clones talk to the same actor; it ends after the last one is dropped.
#[derive(Clone, Debug)]
pub struct Views {
    mailbox: mpsc::UnboundedSender<Message>,
}

/// The error of a call when the actor is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gone;

impl Views {
    /// Starts the actor. Must be called in a tokio runtime.
    #[must_use]
    pub fn start(journal: Journal) -> Self {
        let (sender, mailbox) = mpsc::unbounded_channel();
        tokio::spawn(Actor { counts: HashMap::new(), journal, mailbox }.run());
        Self { mailbox: sender }
    }

    /// Tells the actor of a view.
    ///
    /// # Errors
    /// [`Gone`] when the actor has ended.
    pub fn view(&self, page: &str) -> Result<(), Gone> {
        self.mailbox.send(Message::View { page: page.to_owned() }).map_err(|_| Gone)
    }

    /// Asks the actor how often a page was viewed.
    ///
    /// # Errors
    /// [`Gone`] when the actor has ended, or ends before it answers.
    pub async fn count(&self, page: &str) -> Result<u64, Gone> {
        let (reply, answer) = oneshot::channel();
        let message = Message::Count { page: page.to_owned(), reply };
        self.mailbox.send(message).map_err(|_| Gone)?;
        answer.await.map_err(|_| Gone)
    }
}
// ANCHOR_END: handle

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn callers_see_no_channel() {
        let views = Views::start(Journal::in_memory());
        let other = views.clone();
        assert_eq!(views.view("/home"), Ok(()));
        assert_eq!(other.view("/home"), Ok(()));
        assert_eq!(views.count("/home").await, Ok(2));
    }

    #[tokio::test]
    async fn nothing_bounds_the_queue() {
        let (journal, mut disk) = Journal::new();
        let views = Views::start(journal);
        assert_eq!(views.view("/home"), Ok(()));
        let _slow = disk.recv().await.expect("a line");
        // The disk does not move, and nevertheless all of these messages are accepted.
        assert!((0..10_000).all(|_| views.view("/home").is_ok()));
    }

    #[tokio::test]
    async fn a_lost_journal_shows() {
        let (journal, disk) = Journal::new();
        drop(disk);
        let views = Views::start(journal);
        assert_eq!(views.view("/home"), Ok(()));
        assert_eq!(views.count("/home").await, Err(Gone));
        assert_eq!(views.view("/home"), Err(Gone));
    }
}
