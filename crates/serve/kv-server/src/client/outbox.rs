//! The queue of pushes to one client.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::{Client, CloseReason, Push};
use crate::settings::Settings;

// ANCHOR: outbox
/// Both ends of a client's queue of pushes. The queue costs an allocation, so it is made when a client first subscribes.
pub(crate) fn outbox(client: Arc<Client>, settings: Arc<Settings>) -> (Outbox, Inbox) {
    let (sender, receiver) = mpsc::unbounded_channel();
    (Outbox { client: Arc::clone(&client), settings, sender }, Inbox { client, receiver })
}

/// The publisher's end. It never waits: one slow subscriber must not hold up the others.
///
/// The channel has no bound in messages, because the limit is one in bytes, and because a subscriber that exceeds it is
/// closed and not waited for.
#[derive(Clone, Debug)]
pub(crate) struct Outbox {
    client: Arc<Client>,
    settings: Arc<Settings>,
    sender: mpsc::UnboundedSender<Push>,
}

impl Outbox {
    /// The client whose pushes the outbox takes.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Queues a push, and returns whether it was queued. Beyond the limit, the client is closed instead.
    pub(crate) fn push(&self, push: Push) -> bool {
        let limit = self.settings.pubsub_limit();
        if !self.client.backlog.lock().take_in(push.bytes(), limit) {
            self.client.close(CloseReason::OutputBufferLimit);
            return false;
        }
        match self.sender.send(push) {
            Ok(()) => true,
            Err(unsent) => {
                self.client.backlog.lock().give_back(unsent.0.bytes());
                false
            }
        }
    }
}

/// The connection's end. It takes a push only when it is about to write it, so that all waiting pushes are counted
/// here.
#[derive(Debug)]
pub(crate) struct Inbox {
    client: Arc<Client>,
    receiver: mpsc::UnboundedReceiver<Push>,
}

impl Inbox {
    /// The next push; `None` when every outbox of this queue is gone. Nothing is lost when the future is dropped.
    pub(crate) async fn recv(&mut self) -> Option<Push> {
        let push = self.receiver.recv().await?;
        self.give_back(&push);
        Some(push)
    }

    /// The next push, if there is one already.
    pub(crate) fn try_recv(&mut self) -> Option<Push> {
        let push = self.receiver.try_recv().ok()?;
        self.give_back(&push);
        Some(push)
    }

    fn give_back(&self, push: &Push) {
        self.client.backlog.lock().give_back(push.bytes());
    }
}
// ANCHOR_END: outbox
