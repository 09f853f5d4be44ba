//! Plain tokio with one fault.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use kv_core::{Backend, Command, Config, Handle, KvError, Reply, StartError};
use kv_tokio::Tokio;

pub(crate) type Honest = <Tokio as Backend>::Handle;

/// A fault. Every method of the trait does the honest thing unless a fault overrides it. `n` counts the calls of all
/// handles, and all handles share `memory`.
pub(crate) trait Fault: Send + Sync + 'static {
    const NAME: &'static str;
    /// The state of a fault between calls.
    type Memory: Default + Send + Sync + 'static;

    fn config(config: Config) -> Config {
        config
    }
    fn started() {}
    fn ask(
        inner: &Honest,
        command: Command,
        _n: usize,
        _memory: &Self::Memory,
    ) -> impl Future<Output = Result<Reply, KvError>> + Send {
        inner.ask(command)
    }
    fn tell(
        inner: &Honest,
        command: Command,
        _n: usize,
        _memory: &Self::Memory,
    ) -> impl Future<Output = Result<(), KvError>> + Send {
        inner.tell(command)
    }
    fn shutdown(inner: &Tokio) -> impl Future<Output = ()> + Send {
        inner.shutdown()
    }
}

pub(crate) struct Broken<F: Fault> {
    inner: Tokio,
    shared: Arc<Shared<F>>,
}

pub(crate) struct BrokenHandle<F: Fault> {
    inner: Honest,
    shared: Arc<Shared<F>>,
}

struct Shared<F: Fault> {
    calls: AtomicUsize,
    memory: F::Memory,
}

impl<F: Fault> Clone for BrokenHandle<F> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), shared: Arc::clone(&self.shared) }
    }
}

impl<F: Fault> Backend for Broken<F> {
    const NAME: &'static str = F::NAME;
    const FRAMEWORK: Option<&'static str> = None;
    type Handle = BrokenHandle<F>;

    async fn start(config: Config) -> Result<Self, StartError> {
        // The honest name would show in refusals.
        config.check_without_per_key(F::NAME)?;
        let inner = Tokio::start(F::config(config)).await?;
        F::started();
        let shared = Shared { calls: AtomicUsize::new(0), memory: F::Memory::default() };
        Ok(Self { inner, shared: Arc::new(shared) })
    }
    fn handle(&self) -> Self::Handle {
        BrokenHandle { inner: self.inner.handle(), shared: Arc::clone(&self.shared) }
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
        let Shared { calls, memory } = &*self.shared;
        F::ask(&self.inner, command, calls.fetch_add(1, Ordering::SeqCst), memory).await
    }
    async fn tell(&self, command: Command) -> Result<(), KvError> {
        let Shared { calls, memory } = &*self.shared;
        F::tell(&self.inner, command, calls.fetch_add(1, Ordering::SeqCst), memory).await
    }
    fn try_tell(&self, command: Command) -> Result<(), KvError> {
        self.inner.try_tell(command)
    }
}
