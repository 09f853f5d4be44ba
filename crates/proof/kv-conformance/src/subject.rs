//! A backend under test, whose type only its constructor knows.
//!
//! The cases call every backend through boxed futures. Rejected: cases that are generic over the backend, which the
//! compiler made once for each of them: with seven backends the suite took minutes to compile. A box per call
//! changes no answer, and the suite measures no time.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use kv_core::{
    Backend, Command, Config, Handle, KvError, MailboxKind, Placement, Promise, Reply, StartError,
};

type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The kind of a backend: what it declares, and how it starts.
#[derive(Clone, Copy)]
pub struct Subject {
    /// The backend's name, as on a command line.
    pub name: &'static str,
    /// The bound of the backend's mailboxes.
    pub mailbox: MailboxKind,
    /// The place where the backend's actors live.
    pub placement: Placement,
    /// Whether the backend can have an actor per key.
    pub per_key: bool,
    /// The promises of the backend.
    pub promises: &'static [Promise],
    start: fn(Config) -> Boxed<'static, Result<Running, StartError>>,
}

impl Subject {
    /// The kind of the backend `B`.
    #[must_use]
    pub const fn of<B: Backend>() -> Self {
        Self {
            name: B::NAME,
            mailbox: B::DECLARATION.mailbox,
            placement: B::PLACEMENT,
            per_key: B::PER_KEY,
            promises: B::PROMISES,
            start: |config| Box::pin(async { Ok(Running { backend: Box::new(B::start(config).await?) }) }),
        }
    }

    /// Starts a backend of this kind.
    ///
    /// # Errors
    /// The errors of [`Backend::start`].
    pub async fn start(&self, config: Config) -> Result<Running, StartError> {
        (self.start)(config).await
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Subject").field(&self.name).finish()
    }
}

/// A running backend of any type. Its methods are those of [`Backend`].
pub struct Running {
    backend: Box<dyn ErasedBackend>,
}

impl Running {
    /// See [`Backend::handle`].
    #[must_use]
    pub fn handle(&self) -> BoxedHandle {
        self.backend.handle()
    }

    /// See [`Backend::client`].
    ///
    /// # Errors
    /// The errors of [`Backend::client`].
    pub async fn client(&self) -> Result<BoxedHandle, KvError> {
        self.backend.client().await
    }

    /// See [`Backend::shutdown`].
    pub async fn shutdown(&self) {
        self.backend.shutdown().await;
    }

    /// See [`Backend::kill`].
    pub async fn kill(&self) {
        self.backend.kill().await;
    }
}

/// A [`Backend`] without its type.
trait ErasedBackend: Send + Sync {
    fn handle(&self) -> BoxedHandle;
    fn client(&self) -> Boxed<'_, Result<BoxedHandle, KvError>>;
    fn shutdown(&self) -> Boxed<'_, ()>;
    fn kill(&self) -> Boxed<'_, ()>;
}

impl<B: Backend> ErasedBackend for B {
    fn handle(&self) -> BoxedHandle {
        BoxedHandle(Arc::new(Backend::handle(self)))
    }

    fn client(&self) -> Boxed<'_, Result<BoxedHandle, KvError>> {
        Box::pin(async { Ok(BoxedHandle(Arc::new(Backend::client(self).await?))) })
    }

    fn shutdown(&self) -> Boxed<'_, ()> {
        Box::pin(Backend::shutdown(self))
    }

    fn kill(&self) -> Boxed<'_, ()> {
        Box::pin(Backend::kill(self))
    }
}

/// A handle of any type.
#[derive(Clone)]
pub struct BoxedHandle(Arc<dyn ErasedHandle>);

/// A [`Handle`] without its type.
trait ErasedHandle: Send + Sync {
    fn ask(&self, command: Command) -> Boxed<'_, Result<Reply, KvError>>;
    fn tell(&self, command: Command) -> Boxed<'_, Result<(), KvError>>;
    fn try_tell(&self, command: Command) -> Result<(), KvError>;
    fn queued(&self) -> Option<usize>;
}

impl<H: Handle> ErasedHandle for H {
    fn ask(&self, command: Command) -> Boxed<'_, Result<Reply, KvError>> {
        Box::pin(Handle::ask(self, command))
    }

    fn tell(&self, command: Command) -> Boxed<'_, Result<(), KvError>> {
        Box::pin(Handle::tell(self, command))
    }

    fn try_tell(&self, command: Command) -> Result<(), KvError> {
        Handle::try_tell(self, command)
    }

    fn queued(&self) -> Option<usize> {
        Handle::queued(self)
    }
}

impl Handle for BoxedHandle {
    async fn ask(&self, command: Command) -> Result<Reply, KvError> {
        self.0.ask(command).await
    }

    async fn tell(&self, command: Command) -> Result<(), KvError> {
        self.0.tell(command).await
    }

    fn try_tell(&self, command: Command) -> Result<(), KvError> {
        self.0.try_tell(command)
    }

    fn queued(&self) -> Option<usize> {
        self.0.queued()
    }
}
