//! The actors: the group, the shard's state and message loop, its timer, and how it ends.

use std::sync::Arc;

use elfo::messages::{Terminate, UpdateConfig};
use elfo::prelude::*;
use elfo::routers::{MapRouter, Outcome};
use elfo::time::Interval;
use elfo::{Local, TerminationPolicy, scope};
use kv_core::{Clock, Command, CommandError, Config, Door, Kill, Reply, Store};

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
// ANCHOR_END: message

// ANCHOR: group
/// The group of all shards. The router finds an actor by the shard's number.
pub(crate) fn shards(config: Config, doors: Arc<[Door]>, kill: Arc<Kill>) -> Blueprint {
    let shards = doors.len();
    ActorGroup::new()
        // By default `Terminate` closes the mailbox behind the actor's back, see `Shard::close`.
        .termination_policy(TerminationPolicy::manually())
        .router(MapRouter::new(move |envelope| {
            msg!(match envelope {
                // Gentle: an actor that has ended must not be replaced by an empty one.
                Apply { shard, .. } => Outcome::GentleUnicast(*shard),
                // The first one mounts the group: all actors start with it.
                UpdateConfig => Outcome::Multicast((0..shards).collect()),
                _ => Outcome::Default,
            })
        }))
        .exec(move |ctx| Shard::new(ctx, &config, Arc::clone(&doors), Arc::clone(&kill)).run())
}
// ANCHOR_END: group

// ANCHOR: actor
struct Shard {
    ctx: Context<(), usize>,
    store: Store,
    clock: Clock,
    doors: Arc<[Door]>,
    kill: Arc<Kill>,
}

impl Shard {
    fn new(mut ctx: Context<(), usize>, config: &Config, doors: Arc<[Door]>, kill: Arc<Kill>) -> Self {
        // ANCHOR: timer
        if let Some(period) = config.sweep_interval {
            ctx.attach(Interval::new(Sweep)).start(period);
        }
        // ANCHOR_END: timer
        Self { ctx, store: Store::new(config), clock: config.clock.clone(), doors, kill }
    }

    // ANCHOR: handler
    /// Serves until the mailbox is closed and empty, or the actor is killed.
    async fn run(mut self) {
        while let Some(envelope) = self.ctx.recv().await {
            if self.kill.is_ordered() {
                return;
            }
            msg!(match envelope {
                (Apply { command, .. }, token) => {
                    let command = command.into_inner();
                    if let Some(pause) = command.pause()
                        && self.kill.overtakes(pause.wait()).await
                    {
                        return;
                    }
                    let reply = self.store.apply(command, self.clock.now());
                    // Does nothing for a tell, whose token is a forgotten one.
                    self.ctx.respond(token, reply.into());
                }
                Sweep => {
                    self.store.sweep(self.clock.now());
                }
                // Close, but do not leave: what was accepted before is still done.
                Terminate => self.close(),
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
    fn close(&self) {
        // A task that is dropped with its runtime has no scope, and elfo wants one to log.
        if scope::try_trace_id().is_some() {
            self.ctx.close();
        }
        self.doors[*self.ctx.key()].close();
    }
}

impl Drop for Shard {
    /// However the actor ends, elfo empties its mailbox after this, and must find there all that was accepted:
    /// a request that came later would be answered by nobody.
    fn drop(&mut self) {
        self.close();
    }
}
// ANCHOR_END: close
