//! A backend of nothing but a registry of per-key actors.

use super::{KeyRegistry, PerKeyHandle};
use crate::{Backend, Config, StartError};

/// A registry that starts and ends with its backend. With it, a [`PerKeyHandle`] is a [`Backend`]: the second half of an
/// [`AnyBackend`](crate::AnyBackend).
pub trait KeySystem: KeyRegistry + Sized {
    /// See [`Backend::NAME`].
    const NAME: &'static str;

    /// Starts the registry. There is no actor yet.
    ///
    /// # Errors
    /// [`StartError`] when the framework does not start.
    fn start(config: Config) -> impl Future<Output = Result<Self, StartError>> + Send;

    /// See [`Backend::shutdown`].
    fn shutdown(&self) -> impl Future<Output = ()> + Send;

    /// See [`Backend::kill`].
    fn kill(&self) -> impl Future<Output = ()> + Send;
}

impl<R: KeySystem> Backend for PerKeyHandle<R> {
    const NAME: &'static str = R::NAME;
    const FRAMEWORK: Option<&'static str> = Some(R::NAME);
    const PER_KEY: bool = true;

    type Handle = Self;

    async fn start(config: Config) -> Result<Self, StartError> {
        Ok(Self::new(R::start(config.clone()).await?, config))
    }

    fn handle(&self) -> Self {
        self.clone()
    }

    async fn shutdown(&self) {
        self.registry().shutdown().await;
    }

    async fn kill(&self) {
        self.registry().kill().await;
    }
}
