//! The actors of the shards: their group, their state and message loop, and their timer.

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
/// A command for one shard, by an ask or a tell. The message of an ask is sent as a request, and comes with a token
/// to respond to.
///
/// The command is `Local`, because elfo's messages can be serialized and a `Command` cannot: it never leaves the
/// node.
#[message(ret = Local<Result<Reply, CommandError>>)]
pub(crate) struct Apply {
    pub(crate) shard: usize,
    pub(crate) command: Local<Command>,
}

/// The tick of the sweep's timer.
#[message]
struct Sweep;

/// Asks all actors to end after the commands that were accepted before.
///
/// Rejected: elfo's own `Terminate`. It makes the group stop spawning at once, and an actor that is just being
/// restarted would vanish, and its end would not be announced.
#[message]
pub(crate) struct Stop;

/// A message that a restarted actor sends to itself, to check whether it can be reached.
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
                // The unicast is gentle, so that an actor that has ended is not replaced by an empty one.
                Apply { shard, .. } | Arrive { shard } => Outcome::GentleUnicast(*shard),
                Stop => Outcome::GentleMulticast((0..shards).collect()),
                // The first `UpdateConfig` mounts the group, and all actors start with it.
                UpdateConfig => Outcome::Multicast((0..shards).collect()),
                _ => Outcome::Default,
            })
        }))
        .exec(move |ctx| live(ctx, Arc::clone(&shared)))
}
// ANCHOR_END: group

// ANCHOR: policy
/// The restart policy of a group. elfo restarts an actor that panicked at once, and the policy sets no limit.
///
/// elfo's `max_retries` counts another thing than [`kv_core::RestartLimit`]: failures in a row, each within
/// `auto_reset` of the last start. One panic every 4 s exceeds 5 restarts in 5 s as elfo counts them, but not as the
/// contract does. And `max_retries` cannot be 0.
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
    /// `true` if the actor has come to an end by itself. Another life may follow then, with the gate open again.
    pub(crate) ended: bool,
}

impl Drop for Shard {
    /// Closes the mailbox and refuses what is in it, if the runtime ends before the actor: elfo does not close the
    /// mailboxes of tasks that are dropped.
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
                    // The token of a tell is a forgotten one, and responding to it does nothing.
                    self.ctx.respond(token, reply.into());
                }
                Sweep => {
                    self.store.sweep(self.shared.common.config.clock.now());
                }
                // The mailbox is closed, but the loop goes on: commands that were accepted before are still done.
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
    /// Closes the mailbox and waits for the callers that are in the middle of a send.
    ///
    /// A sender takes a place in the mailbox first and puts its message there second. If the mailbox is closed
    /// between the two, the actor may find it empty and end, while the sender is told "accepted".
    pub(crate) fn close(&self) {
        self.ctx.close();
        self.shared.gates[*self.ctx.key()].close();
    }

    /// Closes the mailbox and drops what is in it, which answers the callers that wait. elfo does so too when an
    /// actor has ended, but only after the actor has announced its end.
    pub(crate) async fn refuse_the_rest(&mut self) {
        self.close();
        while self.ctx.recv().await.is_some() {}
    }
}
// ANCHOR_END: close
