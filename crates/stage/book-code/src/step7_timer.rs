//! Step 7: a timer beside the mailbox.

use std::collections::HashMap;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use crate::journal::Journal;

#[derive(Debug)]
enum Message {
    View { page: String },
    Count { page: String, reply: oneshot::Sender<u64> },
}

// ANCHOR: state
struct Page {
    views: u64,
    last_view: Instant,
}

struct Actor {
    pages: HashMap<String, Page>,
    journal: Journal,
    mailbox: mpsc::Receiver<Message>,
    sweep: Interval,
    keep: Duration,
}
// ANCHOR_END: state

impl Actor {
    fn new(journal: Journal, mailbox: mpsc::Receiver<Message>, keep: Duration) -> Self {
        let mut sweep = interval_at(Instant::now() + keep, keep);
        // After a long wait for the journal one sweep is enough; by default the timer makes up for every missed one.
        sweep.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { pages: HashMap::new(), journal, mailbox, sweep, keep }
    }

    async fn run(mut self) {
        while let Some(message) = self.next().await {
            match message {
                Message::View { page } => {
                    if self.journal.write(&page).await.is_err() {
                        break;
                    }
                    let now = Instant::now();
                    let page = self.pages.entry(page).or_insert(Page { views: 0, last_view: now });
                    page.views += 1;
                    page.last_view = now;
                }
                Message::Count { page, reply } => {
                    let _ = reply.send(self.pages.get(&page).map_or(0, |page| page.views));
                }
            }
        }
    }

    // ANCHOR: next
    /// The next message. While it waits, it forgets pages that were not viewed for a while.
    async fn next(&mut self) -> Option<Message> {
        loop {
            tokio::select! {
                // The timer is polled first: otherwise a mailbox that is never empty would keep it from being polled at
                // all.
                biased;
                now = self.sweep.tick() => {
                    let keep = self.keep;
                    self.pages.retain(|_, page| now.duration_since(page.last_view) < keep);
                }
                message = self.mailbox.recv() => return message,
            }
        }
    }
    // ANCHOR_END: next
}

/// The error of a call when the actor is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gone;

/// How often each page was viewed recently. Clones talk to the same actor; it ends after the last one is dropped.
#[derive(Clone, Debug)]
pub struct Views {
    mailbox: mpsc::Sender<Message>,
}

impl Views {
    /// Starts the actor with room for `capacity` messages; it forgets pages that were not viewed for `keep`. Must be
    /// called in a tokio runtime with its time driver enabled.
    ///
    /// # Panics
    /// When `capacity` or `keep` is 0.
    #[must_use]
    pub fn start(journal: Journal, capacity: usize, keep: Duration) -> Self {
        let (sender, mailbox) = mpsc::channel(capacity);
        tokio::spawn(Actor::new(journal, mailbox, keep).run());
        Self { mailbox: sender }
    }

    /// Tells the actor of a view; waits while the mailbox is full.
    ///
    /// # Errors
    /// [`Gone`] when the actor has ended.
    pub async fn view(&self, page: &str) -> Result<(), Gone> {
        self.mailbox.send(Message::View { page: page.to_owned() }).await.map_err(|_| Gone)
    }

    /// Asks the actor how often a page was viewed.
    ///
    /// # Errors
    /// [`Gone`] when the actor has ended, or ends before it answers.
    pub async fn count(&self, page: &str) -> Result<u64, Gone> {
        let (reply, answer) = oneshot::channel();
        let message = Message::Count { page: page.to_owned(), reply };
        self.mailbox.send(message).await.map_err(|_| Gone)?;
        answer.await.map_err(|_| Gone)
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::timeout;

    use super::*;

    const SOON: Duration = Duration::from_millis(5);
    const LATE: Duration = Duration::from_secs(3600);
    const DEADLINE: Duration = Duration::from_secs(10);

    async fn forgotten(views: &Views, page: &str) {
        let asking = async {
            while views.count(page).await != Ok(0) {
                tokio::task::yield_now().await;
            }
        };
        timeout(DEADLINE, asking).await.expect("forgotten within the deadline");
    }

    // ANCHOR: test
    #[tokio::test]
    async fn a_page_that_nobody_views_is_forgotten() {
        let views = Views::start(Journal::in_memory(), 8, SOON);
        assert_eq!(views.view("/home").await, Ok(()));
        forgotten(&views, "/home").await;
    }

    #[tokio::test]
    async fn the_timer_is_served_while_the_mailbox_is_never_empty() {
        let (sender, mailbox) = mpsc::channel(1);
        let mut actor = Actor::new(Journal::in_memory(), mailbox, SOON);
        actor.pages.insert("/home".into(), Page { views: 1, last_view: Instant::now() });
        let serving = async {
            while !actor.pages.is_empty() {
                sender.try_send(Message::View { page: "/news".into() }).expect("room for one");
                actor.next().await.expect("the message");
            }
        };
        timeout(DEADLINE, serving).await.expect("swept, although a message always waits");
    }
    // ANCHOR_END: test

    #[tokio::test]
    async fn what_is_viewed_stays() {
        let views = Views::start(Journal::in_memory(), 8, LATE);
        assert_eq!(views.view("/home").await, Ok(()));
        assert_eq!(views.view("/home").await, Ok(()));
        assert_eq!(views.count("/home").await, Ok(2));
    }

    #[tokio::test]
    async fn a_lost_journal_shows() {
        let (journal, disk) = Journal::new();
        drop(disk);
        let views = Views::start(journal, 8, LATE);
        assert_eq!(views.view("/home").await, Ok(()));
        assert_eq!(views.count("/home").await, Err(Gone));
    }
}
