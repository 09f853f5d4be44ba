//! The table of the actors per key: their births and ends.

use std::collections::HashMap;
use std::mem;
use std::sync::Arc;
use std::time::Instant;

use kv_core::{
    Change, Config, KeyActors, KeyLife, KeyTable, Leases, MailboxBound, StopReason, Verdict, room_to_keep,
};
use ractor::{ActorCell, ActorId, ActorRuntime};
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::first::Message;
use crate::per_key::actor::{KeyActor, State};
use crate::per_key::address::KeyHandle;
use crate::shards::incarnation::Incarnation;

/// The state that the actors share: the living actors, and the leases of the callers that are about to send to them.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) config: Config,
    /// The tracker that a shutdown waits for.
    pub(crate) alive: TaskTracker,
    pub(crate) living: KeyActors<Entry, Lives>,
}

/// The life of a key, over all actors that serve it.
pub(crate) type Life = KeyLife<TaskTrackerToken>;

/// The lives by the ids that ractor gives to actors: a report of an end names only the id.
type Lives = HashMap<ActorId, Arc<Life>>;

/// The data that the table's lock guards.
pub(crate) type Living = kv_core::Living<Entry, Lives>;

/// The actor that serves a key now, and the leases on it. A restart makes a new entry, as it makes a new mailbox.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) now: Incarnation,
    pub(crate) leases: Arc<Leases>,
}

impl Table {
    pub(crate) fn new(config: Config) -> Self {
        Self { config, alive: TaskTracker::new(), living: KeyActors::default() }
    }

    /// Takes a lease for an actor. It is called under the table's lock only.
    pub(crate) fn lease(&self, entry: &Entry) -> KeyHandle {
        entry.leases.take();
        KeyHandle { to: entry.clone(), ask_timeout: self.config.ask_timeout, sent: false }
    }

    // ANCHOR: spawn
    /// Spawns an actor for a key, its first, or the next one after a panic, and enters it into the table.
    ///
    /// The spawn is instant: it does not wait for the actor's start, and messages wait in the mailbox until then.
    pub(crate) fn spawn(self: &Arc<Self>, living: &mut Living, life: &Arc<Life>, parent: ActorCell) -> Entry {
        let (bound, leases) = (MailboxBound::new(self.config.mailbox), Arc::new(Leases::default()));
        let state = State::new(self, life, bound.clone());
        let behavior =
            KeyActor { table: Arc::clone(self), leases: Arc::clone(&leases), _life: Arc::clone(life) };
        // The actor has no name: see `Keys`.
        let (actor, _) = ActorRuntime::spawn_linked_instant(None, behavior, state, parent)
            .expect("nothing but a name can be refused");
        living.extra.insert(actor.get_id(), Arc::clone(life));
        let entry = Entry { now: Incarnation { actor, bound }, leases };
        living.actors.insert(life.key().clone(), entry.clone());
        entry
    }
    // ANCHOR_END: spawn

    // ANCHOR: failed
    /// Replaces an actor that has panicked, or ends its key's life. The mailbox of the old actor is lost. A caller
    /// that had a lease is refused when it sends, and takes another lease.
    pub(crate) fn failed(self: &Arc<Self>, who: &ActorCell, parent: ActorCell) {
        let mut living = self.living.lock();
        let Some(life) = forget(&mut living, who) else { return };
        match living.panicked(life.key(), &self.config, Instant::now()) {
            Verdict::Restart if !living.is_closed() => {
                let entry = self.spawn(&mut living, &life, parent);
                life.announce(Change::Restarted);
                // The new actor has no key yet, and ends unless a caller is about to send to it.
                let _ = entry.now.actor.cast(Message::Sweep);
            }
            Verdict::Restart => {}
            Verdict::Stop(reason) => life.ends_by(reason),
            // The actor would have caught a command's panic, so this is another one, and no actor is left to go on
            // with.
            Verdict::Resume => life.ends_by(StopReason::Panicked),
        }
    }
    // ANCHOR_END: failed

    /// Refuses every command from now on, and has the actors end after what they have accepted.
    pub(crate) fn close(&self) {
        self.alive.close();
        let mut living = self.living.lock();
        if !living.is_closed() {
            living.close();
            for (_, Entry { now, .. }) in living.actors.iter() {
                now.bound.close();
                // The actor drains itself when it handles this message. An actor that is drained from outside before
                // it has started does not start, and what it has accepted is lost.
                let _ = now.actor.cast(Message::Sweep);
            }
        }
    }

    /// Forgets all actors. It is called when their ends will not be reported: an actor that is killed before it has
    /// started does not report its end, and after the supervisor no actor receives a report.
    pub(crate) fn abandon(&self) -> KeyTable<Entry> {
        let mut living = self.living.lock();
        let (lives, actors) = (mem::take(&mut living.extra), living.take());
        drop((living, lives));
        actors
    }
}

/// Takes an actor that has ended out of the table, unless its key has another actor already. Returns the life that
/// the actor belonged to.
pub(crate) fn forget(living: &mut Living, who: &ActorCell) -> Option<Arc<Life>> {
    let (actors, lives) = (&mut living.actors, &mut living.extra);
    let life = lives.remove(&who.get_id())?;
    if let Some(room) = room_to_keep(lives.len(), lives.capacity()) {
        lives.shrink_to(room);
    }
    if actors.get(life.key()).is_some_and(|entry| entry.now.is(who)) {
        actors.remove(life.key());
    }
    Some(life)
}
