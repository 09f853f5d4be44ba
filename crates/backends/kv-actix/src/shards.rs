//! Storey 2: the whole contract over one actor or one per shard.

pub(crate) mod actor;
pub(crate) mod quirks;
pub(crate) mod sender;
pub(crate) mod supervisor;

use std::sync::Arc;
use std::time::Instant;

use actix::{AsyncContext, Context};
use kv_core::{ActorId, Command, Config, KvError, ShardAddress, ShardedHandle, Store, Supervision};

use self::actor::{Owner, Role};
use self::sender::Sender;
use self::supervisor::run;
use crate::first::Outcome;
use crate::group::{Actors, Shared};
use crate::threads::{Spawn, Threads};

/// The role of an actor that owns one shard of the store.
#[derive(Debug)]
pub struct Shard;

impl Role for Shard {
    fn store(config: &Config) -> Store {
        Store::new(config)
    }

    // ANCHOR: timer
    fn started(actor: &mut Owner<Self>, ctx: &mut Context<Owner<Self>>) {
        if let Some(period) = actor.shared.config.sweep_interval {
            ctx.run_interval(period, |actor, _| {
                actor.store.sweep(actor.shared.config.clock.now());
            });
        }
    }
    // ANCHOR_END: timer
}

// ANCHOR: shards
/// The actors of all shards.
impl Actors for ShardedHandle<Sender<Shard>> {
    const PER_KEY: bool = false;

    async fn start(shared: &Arc<Shared>, threads: &Threads) -> Self {
        let mut senders = Vec::new();
        for number in 0..shared.config.topology.shards() {
            let (sender, mailbox) = Sender::new(&shared.config);
            let actor = Owner::new(shared, &sender, Shard);
            let (id, alive) = (ActorId::Shard(number), shared.alive.token());
            let mut supervision = Supervision::new(&shared.config, id.clone());
            let panicked = move || supervision.panicked(Instant::now());
            let start = Spawn(Box::new(move || run(mailbox, actor, id, panicked, alive)));
            // The spawner's thread cannot be gone yet. If it were, the actor would be gone too, and would refuse.
            let _ = threads.spawners[number % threads.spawners.len()].send(start).await;
            senders.push(sender);
        }
        Self::new(senders)
    }

    fn close(&self) {
        self.addresses().iter().for_each(Sender::stop);
    }
}
// ANCHOR_END: shards

impl ShardAddress for Sender<Shard> {
    #[inline]
    fn ask(&self, command: Command) -> impl Future<Output = Outcome> + Send {
        self.ask_and(command, || {})
    }

    #[inline]
    async fn tell(&self, command: Command) -> Result<(), KvError> {
        self.post(command, self.bound.acquire().await)
    }

    #[inline]
    fn try_tell(&self, command: Command) -> Result<(), KvError> {
        self.post(command, self.bound.try_acquire())
    }

    fn queued(&self) -> Option<usize> {
        self.bound.taken()
    }
}
