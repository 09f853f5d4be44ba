//! The actors of shards, which both backends share: how they start and how they end.

use std::sync::Arc;

use actix::Context;
use actix::dev::channel::{AddressReceiver, channel};
use kv_core::{ActorId, Config, KillSwitch, MailboxBound, ShardedHandle, Supervision};
use tokio_util::task::TaskTracker;

use crate::shards::actor::Shard;
use crate::shards::address::ShardHandle;
use crate::shards::supervisor::{ShardLife, Supervisor};

/// Starts actors and hands out what they need. It is `Send`, so that an arbiter can be given one.
#[derive(Clone, Debug)]
pub(crate) struct Starter {
    config: Config,
    kill: Arc<KillSwitch>,
    alive: TaskTracker,
}

impl Starter {
    pub(crate) fn new(config: Config) -> Self {
        Self { config, kill: Arc::default(), alive: TaskTracker::new() }
    }

    // ANCHOR: run
    /// Starts an actor on the current thread's `LocalSet` or arbiter.
    pub(crate) fn run(&self, shard: usize, mailbox: AddressReceiver<Shard>, bound: MailboxBound) {
        let supervision = Supervision::new(&self.config, ActorId::Shard(shard));
        let life = ShardLife::begin(supervision, self.alive.token());
        let shard = Shard::new(&self.config, bound, Arc::clone(&self.kill));
        let actor = Context::with_receiver(mailbox).into_future(shard);
        actix::spawn(Supervisor { actor, life });
    }
    // ANCHOR_END: run

    /// A mailbox: both ends, and what bounds it.
    pub(crate) fn mailbox(&self) -> (ShardHandle, AddressReceiver<Shard>, MailboxBound) {
        // The channel has no capacity: actix's own would bound nothing, and cost something (see the README).
        let (sender, receiver) = channel(0);
        let bound = MailboxBound::new(self.config.mailbox);
        (ShardHandle::new(sender, bound.clone(), self.config.ask_timeout), receiver, bound)
    }

    pub(crate) fn finish(self, handles: Vec<ShardHandle>) -> Shards {
        self.alive.close();
        Shards { handle: ShardedHandle::new(handles), kill: self.kill, alive: self.alive }
    }
}

/// All actors of a backend.
#[derive(Debug)]
pub(crate) struct Shards {
    pub(crate) handle: ShardedHandle<ShardHandle>,
    kill: Arc<KillSwitch>,
    alive: TaskTracker,
}

// ANCHOR: shutdown
impl Shards {
    pub(crate) async fn shutdown(&self) {
        for shard in self.handle.addresses() {
            shard.stop();
        }
        // The end of the actors is the confirmation, and not the reply to a message: by then the stores are freed.
        self.alive.wait().await;
    }

    pub(crate) async fn kill(&self) {
        self.kill.order();
        // The stop message wakes an actor that has nothing to do; a busy actor sees the order before it.
        self.shutdown().await;
    }
}
// ANCHOR_END: shutdown

impl Drop for Shards {
    /// Kills the actors of a backend that is dropped: no owner is left that could stop them, and an actor with a timer
    /// would not end by itself when all its addresses are gone.
    fn drop(&mut self) {
        self.kill.order();
        for shard in self.handle.addresses() {
            shard.stop();
        }
    }
}
