//! A backend behind a socket, for which the contract can be checked as well.
//!
//! [`Wire`] is a backend whose calls leave the process's memory: it starts another backend, serves it on a port of the
//! loopback interface, and its handles are clients of that port. So the suite that checks every backend checks the
//! server as well, wherever a contract can hold over a wire.

mod connection;
mod translate;

use std::marker::PhantomData;

pub use connection::WireHandle;
use kv_core::{Backend, Config, KeyEvents, KvError, Placement, StartError};
use kv_server::{Options, Server};
use tokio_util::task::TaskTracker;

/// A served backend.
#[derive(Debug)]
pub struct Wire<B> {
    server: Server,
    handle: WireHandle,
    connections: TaskTracker,
    backend: PhantomData<fn() -> B>,
}

impl<B: Backend> Backend for Wire<B> {
    const NAME: &'static str = B::NAME;
    const FRAMEWORK: Option<&'static str> = B::FRAMEWORK;
    const PLACEMENT: Placement = B::PLACEMENT;

    type Handle = WireHandle;

    async fn start(config: Config) -> Result<Self, StartError> {
        let failed = |reason: String| StartError::Failed { backend: B::NAME, reason };
        let config = Config { key_events: KeyEvents::counting(), ..config };
        let backend = B::start(config.clone()).await?;
        let options = Options {
            bind: ([127, 0, 0, 1], 0).into(),
            // Panics are part of the contract, and a client causes them by `DEBUG`.
            debug_commands: true,
            ..Options::default()
        };
        let server =
            Server::start(backend, &config, options).await.map_err(|error| failed(error.to_string()))?;
        let connections = TaskTracker::new();
        let handle = WireHandle::connect(server.address(), &connections).await;
        let handle = handle.map_err(|error| failed(error.to_string()))?;
        Ok(Self { server, handle, connections, backend: PhantomData })
    }

    fn handle(&self) -> WireHandle {
        self.handle.clone()
    }

    async fn client(&self) -> Result<WireHandle, KvError> {
        WireHandle::connect(self.server.address(), &self.connections).await.map_err(|_| KvError::Stopped)
    }

    async fn shutdown(&self) {
        self.server.shutdown().await;
        // The server has hung up. Once the clients' tasks have ended as well, their calls are refused, and not lost.
        self.connections.close();
        self.connections.wait().await;
    }

    /// Ends the server gracefully, because a server can be ended in no other way.
    async fn kill(&self) {
        self.shutdown().await;
    }
}
