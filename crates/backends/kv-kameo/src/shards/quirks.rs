//! The code that is here only because of a defect of kameo 0.22.2.
//!
//! | the defect | upstream | the code | the test that watches it |
//! |---|---|---|---|
//! | a mailbox that is dropped keeps the message of a caller that is half way in, who waits for ever | not reported | [`refuse_all`] | the suite's `panics_that_race_with_the_end_leave_nobody_waiting`, which fails once in some 600 runs without it |
//! | what a restarted actor has inherited is lost at a second panic | not reported | [`startup_again`] | three of the four tests in `tests/supervision.rs` |
//! | what came before a new actor has started is lost when a command in it panics | not reported | [`early`] | no test of its own |
//! | `kill` through a reference from before a restart does nothing | kameo #392 | the reference in [`Life`](super::supervisor::Life) | the suite's `a_restarted_actor_drains_and_dies_like_any` |
//! | `wait_for_shutdown` resolves before `on_stop` has run and the state is dropped | kameo #397 | the tokens of [`Life`](super::supervisor::Life), and the supervisor that is prepared before it is spawned | the suite's `a_thousand_cycles_leave_nothing` |
//! | a tell that passed the check for a stopping actor is lost at the stop | not reported | the stop signal in [`Shard`]'s `next` | the suite's `tells_that_race_with_shutdown_are_done_or_refused` |

use std::collections::VecDeque;

use kameo::Actor;
use kameo::error::SendError;
use kameo::mailbox::{MailboxReceiver, Signal};

use crate::shards::actor::Shard;
use crate::shards::supervisor::Life;

// ANCHOR: refuse
/// Closes a mailbox and gives each ask in it back to its caller, until the mailbox is empty and no sender is half way
/// in.
///
/// kameo drops a mailbox that no actor will read any more. A caller that is half way in then waits for ever: it has its
/// place in tokio's channel, and puts its message there after the channel has been emptied.
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

// ANCHOR: startup
/// Returns the startup signal of a restarted actor, or `None` if its shard was killed meanwhile.
///
/// kameo puts this signal into the mailbox. In a restarted actor's mailbox it stands behind all inherited messages,
/// which until then are moved to a buffer without a bound; a second panic loses the messages in that buffer. Into a
/// closed mailbox the signal does not come at all. So a restarted actor gets its signal from `next`, before anything
/// else, and the one in the mailbox is one too many.
pub(crate) fn startup_again(life: &Life, mailbox: &mut MailboxReceiver<Shard>) -> Option<Signal<Shard>> {
    if life.is_over() {
        mailbox.close();
        return None;
    }
    Some(Signal::StartupFinished)
}
// ANCHOR_END: startup

/// Takes kameo's startup signal out of a key's mailbox, and returns the signals that came before it.
///
/// The startup signal has a place in the mailbox like a message, behind the commands that came first. kameo moves these
/// to a buffer of its own until it arrives, and loses the buffer when a command in it panics. While the
/// commands are in the buffer here, the actor may hold as many more commands than the bound allows.
pub(crate) fn early<A: Actor>(mailbox: &mut MailboxReceiver<A>) -> VecDeque<Signal<A>> {
    let mut early = VecDeque::new();
    // The loop takes out at most as many signals as the mailbox holds now: into a full mailbox the startup signal
    // does not come.
    for _ in 0..mailbox.len() {
        match mailbox.try_recv() {
            Ok(Signal::StartupFinished) | Err(_) => break,
            Ok(signal) => early.push_back(signal),
        }
    }
    early
}
