//! Storey 1 as a backend: how its actors start and end.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use elfo::Addr;
use elfo::messages::Terminate;
use kv_core::{Backend, Config, KvError, OnPanic, Promise, ShardedHandle, StartError};

use super::{ShardAddr, shards};
use crate::client::{Client, clients};
use crate::system::{self, Node};

/// The store as a group of elfo actors, as elfo's own documentation would write it.
pub struct First {
    config: Config,
    gateway: Arc<Client>,
    actors: Addr,
    clients: Addr,
    next_client: AtomicU64,
}

impl First {
    fn handle_of(&self, client: &Arc<Client>) -> ShardedHandle<ShardAddr> {
        let address = |shard| ShardAddr {
            client: Arc::clone(client),
            group: self.actors,
            shard,
            ask_timeout: self.config.ask_timeout,
        };
        ShardedHandle::new((0..self.config.topology.shards()).map(address).collect::<Vec<_>>())
    }
}

impl Backend for First {
    const NAME: &'static str = "elfo-first";
    const FRAMEWORK: Option<&'static str> = Some("elfo");
    const PROMISES: &'static [Promise] = &[
        Promise::Answers,
        Promise::Order,
        Promise::Bounded,
        Promise::TimesOut,
        Promise::CancelsCleanly,
        Promise::ExpiresByItself,
        Promise::PanicsAreAnswered,
        Promise::LeaksNothing,
    ];
    /// A sender takes a permit and then queues its message. When the mailbox is closed between the two, the actor can find it
    /// empty and end, and what was accepted is lost.
    const RACES: &'static [Promise] = &[Promise::Drained, Promise::Linearizable];
    type Handle = ShardedHandle<ShardAddr>;

    async fn start(config: Config) -> Result<Self, StartError> {
        config.check_without_per_key(Self::NAME)?;
        config.check_on_panic(Self::NAME, &[OnPanic::Stop, OnPanic::Restart])?;
        let Node { context, scope, actors, clients } =
            system::start(shards(config.clone()), clients(), config.mailbox)
                .await
                .map_err(|reason| StartError::Failed { backend: Self::NAME, reason })?;
        let gateway = Arc::new(Client::new(context, scope));
        Ok(Self { config, gateway, actors, clients, next_client: AtomicU64::new(0) })
    }

    fn handle(&self) -> Self::Handle {
        self.handle_of(&self.gateway)
    }

    async fn client(&self) -> Result<Self::Handle, KvError> {
        let id = self.next_client.fetch_add(1, Ordering::Relaxed);
        let client = self.gateway.open(self.clients, id).await.ok_or(KvError::Stopped)?;
        Ok(self.handle_of(&Arc::new(client)))
    }

    async fn shutdown(&self) {
        let stop = self.gateway.context.send_to(self.actors, Terminate::default());
        let _ = self.gateway.scope().within(stop).await;
        self.gateway.context.finished(self.actors).await;
    }

    /// Stops the actors as `shutdown` does: elfo has no call that ends an actor from outside before its queued
    /// messages are handled.
    async fn kill(&self) {
        self.shutdown().await;
    }
}

impl fmt::Debug for First {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("First").field("config", &self.config).finish_non_exhaustive()
    }
}
