//! An actor that starts actors.

use actix::dev::channel::AddressReceiver;
use actix::prelude::*;
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::per_key::actor::{KeyActor, KeyLife};
use crate::per_key::registry::WeakKeys;
use crate::shards::actor::Stop;
use crate::shards::supervisor::Supervisor;

// ANCHOR: spawner
/// An actor that starts the actors of keys on its own thread, for callers on any thread: a context is not `Send`, but
/// an actor and the receiving end of its mailbox are. There is one spawner on each arbiter, or one on the `LocalSet`.
///
/// Rejected: `ArbiterHandle::spawn_fn`, for there is no arbiter in a `LocalSet`, and it costs a task of its own besides
/// the actor's.
#[derive(Debug)]
pub(crate) struct Spawner {
    keys: WeakKeys,
    /// A token that tells the backend, by being dropped, that the spawner is gone.
    _alive: TaskTrackerToken,
}

impl Drop for Spawner {
    /// Closes the table. This matters only if the `LocalSet` or the arbiter ends before the backend, and all actors
    /// with it.
    fn drop(&mut self) {
        self.keys.close();
    }
}

/// The message with an actor that is to be started.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Spawn {
    pub(crate) actor: KeyActor,
    pub(crate) mailbox: AddressReceiver<KeyActor>,
    pub(crate) alive: TaskTrackerToken,
}

impl Handler<Spawn> for Spawner {
    type Result = ();

    fn handle(&mut self, Spawn { actor, mailbox, alive }: Spawn, _: &mut Context<Self>) {
        let life = KeyLife::begin(&actor, alive);
        let actor = Context::with_receiver(mailbox).into_future(actor);
        actix::spawn(Supervisor { actor, life });
    }
}
// ANCHOR_END: spawner

impl Spawner {
    pub(crate) const fn new(keys: WeakKeys, alive: TaskTrackerToken) -> Self {
        Self { keys, _alive: alive }
    }

    /// Runs the spawner on the current thread's `LocalSet` or arbiter.
    pub(crate) fn run(self, mailbox: AddressReceiver<Self>) {
        Context::with_receiver(mailbox).run(self);
    }
}

impl Actor for Spawner {
    type Context = Context<Self>;
}

impl Handler<Stop> for Spawner {
    type Result = ();

    /// Ends the spawner. The stop message queues behind all actors that the spawner was to start.
    fn handle(&mut self, _: Stop, ctx: &mut Context<Self>) {
        ctx.stop();
    }
}
