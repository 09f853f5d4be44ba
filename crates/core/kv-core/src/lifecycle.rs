//! The events of actors' lives, and the stream in which a subscriber reads them.

use std::fmt;

use tokio::sync::broadcast::{self, error::RecvError, error::TryRecvError};

use crate::Key;

/// How many events a subscriber may be behind before it misses some, if no other number is given.
const CAPACITY: usize = 256;

/// Announces what happens to actors: a bounded stream that never holds an actor up. A subscriber that falls behind
/// misses events, and is told how many.
///
/// It is part of the [`Config`](crate::Config), so that nothing is missed between the start and the subscription:
///
/// ```
/// use kv_core::{Config, Lifecycle};
///
/// let lifecycle = Lifecycle::default();
/// let mut events = lifecycle.subscribe();
/// let config = Config { lifecycle, ..Config::default() };
/// # assert!(events.try_next().is_none());
/// ```
#[derive(Clone, Debug)]
pub struct Lifecycle(broadcast::Sender<Event>);

impl Default for Lifecycle {
    fn default() -> Self {
        Self::with_room_for(0)
    }
}

impl Lifecycle {
    /// A lifecycle whose subscribers may be behind by `actors` events more than usual, for backends that start or end
    /// that many actors at once, as they do with shards.
    #[must_use]
    pub fn with_room_for(actors: usize) -> Self {
        Self(broadcast::Sender::new(CAPACITY + actors))
    }

    /// All events from now on.
    #[must_use]
    pub fn subscribe(&self) -> Events {
        Events(self.0.subscribe())
    }

    /// Announces a change. Backends call it; it costs a lock, and a copy if there is a subscriber.
    pub fn announce(&self, actor: &ActorId, change: Change) {
        // The send fails when there is no subscriber, and then the event has no receiver to reach.
        let _ = self.0.send(Event { actor: actor.clone(), change });
    }
}

/// A subscription to a [`Lifecycle`].
#[derive(Debug)]
pub struct Events(broadcast::Receiver<Event>);

impl Events {
    /// The next event, or how many were missed; `None` when there will be none, because every clone of the
    /// [`Lifecycle`] is gone.
    pub async fn next(&mut self) -> Option<Notice> {
        match self.0.recv().await {
            Ok(event) => Some(Notice::Event(event)),
            Err(RecvError::Lagged(missed)) => Some(Notice::Missed(missed)),
            Err(RecvError::Closed) => None,
        }
    }

    /// The next event without waiting; also `None` when there is nothing yet.
    pub fn try_next(&mut self) -> Option<Notice> {
        match self.0.try_recv() {
            Ok(event) => Some(Notice::Event(event)),
            Err(TryRecvError::Lagged(missed)) => Some(Notice::Missed(missed)),
            Err(TryRecvError::Empty | TryRecvError::Closed) => None,
        }
    }
}

/// An item of a subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// An event happened.
    Event(Event),
    /// That many events were overwritten before they were read.
    Missed(u64),
}

/// A change in the life of one actor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The actor.
    pub actor: ActorId,
    /// The change.
    pub change: Change,
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.actor, self.change)
    }
}

/// The name of an actor within its backend.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ActorId {
    /// The owner of a shard, as [`place`](crate::place) counts them.
    Shard(usize),
    /// The owner of one key.
    Key(Key),
}

impl fmt::Display for ActorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shard(shard) => write!(f, "shard {shard}"),
            Self::Key(key) => write!(f, "key {}", key.escape_ascii()),
        }
    }
}

/// A change in an actor's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// The actor takes commands.
    Started,
    /// A handler panicked.
    Panicked,
    /// The actor takes commands again, after a panic.
    Restarted,
    /// The actor is gone.
    Stopped(StopReason),
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Started => f.write_str("started"),
            Self::Panicked => f.write_str("panicked"),
            Self::Restarted => f.write_str("restarted"),
            Self::Stopped(reason) => write!(f, "stopped: {reason}"),
        }
    }
}

/// Why an actor is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StopReason {
    /// The actor was shut down or killed from outside.
    Asked,
    /// The actor panicked, under [`OnPanic::Stop`](crate::OnPanic::Stop).
    Panicked,
    /// The actor panicked more often than its [`RestartLimit`](crate::RestartLimit) allows.
    TooManyRestarts,
}

impl fmt::Display for StopReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Asked => "it was asked to",
            Self::Panicked => "it panicked",
            Self::TooManyRestarts => "it panicked again, more often than its restart limit allows",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_subscriber_is_told_how_much_it_missed() {
        let lifecycle = Lifecycle::default();
        let mut events = lifecycle.subscribe();
        assert_eq!(events.try_next(), None);
        for shard in 0..CAPACITY + 3 {
            lifecycle.announce(&ActorId::Shard(shard), Change::Started);
        }
        assert_eq!(events.try_next(), Some(Notice::Missed(3)));
        let first_left = Event { actor: ActorId::Shard(3), change: Change::Started };
        assert_eq!(events.try_next(), Some(Notice::Event(first_left)));
    }

    #[tokio::test]
    async fn the_stream_ends_with_the_last_announcer() {
        let lifecycle = Lifecycle::default();
        let mut events = lifecycle.subscribe();
        lifecycle.announce(&ActorId::Key(Key::from_static(b"a\0")), Change::Stopped(StopReason::Panicked));
        drop(lifecycle);
        match events.next().await {
            Some(Notice::Event(event)) => assert_eq!(event.to_string(), "key a\\x00 stopped: it panicked"),
            other => panic!("{other:?}"),
        }
        assert_eq!(events.next().await, None);
    }
}
