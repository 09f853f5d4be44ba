//! Storey 1 as a backend: how its actors start and end.

use actix::prelude::*;
use kv_core::{Backend, Config, Mailbox, OnPanic, Placement, Promise, ShardedHandle, StartError, Store};

use super::{Shard, ShardAddr, Stop};

/// The store as actix actors, as actix's own documentation would write it. It is started inside a tokio `LocalSet`.
#[derive(Debug)]
pub struct First(ShardedHandle<ShardAddr>);

impl Backend for First {
    const NAME: &'static str = "actix-first";
    const FRAMEWORK: Option<&'static str> = Some("actix");
    const PLACEMENT: Placement = Placement::LocalSet;
    const PROMISES: &'static [Promise] = &[
        Promise::Answers,
        Promise::Order,
        Promise::TimesOut,
        Promise::CancelsCleanly,
        Promise::ExpiresByItself,
        Promise::PanicsAreAnswered,
        Promise::LeaksNothing,
        Promise::OtherThreads,
        Promise::Linearizable,
    ];
    type Handle = ShardedHandle<ShardAddr>;

    async fn start(config: Config) -> Result<Self, StartError> {
        config.check_without_per_key(Self::NAME)?;
        config.check_on_panic(Self::NAME, &[OnPanic::Stop])?;
        let shards = (0..config.topology.shards()).map(|_| {
            let actor = Shard::create(|ctx| {
                ctx.set_mailbox_capacity(match config.mailbox {
                    Mailbox::Bounded(capacity) => capacity,
                    // actix's word for no bound.
                    Mailbox::Unbounded => 0,
                });
                Shard { store: Store::new(&config), config: config.clone() }
            });
            ShardAddr { actor, ask_timeout: config.ask_timeout }
        });
        Ok(Self(ShardedHandle::new(shards.collect::<Vec<_>>())))
    }

    fn handle(&self) -> Self::Handle {
        self.0.clone()
    }

    async fn shutdown(&self) {
        for shard in self.0.addresses() {
            // The reply comes when the actor has taken the stop message out of its mailbox.
            let _ = shard.actor.send(Stop).await;
        }
    }

    /// actix has no call that ends an actor from outside before what it has queued.
    async fn kill(&self) {
        self.shutdown().await;
    }
}
