//! The code that is here only because of how elfo 0.2.0-alpha.21 behaves where it might behave otherwise.

use std::pin::pin;
use std::task::{self, Poll, Waker};

use elfo::Message;
use elfo::errors::TrySendError;
use elfo::prelude::*;
use tokio::task::yield_now;

// ANCHOR: arrive
/// Waits until the group's address leads to this actor.
///
/// elfo first spawns a restarted actor and then puts it in the place of the dead one (`src/supervisor.rs` of elfo-core
/// 0.2.0-alpha.21; not reported). In between, the group still knows the dead actor. The new actor cannot be announced
/// yet; and if it ended before it had its place, elfo would remove the wrong actor and panic itself. Without this,
/// `tests/restart.rs` fails in `who_hears_of_a_restart_is_not_refused`.
pub(crate) async fn arrive<K, M: Message>(ctx: &Context<(), K>, arrive: impl Fn() -> M) {
    // A full mailbox is the new actor's as well: another sender was faster.
    while let Err(TrySendError::Closed(_)) = ctx.try_send_to(ctx.group(), arrive()) {
        yield_now().await;
    }
}
// ANCHOR_END: arrive

/// Drops what is in a closed mailbox, which answers the callers that wait. It does not wait itself, because it is
/// called from `drop`.
///
/// elfo does not close the mailboxes of tasks that are dropped, as all are when their runtime ends (elfo-core
/// 0.2.0-alpha.21; not reported). Without this, the suite fails in `a_handle_that_outlives_the_runtime_is_answered`.
pub(crate) fn refuse_what_is_there<K: 'static>(ctx: &mut Context<(), K>) {
    let mut context = task::Context::from_waker(Waker::noop());
    while let Poll::Ready(Ok(_)) = pin!(ctx.try_recv()).poll(&mut context) {}
}
