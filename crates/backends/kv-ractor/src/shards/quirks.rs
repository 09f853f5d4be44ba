//! The code that is here only because of a defect of ractor 0.16.5.
//!
//! | the defect | upstream | the code | the test that watches it |
//! |---|---|---|---|
//! | a `call` whose message misses the actor's end waits for ever | not reported | [`to_the_end`] in the caller and [`Dying`] in the actor | the suite's `concurrent_clients_are_linearizable`: one caller in two million calls |
//! | an actor that is drained before it has started does not start, and what it has accepted is lost | not reported | the order to drain in `Table::close`, which is a message | `what_is_accepted_before_the_actor_starts_is_done` in `tests/per_key.rs` |
//! | an actor that is killed before it has started does not report its end | not reported | `Table::abandon` | `an_actor_that_has_not_started_can_be_killed` in `tests/per_key.rs` |
//! | a supervisor keeps the mailbox of each child that has ended until it has handled the report | not reported | the unlinking in `KeyActor::retire` | the suite's `a_hundred_thousand_actors_leave_nothing` |
//! | the task of `send_interval` outlives the actor by up to a period | not reported | the supervisor's `bury` | the suite's `a_thousand_cycles_leave_nothing` |

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
pub(crate) type Called = Result<CallResult<Result<Reply, CommandError>>, MessagingErr<Message>>;

// ANCHOR: to_the_end
/// Awaits a `call`, but not for longer than the actor lives.
///
/// tokio's channel counts a message before it puts it in. If the actor drops its end in between, the message stays
/// inside for as long as there is a reference, and a handle holds one. The reply port stays inside as well, and the
/// caller would wait for ever. So a caller that finds the actor ending just after it has sent waits for the end as well.
/// Every other caller has sent before the actor dropped its end, because `Dying` in the actor, or ractor, changes the
/// status first.
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
