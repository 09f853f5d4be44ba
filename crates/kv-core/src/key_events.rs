//! What happens to keys, for whoever wants to watch or to count.

mod kind;
mod stream;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::mpsc;

use crate::Key;

pub use kind::{KeyEvent, KeyEventKind};
pub use stream::KeyEventStream;

/// How many counters the stores share between them: more than most machines have cores for.
const STRIPES: usize = 16;

/// Counts and announces what the stores of one backend do to their keys: Redis's keyspace notifications, and the
/// counters of its `INFO`.
///
/// It is part of the [`Config`](crate::Config), and clones are the same. The default one is off, and costs a store one
/// relaxed load per write. [`KeyEvents::counting`] counts; [`KeyEvents::subscribe`] makes any of them count, and
/// announce for as long as somebody listens.
///
/// ```
/// use kv_core::{Command, Config, KeyEventKind, KeyEvents, Set, Store, Timestamp};
///
/// let key_events = KeyEvents::default();
/// let mut stream = key_events.subscribe(16);
/// let mut store = Store::new(&Config { key_events: key_events.clone(), ..Config::default() });
/// store.apply(Command::Set(Set::new("foo", "bar")), Timestamp::default())?;
/// assert_eq!(stream.try_next().map(|event| event.kind), Some(KeyEventKind::New));
/// assert_eq!(stream.try_next().map(|event| event.kind), Some(KeyEventKind::Set));
/// assert_eq!(key_events.changes(), 1);
/// # Ok::<(), kv_core::CommandError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct KeyEvents(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    counting: AtomicBool,
    announcing: AtomicBool,
    expired: AtomicU64,
    changes: [Stripe; STRIPES],
    /// A lock for reading per event, so that stores do not wait for each other but only for a new subscriber.
    subscribers: RwLock<Vec<Subscriber>>,
}

/// A counter in a cache line of its own, or two: stores on different cores count without taking turns.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Stripe(AtomicU64);

#[derive(Debug)]
struct Subscriber {
    events: mpsc::Sender<KeyEvent>,
    missed: Arc<AtomicU64>,
}

impl KeyEvents {
    /// One that counts from the start, whether somebody listens or not.
    #[must_use]
    pub fn counting() -> Self {
        let events = Self::default();
        events.0.counting.store(true, Ordering::Relaxed);
        events
    }

    /// All events from now on. Of those that have not been read, `capacity` are kept, or one if it is 0; what comes on
    /// top is counted as missed. No store ever waits for a subscriber.
    #[must_use]
    pub fn subscribe(&self, capacity: usize) -> KeyEventStream {
        let capacity = capacity.clamp(1, tokio::sync::Semaphore::MAX_PERMITS);
        let (events, receiver) = mpsc::channel(capacity);
        let missed = Arc::new(AtomicU64::new(0));
        let subscriber = Subscriber { events, missed: Arc::clone(&missed) };
        let mut subscribers = self.0.subscribers.write().unwrap_or_else(PoisonError::into_inner);
        subscribers.push(subscriber);
        // Within the lock, as where they are turned off, so that the last word is the right one.
        self.0.counting.store(true, Ordering::Relaxed);
        self.0.announcing.store(true, Ordering::Relaxed);
        drop(subscribers);
        KeyEventStream::new(receiver, missed, Arc::downgrade(&self.0))
    }

    /// How many keys were removed because they had expired, on an access or by a sweep, since it began to count.
    #[must_use]
    pub fn expired(&self) -> u64 {
        self.0.expired.load(Ordering::Relaxed)
    }

    /// How many writes changed something since it began to count, as Redis counts them: a command over several keys
    /// once for each that it changed. The end of an expired key is none.
    #[must_use]
    pub fn changes(&self) -> u64 {
        self.0.changes.iter().map(|stripe| stripe.0.load(Ordering::Relaxed)).sum()
    }
}

impl Shared {
    /// Removes those whose stream is gone.
    fn forget_the_gone(&self) {
        let mut subscribers = self.subscribers.write().unwrap_or_else(PoisonError::into_inner);
        subscribers.retain(|subscriber| !subscriber.events.is_closed());
        self.announcing.store(!subscribers.is_empty(), Ordering::Relaxed);
    }
}

/// One store's access to its backend's [`KeyEvents`].
#[derive(Debug)]
pub(crate) struct Announcer {
    shared: Arc<Shared>,
    stripe: usize,
}

impl Announcer {
    /// For a store of this number.
    pub(crate) fn new(events: &KeyEvents, store: u64) -> Self {
        Self { shared: Arc::clone(&events.0), stripe: (store % STRIPES as u64) as usize }
    }

    /// A write has changed a key.
    #[inline]
    pub(crate) fn changed(&self, kind: KeyEventKind, key: &Key) {
        if self.shared.counting.load(Ordering::Relaxed) {
            self.count(1);
            self.announce(kind, key);
        }
    }

    /// More to know of a write that [`Announcer::changed`] counts.
    #[inline]
    pub(crate) fn also(&self, kind: KeyEventKind, key: &Key) {
        if self.shared.counting.load(Ordering::Relaxed) {
            self.announce(kind, key);
        }
    }

    /// Writes have removed so many keys of which nobody wants to hear one by one.
    pub(crate) fn cleared(&self, keys: usize) {
        if self.shared.counting.load(Ordering::Relaxed) {
            self.count(keys as u64);
        }
    }

    /// A key had expired and is removed.
    pub(crate) fn expired(&self, key: &Key) {
        if self.shared.counting.load(Ordering::Relaxed) {
            self.shared.expired.fetch_add(1, Ordering::Relaxed);
            self.announce(KeyEventKind::Expired, key);
        }
    }

    fn count(&self, changes: u64) {
        self.shared.changes[self.stripe].0.fetch_add(changes, Ordering::Relaxed);
    }

    /// Never inlined: it is the rare case, and would swell every write.
    #[inline(never)]
    fn announce(&self, kind: KeyEventKind, key: &Key) {
        if !self.shared.announcing.load(Ordering::Relaxed) {
            return;
        }
        let subscribers = self.shared.subscribers.read().unwrap_or_else(PoisonError::into_inner);
        for Subscriber { events, missed } in &*subscribers {
            if let Err(mpsc::error::TrySendError::Full(_)) =
                events.try_send(KeyEvent { kind, key: key.clone() })
            {
                missed.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

#[cfg(test)]
mod tests;
