//! The table of the actors per key: their births and ends.

use std::collections::HashMap;
use std::mem;
use std::sync::{Arc, MutexGuard, OnceLock};
use std::time::Instant;

use kv_core::{
    ActorId, Change, Config, Key, KeyActors, KeyTable, KvError, Lifecycle, StopReason, Verdict, room_to_keep,
};
use ractor::{ActorCell, ActorRef, ActorRuntime};
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::per_key::actor::{KeyActor, Message};
use crate::per_key::address::{KeyHandle, Post};

/// The state that the actors share: the living actors, and the leases of the callers that are about to send to them.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) config: Config,
    alive: TaskTracker,
    living: KeyActors<Entry, Lives>,
}

/// The lives by the ids that ractor gives to actors: a report of an end names only the id.
type Lives = HashMap<ractor::ActorId, Arc<Life>>;

/// The data that the table's lock guards.
pub(crate) type Living = kv_core::Living<Entry, Lives>;

#[derive(Debug)]
pub(crate) struct Entry {
    actor: ActorRef<Message>,
    post: Arc<Post>,
}

/// The life of a key's actor, over restarts. It announces the end when it is dropped.
#[derive(Debug)]
pub(crate) struct Life {
    pub(crate) key: Key,
    lifecycle: Lifecycle,
    end: OnceLock<StopReason>,
    /// The token that a shutdown waits for. It is dropped after the announcement.
    _alive: TaskTrackerToken,
}

impl Life {
    fn announce(&self, change: Change) {
        self.lifecycle.announce(&ActorId::Key(self.key.clone()), change);
    }

    /// Sets the reason of an end that was not ordered.
    fn is_over(&self, reason: StopReason) {
        let _ = self.end.set(reason);
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        self.announce(Change::Stopped(self.end.get().copied().unwrap_or(StopReason::Asked)));
    }
}

impl Table {
    pub(crate) fn new(config: Config) -> Self {
        Self { config, alive: TaskTracker::new(), living: KeyActors::default() }
    }

