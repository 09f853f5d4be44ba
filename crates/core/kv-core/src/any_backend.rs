//! A backend whose topology is chosen when it starts.

use crate::{
    AnyHandle, Backend, Config, Declaration, KeyRegistry, KvError, PerKeyHandle, Placement, Promise,
    ShardAddress, ShardedHandle, StartError, Topology,
};

/// A backend of any topology, put together of one for shards and one for an actor per key.
///
/// `S` starts the actors of [`Topology::Single`] and [`Topology::Sharded`], `K` those of [`Topology::PerKey`]. Name,
/// declaration and promises are those of `S`; `K` adds [`Promise::OneActorPerKey`].
#[derive(Debug)]
pub enum AnyBackend<S, K> {
    /// A running backend of one actor, or one per shard.
    Shards(S),
    /// A running backend of one actor per key.
    Keys(K),
}

impl<A, R, S, K> Backend for AnyBackend<S, K>
where
    A: ShardAddress,
    R: KeyRegistry,
    S: Backend<Handle = ShardedHandle<A>>,
    K: Backend<Handle = PerKeyHandle<R>>,
{
    const NAME: &'static str = S::NAME;
    const FRAMEWORK: Option<&'static str> = S::FRAMEWORK;
    const DECLARATION: Declaration = S::DECLARATION;
    const PER_KEY: bool = true;
    const PROMISES: &'static [Promise] = Promise::ALL;
    const INSIDE: bool = S::INSIDE;
    const PLACEMENT: Placement = S::PLACEMENT;

    type Handle = AnyHandle<A, R>;

    async fn start(config: Config) -> Result<Self, StartError> {
        config.check()?;
        if config.topology == Topology::PerKey {
            K::start(config).await.map(Self::Keys)
        } else {
            S::start(config).await.map(Self::Shards)
        }
    }

    fn handle(&self) -> Self::Handle {
        match self {
            Self::Shards(shards) => AnyHandle::Shards(shards.handle()),
            Self::Keys(keys) => AnyHandle::Keys(keys.handle()),
        }
    }

    async fn client(&self) -> Result<Self::Handle, KvError> {
        match self {
            Self::Shards(shards) => shards.client().await.map(AnyHandle::Shards),
            Self::Keys(keys) => keys.client().await.map(AnyHandle::Keys),
        }
    }

    async fn shutdown(&self) {
        match self {
            Self::Shards(shards) => shards.shutdown().await,
            Self::Keys(keys) => keys.shutdown().await,
        }
    }

    async fn kill(&self) {
        match self {
            Self::Shards(shards) => shards.kill().await,
            Self::Keys(keys) => keys.kill().await,
        }
    }

    fn own_threads(config: &Config) -> usize {
        if config.topology == Topology::PerKey { K::own_threads(config) } else { S::own_threads(config) }
    }
}
