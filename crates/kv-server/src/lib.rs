//! A Redis-protocol server over any backend.
//!
//! It knows no framework. Each of its own parts is an actor, written once in plain tokio: the [`Server`] accepts clients and
//! knows when all is over, the manager of connections knows who is there, a connection serves one client, and publishing has
//! an actor of its own. Each has a handle that sends messages, and a runner that owns the state. What they stand in front of
//! is the [`Backend`](kv_core::Backend), and that is what changes.

mod client;
mod commands;
mod connection;
mod connections;
#[doc(hidden)]
pub mod conversation;
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

pub use self::commands::markdown as command_table;
pub use self::options::{OnStoreEnd, Options, ServeError};
pub use self::server::{Outcome, Server};
#[cfg(feature = "tls")]
pub use self::tls::TlsFiles;
