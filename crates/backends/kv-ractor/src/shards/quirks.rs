//! The code that is here only because of a defect of ractor 0.16.5.
//!
//! **A `call` can wait for ever.** tokio's channel counts a message before it puts it in. If the actor drops its end in
//! between, the message stays inside for as long as there is a reference, and a handle holds one. The reply port stays
//! inside as well, and the caller waits for ever. The cure has two halves: [`Dying`] in the actor and [`to_the_end`] in
//! the caller. Not reported. The suite's `panics_that_race_with_the_end_leave_nobody_waiting` and
//! `histories::linearizable` meet it, some of the time, without either half.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use futures_util::FutureExt;
use kv_core::{CommandError, Reply};
use ractor::rpc::CallResult;
use ractor::{ActorRef, ActorStatus, MessagingErr};
use tokio::select;

use crate::first::Message;

/// The result of ractor's `call`.
type Called = Result<CallResult<Result<Reply, CommandError>>, MessagingErr<Message>>;

// ANCHOR: to_the_end
/// Awaits a `call`, but not for longer than the actor lives.
///
/// A caller that finds the actor ending just after it has sent waits for the end as well. Every other caller has sent
/// before the actor dropped its end, because `Dying` in the actor, or ractor, changes the status first.
pub(crate) async fn to_the_end(
    actor: &ActorRef<Message>,
    mut call: Pin<&mut impl Future<Output = Called>>,
) -> Called {
    // The first poll sends.
    if let Poll::Ready(result) = poll_fn(|context| Poll::Ready(call.as_mut().poll(context))).await {
        return result;
    }
    if actor.get_status() < ActorStatus::Draining {
        return call.await;
    }
    Box::pin(async {
        select! {
            biased;
            result = call.as_mut() => result,
            // An answer that the actor gave before its end is here by now.
            _ = actor.wait(None) => call.now_or_never().unwrap_or(Ok(CallResult::SenderError)),
        }
    })
    .await
}
// ANCHOR_END: to_the_end

/// A guard that is dropped by a panic only, and then has the actor refuse messages before ractor drops the mailbox.
/// ractor's own status changes after the mailbox is dropped, so a caller that has sent in between could not know.
pub(crate) struct Dying<'a>(pub(crate) &'a ActorRef<Message>);

impl Drop for Dying<'_> {
    fn drop(&mut self) {
        let _ = self.0.drain();
    }
}
