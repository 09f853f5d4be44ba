//! A handle over one actor per key.

use std::sync::Arc;

use crate::gather::gather;
use crate::routed::{batch, join_replies, join_told};
use crate::{
    Batch, Command, Config, Handle, Key, KeyAddress, KeyRegistry, KvError, Page, Reply, Route, SameOwner,
    Store,
};

/// A [`Handle`] over one actor per key.
///
/// A command that can create a key spawns its actor; any other is answered at once where there is no actor, as by an
/// empty store. An actor that refuses a command has just ended, so the command, which was not applied, goes to its
/// successor ([`Handle::try_tell`] answers [`KvError::Overloaded`] instead of waiting for one). A command over several
/// keys is atomic per key, not as a whole. A command that has to be atomic as a whole is refused with
/// [`CommandError::AcrossActors`](crate::CommandError::AcrossActors), unless all its keys are one.
#[derive(Debug)]
pub struct PerKeyHandle<R>(Arc<Shared<R>>);

#[derive(Debug)]
struct Shared<R> {
    registry: R,
    config: Config,
}

impl<R> Clone for PerKeyHandle<R> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<R> PerKeyHandle<R> {
    /// A handle over a registry.
    #[must_use]
    pub fn new(registry: R, config: Config) -> Self {
        Self(Arc::new(Shared { registry, config }))
    }

    /// The registry.
    #[must_use]
    pub fn registry(&self) -> &R {
        &self.0.registry
    }
}

impl<R: KeyRegistry> PerKeyHandle<R> {
    fn find(&self, key: &Key, command: &Command) -> Result<Option<R::Address>, KvError> {
        if command.needs_actor() {
            self.0.registry.find_or_spawn(key).map(Some)
        } else {
            self.0.registry.find(key)
        }
    }

    /// All actors that live now, each once. They are not found page by page: a scan may return an actor twice when
    /// actors come and go, and a sum may not count it twice.
    fn everybody(&self) -> Result<Vec<R::Address>, KvError> {
        Ok(self.0.registry.page(0, usize::MAX)?.1)
    }

    /// What an empty store answers.
    fn without_actor(&self, command: Command) -> Result<Reply, KvError> {
        Ok(Store::new(&self.0.config).apply(command, self.0.config.clock.now())?)
    }

    /// Waits a little before an actor is looked for again. A yield alone is not enough: where the caller waits for
    /// another runtime, that runtime has to get time to work, and the caller has to notice when it is gone.
    async fn before_the_next_try(&self) -> Result<(), KvError> {
        match self.0.registry.runtime() {
            Some(runtime) => runtime.spawn(async {}).await.map_err(|_| KvError::Stopped),
            None => {
                tokio::task::yield_now().await;
                Ok(())
            }
        }
    }

    async fn ask_key(&self, key: Key, command: Command) -> Result<Reply, KvError> {
        while let Some(actor) = self.find(&key, &command)? {
            match actor.ask(command.clone()).await {
                Err(KvError::Stopped) => self.before_the_next_try().await?,
                answer => return answer,
            }
        }
        if !command.asks_versions() {
            return self.without_actor(command);
        }
        // The absence is on record before the second look. An actor that this look misses is spawned later, sees the
        // record when it creates its key, and ends it; one that it finds answers instead.
        let absent = self.without_actor(command.clone())?;
        match self.find(&key, &command)? {
            Some(_) => Box::pin(self.ask_key(key, command)).await,
            None => Ok(absent),
        }
    }

    async fn tell_key(&self, key: Key, command: Command) -> Result<(), KvError> {
        while let Some(actor) = self.find(&key, &command)? {
            match actor.tell(command.clone()).await {
                Err(KvError::Stopped) => self.before_the_next_try().await?,
                told => return told,
            }
        }
        Ok(())
    }

    /// One command per key. A key that is named twice gets both commands, in order.
    fn parts(command: &Command, keys: &[Key]) -> Vec<(Key, Command)> {
        let parts = keys.iter().map(|key| (key.clone(), command.with_keys(vec![key.clone()])));
        parts.collect()
    }

    /// One batch per key. A command for one key would be a batch of one.
    fn batch_parts(command: Command) -> impl Iterator<Item = (Key, Command)> {
        let batch = if let Command::Batch(batch) = command { *batch } else { Batch::part(vec![command]) };
        batch::split(batch, Key::clone).map(|(key, part)| (key, part.into_command().1))
    }

    /// The one key of a command that cannot be split, if it has any.
    fn key_of_all(&self, together: SameOwner<'_>) -> Result<Option<Key>, KvError> {
        let key = together.owner(Key::clone)?;
        if key.is_none() {
            // No actor will be asked, and the call must not miss that the backend has ended.
            self.0.registry.page(0, 1)?;
        }
        Ok(key)
    }

    /// Sends one message to each key's actor, all at once.
    async fn ask_batch(&self, batch: Batch) -> Reply {
        let commands = batch.len();
        let asks = batch::split(batch, Key::clone).map(|(key, part)| {
            let (positions, command) = part.into_command();
            async move { (positions, self.ask_key(key, command).await) }
        });
        batch::join(commands, gather(asks).await)
    }

