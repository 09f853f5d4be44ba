//! A right backend behind a handle that lies.

use std::collections::HashMap;
use std::future::pending;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use kv_core::{
    Backend, Command, CommandError, Config, Handle, Key, KvError, Reply, SetOutcome, StartError, Value,
};

/// The fault of a handle. It has to pass on the calls that it does not spoil.
pub(crate) trait Lie: Default + Send + Sync + 'static {
    /// Replaces [`Handle::ask`].
    fn ask<H: Handle>(
        &self,
        inner: &H,
        command: Command,
    ) -> impl Future<Output = Result<Reply, KvError>> + Send {
        inner.ask(command)
    }
    /// Replaces [`Handle::tell`].
    fn tell<H: Handle>(
        &self,
        inner: &H,
        command: Command,
    ) -> impl Future<Output = Result<(), KvError>> + Send {
        inner.tell(command)
    }
}

/// A backend whose handles lie.
pub(crate) struct Liar<B, L> {
    inner: B,
    lie: Arc<L>,
}

#[derive(Clone)]
pub(crate) struct LiarHandle<H, L> {
    inner: H,
    lie: Arc<L>,
}

impl<B: Backend, L: Lie + Clone> Backend for Liar<B, L> {
    const NAME: &'static str = "liar";
    const FRAMEWORK: Option<&'static str> = None;
    type Handle = LiarHandle<B::Handle, L>;

    async fn start(config: Config) -> Result<Self, StartError> {
        Ok(Self { inner: B::start(config).await?, lie: Arc::new(L::default()) })
    }
    fn handle(&self) -> Self::Handle {
        LiarHandle { inner: self.inner.handle(), lie: Arc::clone(&self.lie) }
    }
    async fn shutdown(&self) {
        self.inner.shutdown().await;
    }
    async fn kill(&self) {
        self.inner.kill().await;
    }
}

impl<H: Handle, L: Lie + Clone> Handle for LiarHandle<H, L> {
    async fn ask(&self, command: Command) -> Result<Reply, KvError> {
        self.lie.ask(&self.inner, command).await
    }
    async fn tell(&self, command: Command) -> Result<(), KvError> {
        self.lie.tell(&self.inner, command).await
    }
    fn try_tell(&self, command: Command) -> Result<(), KvError> {
        self.inner.try_tell(command)
    }
}

/// A counter that is true about once in a thousand calls, and never in the first thousand, which are the preload.
#[derive(Clone, Default)]
pub(crate) struct Sometimes(Arc<AtomicU64>);

impl Sometimes {
    fn now(&self) -> bool {
        self.0.fetch_add(1, Ordering::Relaxed) % 1009 == 1008
    }
}

/// No lie: a test that fails with it fails because of the wrapper.
#[derive(Clone, Default)]
pub(crate) struct Honest;

impl Lie for Honest {}

/// The handle answers that it wrote, and did not.
#[derive(Clone, Default)]
pub(crate) struct DropsWrites(Sometimes);

impl Lie for DropsWrites {
    async fn ask<H: Handle>(&self, inner: &H, command: Command) -> Result<Reply, KvError> {
        match command {
            Command::Set(_) if self.0.now() => Ok(Reply::Set(SetOutcome { written: true, old: None })),
            command => inner.ask(command).await,
        }
    }
}

/// The value of a key, and the value before.
type Versions = (Value, Option<Value>);

/// The handle answers a read with the value before.
#[derive(Clone, Default)]
pub(crate) struct StaleReads {
    sometimes: Sometimes,
    values: Arc<Mutex<HashMap<Key, Versions>>>,
}

impl Lie for StaleReads {
    async fn ask<H: Handle>(&self, inner: &H, command: Command) -> Result<Reply, KvError> {
        match &command {
            Command::Set(set) => {
                let mut values = self.values.lock().expect("no panic");
                let before = values.remove(&set.key).map(|(value, _)| value);
                values.insert(set.key.clone(), (set.value.clone(), before));
            }
            Command::Get { key } => {
                let values = self.values.lock().expect("no panic");
                if let Some((_, Some(before))) = values.get(key)
                    && self.sometimes.now()
                {
                    return Ok(Reply::Value(Some(before.clone())));
                }
            }
            _ => {}
        }
        inner.ask(command).await
    }
}

/// The handle accepts a tell and forgets it.
#[derive(Clone, Default)]
pub(crate) struct SwallowsTells(Sometimes);

impl Lie for SwallowsTells {
    async fn tell<H: Handle>(&self, inner: &H, command: Command) -> Result<(), KvError> {
        if self.0.now() { Ok(()) } else { inner.tell(command).await }
    }
}

/// The handle increments twice, and answers the first sum.
#[derive(Clone, Default)]
pub(crate) struct CountsTwice(Sometimes);

impl Lie for CountsTwice {
    async fn ask<H: Handle>(&self, inner: &H, command: Command) -> Result<Reply, KvError> {
        let again = matches!(command, Command::IncrementBy { .. }).then(|| command.clone());
        let first = inner.ask(command).await?;
        if let Some(again) = again
            && self.0.now()
        {
            inner.ask(again).await?;
        }
        Ok(first)
    }
}

/// The handle answers a read with the answer to another read, as a mixed-up correlation id does.
#[derive(Clone, Default)]
pub(crate) struct MixesUp {
    sometimes: Sometimes,
    last: Arc<Mutex<Option<Key>>>,
}

impl Lie for MixesUp {
    async fn ask<H: Handle>(&self, inner: &H, mut command: Command) -> Result<Reply, KvError> {
        if let Command::Get { key } = &mut command {
            let last = self.last.lock().expect("no panic").replace(key.clone());
            if let Some(last) = last.filter(|last| last != key)
                && self.sometimes.now()
            {
                *key = last;
            }
        }
        inner.ask(command).await
    }
}

/// The handle never answers.
#[derive(Clone, Default)]
pub(crate) struct LosesReplies(Sometimes);

impl Lie for LosesReplies {
    async fn ask<H: Handle>(&self, inner: &H, command: Command) -> Result<Reply, KvError> {
        if self.0.now() { pending().await } else { inner.ask(command).await }
    }
}

/// The handle answers with an error.
#[derive(Clone, Default)]
pub(crate) struct Fails(Sometimes);

impl Lie for Fails {
    async fn ask<H: Handle>(&self, inner: &H, command: Command) -> Result<Reply, KvError> {
        if self.0.now() { Err(KvError::ReplyLost) } else { inner.ask(command).await }
    }
}

/// The handle refuses commands that the store would do.
#[derive(Clone, Default)]
pub(crate) struct Refuses(Sometimes);

impl Lie for Refuses {
    async fn ask<H: Handle>(&self, inner: &H, command: Command) -> Result<Reply, KvError> {
        if self.0.now() { Err(KvError::Command(CommandError::TooLarge)) } else { inner.ask(command).await }
    }
}

/// The handle panics in the caller's task.
#[derive(Clone, Default)]
pub(crate) struct Panics(Sometimes);

impl Lie for Panics {
    async fn ask<H: Handle>(&self, inner: &H, command: Command) -> Result<Reply, KvError> {
        assert!(!self.0.now(), "asked once too often");
        inner.ask(command).await
    }
}
