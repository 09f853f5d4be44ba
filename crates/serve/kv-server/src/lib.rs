//! A Redis-protocol server over any backend.
//!
//! The server knows no framework. Each of its own parts is an actor, written once in plain tokio: the [`Server`]
//! accepts clients and knows when all other parts have ended, the connection manager knows the connected clients, a
//! connection serves one client, and the pub/sub actor knows the subscriptions. Each has a handle that sends messages,
//! and a runner that owns the state. The [`Backend`](kv_core::Backend) behind them is the part that changes with the
//! framework.

mod client;
mod connection;
mod connections;
mod info;
mod listen;
mod metrics;
mod notify;
mod options;
mod pubsub;
mod server;
mod settings;
mod shared;
mod statistics;
#[cfg(feature = "tls")]
mod tls;
mod transport;

pub use self::options::{OnStoreEnd, Options, ServeError};
pub use self::server::{Outcome, Server};
#[cfg(feature = "tls")]
pub use self::tls::TlsFiles;
