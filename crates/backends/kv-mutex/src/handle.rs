//! A shard behind its lock.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use kv_core::{
    ActorId, Change, Command, Config, KvError, Pause, Reply, ShardAddress, StopReason, Store, Supervision,
    Verdict,
};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// One shard: a store behind a lock.
#[derive(Debug)]
pub struct Shard {
    /// The store; `None` once the shard is closed. It is under the same lock as the work, so that a call either finds
    /// the store or is refused. It is the standard library's mutex: an async one would be slower and bring nothing, for
    /// the lock is never held across an await.
    owned: Mutex<Option<Owned>>,
    config: Config,
    closed: CancellationToken,
}

/// The data that the lock protects.
#[derive(Debug)]
struct Owned {
    store: Store,
    supervision: Supervision,
}

impl Shard {
    pub(crate) fn new(config: &Config, shard: usize, closed: CancellationToken) -> Self {
        let supervision = Supervision::new(config, ActorId::Shard(shard));
        supervision.announce(Change::Started);
        let owned = Owned { store: Store::new(config), supervision };
        Self { owned: Mutex::new(Some(owned)), config: config.clone(), closed }
    }

    /// Waits for a call that is under way and frees the store.
    pub(crate) fn close(&self) {
        if let Some(Owned { store, supervision }) = self.lock().take() {
            drop(store);
            supervision.announce(Change::Stopped(StopReason::Asked));
        }
    }

    pub(crate) fn sweep(&self) {
        if let Some(owned) = self.lock().as_mut() {
            owned.store.sweep(self.config.clock.now());
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Owned>> {
        // The lock is never poisoned: no panic gets past the place where the guard lives.
        self.owned.lock().unwrap_or_else(PoisonError::into_inner)
    }

    // ANCHOR: apply
    #[inline]
    fn apply(&self, command: Command) -> Result<Reply, KvError> {
        let mut guard = self.lock();
        let Some(Owned { store, supervision }) = guard.as_mut() else { return Err(KvError::Stopped) };
        // A panic must not reach the caller, as it does not when an actor panics. Caught here, under the lock, it does
        // not poison the lock either, and what becomes of the store is decided before another caller can see it.
        let applied = catch_unwind(AssertUnwindSafe(|| store.apply(command, self.config.clock.now())));
        match applied {
            Ok(applied) => Ok(applied?),
            Err(_) => {
                match supervision.panicked(Instant::now()) {
                    Verdict::Resume => {}
                    Verdict::Restart => {
                        *store = Store::new(&self.config);
                        supervision.announce(Change::Restarted);
                    }
                    Verdict::Stop(reason) => {
                        supervision.announce(Change::Stopped(reason));
                        *guard = None;
                    }
                }
                Err(KvError::ReplyLost)
            }
        }
    }
    // ANCHOR_END: apply

    /// Waits as an actor would, but without the lock: this stalls only the caller's own task.
    async fn wait(&self, pause: Pause) -> Result<(), KvError> {
        match self.closed.run_until_cancelled(pause.wait()).await {
            Some(()) => Ok(()),
            None => Err(KvError::Stopped),
        }
    }
}

// ANCHOR: address
impl ShardAddress for Shard {
    #[inline]
    async fn ask(&self, command: Command) -> Result<Reply, KvError> {
        if let Some(pause) = command.pause() {
            match self.config.ask_timeout {
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
            // The pause would have to wait. A mutex has no mailbox in which to leave it, and `try_tell` never waits.
            let closed = self.closed.is_cancelled();
            return Err(if closed { KvError::Stopped } else { KvError::Overloaded });
        }
        told(self.apply(command))
    }
}
// ANCHOR_END: address

/// The result of a tell: whether the command was taken, and not what became of it.
fn told(result: Result<Reply, KvError>) -> Result<(), KvError> {
    match result {
        Err(KvError::Stopped) => Err(KvError::Stopped),
        Ok(_) | Err(_) => Ok(()),
    }
}
