//! Step 3: a question brings its own channel for the answer.

use std::collections::HashMap;

use tokio::sync::{mpsc, oneshot};

use crate::journal::Journal;

// ANCHOR: message
/// The messages to the task.
#[derive(Debug)]
pub enum Message {
    /// A page was viewed. The sender waits for no answer.
    View {
        /// The viewed page.
        page: String,
    },
    /// A question: how often was a page viewed?
    Count {
        /// The page in question.
        page: String,
        /// The channel for the answer.
        reply: oneshot::Sender<u64>,
    },
}
// ANCHOR_END: message

// ANCHOR: run
/// Serves until all senders are gone.
pub async fn run(mut mailbox: mpsc::UnboundedReceiver<Message>, journal: Journal) {
    let mut counts: HashMap<String, u64> = HashMap::new();
    while let Some(message) = mailbox.recv().await {
        match message {
            Message::View { page } => {
                if journal.write(&page).await.is_err() {
                    break;
                }
                *counts.entry(page).or_default() += 1;
            }
            Message::Count { page, reply } => {
                // The send fails only if the caller has given up waiting, which it may.
                let _ = reply.send(counts.get(&page).copied().unwrap_or(0));
            }
        }
    }
}
// ANCHOR_END: run

// ANCHOR: ask
/// The error of a call when the actor is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gone;

/// Asks how often a page was viewed.
///
/// # Errors
/// [`Gone`] when the task has ended, or ends before it answers.
pub async fn count(mailbox: &mpsc::UnboundedSender<Message>, page: &str) -> Result<u64, Gone> {
    let (reply, answer) = oneshot::channel();
    mailbox.send(Message::Count { page: page.to_owned(), reply }).map_err(|_| Gone)?;
    answer.await.map_err(|_| Gone)
}
// ANCHOR_END: ask

#[cfg(test)]
mod tests {
    use super::*;

    fn view(page: &str) -> Message {
        Message::View { page: page.into() }
    }

    // ANCHOR: test
    #[tokio::test]
    async fn an_ask_sees_every_earlier_tell() {
        let (sender, mailbox) = mpsc::unbounded_channel();
        tokio::spawn(run(mailbox, Journal::in_memory()));
        for _ in 0..3 {
            sender.send(view("/home")).expect("the task runs");
        }
        assert_eq!(count(&sender, "/home").await, Ok(3));
        assert_eq!(count(&sender, "/about").await, Ok(0));
    }
    // ANCHOR_END: test

    #[tokio::test]
    async fn an_asker_that_leaves_is_not_missed() {
        let (sender, mailbox) = mpsc::unbounded_channel();
        let (reply, answer) = oneshot::channel();
        drop(answer);
        sender.send(Message::Count { page: "/home".into(), reply }).expect("the mailbox is open");
        sender.send(view("/home")).expect("the mailbox is open");
        tokio::spawn(run(mailbox, Journal::in_memory()));
        assert_eq!(count(&sender, "/home").await, Ok(1));
    }

    #[tokio::test]
    async fn a_dead_task_leaves_no_asker_waiting() {
        let (journal, disk) = Journal::new();
        drop(disk);
        let (sender, mailbox) = mpsc::unbounded_channel();
        tokio::spawn(run(mailbox, journal));
        sender.send(view("/home")).expect("the mailbox is open");
        assert_eq!(count(&sender, "/home").await, Err(Gone));
    }
}
