//! The life of a key, which announces its own end.

use std::sync::OnceLock;

use crate::{ActorId, Change, Config, Key, Lifecycle, StopReason};

/// The life of a key, over all actors that serve it: it announces its start when it is made, and its end when it is
/// dropped. Its owner is the last that an ending actor frees, so the end is announced after the store is freed.
///
/// `T` is dropped after the announcement: a token that a shutdown waits for.
#[derive(Debug)]
pub struct KeyLife<T> {
    key: Key,
    lifecycle: Lifecycle,
    end: OnceLock<StopReason>,
    _alive: T,
}

impl<T> KeyLife<T> {
    /// Begins the life of a key.
    #[must_use]
    pub fn new(key: Key, config: &Config, alive: T) -> Self {
        let life = Self { key, lifecycle: config.lifecycle.clone(), end: OnceLock::new(), _alive: alive };
        life.announce(Change::Started);
        life
    }

    /// The key.
    #[must_use]
    pub const fn key(&self) -> &Key {
        &self.key
    }

    /// Announces a change in the life.
    pub fn announce(&self, change: Change) {
        self.lifecycle.announce(&ActorId::Key(self.key.clone()), change);
    }

    /// Sets the reason of the end, unless one is set. Without one, the end was asked for.
    pub fn ends_by(&self, reason: StopReason) {
        let _ = self.end.set(reason);
    }

    /// Whether the reason of the end is set: the actor must not go on.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.end.get().is_some()
    }
}

impl<T> Drop for KeyLife<T> {
    fn drop(&mut self) {
        self.announce(Change::Stopped(self.end.get().copied().unwrap_or(StopReason::Asked)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Event, Notice};

    #[test]
    fn a_life_announces_its_start_and_the_first_reason_of_its_end() {
        for (reasons, end) in [
            (vec![], StopReason::Asked),
            (vec![StopReason::Panicked, StopReason::TooManyRestarts], StopReason::Panicked),
        ] {
            let config = Config::default();
            let mut events = config.lifecycle.subscribe();
            let life = KeyLife::new(Key::from("k"), &config, ());
            assert!(!life.is_over());
            for reason in reasons {
                life.ends_by(reason);
                assert!(life.is_over());
            }
            drop(life);
            for change in [Change::Started, Change::Stopped(end)] {
                let event = Event { actor: ActorId::Key(Key::from("k")), change };
                assert_eq!(events.try_next(), Some(Notice::Event(event)));
            }
            assert_eq!(events.try_next(), None);
        }
    }
}
