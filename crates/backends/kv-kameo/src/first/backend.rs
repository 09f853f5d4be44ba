//! Storey 1 as a backend: how its actors start and end.

use kameo::Actor;
use kameo::actor::{ActorRef, Spawn};
use kameo::mailbox::{MailboxReceiver, MailboxSender, bounded, unbounded};
use kameo::supervision::RestartPolicy;
use kv_core::{Backend, Config, Mailbox, OnPanic, Promise, ShardedHandle, StartError};
use tokio::sync::Semaphore;

use super::{Shard, ShardRef};

/// The parent of all shards.
#[derive(Actor)]
struct Supervisor;

/// The store as kameo actors, as kameo's own documentation would write it.
#[derive(Debug)]
pub struct First {
    handle: ShardedHandle<ShardRef>,
    supervisor: ActorRef<Supervisor>,
}

impl Backend for First {
    const NAME: &'static str = "kameo-first";
    const FRAMEWORK: Option<&'static str> = Some("kameo");
    const PROMISES: &'static [Promise] = &[
        Promise::Answers,
        Promise::Order,
        Promise::Bounded,
        Promise::TimesOut,
        Promise::CancelsCleanly,
        Promise::ExpiresByItself,
        Promise::Resumes,
        Promise::LeaksNothing,
    ];
    /// A tell that passes kameo's check just before the stop is accepted and never done, and a caller that is half way in
    /// when the mailbox is dropped waits for ever.
    const RACES: &'static [Promise] =
        &[Promise::Drained, Promise::Killed, Promise::PanicsAreAnswered, Promise::Linearizable];
    type Handle = ShardedHandle<ShardRef>;

    async fn start(config: Config) -> Result<Self, StartError> {
        config.check_without_per_key(Self::NAME)?;
        let restarts = u32::try_from(config.restart_limit.restarts).unwrap_or(u32::MAX);
        let supervisor = Supervisor::spawn(Supervisor);
        let mut shards = Vec::new();
        for _ in 0..config.topology.shards() {
            let mailbox = mailbox_of(config.mailbox);
            let actor = match config.on_panic {
                OnPanic::Restart => {
                    Shard::supervise(&supervisor, config.clone())
                        .restart_policy(RestartPolicy::Transient)
                        .restart_limit(restarts, config.restart_limit.within)
                        .spawn_with_mailbox(mailbox)
                        .await
                }
                OnPanic::Stop | OnPanic::Resume => Shard::spawn_with_mailbox(config.clone(), mailbox),
            };
            shards.push(ShardRef { actor, ask_timeout: config.ask_timeout });
        }
        Ok(Self { handle: ShardedHandle::new(shards), supervisor })
    }

    fn handle(&self) -> Self::Handle {
        self.handle.clone()
    }

    async fn shutdown(&self) {
        for shard in self.handle.addresses() {
            let _ = shard.actor.stop_gracefully().await;
            let _ = shard.actor.wait_for_shutdown_result().await;
        }
        let _ = self.supervisor.stop_gracefully().await;
        let _ = self.supervisor.wait_for_shutdown_result().await;
    }

    async fn kill(&self) {
        for shard in self.handle.addresses() {
            shard.actor.kill();
            let _ = shard.actor.wait_for_shutdown_result().await;
        }
        self.supervisor.kill();
        let _ = self.supervisor.wait_for_shutdown_result().await;
    }
}

pub(crate) fn mailbox_of<A: Actor>(mailbox: Mailbox) -> (MailboxSender<A>, MailboxReceiver<A>) {
    match mailbox {
        Mailbox::Bounded(capacity) => bounded(capacity.min(Semaphore::MAX_PERMITS)),
        Mailbox::Unbounded => unbounded(),
    }
}
