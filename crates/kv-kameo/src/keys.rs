//! Where the actors of keys are found: in kameo's registry.

use std::collections::HashMap;
use std::mem;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use kameo::actor::{ActorRef, Spawn, WeakActorRef};
use kameo::mailbox::Signal;
use kameo::registry::{ACTOR_REGISTRY, ActorRegistry};
use kv_core::{ActorId, Change, Config, Key, KeyRegistry, KeyTable, Kill, KvError, Supervision, Verdict};
use tokio::runtime::Handle;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::key_actor::KeyActor;
use crate::key_handle::KeyHandle;
use crate::mailbox::mailbox_of;

/// Finds the actors of keys. When nobody holds it any more they end, as kameo's actors do with their last reference.
#[derive(Debug)]
pub struct Keys(Arc<Shared>);

/// What the actors share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) config: Config,
    /// Names are the whole process's, and two backends may run side by side.
    instance: u64,
    /// The backend's: whoever writes a key first may be on another one.
    runtime: Handle,
    /// Those whose state is not freed yet.
    actors: TaskTracker,
    closed: AtomicBool,
    /// A mark, and not kameo's `kill`, which drops mailboxes that somebody is half way into (see `Supervisor::next`).
    pub(crate) kill: Kill,
    /// Always locked before the registry.
    table: Mutex<Table>,
}

/// What kameo's registry does not do.
#[derive(Debug, Default)]
struct Table {
    /// The names of this backend's actors. The registry has them too, but in no order that a scan could go on in, and
    /// among everybody else's.
    keys: KeyTable<()>,
    /// Of those that were restarted of late, whether they still live or not: a key that is written anew and crashes
    /// again, over and over, runs into its limit like any other.
    restarted: HashMap<Key, Supervision>,
    /// Those that a shutdown waits for: no longer registered, and a kill must still find them.
    ending: Vec<WeakActorRef<KeyActor>>,
}

impl Keys {
    pub(crate) fn new(config: Config) -> Self {
        static INSTANCES: AtomicU64 = AtomicU64::new(0);
        Self(Arc::new(Shared {
            config,
            instance: INSTANCES.fetch_add(1, Ordering::Relaxed),
            runtime: Handle::current(),
            actors: TaskTracker::new(),
            closed: AtomicBool::new(false),
            kill: Kill::default(),
            table: Mutex::default(),
        }))
    }

    /// Refuses whatever comes from now on. The registry holds the last references to actors that nobody is sending
    /// to; without it they end when they have done what they have, for each queued message holds one, too.
    ///
    /// Rejected: `stop_gracefully`, whose signal waits for room in each of the mailboxes.
    fn close(&self) {
        let mut table = self.0.table();
        self.0.closed.store(true, Ordering::Release);
        self.0.actors.close();
        let keys = mem::take(&mut table.keys);
        let mut registry = registry();
        for (key, ()) in keys.page(0, usize::MAX).1 {
            let name = self.0.name(key);
            table.ending.extend(registered(&mut registry, &name).map(|actor| actor.downgrade()));
            registry.remove(name.as_str());
        }
    }

    pub(crate) async fn shutdown(&self) {
        self.close();
        self.0.actors.wait().await;
        self.0.table().ending = Vec::new();
    }

    pub(crate) async fn kill(&self) {
        // Before the order: an actor that sees it ends and is no longer registered, and its key must not seem missing.
        self.close();
        self.0.kill.order();
        for actor in self.0.table().ending.iter().filter_map(WeakActorRef::upgrade) {
            // Wakes those who have nothing to do. A mailbox without room belongs to one who has.
            let _ = actor.mailbox_sender().try_send(Signal::Stop);
        }
        self.shutdown().await;
    }

    fn address(&self, actor: ActorRef<KeyActor>) -> KeyHandle {
        KeyHandle::new(actor, self.0.config.ask_timeout)
    }

    fn check_open(&self) -> Result<(), KvError> {
        if self.0.closed.load(Ordering::Acquire) { Err(KvError::Stopped) } else { Ok(()) }
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        self.close();
    }
}

// ANCHOR: registry
impl KeyRegistry for Keys {
    type Address = KeyHandle;

    fn find(&self, key: &Key) -> Result<Option<KeyHandle>, KvError> {
        let actor = ActorRef::lookup(self.0.name(key).as_str()).expect(OURS);
        // In this order, or a key could seem missing because a shutdown has just taken its actor out.
        self.check_open()?;
        Ok(actor.map(|actor| self.address(actor)))
    }

