//! A shard behind its lock.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use kv_core::{Address, Clock, Command, Config, KvError, Pause, Reply, Store, Timestamp};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// One shard: a store behind a lock.
#[derive(Debug)]
pub struct Shard {
    /// `None` once it is closed: under the same lock as the work, so that a call either finds the store or is
    /// refused.
    ///
    /// The standard library's mutex, whose poisoning says what `OnPanic::Stop` wants to say: after a panic half
    /// way through, nobody may see this store again. An async mutex would be slower and bring nothing, for the
    /// lock is never held across an await.
    store: Mutex<Option<Store>>,
    clock: Clock,
    closed: CancellationToken,
    ask_timeout: Option<Duration>,
}

impl Shard {
    pub(crate) fn new(config: &Config, closed: CancellationToken) -> Self {
        Self {
            store: Mutex::new(Some(Store::new(config))),
            clock: config.clock.clone(),
            closed,
            ask_timeout: config.ask_timeout,
        }
    }

    /// Waits for a call that is under way and frees the store.
    pub(crate) fn close(&self) {
        let mut store = self.store.lock().unwrap_or_else(|poisoned| {
            // Freed, not looked at.
            poisoned.into_inner()
        });
        *store = None;
    }

    pub(crate) fn sweep(&self, now: Timestamp) {
        if let Ok(mut store) = self.lock()
            && let Some(store) = store.as_mut()
        {
            store.sweep(now);
        }
    }

    fn lock(&self) -> Result<MutexGuard<'_, Option<Store>>, KvError> {
        self.store.lock().map_err(|_| KvError::Stopped)
    }

    #[inline]
    fn apply(&self, command: Command) -> Result<Reply, KvError> {
        // A panic must not reach the caller, as it does not when an actor panics; it poisons the lock.
        let applied = catch_unwind(AssertUnwindSafe(|| match self.lock()?.as_mut() {
            Some(store) => Ok(store.apply(command, self.clock.now())?),
            None => Err(KvError::Stopped),
        }));
        applied.unwrap_or(Err(KvError::ReplyLost))
    }

    /// Waits as an actor would, but without the lock: in the caller's task it is only the caller who waits.
    async fn wait(&self, pause: Pause) -> Result<(), KvError> {
        match self.closed.run_until_cancelled(pause.wait()).await {
            Some(()) => Ok(()),
            None => Err(KvError::Stopped),
        }
    }
}

// ANCHOR: address
impl Address for Shard {
    #[inline]
    async fn ask(&self, command: Command) -> Result<Reply, KvError> {
        if let Some(pause) = command.pause() {
            match self.ask_timeout {
                None => self.wait(pause).await?,
                Some(limit) => {
                    timeout(limit, self.wait(pause)).await.map_err(|_| KvError::TimedOut)??;
                }
            }
        }
        self.apply(command)
    }

    #[inline]
    async fn tell(&self, command: Command) -> Result<(), KvError> {
        if let Some(pause) = command.pause() {
            self.wait(pause).await?;
        }
        told(self.apply(command))
    }

    #[inline]
    fn try_tell(&self, command: Command) -> Result<(), KvError> {
        if command.pause().is_some() {
            // It would have to wait, there is no mailbox to leave it in, and `try_tell` never waits.
            let closed = self.closed.is_cancelled();
            return Err(if closed { KvError::Stopped } else { KvError::Overloaded });
        }
        told(self.apply(command))
    }
}
// ANCHOR_END: address

/// A tell does not hear what became of the command, only whether it was taken.
fn told(result: Result<Reply, KvError>) -> Result<(), KvError> {
    match result {
        Err(KvError::Stopped) => Err(KvError::Stopped),
        Ok(_) | Err(_) => Ok(()),
    }
}
