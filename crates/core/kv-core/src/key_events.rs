//! The events of keys, to watch and to count.

mod absent;
mod kind;
mod stream;

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::mpsc;

use self::absent::Absent;
use crate::{Key, Version};

pub use kind::{KeyEvent, KeyEventKind, KeyEventKinds};
pub use stream::KeyEventStream;

/// How many counters the stores share between them: more than most machines have cores for.
const STRIPES: usize = 16;

/// Counts and announces what the stores of one backend do to their keys: Redis's keyspace notifications, and the
/// counters of its `INFO`.
///
/// It is part of the [`Config`](crate::Config), and clones are the same. The default one is off, and costs a store one
/// relaxed load per write. [`KeyEvents::counting`] counts; [`KeyEvents::subscribe`] makes any of them count, and
/// announce for as long as there is a subscriber.
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
    /// The kinds to which there is a subscriber.
    announcing: AtomicU32,
    missed: AtomicU64,
    expired: AtomicU64,
    changes: [Stripe; STRIPES],
    absent: Absent,
    /// The subscribers, behind a lock that each event takes for reading, so that stores wait for a new subscriber only
    /// and not for each other.
    subscribers: RwLock<Vec<Subscriber>>,
}

/// A counter in a cache line of its own, or two: stores on different cores count without taking turns.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Stripe(AtomicU64);

#[derive(Debug)]
struct Subscriber {
    events: mpsc::Sender<KeyEvent>,
    kinds: KeyEventKinds,
    missed: Arc<AtomicU64>,
}

impl KeyEvents {
    /// Key events that are counted from the start, with or without a subscriber.
    #[must_use]
    pub fn counting() -> Self {
        let events = Self::default();
        events.0.counting.store(true, Ordering::Relaxed);
        events
    }

    /// All events from now on; see [`KeyEvents::subscribe_to`].
    #[must_use]
    pub fn subscribe(&self, capacity: usize) -> KeyEventStream {
        self.subscribe_to(KeyEventKinds::ALL, capacity)
    }

    /// The events of these kinds from now on. `capacity` unread events are kept, or one if it is 0; further events are
    /// counted as missed. No store ever waits for a subscriber, and an event of another kind takes no room.
    #[must_use]
    pub fn subscribe_to(&self, kinds: KeyEventKinds, capacity: usize) -> KeyEventStream {
        let capacity = capacity.clamp(1, tokio::sync::Semaphore::MAX_PERMITS);
        let (events, receiver) = mpsc::channel(capacity);
        let missed = Arc::new(AtomicU64::new(0));
        let subscriber = Subscriber { events, kinds, missed: Arc::clone(&missed) };
        self.0.counting.store(true, Ordering::Relaxed);
        self.0.change(|subscribers| subscribers.push(subscriber));
        KeyEventStream::new(receiver, missed, Arc::downgrade(&self.0))
    }

    /// How many keys were removed because they had expired, on an access or by a sweep, since it began to count.
    #[must_use]
    pub fn expired(&self) -> u64 {
        self.0.expired.load(Ordering::Relaxed)
    }

    /// How many events did not fit into a subscriber's queue, of all subscribers there have been.
    #[must_use]
    pub fn missed(&self) -> u64 {
        self.0.missed.load(Ordering::Relaxed)
    }

    /// How many writes changed something since it began to count, as Redis counts them: a command over several keys
    /// counts once for each key that it changed. The end of an expired key does not count.
    #[must_use]
    pub fn changes(&self) -> u64 {
        self.0.changes.iter().map(|stripe| stripe.0.load(Ordering::Relaxed)).sum()
    }
}

impl Shared {
    /// Changes the subscriptions and the kinds that have to be announced at all. Both change within the lock, so that
    /// the last change wins.
    fn change(&self, change: impl FnOnce(&mut Vec<Subscriber>)) {
        let mut subscribers = self.subscribers.write().unwrap_or_else(PoisonError::into_inner);
        change(&mut subscribers);
        let wanted = subscribers.iter().fold(0, |wanted, subscriber| wanted | subscriber.kinds.bits());
        self.announcing.store(wanted, Ordering::Relaxed);
    }
}

/// One store's access to its backend's [`KeyEvents`].
#[derive(Debug)]
pub(crate) struct Announcer {
    shared: Arc<Shared>,
    stripe: usize,
}

impl Announcer {
    /// The announcer of the store with this number.
    pub(crate) fn new(events: &KeyEvents, store: u64) -> Self {
        Self { shared: Arc::clone(&events.0), stripe: (store % STRIPES as u64) as usize }
    }

    /// Counts and announces a write that has changed a key.
    #[inline]
    pub(crate) fn changed(&self, kind: KeyEventKind, key: &Key) {
        if self.shared.counting.load(Ordering::Relaxed) {
            self.count(1);
            self.announce(kind, key);
        }
    }

    /// Announces one more event of a write that [`Announcer::changed`] counts.
    #[inline]
    pub(crate) fn also(&self, kind: KeyEventKind, key: &Key) {
        if self.shared.counting.load(Ordering::Relaxed) {
            self.announce(kind, key);
        }
    }

    /// Counts the keys that writes have removed without an event for each of them.
    pub(crate) fn cleared(&self, keys: usize) {
        if self.shared.counting.load(Ordering::Relaxed) {
            self.count(keys as u64);
        }
    }

    /// Counts and announces that a key had expired and is removed.
    pub(crate) fn expired(&self, key: &Key) {
        if self.shared.counting.load(Ordering::Relaxed) {
            self.shared.expired.fetch_add(1, Ordering::Relaxed);
            self.announce(KeyEventKind::Expired, key);
        }
    }

    /// Records that a key is created. A transaction that watches the key notices it, whether or not events are counted
    /// or announced.
    #[inline]
    pub(crate) fn created(&self, key: &Key) {
        self.shared.absent.end(key);
    }

    /// The version of a key that is absent.
    pub(crate) fn absence(&self, key: &Key) -> Version {
        Version::of_absence(self.shared.absent.number(key))
    }

    /// Whether a key that is absent has been so since it had this version.
    pub(crate) fn is_still_absent(&self, key: &Key, version: Version) -> bool {
        version == Version::ABSENT
            || version.absence().is_some_and(|number| self.shared.absent.lasts(key, number))
    }

    fn count(&self, changes: u64) {
        self.shared.changes[self.stripe].0.fetch_add(changes, Ordering::Relaxed);
    }

    /// Sends an event to the subscribers. It is never inlined: it is the rare case, and would enlarge every write.
    #[inline(never)]
    fn announce(&self, kind: KeyEventKind, key: &Key) {
        let wanted = KeyEventKinds::from_bits(self.shared.announcing.load(Ordering::Relaxed));
        if !wanted.contains(kind) {
            return;
        }
        let subscribers = self.shared.subscribers.read().unwrap_or_else(PoisonError::into_inner);
        for Subscriber { events, kinds, missed } in &*subscribers {
            if kinds.contains(kind)
                && let Err(mpsc::error::TrySendError::Full(_)) =
                    events.try_send(KeyEvent { kind, key: key.clone() })
            {
                missed.fetch_add(1, Ordering::Relaxed);
                self.shared.missed.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

#[cfg(test)]
mod tests;
