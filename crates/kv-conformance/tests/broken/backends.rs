//! Plain tokio, broken in one way each.

use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use kv_core::{Backend, Command, Config, Handle, KvError, Mailbox, Reply, StartError};
use kv_tokio::Tokio;

type Honest = <Tokio as Backend>::Handle;

/// How a backend is broken. Every method begins honest.
pub(crate) trait Fault: Send + Sync + 'static {
    const NAME: &'static str;

    fn config(config: Config) -> Config {
        config
    }
    fn ask(
        inner: &Honest,
        command: Command,
        _n: usize,
    ) -> impl Future<Output = Result<Reply, KvError>> + Send {
        inner.ask(command)
    }
    fn tell(inner: &Honest, command: Command, _n: usize) -> impl Future<Output = Result<(), KvError>> + Send {
        inner.tell(command)
    }
    fn shutdown(inner: &Tokio) -> impl Future<Output = ()> + Send {
        inner.shutdown()
    }
}

pub(crate) struct Broken<F> {
    inner: Tokio,
    calls: Arc<AtomicUsize>,
    fault: PhantomData<F>,
}

pub(crate) struct BrokenHandle<F> {
    inner: Honest,
    calls: Arc<AtomicUsize>,
    fault: PhantomData<F>,
}

impl<F> Clone for BrokenHandle<F> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), calls: Arc::clone(&self.calls), fault: PhantomData }
    }
}

impl<F: Fault> Backend for Broken<F> {
    const NAME: &'static str = F::NAME;
    const FRAMEWORK: Option<&'static str> = None;
    type Handle = BrokenHandle<F>;

    async fn start(config: Config) -> Result<Self, StartError> {
        // The honest name would show in refusals.
        config.check(F::NAME)?;
        let inner = Tokio::start(F::config(config)).await?;
        Ok(Self { inner, calls: Arc::default(), fault: PhantomData })
    }
    fn handle(&self) -> Self::Handle {
        BrokenHandle { inner: self.inner.handle(), calls: Arc::clone(&self.calls), fault: PhantomData }
    }
    async fn shutdown(&self) {
        F::shutdown(&self.inner).await;
    }
    async fn kill(&self) {
        self.inner.kill().await;
    }
}

impl<F: Fault> Handle for BrokenHandle<F> {
    async fn ask(&self, command: Command) -> Result<Reply, KvError> {
        F::ask(&self.inner, command, self.calls.fetch_add(1, Ordering::SeqCst)).await
    }
    async fn tell(&self, command: Command) -> Result<(), KvError> {
        F::tell(&self.inner, command, self.calls.fetch_add(1, Ordering::SeqCst)).await
    }
    fn try_tell(&self, command: Command) -> Result<(), KvError> {
        self.inner.try_tell(command)
    }
}

pub(crate) type DropsWrites = Broken<Forgetful>;
pub(crate) type WritesTwice = Broken<Stuttering>;
pub(crate) type IgnoresItsBound = Broken<Boundless>;
pub(crate) type LosesTheQueue = Broken<Abrupt>;
pub(crate) type LiesAboutRefusals = Broken<Lying>;

/// Says "accepted" to one tell in a thousand and forgets it.
pub(crate) struct Forgetful;
impl Fault for Forgetful {
    const NAME: &'static str = "drops-writes";
    async fn tell(inner: &Honest, command: Command, n: usize) -> Result<(), KvError> {
        if n % 1000 == 999 { Ok(()) } else { inner.tell(command).await }
    }
}

/// Retries a write that did not fail.
pub(crate) struct Stuttering;
impl Fault for Stuttering {
    const NAME: &'static str = "writes-twice";
    async fn ask(inner: &Honest, command: Command, _n: usize) -> Result<Reply, KvError> {
        if !command.is_read() {
            inner.tell(command.clone()).await?;
        }
        inner.ask(command).await
    }
}

/// Has no bound, whatever was asked for.
pub(crate) struct Boundless;
impl Fault for Boundless {
    const NAME: &'static str = "ignores-its-bound";
    fn config(config: Config) -> Config {
        Config { mailbox: Mailbox::Unbounded, ..config }
    }
}

/// Confirms a shutdown at once and lets the queue go.
pub(crate) struct Abrupt;
impl Fault for Abrupt {
    const NAME: &'static str = "loses-the-queue";
    async fn shutdown(inner: &Tokio) {
        inner.kill().await;
    }
}

/// Says "not applied" of what it did apply, once in a hundred times.
pub(crate) struct Lying;
impl Fault for Lying {
    const NAME: &'static str = "lies-about-refusals";
    async fn ask(inner: &Honest, command: Command, n: usize) -> Result<Reply, KvError> {
        let reply = inner.ask(command).await;
        if n % 100 == 10 { reply.and(Err(KvError::Stopped)) } else { reply }
    }
}
