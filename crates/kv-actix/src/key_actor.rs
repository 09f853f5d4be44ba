//! The actor of one key.

use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;
use kv_core::{Change, Command, Kill, OnPanic, StopReason, Store, Verdict};
use tokio::time::Instant;
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::actor::{Abandoned, Answer, Apply, Outcome, Owner, Stop};
use crate::keys::{Entry, Keys};
use crate::supervisor::Life;

/// Sent when the last address is dropped unused: the actor may have waited for it.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Look;

/// An actor that owns a store of one key.
#[derive(Debug)]
pub(crate) struct KeyActor {
    keys: Keys,
    entry: Arc<Entry>,
    store: Store,
    /// When it was last used, where that matters: if it may be idle for too long.
    used: Instant,
    /// Whether there is a timer to sweep by.
    sweeps: bool,
    /// Whether there is a timer to see whether it is idle by.
    idles: bool,
}

impl KeyActor {
    pub(crate) fn new(keys: Keys, entry: Arc<Entry>) -> Self {
        let store = Store::of_one(keys.config());
        Self { keys, entry, store, used: Instant::now(), sweeps: false, idles: false }
    }

    // ANCHOR: settle
    /// After whatever may have changed the key: ends if it is gone, or sets the timers that it needs.
    ///
    /// There is no timer but where one is needed: a timer for each of a million keys is a million timers. One that is
    /// set is kept over the messages that come meanwhile, or a key that is used often would never be swept.
    fn settle(&mut self, ctx: &mut Context<Self>) {
        if self.store.is_empty() {
            self.retire(ctx);
            return;
        }
        let config = self.keys.config();
        if let Some(period) = config.sweep_interval
            && !self.sweeps
            && self.store.next_deadline().is_some()
        {
            self.sweeps = true;
            ctx.run_later(period, Self::sweep);
        }
        if let Some(limit) = config.idle_timeout
            && !self.idles
        {
            self.idles = true;
            let left = limit.saturating_sub(self.used.elapsed());
            ctx.run_later(left, move |actor, ctx| actor.idle(limit, ctx));
        }
    }

    fn retire(&self, ctx: &mut Context<Self>) -> bool {
        let ends = self.keys.retire(&self.entry);
        if ends {
            // What is still in the mailbox would be lost, but there is nothing: that would be a lease.
            ctx.stop();
        }
        ends
    }
    // ANCHOR_END: settle

    fn sweep(&mut self, ctx: &mut Context<Self>) {
        self.sweeps = false;
        self.store.sweep(self.keys.config().clock.now());
        self.settle(ctx);
    }

    fn idle(&mut self, limit: Duration, ctx: &mut Context<Self>) {
        self.idles = false;
        if self.used.elapsed() >= limit {
            if self.retire(ctx) {
                return;
            }
            // Whoever is about to send uses it.
            self.used = Instant::now();
        }
        self.settle(ctx);
    }
}

impl Actor for KeyActor {
    type Context = Context<Self>;

    /// Called again after a restart, which has dropped the timers, and maybe emptied the store.
    fn started(&mut self, ctx: &mut Context<Self>) {
        (self.sweeps, self.idles) = (false, false);
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
    /// As a shard's: nobody is left to give a place back to those who wait for one.
    fn drop(&mut self) {
        self.entry.sender().bound().close();
    }
}

impl Owner for KeyActor {
    fn kill(&self) -> &Arc<Kill> {
        self.keys.kill_order()
    }

    fn apply(&mut self, command: Command, ctx: &mut Context<Self>) -> Outcome {
        let config = self.keys.config();
        if config.idle_timeout.is_some() {
            self.used = Instant::now();
        }
        let outcome = self.store.apply(command, config.clock.now());
        self.settle(ctx);
        outcome
    }
}

impl Handler<Apply> for KeyActor {
    type Result = Answer<Self>;

    fn handle(&mut self, Apply(command): Apply, ctx: &mut Context<Self>) -> Answer<Self> {
        self.entry.end_lease();
        self.entry.sender().bound().give_back();
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

/// The life of a key's actor. Its restarts are counted by the table, which remembers them over its end.
pub(crate) struct KeyLife {
    keys: Keys,
    entry: Arc<Entry>,
    reason: StopReason,
    /// Dropped after the announcement, as a shard's.
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
