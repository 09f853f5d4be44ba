//! Mailboxes: how a mailbox is made, and how it is emptied when no actor will read it any more.

use kameo::Actor;
use kameo::error::SendError;
use kameo::mailbox::{MailboxReceiver, MailboxSender, Signal, bounded, unbounded};
use kv_core::Mailbox;
use tokio::sync::Semaphore;

pub(crate) fn mailbox_of<A: Actor>(mailbox: Mailbox) -> (MailboxSender<A>, MailboxReceiver<A>) {
    match mailbox {
        Mailbox::Bounded(capacity) => bounded(capacity.min(Semaphore::MAX_PERMITS)),
        Mailbox::Unbounded => unbounded(),
    }
}

// ANCHOR: refuse
/// Closes a mailbox and gives each ask in it back to its caller, until the mailbox is empty and no sender is half way
/// in.
pub(crate) async fn refuse_all<A: Actor>(mailbox: &mut MailboxReceiver<A>) {
    mailbox.close();
    while let Some(signal) = mailbox.recv().await {
        refuse(signal);
    }
}

/// Answers a queued ask with `ActorNotRunning`, as kameo does for each ask that is queued when an actor ends.
pub(crate) fn refuse<A: Actor>(signal: Signal<A>) {
    if let Signal::Message { message, reply: Some(reply), .. } = signal {
        let _ = reply.send(Err(SendError::ActorNotRunning(message.as_any())));
    }
}
// ANCHOR_END: refuse