    async fn ask_many(&self, command: Command) -> Result<Reply, KvError> {
        let command = match command {
            Command::Batch(batch) => {
                if batch.is_empty() {
                    // An empty batch has no actor to ask whether the backend runs.
                    self.0.registry.page(0, 1)?;
                }
                return Ok(self.ask_batch(*batch).await);
            }
            other => other,
        };
        let read = command.is_read();
        match command.route() {
            Route::SameOwner(together) => match self.key_of_all(together)? {
                Some(key) => self.ask_key(key, command).await,
                None => self.without_actor(command),
            },
            Route::Keys(keys) => {
                let parts = Self::parts(&command, keys);
                let replies = gather(parts.into_iter().map(|(key, part)| self.ask_key(key, part))).await;
                join_replies(replies, read)
            }
            Route::Cursor(cursor) => {
                let count = if let Command::Scan { count, .. } = &command { *count } else { 1 };
                let (next, actors) = self.0.registry.page(cursor, count)?;
                let first = |command: &Command| match command {
                    Command::Scan { pattern, .. } => {
                        Command::Scan { cursor: 0, pattern: pattern.clone(), count: 1 }
                    }
                    other => other.clone(),
                };
                let mut keys = Vec::new();
                for reply in gather(actors.into_iter().map(|actor| actor.ask(first(&command)))).await {
                    match reply {
                        Ok(Reply::Page(page)) => keys.extend(page.keys),
                        // The actor has gone, and its key with it.
                        Err(KvError::Stopped | KvError::ReplyLost) => {}
                        Ok(_) => {}
                        Err(error) => return Err(error),
                    }
                }
                Ok(Reply::Page(Page { cursor: next, keys }))
            }
            Route::All | Route::Key(_) | Route::Batch(_) => {
                let mut merged = self.without_actor(command.clone())?;
                let asks = self.everybody()?.into_iter().map(|actor| actor.ask(command.clone()));
                for reply in gather(asks).await {
                    match reply {
                        Ok(reply) => merged = merged.merge(reply),
                        // The actor has gone, and its key with it.
                        Err(KvError::Stopped) => {}
                        Err(_) if !read => return Err(KvError::Partial),
                        Err(error) => return Err(error),
                    }
                }
                Ok(merged)
            }
        }
    }

    async fn tell_many(&self, command: Command) -> Result<(), KvError> {
        let read = command.is_read();
        match command.route() {
            Route::Keys(keys) => {
                let parts = Self::parts(&command, keys);
                join_told(gather(parts.into_iter().map(|(key, part)| self.tell_key(key, part))).await, read)
            }
            Route::Batch(_) => {
                let tells = Self::batch_parts(command).map(|(key, part)| self.tell_key(key, part));
                join_told(gather(tells).await, read)
            }
            Route::SameOwner(together) => match self.key_of_all(together)? {
                Some(key) => self.tell_key(key, command).await,
                None => Ok(()),
            },
            _ => {
                let told = self.everybody()?.into_iter().map(|actor| actor.tell(command.clone()));
                let told = gather(told).await.into_iter();
                join_told(told.filter(|told| *told != Err(KvError::Stopped)).collect(), read)
            }
        }
    }
}

impl<R: KeyRegistry> Handle for PerKeyHandle<R> {
    async fn ask(&self, command: Command) -> Result<Reply, KvError> {
        match command.single_key().cloned() {
            Some(key) => self.ask_key(key, command).await,
            None => Box::pin(self.ask_many(command)).await,
        }
    }

    async fn tell(&self, command: Command) -> Result<(), KvError> {
        match command.single_key().cloned() {
            Some(key) => self.tell_key(key, command).await,
            None => Box::pin(self.tell_many(command)).await,
        }
    }

    fn try_tell(&self, command: Command) -> Result<(), KvError> {
        let read = command.is_read();
        let tell = |key: &Key, command: &Command| {
            if let Some(actor) = self.find(key, command)? {
                match actor.try_tell(command.clone()) {
                    // The actor has just ended, and `try_tell` does not wait for its successor.
                    Err(KvError::Stopped) => return Err(KvError::Overloaded),
                    told => return told,
                }
            }
            Ok(())
        };
        match command.route() {
            Route::Key(key) | Route::Keys([key]) => tell(key, &command),
            Route::Keys(keys) => {
                let parts = Self::parts(&command, keys);
                join_told(parts.iter().map(|(key, part)| tell(key, part)).collect(), read)
            }
            Route::Batch(_) => {
                let parts = Self::batch_parts(command);
                join_told(parts.map(|(key, part)| tell(&key, &part)).collect(), read)
            }
            Route::SameOwner(together) => {
                self.key_of_all(together)?.map_or(Ok(()), |key| tell(&key, &command))
            }
            Route::All | Route::Cursor(_) => {
                let told = self.everybody()?.into_iter().map(|actor| actor.try_tell(command.clone()));
                join_told(told.filter(|told| *told != Err(KvError::Stopped)).collect(), read)
            }
        }
    }
}
