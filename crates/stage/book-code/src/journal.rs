//! The journal to which all steps write: a slow thing outside the map, which has to be awaited.

use tokio::sync::{mpsc, oneshot};

/// A journal, which takes lines, and tells of each when it is safe on disk.
#[derive(Clone, Debug)]
pub struct Journal {
    lines: mpsc::Sender<Line>,
}

/// A line on its way to the disk.
#[derive(Debug)]
pub struct Line {
    /// The text to write.
    pub text: String,
    /// The sender that tells the caller when the line is written.
    pub written: oneshot::Sender<()>,
}

/// The error of a journal that is gone; whether the line was written is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JournalLost;

impl Journal {
    /// A journal, and the disk's end of it. The holder of that end decides when a line is written; in the tests, the
    /// test holds it.
    #[must_use]
    pub fn new() -> (Self, mpsc::Receiver<Line>) {
        let (lines, disk) = mpsc::channel(1);
        (Self { lines }, disk)
    }

    /// A journal that needs no disk: every line is written at once. Must be called in a tokio runtime.
    #[must_use]
    pub fn in_memory() -> Self {
        let (journal, mut disk) = Self::new();
        tokio::spawn(async move {
            while let Some(line) = disk.recv().await {
                // The send fails only if the caller has stopped waiting.
                let _ = line.written.send(());
            }
        });
        journal
    }

    /// Writes a line and waits until it is safe.
    ///
    /// # Errors
    /// [`JournalLost`] when the disk's end of the journal is gone.
    pub async fn write(&self, text: &str) -> Result<(), JournalLost> {
        let (written, safe) = oneshot::channel();
        let line = Line { text: text.to_owned(), written };
        self.lines.send(line).await.map_err(|_| JournalLost)?;
        safe.await.map_err(|_| JournalLost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_write_waits_for_the_disk() {
        let (journal, mut disk) = Journal::new();
        let write = tokio::spawn(async move { journal.write("/home").await });
        let line = disk.recv().await.expect("a line");
        assert_eq!(line.text, "/home");
        assert!(!write.is_finished());
        line.written.send(()).expect("still awaited");
        assert_eq!(write.await.expect("no panic"), Ok(()));
    }

    #[tokio::test]
    async fn a_lost_journal_is_an_error() {
        let (journal, disk) = Journal::new();
        drop(disk);
        assert_eq!(journal.write("/home").await, Err(JournalLost));
        assert_eq!(Journal::in_memory().write("/home").await, Ok(()));
    }
}
