//! A handle whose topology is chosen when the backend starts.

use crate::{Command, Handle, KeyRegistry, KvError, PerKeyHandle, Reply, ShardAddress, ShardedHandle};

/// A handle over the actors of any topology.
#[derive(Debug)]
pub enum AnyHandle<A, R> {
    /// A handle over one actor, or one per shard.
    Shards(ShardedHandle<A>),
    /// A handle over one actor per key.
    Keys(PerKeyHandle<R>),
}

impl<A, R> Clone for AnyHandle<A, R> {
    fn clone(&self) -> Self {
        match self {
            Self::Shards(shards) => Self::Shards(shards.clone()),
            Self::Keys(keys) => Self::Keys(keys.clone()),
        }
    }
}

// The reason for the async blocks stands at `ShardedHandle`.
#[expect(clippy::manual_async_fn, reason = "an async block copies the command once less")]
impl<A: ShardAddress, R: KeyRegistry> Handle for AnyHandle<A, R> {
    #[inline]
    fn ask(&self, command: Command) -> impl Future<Output = Result<Reply, KvError>> + Send {
        async move {
            match self {
                Self::Shards(shards) => shards.ask(command).await,
                Self::Keys(keys) => keys.ask(command).await,
            }
        }
    }

    #[inline]
    fn tell(&self, command: Command) -> impl Future<Output = Result<(), KvError>> + Send {
        async move {
            match self {
                Self::Shards(shards) => shards.tell(command).await,
                Self::Keys(keys) => keys.tell(command).await,
            }
        }
    }

    #[inline]
    fn try_tell(&self, command: Command) -> Result<(), KvError> {
        match self {
            Self::Shards(shards) => shards.try_tell(command),
            Self::Keys(keys) => keys.try_tell(command),
        }
    }

    async fn inside<F>(&self, client: F) -> F::Output
    where
        F: Future<Output: Send> + Send,
    {
        match self {
            Self::Shards(shards) => shards.inside(client).await,
            Self::Keys(keys) => keys.inside(client).await,
        }
    }

    fn queued(&self) -> Option<usize> {
        match self {
            Self::Shards(shards) => shards.queued(),
            Self::Keys(keys) => keys.queued(),
        }
    }
}
