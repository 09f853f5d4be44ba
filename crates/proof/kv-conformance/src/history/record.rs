//! Records which client made which call, and when.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use kv_core::{Key, Topology, place};

use super::call::{Action, Call, Outcome, Seen};

/// A key under test, by number. Once too many calls of a key are of unknown outcome it is given up for a fresh one,
/// its next epoch: each such call doubles what the judge has to keep in mind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId {
    /// The place of the key among the keys in use.
    pub slot: usize,
    /// The number of keys that were given up in this place before.
    pub epoch: u32,
}

impl KeyId {
    /// The key itself.
    #[must_use]
    pub fn key(self) -> Key {
        format!("{}#{}", self.slot, self.epoch).into()
    }
}

/// Gives all clients the same time: a counter, so that no two events happen at once and no clock is trusted.
#[derive(Debug, Default)]
pub struct Recorder(Arc<AtomicU64>);

/// The record of one client's calls. Each client has its own, so that writing takes no lock; the clients share the
/// counter only.
#[derive(Debug)]
pub struct Journal {
    client: usize,
    time: Arc<AtomicU64>,
    calls: Vec<(KeyId, Call)>,
    /// Accepted tells, by index, that no reply has confirmed yet.
    told: Vec<usize>,
    crashes: Vec<(Key, Call)>,
}

impl Recorder {
    /// A journal for one client.
    #[must_use]
    pub fn journal(&self, client: usize) -> Journal {
        let time = Arc::clone(&self.0);
        Journal { client, time, calls: Vec::new(), told: Vec::new(), crashes: Vec::new() }
    }

    /// Puts the journals together, key by key: keys are independent. A crash concerns all keys of the same owner.
    #[must_use]
    pub fn histories(journals: Vec<Journal>, topology: Topology) -> BTreeMap<KeyId, Vec<Call>> {
        let same_owner = |one: &Key, other: &Key| match topology {
            Topology::Single => true,
            Topology::Sharded(shards) => place(one, shards) == place(other, shards),
            Topology::PerKey => one == other,
        };
        let mut histories = BTreeMap::<_, Vec<_>>::new();
        for (id, call) in journals.iter().flat_map(|journal| &journal.calls) {
            histories.entry(*id).or_default().push(*call);
        }
        for (crashed, call) in journals.iter().flat_map(|journal| &journal.crashes) {
            let lost = histories.iter_mut().filter(|(id, _)| same_owner(&id.key(), crashed));
            lost.for_each(|(_, calls)| calls.push(*call));
        }
        histories
    }
}

impl Journal {
    /// The time, and makes the next event later than it.
    #[must_use]
    pub fn now(&self) -> u64 {
        // Sequentially consistent, so that no write to the counter can be seen late.
        self.time.fetch_add(1, Ordering::SeqCst)
    }

    fn entry(&self, invoked: u64, action: Action, outcome: Outcome) -> Call {
        let now = self.now();
        let returned = if outcome == Outcome::Unknown { Call::NEVER } else { now };
        Call { client: self.client, invoked, returned, action, outcome }
    }

    /// Records a call that ends now, with any outcome. A call of unknown outcome has no end.
    ///
    /// A reply also confirms the tells that this client sent to the same key before, because they were applied first.
    pub fn asked(&mut self, id: KeyId, invoked: u64, action: Action, outcome: Outcome) {
        let call = self.entry(invoked, action, outcome);
        self.calls.push((id, call));
        if call.is_done() {
            let calls = &mut self.calls;
            self.told.retain(|&index| {
                let (told_to, told) = &mut calls[index];
                if *told_to == id {
                    told.outcome = Outcome::Done(Seen::Nothing);
                    told.returned = call.returned;
                }
                *told_to != id
            });
        }
    }

    /// Records an accepted tell, which takes effect at an unknown time. With `confirmable`, a later reply shows that
    /// it has; an actor that may lose its mailbox and live on makes it `false`.
    pub fn told(&mut self, id: KeyId, invoked: u64, action: Action, confirmable: bool) {
        let call = self.entry(invoked, action, Outcome::Unknown);
        if confirmable {
            self.told.push(self.calls.len());
        }
        self.calls.push((id, call));
    }

    /// Takes down that the owner of `key` was made to crash and may have lost all its keys, by a call that ends now;
    /// with `answered` no later than now.
    pub fn crashed(&mut self, key: Key, invoked: u64, answered: bool) {
        let call = self.entry(invoked, Action::Reset, Outcome::Unknown);
        let returned = if answered { self.now() } else { Call::NEVER };
        self.crashes.push((key, Call { returned, ..call }));
    }

    /// How many tells to this key no reply has confirmed yet.
    #[must_use]
    pub fn unconfirmed(&self, id: KeyId) -> usize {
        self.told.iter().filter(|&&index| self.calls[index].0 == id).count()
    }

    /// The number of calls that were recorded.
    #[must_use]
    pub fn len(&self) -> usize {
        self.calls.len()
    }

    /// Whether no call was recorded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }
}
