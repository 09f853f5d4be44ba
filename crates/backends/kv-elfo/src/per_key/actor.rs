//! The actor of one key: its group, its life, and when it ends.

use std::panic::resume_unwind;
use std::pin::pin;
use std::sync::Arc;
use std::time::Instant;

use elfo::prelude::*;
use elfo::routers::{MapRouter, Outcome};
use elfo::time::Delay;
use elfo::{Local, RestartPolicy, SourceHandle};
use kv_core::{Change, Command, CommandError, Due, Reply, StopReason, Store, Verdict};

use crate::per_key::lease::{Lease, Name};
use crate::per_key::registry::Table;
use crate::shards::actor::{Stop, restart_policy};
use crate::shards::supervisor::{arrive, caught, refuse_what_is_there};

/// A command for the actor of one key.
#[message(ret = Local<Result<Reply, CommandError>>)]
pub(crate) struct ApplyTo {
    pub(crate) lease: Local<Lease>,
    pub(crate) command: Local<Command>,
}

/// A message that a restarted actor sends to itself, to check whether it can be reached.
#[message]
struct ArriveAt {
    name: Local<Name>,
}

/// The tick of a key's timer.
#[message]
struct Look;

// ANCHOR: group
/// The group of all keys. It starts empty.
pub(crate) fn keys(table: Arc<Table>) -> Blueprint {
    ActorGroup::new()
        .restart_policy(restart_policy(table.common.config.on_panic))
        .router(MapRouter::new(|envelope| {
            msg!(match envelope {
                // The unicast starts the actor, if this is the first message for it.
                ApplyTo { lease, .. } => Outcome::Unicast(lease.name().clone()),
                ArriveAt { name } => Outcome::GentleUnicast(Name::clone(name)),
                Stop => Outcome::Broadcast,
                _ => Outcome::Default,
            })
        }))
        .exec(move |ctx| {
            let mut actor = KeyActor::new(ctx, Arc::clone(&table));
            // The function is boxed, because elfo's own task holds an actor's function several times over.
            Box::pin(async move { actor.live().await })
        })
}
// ANCHOR_END: group

/// The actor of one key: a store of that key, and a timer if the key can expire or fall idle.
struct KeyActor {
    ctx: Context<(), Name>,
    store: Store,
    table: Arc<Table>,
    due: Due,
    timer: Option<Timer>,
    /// `true` if the actor has come to an end by itself. Another life may follow then, with the gate open again.
    ended: bool,
}

impl Drop for KeyActor {
    /// Closes the mailbox, refuses what is in it and announces the end, if the runtime ends before the actor: elfo
    /// does not close the mailboxes of tasks that are dropped.
    fn drop(&mut self) {
        if !self.ended {
            self.close();
            refuse_what_is_there(&mut self.ctx);
            self.table.end(self.ctx.key(), StopReason::Asked);
        }
    }
}

struct Timer {
    due: Instant,
    delay: Delay<Look>,
}

impl KeyActor {
    fn new(ctx: Context<(), Name>, table: Arc<Table>) -> Self {
        let store = Store::of_one(&table.common.config);
        Self { ctx, store, table, due: Due::default(), timer: None, ended: false }
    }

    /// One life of the actor, as `shards/supervisor.rs` has it for a shard.
    async fn live(&mut self) {
        let restarted = self.ctx.start_info().cause.is_restarted();
        if restarted {
            arrive(&self.ctx, || ArriveAt { name: self.ctx.key().clone().into() }).await;
        }
        self.ctx.key().set_born();
        self.announce(if restarted { Change::Restarted } else { Change::Started });
        if self.table.common.is_stopping() {
            // The `Stop` message may have gone to the previous life, or to none.
            self.close();
        }
        let (reason, panic) = loop {
            let Err(panic) = caught(pin!(self.run())).await else { break (StopReason::Asked, None) };
            match self.table.panicked(&self.ctx.key().key) {
                Verdict::Resume => {
                    if self.has_ended(false) {
                        break (StopReason::Asked, None);
                    }
                }
                Verdict::Restart => {
                    self.close();
                    self.ended = true;
                    self.ctx.key().gate.open();
                    resume_unwind(panic);
                }
                Verdict::Stop(reason) => {
                    self.ctx.set_restart_policy(RestartPolicy::never());
                    self.refuse_the_rest().await;
                    break (reason, Some(panic));
                }
            }
        };
        self.forget();
        self.ended = true;
        self.table.end(self.ctx.key(), reason);
        if let Some(panic) = panic {
            resume_unwind(panic);
        }
    }

    fn announce(&self, change: Change) {
        self.table.announce(self.ctx.key(), change);
    }

    /// Frees the key, before the table announces the end. The new store is made by `new`, because `of_one` takes
    /// memory at once.
    fn forget(&mut self) {
        self.store = Store::new(&self.table.common.config);
    }

    // ANCHOR: run
    /// Serves until the actor's key is gone and no caller is about to send, or until the mailbox is closed and empty.
    async fn run(&mut self) {
        while let Some(envelope) = self.ctx.recv().await {
            if self.table.common.kill.is_ordered() {
                drop(envelope);
                return self.refuse_the_rest().await;
            }
            let mut idle = false;
            msg!(match envelope {
                (ApplyTo { lease, command }, token) => {
                    // The lease ends here, because the message is out of the mailbox.
                    drop(lease);
                    let command = command.into_inner();
                    if let Some(pause) = command.pause()
                        // The future of a pause is boxed: few commands need it, and it must not enlarge a million
                        // actors.
                        && Box::pin(self.table.common.kill.overtakes(pause.wait())).await
                    {
                        drop(token);
                        return self.refuse_the_rest().await;
                    }
                    let config = &self.table.common.config;
                    self.due.used(config, Instant::now);
                    let reply = self.store.apply(command, config.clock.now());
                    self.ctx.respond(token, reply.into());
                }
                Look => idle = self.look(),
                Stop => self.close(),
                ArriveAt => {}
            });
            if self.has_ended(idle) {
                return;
            }
        }
    }

    /// Returns whether the actor ends, with its key; the table decides. If it goes on, the timer is set, so that the
    /// question is asked again.
    fn has_ended(&mut self, idle: bool) -> bool {
        if (idle || self.store.is_empty()) && self.table.retire(self.ctx.key()) {
            return true;
        }
        self.set_timer();
        false
    }
    // ANCHOR_END: run

    // ANCHOR: timer
    /// Sets the timer that the key needs, if any. There is one timer at a time, and a command does not move it: the
    /// timer may be early, and is then set again.
    fn set_timer(&mut self) {
        let Some(due) = self.due.next(&self.store, &self.table.common.config, Instant::now) else { return };
        if self.timer.as_ref().is_some_and(|timer| timer.due <= due) {
            return;
        }
        let delay = self.ctx.attach(Delay::new(due.saturating_duration_since(Instant::now()), Look));
        if let Some(later) = self.timer.replace(Timer { due, delay }) {
            later.delay.terminate();
        }
    }
    // ANCHOR_END: timer

    /// Returns whether the key is gone or idle.
    fn look(&mut self) -> bool {
        self.timer = None;
        let over = self.due.look(&mut self.store, &self.table.common.config, Instant::now());
        if over && !self.ctx.key().leases.any() {
            self.forget();
        }
        over
    }

    /// Closes the mailbox and waits for the callers that are in the middle of a send: see `Shard::close`.
    fn close(&self) {
        self.ctx.close();
        self.ctx.key().gate.close();
    }

    async fn refuse_the_rest(&mut self) {
        self.close();
        while self.ctx.recv().await.is_some() {}
    }
}
