//! The code that is here only because of how actix 0.13.5 behaves where it might behave otherwise.

use std::mem;

use actix::{Handler, Message};
use tokio::sync::oneshot::{self, Receiver};

use super::actor::{Owner, Role};
use super::sender::Sender;
use crate::first::Outcome;

// ANCHOR: abandoned
/// A reply that has not come yet, which sees to it that its command is handled even when the caller gives up.
///
/// actix does not hand an actor a message whose reply no caller can receive (`SyncEnvelopeProxy::handle` in
/// `src/address/envelope.rs`; actix 0.13.5, not reported: it is meant). The other frameworks apply such a command; and the
/// place that the message had in the `MailboxBound` would never be given back. Without this, `tests/mailbox.rs` fails in
/// `an_abandoned_ask_is_still_done` and `an_abandoned_ask_keeps_no_place`.
pub(crate) struct Answer<'a, R: Role> {
    pub(crate) reply: Receiver<Outcome>,
    pub(crate) actor: &'a Sender<R>,
}

impl<R: Role> Drop for Answer<'_, R> {
    /// Sends the receiver after its command when a caller gives up.
    #[inline]
    fn drop(&mut self) {
        if !self.reply.is_terminated() {
            let (_, nothing) = oneshot::channel();
            self.actor.notify(Abandoned(mem::replace(&mut self.reply, nothing)));
        }
    }
}

/// The receiver of a reply that no caller waits for any more. It queues behind its command, and the command is handled
/// because the receiver is still there.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Abandoned(Receiver<Outcome>);

impl<R: Role> Handler<Abandoned> for Owner<R> {
    type Result = ();

    fn handle(&mut self, Abandoned(reply): Abandoned, _: &mut Self::Context) {
        drop(reply);
    }
}
// ANCHOR_END: abandoned
