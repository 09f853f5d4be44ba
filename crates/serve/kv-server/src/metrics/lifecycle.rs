//! The watch over the backend's actors: how often they panicked and were restarted, and which have ended for good.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use kv_core::{ActorId, Change, Event, KvError, Lifecycle, Notice, StopReason, Topology};
use tokio::sync::mpsc::UnboundedSender;
use tokio_util::task::AbortOnDropHandle;

use crate::server::Message;
use kv_commands::Failure;

/// The state of the store: which commands it takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum StoreState {
    /// All shards take commands.
    #[default]
    Up,
    /// Some of its shards have ended for good: commands on their keys are refused for ever.
    Partly,
    /// The whole store has ended: every command is refused for ever.
    Ended,
}

impl StoreState {
    /// The state's name in `INFO`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Partly => "partly_ended",
            Self::Ended => "ended",
        }
    }

    /// The answer to a client that asks whether the server is well, unless it is.
    pub(crate) fn refusal(self) -> Option<Failure> {
        match self {
            Self::Up => None,
            Self::Partly => Some(Failure::fixed(
                "STOPPED a part of the backend has stopped; commands on the keys there are not applied",
            )),
            // The answer to every command of such a store.
            Self::Ended => Some(Failure::from(KvError::Stopped)),
        }
    }
}

/// The watch over a backend's [`Lifecycle`]. It ends when it is dropped.
///
/// A shard that ends without having been asked to has ended for good, and its keys with it. With an actor per key, the
/// end of an actor is no end of the store: the key is forgotten, and the next write starts another actor.
#[derive(Debug)]
pub(crate) struct LifecycleWatch {
    counts: Arc<Counts>,
    _task: AbortOnDropHandle<()>,
}

#[derive(Debug)]
struct Counts {
    /// How many shards there are; none if each key has an actor of its own.
    shards: usize,
    panics: AtomicU64,
    restarts: AtomicU64,
    /// Shards that have ended by a panic.
    ended: AtomicUsize,
    /// Whether a shard has ended whose event was missed.
    ended_unseen: AtomicBool,
}

impl LifecycleWatch {
    /// Starts the watch. It must be started before the backend, or it misses the first events. It tells the server when
    /// a shard has ended for good; and when it has missed events it tells the server to ask the backend, because one of
    /// them may have been the end of a shard.
    pub(crate) fn start(lifecycle: &Lifecycle, topology: Topology, server: UnboundedSender<Message>) -> Self {
        let mut events = lifecycle.subscribe();
        let counts = Arc::new(Counts {
            shards: topology.shards(),
            panics: AtomicU64::new(0),
            restarts: AtomicU64::new(0),
            ended: AtomicUsize::new(0),
            ended_unseen: AtomicBool::new(false),
        });
        let shared = Arc::clone(&counts);
        let task = tokio::spawn(async move {
            while let Some(notice) = events.next().await {
                let message = match notice {
                    Notice::Event(event) => shared.count(&event).then_some(Message::StoreEnded),
                    Notice::Missed(missed) => {
                        tracing::warn!(missed, "events of actors came faster than they were counted");
                        (shared.shards > 0).then_some(Message::CheckStore)
                    }
                };
                if let Some(message) = message {
                    // Fails only when the server is stopping already.
                    let _ = server.send(message);
                }
            }
        });
        Self { counts, _task: AbortOnDropHandle::new(task) }
    }

    /// How many panics the watch has seen.
    pub(crate) fn panics(&self) -> u64 {
        self.counts.panics.load(Ordering::Relaxed)
    }

    /// How many restarts the watch has seen.
    pub(crate) fn restarts(&self) -> u64 {
        self.counts.restarts.load(Ordering::Relaxed)
    }

    /// The state of the store.
    pub(crate) fn store(&self) -> StoreState {
        let ended = self.counts.ended.load(Ordering::Relaxed);
        let some = ended > 0 || self.counts.ended_unseen.load(Ordering::Relaxed);
        match (some, self.counts.shards) {
            (false, _) => StoreState::Up,
            (true, shards) if ended.max(1) < shards => StoreState::Partly,
            (true, _) => StoreState::Ended,
        }
    }

    /// Records that the backend itself has said that a shard has ended, which is news if the event was missed.
    pub(crate) fn confirm_end(&self) {
        if self.store() == StoreState::Up {
            self.counts.ended_unseen.store(true, Ordering::Relaxed);
            tracing::error!("a part of the store has ended: commands on its keys are refused from now on");
        }
    }
}

impl Counts {
    /// Counts an event, and returns whether it is the end of a shard for good.
    fn count(&self, event: &Event) -> bool {
        match (event.change, &event.actor) {
            (Change::Panicked, _) => self.panics.fetch_add(1, Ordering::Relaxed),
            (Change::Restarted, _) => self.restarts.fetch_add(1, Ordering::Relaxed),
            (Change::Started | Change::Stopped(StopReason::Asked), _) => return false,
            (Change::Stopped(reason), actor @ ActorId::Key(_)) => {
                tracing::warn!(%actor, %reason, "the actor of a key has ended, and the key is gone");
                return false;
            }
            (Change::Stopped(reason), actor @ ActorId::Shard(_)) => {
                self.ended.fetch_add(1, Ordering::Relaxed);
                tracing::error!(%actor, %reason, "the store has ended here: commands on these keys are refused from now on");
                return true;
            }
        };
        false
    }
}
