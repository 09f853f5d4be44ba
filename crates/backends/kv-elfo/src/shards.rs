//! Storey 2: the whole contract over one actor or one per shard.

pub(crate) mod actor;
pub(crate) mod quirks;
pub(crate) mod sender;
pub(crate) mod supervisor;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use elfo::messages::UpdateConfig;
use elfo::prelude::*;
use elfo::routers::{MapRouter, Outcome};
use elfo::time::Interval;
use elfo::{Envelope, Message};
use kv_core::{
    ActorId, Change, Command, Config, KvError, Reply, SendGate, ShardAddress, ShardedHandle, StopReason,
    Store, Supervision, Verdict,
};
use tokio_util::task::task_tracker::TaskTrackerToken;

use self::actor::{Mail, Owned, Owner, Stop};
use self::sender::Sender;
use crate::first::{Put, Tick, restart_policy};
use crate::group::{Actors, Common};

/// The state that the shards share with each other, with the callers that send to them, and with their successors.
pub struct Shards {
    common: Common,
    shards: Box<[Shard]>,
}

/// The state of one shard that outlives its actor.
struct Shard {
    /// The gate that callers enter while they send.
    gate: SendGate,
    life: Mutex<Life>,
}

struct Life {
    supervision: Supervision,
    /// The token of a living shard. It is dropped with the last actor of the shard.
    living: Option<TaskTrackerToken>,
}

impl Shards {
    fn life(&self, shard: usize) -> MutexGuard<'_, Life> {
        self.shards[shard].life.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A message that a restarted actor sends to itself, to check whether it can be reached.
#[message]
struct Arrive {
    shard: usize,
}

impl Actors for Shards {
    const PER_KEY: bool = false;
    type Handle = ShardedHandle<ShardHandle>;

    // ANCHOR: group
    /// The group of all shards. The router finds an actor by the shard's number.
    fn new(config: Config) -> (Arc<Self>, Blueprint) {
        let (common, shards) = (Common::new(config.clone()), config.topology.shards());
        let shard = |number| {
            let supervision = Supervision::new(&common.config, ActorId::Shard(number));
            let life = Life { supervision, living: Some(common.living.token()) };
            Shard { gate: SendGate::new(), life: Mutex::new(life) }
        };
        let all = (0..shards).map(shard).collect();
        let actors = Arc::new(Self { common, shards: all });
        let of_actor = Arc::clone(&actors);
        let group = ActorGroup::new()
            .restart_policy(restart_policy(actors.common.config.on_panic))
            .router(MapRouter::new(move |envelope| {
                msg!(match envelope {
                    // The unicast is gentle, so that an actor that has ended is not replaced by an empty one.
                    Put { shard, .. } | Arrive { shard } => Outcome::GentleUnicast(*shard),
                    Stop => Outcome::GentleMulticast((0..shards).collect()),
                    // The first `UpdateConfig` mounts the group, and all actors start with it.
                    UpdateConfig => Outcome::Multicast((0..shards).collect()),
                    _ => Outcome::Default,
                })
            }))
            .exec(move |ctx| Owner::new(ctx, Arc::clone(&of_actor)).live());
        (actors, group)
    }
    // ANCHOR_END: group

    fn handle(sender: Sender<Self>) -> Self::Handle {
        let (shards, sender) = (sender.actors.shards.len(), Arc::new(sender));
        let handle = |shard| ShardHandle { sender: Arc::clone(&sender), shard };
        ShardedHandle::new((0..shards).map(handle).collect::<Vec<_>>())
    }

    fn stop(&self) {
        self.common.stop();
    }
}

impl Owned for Shards {
    type Name = usize;
    type Message = Put;
    type State = ();

    fn common(&self) -> &Common {
        &self.common
    }

    fn gate<'a>(&'a self, shard: &'a usize) -> &'a SendGate {
        &self.shards[*shard].gate
    }

    fn store(&self) -> Store {
        Store::new(&self.common.config)
    }

    // ANCHOR: mail
    fn read(envelope: Envelope) -> Mail<Put> {
        msg!(match envelope {
            (Put { command, .. }, token) => Mail::Command(command.into_inner(), token),
            Tick => Mail::Tick,
            Stop => Mail::Stop,
            _ => Mail::Nothing,
        })
    }
    // ANCHOR_END: mail

    fn arrive(shard: &usize) -> impl Message {
        Arrive { shard: *shard }
    }

    // ANCHOR: timer
    fn started(actor: &mut Owner<Self>) {
        if let Some(period) = actor.actors.common.config.sweep_interval {
            actor.ctx.attach(Interval::new(Tick)).start(period);
        }
    }
    // ANCHOR_END: timer

    fn tick(actor: &mut Owner<Self>) -> bool {
        actor.store.sweep(actor.actors.common.config.clock.now());
        false
    }

    fn panicked(&self, shard: &usize) -> Verdict {
        self.life(*shard).supervision.panicked(Instant::now())
    }

    fn announce(&self, shard: &usize, change: Change) {
        self.life(*shard).supervision.announce(change);
    }

    fn end(&self, shard: &usize, reason: StopReason) {
        let mut life = self.life(*shard);
        life.supervision.announce(Change::Stopped(reason));
        life.living = None;
    }
}

/// The address of one shard, as seen by one client.
#[derive(Debug)]
pub struct ShardHandle {
    sender: Arc<Sender<Shards>>,
    shard: usize,
}

impl ShardHandle {
    #[inline]
    fn message(&self, command: Command) -> Put {
        Put { shard: self.shard, command: command.into() }
    }
}

impl ShardAddress for ShardHandle {
    #[inline]
    async fn ask(&self, command: Command) -> Result<Reply, KvError> {
        self.sender.ask(&self.shard, self.message(command)).await
    }

    #[inline]
    async fn tell(&self, command: Command) -> Result<(), KvError> {
        self.sender.tell(&self.shard, self.message(command)).await
    }

    #[inline]
    fn try_tell(&self, command: Command) -> Result<(), KvError> {
        self.sender.try_tell(&self.shard, self.message(command))
    }

    async fn inside<F>(&self, client: F) -> F::Output
    where
        F: Future<Output: Send> + Send,
    {
        self.sender.inside(client).await
    }
}