    pub(crate) fn open(&self) -> Result<MutexGuard<'_, Living>, KvError> {
        self.living.open()
    }

    /// Returns a token; a shutdown waits until it is dropped.
    pub(crate) fn token(&self) -> TaskTrackerToken {
        self.alive.token()
    }

    fn lease(&self, entry: &Entry) -> KeyHandle {
        KeyHandle::new(entry.actor.clone(), Arc::clone(&entry.post), self.config.ask_timeout)
    }

    pub(crate) fn find(&self, living: &Living, key: &Key) -> Option<KeyHandle> {
        living.actors.get(key).map(|entry| self.lease(entry))
    }

    pub(crate) fn page(&self, living: &Living, cursor: u64, count: usize) -> (u64, Vec<KeyHandle>) {
        let (next, actors) = living.actors.page(cursor, count);
        (next, actors.map(|(_, entry)| self.lease(entry)).collect())
    }

    /// Begins the life of a key.
    pub(crate) fn bear(self: &Arc<Self>, living: &mut Living, key: Key, supervisor: ActorCell) -> KeyHandle {
        let (lifecycle, end) = (self.config.lifecycle.clone(), OnceLock::new());
        let life = Arc::new(Life { key: key.clone(), lifecycle, end, _alive: self.token() });
        life.announce(Change::Started);
        let entry = self.spawn(living, &life, supervisor);
        let lease = self.lease(&entry);
        living.actors.insert(key, entry);
        lease
    }

    // ANCHOR: spawn
    /// Spawns an actor for a key: its first, or the next one after a panic.
    ///
    /// The spawn is instant: it does not wait for the actor's start, and messages wait in the mailbox until then.
    fn spawn(self: &Arc<Self>, living: &mut Living, life: &Arc<Life>, supervisor: ActorCell) -> Entry {
        let post = Arc::new(Post::new(self.config.mailbox));
        let behavior = KeyActor { table: Arc::clone(self), life: Arc::clone(life), post: Arc::clone(&post) };
        // The actor has no name: see `Keys`.
        let (actor, _) = ActorRuntime::spawn_linked_instant(None, behavior, (), supervisor)
            .expect("nothing but a name can be refused");
        living.extra.insert(actor.get_id(), Arc::clone(life));
        Entry { actor, post }
    }
    // ANCHOR_END: spawn

    // ANCHOR: retire
    /// Takes an actor out of the table, if no caller can still send to it. An actor whose key is gone calls this
    /// before it ends. Leases are given under the same lock, so a write that comes now finds no actor, and spawns
    /// one.
    ///
    /// A refusal means that there is a lease. The end of the last lease has the actor ask again.
    pub(crate) fn retire(&self, actor: &ActorCell, post: &Post) -> bool {
        // The leases are checked before the lock is taken, so that most actors that ask in vain need not take the
        // lock.
        if post.leases.any() {
            return false;
        }
        let mut living = self.living.lock();
        // When the table is closed, the actor is being drained, and the drain ends it.
        let ends = !living.is_closed() && !post.leases.any();
        if ends {
            forget(&mut living, actor);
        }
        ends
    }
    // ANCHOR_END: retire

    /// Announces a panic and decides what comes of it.
    pub(crate) fn panicked(&self, key: &Key) -> Verdict {
        self.living.lock().panicked(key, &self.config, Instant::now())
    }

    // ANCHOR: failed
    /// Replaces an actor that has panicked, or ends its key's life. The mailbox of the old actor is lost. A caller
    /// that had a lease is refused when it sends, and takes another lease.
    pub(crate) fn failed(self: &Arc<Self>, who: &ActorCell, supervisor: ActorCell) {
        let mut living = self.living.lock();
        let Some(life) = forget(&mut living, who) else { return };
        match living.panicked(&life.key, &self.config, Instant::now()) {
            Verdict::Restart if !living.is_closed() => {
                let entry = self.spawn(&mut living, &life, supervisor);
                life.announce(Change::Restarted);
                living.actors.insert(life.key.clone(), entry);
            }
            Verdict::Restart => {}
            Verdict::Stop(reason) => life.is_over(reason),
            // The actor would have caught a command's panic, so this is another one, and no actor is left to go on
            // with.
            Verdict::Resume => life.is_over(StopReason::Panicked),
        }
    }
    // ANCHOR_END: failed

    /// Forgets an actor that has been drained.
    pub(crate) fn ended(&self, who: &ActorCell) {
        let life = forget(&mut self.living.lock(), who);
        drop(life);
    }

    /// Refuses every command from now on, and has the actors end after what they have accepted.
    pub(crate) fn close(&self) {
        let mut living = self.living.lock();
        if !living.is_closed() {
            living.close();
            for (_, Entry { actor, post }) in living.actors.iter() {
                post.close();
                // The actor drains itself when it handles this message. An actor that is drained from outside before
                // it has started does not start, and what it has accepted is lost.
                let _ = actor.cast(Message::Drain);
            }
        }
    }

    /// Refuses every command from now on, and ends the actors at once.
    pub(crate) fn kill(&self) {
        for (_, Entry { actor, post }) in self.abandon().into_entries() {
            post.close();
            actor.kill();
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

    /// Waits until all actors have ended.
    pub(crate) async fn empty(&self) {
        self.alive.close();
        self.alive.wait().await;
    }
}

/// Takes an actor that has ended out of the table, unless its key has another actor already. Returns the life that
/// the actor belonged to.
fn forget(living: &mut Living, who: &ActorCell) -> Option<Arc<Life>> {
    let (actors, lives) = (&mut living.actors, &mut living.extra);
    let life = lives.remove(&who.get_id())?;
    if let Some(room) = room_to_keep(lives.len(), lives.capacity()) {
        lives.shrink_to(room);
    }
    if actors.get(&life.key).is_some_and(|entry| entry.actor.get_id() == who.get_id()) {
        actors.remove(&life.key);
    }
    Some(life)
}
