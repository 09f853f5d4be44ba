//! A handle over one actor or many: the part of the contract that no framework has to write.

pub(crate) mod batch;

use std::sync::Arc;

use crate::gather::gather;
use crate::{Batch, Command, Effect, Handle, Key, KvError, Page, Reply, Route, SameOwner, place};

/// The address of one actor: all that a framework has to provide for [`ShardedHandle`] to be a [`Handle`].
///
/// The methods mean what those of [`Handle`] mean, for one shard.
pub trait ShardAddress: Send + Sync + 'static {
    /// Sends a command to this shard and waits for its reply; see [`Handle::ask`].
    ///
    /// # Errors
    /// The errors of [`Handle::ask`].
    fn ask(&self, command: Command) -> impl Future<Output = Result<Reply, KvError>> + Send;
    /// Sends a command to this shard; see [`Handle::tell`].
    ///
    /// # Errors
    /// The errors of [`Handle::tell`].
    fn tell(&self, command: Command) -> impl Future<Output = Result<(), KvError>> + Send;
    /// Sends a command to this shard without waiting; see [`Handle::try_tell`].
    ///
    /// # Errors
    /// The errors of [`Handle::try_tell`].
    fn try_tell(&self, command: Command) -> Result<(), KvError>;
    /// How many messages wait in this shard's mailbox; see [`Handle::queued`].
    fn queued(&self) -> Option<usize> {
        None
    }
    /// Runs a client's task where the framework's actors send; see [`Handle::inside`].
    fn inside<F>(&self, client: F) -> impl Future<Output = F::Output> + Send
    where
        F: Future<Output: Send> + Send,
    {
        client
    }
}

/// A [`Handle`] over the addresses of all shards: routes by key, splits by key, joins the replies.
///
/// A command over several shards is atomic per shard, not as a whole. A command that has to be atomic as a whole is
/// refused with [`CommandError::AcrossActors`](crate::CommandError::AcrossActors) where its keys lie on several shards.
#[derive(Debug)]
pub struct ShardedHandle<A>(Arc<[A]>);

impl<A> Clone for ShardedHandle<A> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<A> ShardedHandle<A> {
    /// A handle over these shards, in the order of [`place`].
    ///
    /// # Panics
    /// When there are no shards: [`Config::check`](crate::Config::check) has refused that.
    #[must_use]
    pub fn new(addresses: impl Into<Arc<[A]>>) -> Self {
        let addresses = addresses.into();
        assert!(!addresses.is_empty(), "a backend has at least one shard");
        Self(addresses)
    }

    /// The shards' addresses.
    #[must_use]
    pub fn addresses(&self) -> &[A] {
        &self.0
    }

    /// The one shard that the command is for, or `None` if it has to be split.
    // The function is always inlined: left to itself, the compiler does it for some frameworks' calls and not for
    // others'.
    #[inline(always)]
    fn owner(&self, command: &Command) -> Option<&A> {
        if let [only] = &*self.0 {
            return Some(only);
        }
        match command.route() {
            Route::Key(key) => Some(&self.0[place(key, self.0.len())]),
            Route::Keys([key]) => Some(&self.0[place(key, self.0.len())]),
            _ => None,
        }
    }

    /// The one shard that owns all the keys; any shard if there are no keys.
    fn owner_of_all(&self, together: SameOwner<'_>) -> Result<&A, KvError> {
        let shard = together.owner(|key| place(key, self.0.len()))?;
        Ok(&self.0[shard.unwrap_or(0)])
    }

    /// The command's parts, each with the shard that it is for.
    fn split(&self, command: Command) -> Vec<(usize, Command)> {
        let shards = self.0.len();
        if let Command::Batch(batch) = command {
            let parts = batch::split(*batch, |key| place(key, shards));
            return parts.map(|(shard, part)| (shard, part.into_command().1)).collect();
        }
        match command.route() {
            Route::Keys(keys) => {
                let mut owned: Vec<Vec<Key>> = vec![Vec::new(); shards];
                for key in keys {
                    owned[place(key, shards)].push(key.clone());
                }
                let parts = owned.into_iter().enumerate().filter(|(_, keys)| !keys.is_empty());
                parts.map(|(shard, keys)| (shard, command.with_keys(keys))).collect()
            }
            _ => (0..shards).map(|shard| (shard, command.clone())).collect(),
        }
    }
}

impl<A: ShardAddress> ShardedHandle<A> {
    async fn ask_many(&self, command: Command) -> Result<Reply, KvError> {
        match command.route() {
            Route::Cursor(cursor) => return self.ask_page(cursor, command).await,
            Route::SameOwner(together) => return self.owner_of_all(together)?.ask(command).await,
            _ => {}
        }
        let command = match command {
            // An empty batch has no shard of its own. It is sent all the same, because its answer tells whether the
            // backend runs.
            Command::Batch(batch) if batch.is_empty() => return self.0[0].ask(Command::Batch(batch)).await,
            Command::Batch(batch) => return Ok(self.ask_batch(*batch).await),
            other => other,
        };
        let read = command.is_read();
        let parts = self.split(command);
        let replies = gather(parts.into_iter().map(|(shard, part)| self.0[shard].ask(part))).await;
        join_replies(replies, read)
    }

