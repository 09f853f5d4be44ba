//! The actor of one key.

use std::sync::Arc;
use std::time::Instant;

use actix::prelude::*;
use kv_core::{Change, Command, Due, KillSwitch, OnPanic, StopReason, Store, Verdict};
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::per_key::registry::{Entry, Keys};
use crate::shards::actor::{Abandoned, Answer, Apply, Outcome, Owner, Stop};
use crate::shards::supervisor::Life;

/// The message that asks an actor to look at its key. It is sent when the last address is dropped unused, because the
/// actor may have waited for that.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Look;

/// An actor that owns a store of one key.
#[derive(Debug)]
pub(crate) struct KeyActor {
    keys: Keys,
    entry: Arc<Entry>,
    store: Store,
    due: Due,
    /// The timer: when it is due, and its handle.
    timer: Option<(Instant, SpawnHandle)>,
}

impl KeyActor {
    pub(crate) fn new(keys: Keys, entry: Arc<Entry>) -> Self {
        let store = Store::of_one(keys.config());
        Self { keys, entry, store, due: Due::default(), timer: None }
    }

    // ANCHOR: settle
    /// Ends the actor if its key is gone, or sets the timer that it needs. It is called after everything that may have
    /// changed the key. A timer that is set already and is early stays: the actor then looks once too often.
    fn settle(&mut self, ctx: &mut Context<Self>) {
        if self.store.is_empty() {
            self.retire(ctx);
        } else if let Some(due) = self.due.next(&self.store, self.keys.config(), Instant::now)
            && self.timer.is_none_or(|(earlier, _)| earlier > due)
        {
            let timer = ctx.run_later(due.saturating_duration_since(Instant::now()), Self::look);
            if let Some((_, later)) = self.timer.replace((due, timer)) {
                ctx.cancel_future(later);
            }
        }
    }

    fn retire(&self, ctx: &mut Context<Self>) -> bool {
        let ends = self.keys.retire(&self.entry);
        if ends {
            // `stop` would lose the messages in the mailbox, but there are none: each of them would be a lease.
            ctx.stop();
        }
        ends
    }
    // ANCHOR_END: settle

    fn look(&mut self, ctx: &mut Context<Self>) {
        self.timer = None;
        let over = self.due.look(&mut self.store, self.keys.config(), Instant::now());
        if !(over && self.retire(ctx)) {
            self.settle(ctx);
        }
    }
}

impl Actor for KeyActor {
    type Context = Context<Self>;

    /// Sets the timer, at the start and after each restart, which has dropped the timer and may have emptied the store.
    fn started(&mut self, ctx: &mut Context<Self>) {
        self.timer = None;
        self.settle(ctx);
    }
}

impl Supervised for KeyActor {
    fn restarting(&mut self, _: &mut Context<Self>) {
        if self.keys.config().on_panic == OnPanic::Restart {
            self.store = Store::of_one(self.keys.config());
        }
    }
}

impl Drop for KeyActor {
    /// Closes the bound when the actor ends, as a shard's actor does: no actor is left to give a place back to the
    /// callers that wait for one.
    fn drop(&mut self) {
        self.entry.sender().bound().close();
    }
}

impl Owner for KeyActor {
    fn kill(&self) -> &Arc<KillSwitch> {
        self.keys.kill_order()
    }

    fn apply(&mut self, command: Command, ctx: &mut Context<Self>) -> Outcome {
        let config = self.keys.config();
        self.due.used(config, Instant::now);
        let outcome = self.store.apply(command, config.clock.now());
        self.settle(ctx);
        outcome
    }
}

impl Handler<Apply> for KeyActor {
    type Result = Answer<Self>;

    fn handle(&mut self, Apply(command): Apply, ctx: &mut Context<Self>) -> Answer<Self> {
        self.entry.leases().end();
        self.entry.sender().bound().release();
        Answer::to(command, self, ctx)
    }
}

impl Handler<Look> for KeyActor {
    type Result = ();

    fn handle(&mut self, _: Look, ctx: &mut Context<Self>) {
        self.settle(ctx);
    }
}

impl Handler<Stop> for KeyActor {
    type Result = ();

    fn handle(&mut self, _: Stop, ctx: &mut Context<Self>) {
        ctx.stop();
    }
}

impl Handler<Abandoned> for KeyActor {
    type Result = ();

    fn handle(&mut self, Abandoned(reply): Abandoned, _: &mut Context<Self>) {
        drop(reply);
    }
}

/// The life of a key's actor. The table counts its restarts, and remembers them after its end.
pub(crate) struct KeyLife {
    keys: Keys,
    entry: Arc<Entry>,
    reason: StopReason,
    /// A token that is dropped after the announcement: it tells the backend that the actor is gone.
    _alive: TaskTrackerToken,
}

impl KeyLife {
    pub(crate) fn begin(actor: &KeyActor, alive: TaskTrackerToken) -> Self {
        let (keys, entry) = (actor.keys.clone(), Arc::clone(&actor.entry));
        keys.announce(&entry, Change::Started);
        Self { keys, entry, reason: StopReason::Asked, _alive: alive }
    }
}

impl Life for KeyLife {
    fn panicked(&mut self) -> Verdict {
        let verdict = self.keys.panicked(&self.entry);
        if let Verdict::Stop(reason) = verdict {
            self.reason = reason;
        }
        verdict
    }

    fn restarted(&self) {
        self.keys.announce(&self.entry, Change::Restarted);
    }
}

impl Drop for KeyLife {
    fn drop(&mut self) {
        self.keys.announce(&self.entry, Change::Stopped(self.reason));
    }
}
