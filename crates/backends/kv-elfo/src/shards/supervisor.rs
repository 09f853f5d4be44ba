//! The supervision of the shards: the state that outlives an actor, and what becomes of an actor that panicked.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{self, Poll, Waker};
use std::thread;
use std::time::Instant;

use elfo::errors::TrySendError;
use elfo::prelude::*;
use elfo::{Message, RestartPolicy};
use kv_core::{ActorId, Change, Config, KillSwitch, SendGate, StopReason, Supervision, Verdict};
use tokio::task::yield_now;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::shards::actor::{Arrive, Shard};

/// The state that all actors of a backend share, in any topology.
pub(crate) struct Common {
    pub(crate) config: Config,
    pub(crate) kill: KillSwitch,
    stopping: AtomicBool,
    /// The tracker of all actors. elfo's `finished` cannot take its place: it waits for the actors of the moment, and
    /// not for those that are restarted later.
    living: TaskTracker,
}

impl Common {
    pub(crate) fn new(config: Config) -> Self {
        let living = TaskTracker::new();
        living.close();
        Self { config, kill: KillSwitch::default(), stopping: AtomicBool::new(false), living }
    }

    /// Notes that all actors are to end. An actor that is just being started reads this note, because it gets no
    /// message.
    pub(crate) fn stop(&self) {
        self.stopping.store(true, Ordering::Release);
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Acquire)
    }

    /// Returns a token that is kept for as long as an actor lives or may be restarted.
    pub(crate) fn token(&self) -> TaskTrackerToken {
        self.living.token()
    }

    /// Resolves when no actor lives and none will be restarted.
    pub(crate) async fn gone(&self) {
        self.living.wait().await;
    }
}

/// The state that the shards share with each other, with the callers that send to them, and with their successors.
pub(crate) struct Shared {
    pub(crate) common: Common,
    /// One gate per shard, which callers enter while they send.
    pub(crate) gates: Arc<[SendGate]>,
    /// One place per shard for the state that an actor leaves to its successor. It holds `None` while an actor lives,
    /// and after the last one.
    between: Box<[Mutex<Option<Life>>]>,
}

/// The state that an actor leaves to its successor.
struct Life {
    supervision: Supervision,
    /// The token of a living shard. It is dropped with the last actor of the shard.
    _living: TaskTrackerToken,
}

impl Shared {
    pub(crate) fn new(config: Config) -> Self {
        let common = Common::new(config);
        let shards = 0..common.config.topology.shards();
        let between = shards.clone().map(|shard| {
            let supervision = Supervision::new(&common.config, ActorId::Shard(shard));
            Mutex::new(Some(Life { supervision, _living: common.token() }))
        });
        let (between, gates) = (between.collect(), shards.map(|_| SendGate::new()).collect());
        Self { common, gates, between }
    }

    fn between(&self, shard: usize) -> MutexGuard<'_, Option<Life>> {
        self.between[shard].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// ANCHOR: live
/// Lives one life of a shard's actor, which ends as asked, or with a panic. After a panic that is to be followed by a
/// restart, elfo calls this function again, with a new mailbox.
pub(crate) async fn live(ctx: Context<(), usize>, shared: Arc<Shared>) {
    let restarted = ctx.start_info().cause.is_restarted();
    if restarted {
        arrive(&ctx, || Arrive { shard: *ctx.key() }).await;
    }
    let key = *ctx.key();
    let mut life = shared.between(key).take().expect("left by the life before, or by the start");
    let mut shard = Shard::new(ctx, Arc::clone(&shared));
    life.supervision.announce(if restarted { Change::Restarted } else { Change::Started });
    if shared.common.is_stopping() {
        // The `Stop` message may have gone to the previous life.
        shard.close();
    }
    let (reason, panic) = loop {
        let Err(panic) = caught(pin!(shard.run())).await else { break (StopReason::Asked, None) };
        match life.supervision.panicked(Instant::now()) {
            // The command that panicked is lost. The context, the mailbox and the store are kept.
            Verdict::Resume => {}
            Verdict::Restart => {
                // The mailbox is closed first. elfo drops it later, and must find in it every accepted message, or
                // the callers would get no answer.
                shard.close();
                shard.ended = true;
                shared.gates[key].open();
                *shared.between(key) = Some(life);
                resume_unwind(panic);
            }
            Verdict::Stop(reason) => {
                shard.ctx.set_restart_policy(RestartPolicy::never());
                shard.refuse_the_rest().await;
                break (reason, Some(panic));
            }
        }
    };
    shard.ended = true;
    drop(shard);
    life.supervision.announce(Change::Stopped(reason));
    drop(life);
    if let Some(panic) = panic {
        // The panic goes on to elfo, which reports it as the actor's last status.
        resume_unwind(panic);
    }
}
// ANCHOR_END: live

// ANCHOR: arrive
/// Waits until the group's address leads to this actor.
///
/// elfo first spawns a restarted actor and then puts it in the place of the dead one. In between, the group still
/// knows the dead actor. The new actor cannot be announced yet; and if it ended before it had its place, elfo would
/// remove the wrong actor and panic itself.
pub(crate) async fn arrive<K, M: Message>(ctx: &Context<(), K>, arrive: impl Fn() -> M) {
    // A full mailbox is the new actor's as well: another sender was faster.
    while let Err(TrySendError::Closed(_)) = ctx.try_send_to(ctx.group(), arrive()) {
        yield_now().await;
    }
}
// ANCHOR_END: arrive

/// Drops what is in a closed mailbox, which answers the callers that wait. It does not wait itself, because it is
/// called from `drop`.
pub(crate) fn refuse_what_is_there<K: 'static>(ctx: &mut Context<(), K>) {
    let mut context = task::Context::from_waker(Waker::noop());
    while let Poll::Ready(Ok(_)) = pin!(ctx.try_recv()).poll(&mut context) {}
}

/// Awaits a future and catches its panic, as elfo does around an actor's function. The panic is caught once per poll,
/// not per message, so the catch costs nothing that could be measured.
pub(crate) async fn caught<F: Future>(mut future: Pin<&mut F>) -> thread::Result<F::Output> {
    std::future::poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(poll) => poll.map(Ok),
        Err(panic) => Poll::Ready(Err(panic)),
    })
    .await
}
