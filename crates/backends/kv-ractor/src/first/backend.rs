//! Storey 1 as a backend: how its actors start and end.

use kv_core::{Backend, Config, OnPanic, Promise, ShardedHandle, StartError};
use ractor::Actor;

use super::{Shard, ShardRef};

/// The store as ractor actors, as ractor's own documentation would write it.
#[derive(Debug)]
pub struct First(ShardedHandle<ShardRef>);

impl Backend for First {
    const NAME: &'static str = "ractor-first";
    const FRAMEWORK: Option<&'static str> = Some("ractor");
    const PROMISES: &'static [Promise] = &[
        Promise::Answers,
        Promise::Order,
        Promise::Drained,
        Promise::TimesOut,
        Promise::ExpiresByItself,
        Promise::LeaksNothing,
        Promise::OtherThreads,
    ];
    /// A caller that is half way in when a killed actor drops its channel waits for ever.
    const RACES: &'static [Promise] = &[Promise::Linearizable];
    type Handle = ShardedHandle<ShardRef>;

    async fn start(config: Config) -> Result<Self, StartError> {
        config.check_without_per_key(Self::NAME)?;
        config.check_on_panic(Self::NAME, &[OnPanic::Stop])?;
        let mut shards = Vec::new();
        for _ in 0..config.topology.shards() {
            let (actor, _) = Shard::spawn(None, Shard, config.clone())
                .await
                .map_err(|error| StartError::Failed { backend: Self::NAME, reason: error.to_string() })?;
            shards.push(ShardRef { actor, ask_timeout: config.ask_timeout });
        }
        Ok(Self(ShardedHandle::new(shards)))
    }

    fn handle(&self) -> Self::Handle {
        self.0.clone()
    }

    async fn shutdown(&self) {
        for shard in self.0.addresses() {
            let _ = shard.actor.drain_and_wait(None).await;
        }
    }

    async fn kill(&self) {
        for shard in self.0.addresses() {
            let _ = shard.actor.kill_and_wait(None).await;
        }
    }
}
