//! Step 2: a task that owns the map, and a channel that leads to it.

use std::collections::HashMap;

use tokio::sync::mpsc;

use crate::journal::Journal;

// ANCHOR: message
/// The messages to the task.
#[derive(Debug)]
pub enum Message {
    /// A page was viewed.
    View {
        /// The viewed page.
        page: String,
    },
}
// ANCHOR_END: message

// ANCHOR: run
/// Counts until all senders are gone; returns the counts.
pub async fn run(mut mailbox: mpsc::UnboundedReceiver<Message>, journal: Journal) -> HashMap<String, u64> {
    let mut counts: HashMap<String, u64> = HashMap::new();
    while let Some(message) = mailbox.recv().await {
        match message {
            Message::View { page } => {
                if journal.write(&page).await.is_err() {
                    // The task ends without its journal: it could not keep the promise that each count was written.
                    break;
                }
                *counts.entry(page).or_default() += 1;
            }
        }
    }
    counts
}
// ANCHOR_END: run

#[cfg(test)]
mod tests {
    use super::*;

    // ANCHOR: test
    #[tokio::test]
    async fn the_task_owns_the_map() {
        let (sender, mailbox) = mpsc::unbounded_channel();
        let task = tokio::spawn(run(mailbox, Journal::in_memory()));
        for _ in 0..3 {
            sender.send(Message::View { page: "/home".into() }).expect("the task runs");
        }
        drop(sender);
        assert_eq!(task.await.expect("no panic")["/home"], 3);
    }
    // ANCHOR_END: test

    #[tokio::test]
    async fn a_caller_that_leaves_breaks_nothing() {
        let (journal, mut disk) = Journal::new();
        let (sender, mailbox) = mpsc::unbounded_channel();
        let task = tokio::spawn(run(mailbox, journal));
        sender.send(Message::View { page: "/home".into() }).expect("the task runs");
        let line = disk.recv().await.expect("a line");
        drop(sender);
        line.written.send(()).expect("the task still waits");
        assert_eq!(task.await.expect("no panic")["/home"], 1);
    }

    #[tokio::test]
    async fn without_a_journal_the_task_ends() {
        let (journal, disk) = Journal::new();
        drop(disk);
        let (sender, mailbox) = mpsc::unbounded_channel();
        let task = tokio::spawn(run(mailbox, journal));
        sender.send(Message::View { page: "/home".into() }).expect("the task runs");
        assert!(task.await.expect("no panic").is_empty());
    }
}
