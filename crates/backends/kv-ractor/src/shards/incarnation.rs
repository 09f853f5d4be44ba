//! One incarnation of a shard: an actor with its mailbox. A restart makes another one, with another mailbox and so
//! with another address.

use std::pin::pin;
use std::time::Duration;

use kv_core::{Command, KvError, MailboxBound};
use ractor::{ActorCell, ActorRef};
use tokio::sync::watch;
use tokio::task::unconstrained;

use crate::first::Message;
use crate::shards::quirks::{Called, to_the_end};

/// An actor, and the bound that its mailbox does not have. Both are new after a restart: a new bound has all its
/// places, so places that were lost with the old mailbox do not matter.
#[derive(Clone, Debug)]
pub(crate) struct Incarnation {
    pub(crate) actor: ActorRef<Message>,
    pub(crate) bound: MailboxBound,
}

impl Incarnation {
    /// Refuses new messages from now on and has the actor end after those that it has accepted. An actor that has
    /// already ended counts as drained.
    pub(crate) fn drain(&self) {
        self.bound.close();
        let _ = self.actor.drain();
    }

    /// Ends the actor at its next await.
    pub(crate) fn kill(&self) {
        self.bound.close();
        self.actor.kill();
    }

    /// Asks the actor, which has a place for the command.
    pub(crate) async fn call(&self, command: Command, limit: Option<Duration>) -> Called {
        to_the_end(&self.actor, pin!(self.actor.call(|reply| Message::Ask(command, reply), limit))).await
    }

    pub(crate) fn is(&self, actor: &ActorCell) -> bool {
        self.actor.get_id() == actor.get_id()
    }
}

/// The slot in which the supervisor leaves the actor that serves a shard now. It holds `None` when the shard gets no
/// further actor.
pub(crate) type Slot = watch::Receiver<Option<Incarnation>>;

// ANCHOR: successor
/// Waits for the successor of an actor that is gone, and then for a place in its mailbox.
pub(crate) async fn place_with_successor(
    mut slot: Slot,
    mut gone: Incarnation,
) -> Result<Incarnation, KvError> {
    loop {
        let decided = |now: &Option<Incarnation>| now.as_ref().is_none_or(|now| !now.is(&gone.actor));
        // The wait ends with the supervisor at the latest: the other end of the slot is in its state. It is
        // unconstrained, because tokio would otherwise have a busy task yield here even when it need not wait, and the
        // caller's next call would overtake this one.
        let now = unconstrained(slot.wait_for(decided)).await.map_err(|_| KvError::Stopped)?.clone();
        let now = now.ok_or(KvError::Stopped)?;
        match now.bound.acquire().await {
            Ok(()) => return Ok(now),
            Err(_) => gone = now,
        }
    }
}
// ANCHOR_END: successor
