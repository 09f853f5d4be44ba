//! The name of one key's actor, and the right to send to it.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};

use kv_core::{Key, Leases, SendGate};

use crate::per_key::registry::Table;

/// What an actor and those who send to it share.
pub(crate) struct Entry {
    pub(crate) key: Key,
    /// For those who send, as for shards.
    pub(crate) gate: SendGate,
    pub(crate) leases: Leases,
    born: AtomicBool,
    table: Weak<Table>,
}

impl Entry {
    /// Whether the actor has begun to live.
    pub(crate) fn is_born(&self) -> bool {
        self.born.load(Ordering::Acquire)
    }

    pub(crate) fn set_born(&self) {
        self.born.store(true, Ordering::Release);
    }
}

// ANCHOR: name
/// An actor's key, as elfo's group knows it: our key, in one of its lives.
///
/// Rejected: the key alone. An actor that has ended stays in the group until its task returns. A message to its
/// successor would lead to the dead one until then, and be refused. Here the successor is somebody else.
#[derive(Clone)]
pub(crate) struct Name(Arc<Entry>);

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Name {}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}

impl fmt::Display for Name {
    /// For elfo's logs and metrics.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.key.escape_ascii().fmt(f)
    }
}
// ANCHOR_END: name

impl Deref for Name {
    type Target = Entry;

    fn deref(&self) -> &Entry {
        &self.0
    }
}

impl Name {
    pub(crate) fn new(key: Key, table: Weak<Table>) -> Self {
        let (leases, born) = (Leases::default(), AtomicBool::new(false));
        Self(Arc::new(Entry { key, gate: SendGate::new(), leases, born, table }))
    }

    /// The right to send one message. Taken under the table's lock, so that an actor that looks for leases under the
    /// same lock, and finds none, can end.
    pub(crate) fn lease(&self) -> Lease {
        self.leases.take();
        Lease(self.clone())
    }
}

/// The right to send one message to an actor. It goes along with the message, and ends when that is taken out of the
/// mailbox, or lost with it.
pub(crate) struct Lease(Name);

impl Lease {
    pub(crate) const fn name(&self) -> &Name {
        &self.0
    }
}

/// For elfo, which copies a message that goes to several actors. This one never does.
impl Clone for Lease {
    fn clone(&self) -> Self {
        self.0.lease()
    }
}

impl Drop for Lease {
    /// The first message starts the actor. If there never was one, somebody has to forget the name.
    fn drop(&mut self) {
        if self.0.leases.end()
            && !self.0.is_born()
            && let Some(table) = self.0.table.upgrade()
        {
            table.forget_unborn(&self.0);
        }
    }
}