    /// Sends one message to each shard that owns one of the keys, all at once.
    async fn ask_batch(&self, batch: Batch) -> Reply {
        let commands = batch.len();
        let asks = batch::split(batch, |key| place(key, self.0.len())).map(|(shard, part)| {
            let (positions, command) = part.into_command();
            async move { (positions, self.0[shard].ask(command).await) }
        });
        batch::join(commands, gather(asks).await)
    }

    /// A page of one shard. The cursor of the whole counts shards in its lowest digit, to the base of their
    /// number, so it stays one integer and begins and ends with 0.
    async fn ask_page(&self, cursor: u64, mut command: Command) -> Result<Reply, KvError> {
        let shards = self.0.len() as u64;
        let shard = cursor % shards;
        if let Command::Scan { cursor: inner, .. } = &mut command {
            *inner = cursor / shards;
        }
        let index = usize::try_from(shard).expect("less than the number of shards");
        Ok(match self.0[index].ask(command).await? {
            Reply::Page(Page { cursor: 0, keys }) => Reply::Page(Page { cursor: (shard + 1) % shards, keys }),
            Reply::Page(Page { cursor, keys }) => Reply::Page(Page { cursor: cursor * shards + shard, keys }),
            other => other,
        })
    }

    async fn tell_many(&self, command: Command) -> Result<(), KvError> {
        if let Route::SameOwner(together) = command.route() {
            return self.owner_of_all(together)?.tell(command).await;
        }
        let read = command.is_read();
        let parts = self.split(command);
        // The parts are told all at once and not in turn: a full mailbox must not keep the other shards from their
        // part.
        let told = gather(parts.into_iter().map(|(shard, part)| self.0[shard].tell(part))).await;
        join_told(told, read)
    }
}

// An `async fn` would copy its arguments once more, from where the future gets them to where it keeps them; an
// async block uses them where they are. With a command of a hundred bytes, on every call, that can be measured.
// A command that goes to many shards is boxed, so that the rare path does not enlarge the future of the common one.
#[expect(clippy::manual_async_fn, reason = "an async block copies the command once less")]
impl<A: ShardAddress> Handle for ShardedHandle<A> {
    #[inline]
    fn ask(&self, command: Command) -> impl Future<Output = Result<Reply, KvError>> + Send {
        async move {
            match self.owner(&command) {
                Some(owner) => owner.ask(command).await,
                None => Box::pin(self.ask_many(command)).await,
            }
        }
    }

    #[inline]
    fn tell(&self, command: Command) -> impl Future<Output = Result<(), KvError>> + Send {
        async move {
            match self.owner(&command) {
                Some(owner) => owner.tell(command).await,
                None => Box::pin(self.tell_many(command)).await,
            }
        }
    }

    #[inline]
    fn try_tell(&self, command: Command) -> Result<(), KvError> {
        if let Some(owner) = self.owner(&command) {
            return owner.try_tell(command);
        }
        if let Route::SameOwner(together) = command.route() {
            return self.owner_of_all(together)?.try_tell(command);
        }
        let read = command.is_read();
        let parts = self.split(command);
        join_told(parts.into_iter().map(|(shard, part)| self.0[shard].try_tell(part)).collect(), read)
    }

    fn queued(&self) -> Option<usize> {
        self.0.iter().map(ShardAddress::queued).sum()
    }

    fn inside<F>(&self, client: F) -> impl Future<Output = F::Output> + Send
    where
        F: Future<Output: Send> + Send,
    {
        self.0[0].inside(client)
    }
}

/// One reply out of the shards' replies.
pub(crate) fn join_replies(replies: Vec<Result<Reply, KvError>>, read: bool) -> Result<Reply, KvError> {
    let parts = replies.len();
    let failed: Vec<KvError> = replies.iter().filter_map(|reply| reply.as_ref().err().copied()).collect();
    match failed.first() {
        Some(&first) => Err(join_errors(first, &failed, parts, read)),
        None => {
            let merged = replies.into_iter().flatten().reduce(Reply::merge);
            // A command over no keys has no parts at all.
            Ok(merged.unwrap_or(Reply::Count(0)))
        }
    }
}

pub(crate) fn join_told(told: Vec<Result<(), KvError>>, read: bool) -> Result<(), KvError> {
    let parts = told.len();
    let failed: Vec<KvError> = told.into_iter().filter_map(Result::err).collect();
    match failed.first() {
        Some(&first) => Err(join_errors(first, &failed, parts, read)),
        None => Ok(()),
    }
}

/// One error that is true of the whole command: "not applied" only if no part was applied.
fn join_errors(first: KvError, failed: &[KvError], parts: usize, read: bool) -> KvError {
    let nothing_applied =
        read || (failed.len() == parts && failed.iter().all(|error| error.effect() == Effect::NotApplied));
    if nothing_applied { first } else { KvError::Partial }
}

#[cfg(test)]
mod tests;
