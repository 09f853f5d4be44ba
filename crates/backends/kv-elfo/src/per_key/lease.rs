//! The name of one key's actor, and the right to send to it.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};

use kv_core::{Key, Leases, SendGate};

use crate::per_key::registry::Table;

/// The state that an actor shares with the callers that send to it.
pub struct Entry {
    pub(crate) key: Key,
    /// The gate that callers enter while they send.
    pub(crate) gate: SendGate,
    pub(crate) leases: Leases,
    born: AtomicBool,
    table: Weak<Table>,
}

impl Entry {
    /// Returns whether the actor has begun to live.
    pub(crate) fn is_born(&self) -> bool {
        self.born.load(Ordering::Acquire)
    }

    pub(crate) fn set_born(&self) {
        self.born.store(true, Ordering::Release);
    }
}

// ANCHOR: name
/// The name of an actor in elfo's group: a key, in one of its lives.
///
/// Rejected: the key alone. An actor that has ended stays in the group until its task returns. Until then, a message
/// to its successor would lead to the dead actor and be refused. With `Name`, the successor has another name.
#[derive(Clone)]
pub struct Name(Arc<Entry>);

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
    /// Writes the key, for elfo's logs and metrics.
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

    /// Takes a lease: the right to send one message. It is taken under the table's lock, so that an actor that checks
    /// for leases under the same lock, and finds none, can end.
    pub(crate) fn lease(&self) -> Lease {
        self.leases.take();
        Lease(self.clone())
    }
}

/// The right to send one message to an actor. The lease goes along with the message, and ends when the message is
/// taken out of the mailbox, or is lost with it.
pub(crate) struct Lease(Name);

impl Lease {
    pub(crate) const fn name(&self) -> &Name {
        &self.0
    }
}

/// Takes another lease. elfo requires the implementation, because it copies a message that goes to several actors; a
/// message with a lease goes to one.
impl Clone for Lease {
    fn clone(&self) -> Self {
        self.0.lease()
    }
}

impl Drop for Lease {
    /// Ends the lease, and forgets the name if it never had an actor: the first message starts the actor, and this
    /// may have been the last lease of a name that got no message.
    fn drop(&mut self) {
        if self.0.leases.end()
            && !self.0.is_born()
            && let Some(table) = self.0.table.upgrade()
        {
            table.forget_unborn(&self.0);
        }
    }
}