    fn find_or_spawn(&self, key: &Key) -> Result<KeyHandle, KvError> {
        if let Some(found) = self.find(key)? {
            return Ok(found);
        }
        let mut table = self.0.table();
        self.check_open()?;
        // Looked up again under the registry's own lock: of hundreds that come at once, one spawns.
        let mut registry = registry();
        let name = self.0.name(key);
        if let Some(actor) = registered(&mut registry, &name) {
            return Ok(self.address(actor));
        }
        // The actor's key is a copy of its own: the caller's may be a small part of a large buffer.
        let key = Key::copy_from_slice(key);
        let prepared = KeyActor::prepare_with_mailbox(mailbox_of(self.0.config.mailbox));
        let actor = prepared.actor_ref().clone();
        registry.insert(name, actor.clone());
        table.keys.insert(key.clone(), ());
        self.0.announce(&key, Change::Started);
        let alive = self.0.actors.token();
        drop((registry, table));
        // Whoever finds it before it runs can send already. Not under the locks: a runtime that is about to end drops
        // what it is to spawn, and an actor that is dropped may want them.
        let _on = self.0.runtime.enter();
        prepared.spawn((key, Arc::clone(&self.0), alive));
        Ok(self.address(actor))
    }

    fn page(&self, cursor: u64, count: usize) -> Result<(u64, Vec<KeyHandle>), KvError> {
        let table = self.0.table();
        self.check_open()?;
        let (next, keys) = table.keys.page(cursor, count);
        let mut registry = registry();
        let actors = keys.filter_map(|(key, ())| registered(&mut registry, &self.0.name(key)));
        Ok((next, actors.map(|actor| self.address(actor)).collect()))
    }

    fn runtime(&self) -> Option<&Handle> {
        Some(&self.0.runtime)
    }
}
// ANCHOR_END: registry

impl Shared {
    /// A key's name in the registry. Keys are bytes and names are text; an escaped key is as unique as the key.
    fn name(&self, key: &Key) -> String {
        format!("kv-kameo {} {}", self.instance, key.escape_ascii())
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn announce(&self, key: &Key, change: Change) {
        self.config.lifecycle.announce(&ActorId::Key(key.clone()), change);
    }

    // ANCHOR: retire
    /// Takes an actor out of the registry, if nobody can still send to it: an actor whose key is gone asks this before
    /// it ends. Whoever sends holds a reference to the actor, and so does every message in its mailbox. New ones are
    /// made from the registry's under the registry's lock. So when that one is the last, a write that comes now finds
    /// no actor, and spawns one.
    pub(crate) fn retire(&self, key: &Key, actor: &WeakActorRef<KeyActor>) -> bool {
        if actor.strong_count() > 1 {
            return false;
        }
        let mut table = self.table();
        let mut registry = registry();
        // Once it is closed, a last reference is a sender's.
        let alone = actor.strong_count() == 1 && !self.closed.load(Ordering::Acquire);
        if alone {
            registry.remove(self.name(key).as_str());
            table.keys.remove(key);
        }
        alone
    }
    // ANCHOR_END: retire

    /// Decides what becomes of an actor that panicked; for `Stop`, forgets it.
    pub(crate) fn panicked(&self, key: &Key) -> Verdict {
        let (mut table, now) = (self.table(), Instant::now());
        let new = || Supervision::new(&self.config, ActorId::Key(key.clone()));
        let verdict = table.restarted.entry(key.clone()).or_insert_with(new).panicked(now);
        if let Verdict::Stop(_) = verdict {
            registry().remove(self.name(key).as_str());
            table.keys.remove(key);
        }
        table.restarted.retain(|_, supervision| !supervision.is_over(now));
        verdict
    }
}

const OURS: &str = "nobody else registers a name with our prefix";

/// Everything that kameo registers in this process. Its lock is the one that lookups take.
fn registry() -> MutexGuard<'static, ActorRegistry> {
    ACTOR_REGISTRY.lock().unwrap_or_else(PoisonError::into_inner)
}

fn registered(registry: &mut ActorRegistry, name: &str) -> Option<ActorRef<KeyActor>> {
    registry.get(name).expect(OURS)
}

/// What an actor is made from.
pub(crate) type Birth = (Key, Arc<Shared>, TaskTrackerToken);
