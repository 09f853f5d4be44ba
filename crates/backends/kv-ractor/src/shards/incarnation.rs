//! One life of a shard. A restart gives it another, with another mailbox and so with another address.

use kv_core::{KvError, MailboxBound};
use ractor::ActorRef;
use tokio::sync::watch;

use crate::shards::actor::Message;

/// An actor, and the bound that its mailbox does not have. Both are new after a restart: places that were lost with the
/// old mailbox are nobody's loss.
#[derive(Clone, Debug)]
pub(crate) struct Incarnation {
    pub(crate) actor: ActorRef<Message>,
    pub(crate) bound: MailboxBound,
}

impl Incarnation {
    /// Refuses new messages from now on and has the actor end after those it has accepted. An actor that is gone
    /// already is as good as drained.
    pub(crate) fn drain(&self) {
        self.bound.close();
        let _ = self.actor.drain();
    }

    /// Ends the actor at its next await.
    pub(crate) fn kill(&self) {
        self.bound.close();
        self.actor.kill();
    }

    fn is(&self, other: &Self) -> bool {
        self.actor.get_id() == other.actor.get_id()
    }
}

/// Where the supervisor leaves who serves a shard now: `None` once nobody will any more.
pub(crate) type Slot = watch::Receiver<Option<Incarnation>>;

// ANCHOR: successor
/// Who serves the shard after one that is gone, if there is somebody yet.
pub(crate) fn successor(slot: &Slot, gone: &Incarnation) -> Result<Option<Incarnation>, KvError> {
    match &*slot.borrow() {
        Some(now) => Ok((!now.is(gone)).then(|| now.clone())),
        None => Err(KvError::Stopped),
    }
}

/// Waits for the one who serves the shard after one that is gone, and then for a place in its mailbox.
pub(crate) async fn place_with_successor(slot: &Slot, mut gone: Incarnation) -> Result<Incarnation, KvError> {
    loop {
        // A look first, for the same reason as in `MailboxBound::take`: a wait that need not wait may still yield.
        let now = match successor(slot, &gone)? {
            Some(now) => now,
            None => {
                // Ends with the supervisor at the latest: the other end of the slot is in its state.
                let decided = |now: &Option<Incarnation>| now.as_ref().is_none_or(|now| !now.is(&gone));
                let now = slot.clone().wait_for(decided).await.map_err(|_| KvError::Stopped)?.clone();
                now.ok_or(KvError::Stopped)?
            }
        };
        match now.bound.acquire().await {
            Ok(()) => return Ok(now),
            Err(_) => gone = now,
        }
    }
}
// ANCHOR_END: successor
