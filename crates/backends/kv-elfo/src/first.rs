//! Storey 1: the store as elfo's own documentation would write it.
//!
//! The actor is an async function that owns a context and calls `recv` on it; the group's router finds the actor of a
//! shard by its number. Mailbox, bound, timer, restart and the end by `Terminate` are elfo's. In elfo only actors
//! send, so each client of the store has an actor of its own, and sends in that actor's name.

mod backend;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use elfo::errors::{RequestError, TrySendError};
use elfo::messages::UpdateConfig;
use elfo::prelude::*;
use elfo::routers::{MapRouter, Outcome};
use elfo::time::Interval;
use elfo::{Addr, Local, RestartParams, RestartPolicy};
use kv_core::{Command, CommandError, Config, KvError, OnPanic, Reply, ShardAddress, Store};
use tokio::time::timeout;

use crate::client::Client;

pub use self::backend::First;

// ANCHOR: actor
/// A command for one shard: a request where the caller waits for the reply, a plain message where it does not.
#[message(ret = Local<Result<Reply, CommandError>>)]
pub struct Put {
    pub(crate) shard: usize,
    pub(crate) command: Local<Command>,
}

/// The timer's tick.
#[message]
pub(crate) struct Tick;

fn shards(config: Config) -> Blueprint {
    let shards = config.topology.shards();
    ActorGroup::new()
        .restart_policy(restart_policy(config.on_panic))
        .router(MapRouter::new(move |envelope| {
            msg!(match envelope {
                Put { shard, .. } => Outcome::GentleUnicast(*shard),
                UpdateConfig => Outcome::Multicast((0..shards).collect()),
                _ => Outcome::Default,
            })
        }))
        .exec(move |ctx| serve(ctx, config.clone()))
}

// ANCHOR: policy
/// The restart policy of a group. elfo restarts an actor that panicked at once, and the policy sets no limit.
pub(crate) fn restart_policy(on_panic: OnPanic) -> RestartPolicy {
    match on_panic {
        OnPanic::Restart => RestartPolicy::on_failure(RestartParams::new(Duration::ZERO, Duration::ZERO)),
        OnPanic::Stop | OnPanic::Resume => RestartPolicy::never(),
    }
}
// ANCHOR_END: policy

async fn serve(mut ctx: Context<(), usize>, config: Config) {
    let mut store = Store::new(&config);
    if let Some(period) = config.sweep_interval {
        ctx.attach(Interval::new(Tick)).start(period);
    }
    while let Some(envelope) = ctx.recv().await {
        msg!(match envelope {
            (Put { command, .. }, token) => {
                let command = command.into_inner();
                if let Some(pause) = command.pause() {
                    pause.wait().await;
                }
                let reply = store.apply(command, config.clock.now());
                // The token of a tell is a forgotten one, and responding to it does nothing.
                ctx.respond(token, reply.into());
            }
            Tick => {
                store.sweep(config.clock.now());
            }
        });
    }
}
// ANCHOR_END: actor

// ANCHOR: address
/// The address of one shard, as one client sees it.
pub struct ShardAddr {
    client: Arc<Client>,
    group: Addr,
    shard: usize,
    ask_timeout: Option<Duration>,
}

impl ShardAddress for ShardAddr {
    async fn ask(&self, command: Command) -> Result<Reply, KvError> {
        let request = self.client.context.request_to(self.group, self.put(command));
        let answer = self.client.scope().within(request.resolve());
        let answer = match self.ask_timeout {
            None => answer.await,
            Some(limit) => timeout(limit, answer).await.map_err(|_| KvError::TimedOut)?,
        };
        Ok(answer.map_err(unanswered)?.into_inner()?)
    }

    async fn tell(&self, command: Command) -> Result<(), KvError> {
        let send = self.client.context.send_to(self.group, self.put(command));
        self.client.scope().within(send).await.map_err(|_| KvError::Stopped)
    }

    fn try_tell(&self, command: Command) -> Result<(), KvError> {
        let send = || self.client.context.try_send_to(self.group, self.put(command));
        self.client.scope().sync_within(send).map_err(refused)
    }
}

impl ShardAddr {
    fn put(&self, command: Command) -> Put {
        Put { shard: self.shard, command: command.into() }
    }
}

pub(crate) fn unanswered(error: RequestError) -> KvError {
    match error {
        // The request was dropped before an actor took it out of the mailbox.
        RequestError::Failed => KvError::Stopped,
        // The request was dropped while an actor was handling it.
        RequestError::Ignored => KvError::ReplyLost,
    }
}

pub(crate) fn refused<M>(error: TrySendError<M>) -> KvError {
    match error {
        TrySendError::Full(_) => KvError::Overloaded,
        TrySendError::Closed(_) => KvError::Stopped,
    }
}
// ANCHOR_END: address

impl fmt::Debug for ShardAddr {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ShardAddr").field("shard", &self.shard).finish_non_exhaustive()
    }
}
