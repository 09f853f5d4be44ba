//! Storey 1 as a backend: how its actors start and end.

use std::fmt;
use std::sync::Arc;

use elfo::messages::Terminate;
use kv_core::{Backend, Config, KvError, OnPanic, Promise, ShardedHandle, StartError};

use super::{ShardAddr, shards};
use crate::client::Client;
use crate::system::Node;

/// The store as a group of elfo actors, as elfo's own documentation would write it.
pub struct First {
    config: Config,
    node: Node,
}

impl First {
    fn handle_of(&self, client: &Arc<Client>) -> ShardedHandle<ShardAddr> {
        let address = |shard| ShardAddr {
            client: Arc::clone(client),
            group: self.node.actors,
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
        let node = Node::start(shards(config.clone()), config.mailbox)
            .await
            .map_err(|reason| StartError::Failed { backend: Self::NAME, reason })?;
        Ok(Self { config, node })
    }

    fn handle(&self) -> Self::Handle {
        self.handle_of(&self.node.gateway)
    }

    async fn client(&self) -> Result<Self::Handle, KvError> {
        Ok(self.handle_of(&self.node.client().await?))
    }

    async fn shutdown(&self) {
        let Node { gateway, actors, .. } = &self.node;
        let _ = gateway.scope().within(gateway.context.send_to(*actors, Terminate::default())).await;
        gateway.context.finished(*actors).await;
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
