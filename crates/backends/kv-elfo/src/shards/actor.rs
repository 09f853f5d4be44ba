//! The actors: the group, the shard's state and message loop, and its timer.

use std::sync::Arc;
use std::time::Duration;

use elfo::messages::UpdateConfig;
use elfo::prelude::*;
use elfo::routers::{MapRouter, Outcome};
use elfo::time::Interval;
use elfo::{Local, RestartParams, RestartPolicy};
use kv_core::{Command, CommandError, OnPanic, Reply, Store};

use crate::shards::supervisor::{Shared, live, refuse_what_is_there};

// ANCHOR: message
/// One message for ask and tell alike: sent as a request, it comes with a token to respond to.
///
/// A command is `Local`, because elfo's messages can be serialized and ours is not: it never leaves the node.
#[message(ret = Local<Result<Reply, CommandError>>)]
pub(crate) struct Apply {
    pub(crate) shard: usize,
    pub(crate) command: Local<Command>,
}

/// The timer's tick.
#[message]
struct Sweep;

/// Asks all actors to end, when they have done what was accepted before.
///
/// Rejected: elfo's own `Terminate`. It makes the group stop spawning at once, and an actor that is just being
/// restarted would vanish, with nobody left to say so.
#[message]
pub(crate) struct Stop;

/// What a restarted actor sends to itself, to see whether it can be reached.
#[message]
pub(crate) struct Arrive {
    pub(crate) shard: usize,
}
// ANCHOR_END: message

// ANCHOR: group
/// The group of all shards. The router finds an actor by the shard's number.
pub(crate) fn shards(shared: Arc<Shared>) -> Blueprint {
    let shards = shared.gates.len();
    ActorGroup::new()
        .restart_policy(restart_policy(shared.common.config.on_panic))
        .router(MapRouter::new(move |envelope| {
            msg!(match envelope {
                // Gentle: an actor that has ended must not be replaced by an empty one.
                Apply { shard, .. } | Arrive { shard } => Outcome::GentleUnicast(*shard),
                Stop => Outcome::GentleMulticast((0..shards).collect()),
                // The first one mounts the group: all actors start with it.
                UpdateConfig => Outcome::Multicast((0..shards).collect()),
                _ => Outcome::Default,
            })
        }))
        .exec(move |ctx| live(ctx, Arc::clone(&shared)))
}
// ANCHOR_END: group

// ANCHOR: policy
/// elfo restarts an actor that panicked, at once and without a limit of its own.
///
/// Its `max_retries` counts another thing than [`kv_core::RestartLimit`]: failures in a row, each within `auto_reset`
/// of the last start. One panic every 4 s is too many for 5 restarts in 5 s there, and not here. Nor can it be 0.
pub(crate) fn restart_policy(on_panic: OnPanic) -> RestartPolicy {
    match on_panic {
        OnPanic::Restart => RestartPolicy::on_failure(RestartParams::new(Duration::ZERO, Duration::ZERO)),
        OnPanic::Stop | OnPanic::Resume => RestartPolicy::never(),
    }
}
// ANCHOR_END: policy

// ANCHOR: actor
/// One life of an actor.
pub(crate) struct Shard {
    pub(crate) ctx: Context<(), usize>,
    store: Store,
    shared: Arc<Shared>,
    /// Whether it has come to an end by itself. Another life may follow then, with the gate open again.
    pub(crate) ended: bool,
}

impl Drop for Shard {
    /// Of use only if the runtime ends before the actor: elfo does not close the mailboxes of tasks that are dropped.
    fn drop(&mut self) {
        if !self.ended {
            self.close();
            refuse_what_is_there(&mut self.ctx);
        }
    }
}

impl Shard {
    pub(crate) fn new(mut ctx: Context<(), usize>, shared: Arc<Shared>) -> Self {
        // ANCHOR: timer
        if let Some(period) = shared.common.config.sweep_interval {
            ctx.attach(Interval::new(Sweep)).start(period);
        }
        // ANCHOR_END: timer
        let store = Store::new(&shared.common.config);
        Self { ctx, store, shared, ended: false }
    }

    // ANCHOR: handler
    /// Serves until the mailbox is closed and empty: after a stop message, or because the actor is killed.
    pub(crate) async fn run(&mut self) {
        while let Some(envelope) = self.ctx.recv().await {
            if self.shared.common.kill.is_ordered() {
                drop(envelope);
                return self.refuse_the_rest().await;
            }
            msg!(match envelope {
                (Apply { command, .. }, token) => {
                    let command = command.into_inner();
                    if let Some(pause) = command.pause()
                        && self.shared.common.kill.overtakes(pause.wait()).await
                    {
                        drop(token);
                        return self.refuse_the_rest().await;
                    }
                    let reply = self.store.apply(command, self.shared.common.config.clock.now());
                    // Does nothing for a tell, whose token is a forgotten one.
                    self.ctx.respond(token, reply.into());
                }
                Sweep => {
                    self.store.sweep(self.shared.common.config.clock.now());
                }
                // Close, but do not leave: what was accepted before is still done.
                Stop => self.close(),
                Arrive => {}
            });
        }
    }
    // ANCHOR_END: handler
}
// ANCHOR_END: actor

// ANCHOR: close
impl Shard {
    /// Closes the mailbox and waits for those who are in the middle of a send.
    ///
    /// A sender takes a place in the mailbox first and puts its message there second. If the mailbox is closed
    /// between the two, the actor may look into it, find it empty, and end, while the sender is told "accepted".
    pub(crate) fn close(&self) {
        self.ctx.close();
        self.shared.gates[*self.ctx.key()].close();
    }

    /// Closes the mailbox and drops what is in it, which answers whoever waits. elfo does so too when an actor has
    /// ended, but only after the actor's own last words.
    pub(crate) async fn refuse_the_rest(&mut self) {
        self.close();
        while self.ctx.recv().await.is_some() {}
    }
}
// ANCHOR_END: close
