//! How a server is set up.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use thiserror::Error;

use crate::settings::Settings;

/// How a server is set up. What a client may change while it runs is in `CONFIG`.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where to listen. Port 0 takes a free one.
    pub bind: SocketAddr,
    /// Where to serve metrics for Prometheus, if anywhere.
    pub metrics: Option<SocketAddr>,
    /// Clients at once, at most.
    pub max_clients: usize,
    /// How long a client may say nothing; `None` for as long as it likes.
    pub idle_timeout: Option<Duration>,
    /// The password that `AUTH` wants.
    pub password: Option<String>,
    /// Whether to refuse to listen on an address that others can reach without a password.
    pub protected: bool,
    /// Whether `DEBUG` is allowed: it can make actors panic.
    pub debug_commands: bool,
    /// Bytes of published messages that may wait for a client that does not read them.
    pub output_limit: usize,
    /// The framework and its version, for `INFO`: whoever starts the server knows.
    pub framework: Option<String>,
    /// How long a shutdown may take in all: to drain, to cut off what is not done by then, and to end.
    pub shutdown_deadline: Duration,
    /// What the server does when a part of the store has ended for good.
    pub on_store_end: OnStoreEnd,
    /// The certificate chain and the private key, in PEM files, to speak TLS with.
    #[cfg(feature = "tls")]
    pub tls: Option<crate::TlsFiles>,
}

/// What a server does when a shard of the store has ended by itself: it panicked under `OnPanic::Stop`, or more often than its
/// restart limit allows. Its keys are gone and are refused from then on, and no one can start it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnStoreEnd {
    /// It stops, as gracefully as it can, with [`Outcome::StoreEnded`](crate::Outcome::StoreEnded), so that what supervises the
    /// process can start another.
    Exit,
    /// It goes on and refuses commands on those keys. `PING` is answered by an error, and `INFO` and the metrics show it.
    Refuse,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            bind: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 6379),
            metrics: None,
            max_clients: 10_000,
            idle_timeout: None,
            password: None,
            protected: true,
            debug_commands: false,
            output_limit: 32 * 1024 * 1024,
            framework: None,
            shutdown_deadline: Duration::from_secs(10),
            on_store_end: OnStoreEnd::Exit,
            #[cfg(feature = "tls")]
            tls: None,
        }
    }
}

impl Options {
    /// Refuses what would be dangerous.
    ///
    /// # Errors
    /// [`ServeError::Unprotected`], [`ServeError::OpenMetrics`].
    pub(crate) fn check(&self) -> Result<(), ServeError> {
        let is_open = |address: &SocketAddr| self.protected && !address.ip().is_loopback();
        // An empty one is none, as in `CONFIG SET requirepass`.
        let has_password = !self.password.as_deref().unwrap_or_default().is_empty();
        if !has_password && is_open(&self.bind) {
            return Err(ServeError::Unprotected { address: self.bind });
        }
        match self.metrics.filter(is_open) {
            Some(address) => Err(ServeError::OpenMetrics { address }),
            None => Ok(()),
        }
    }
}

impl Options {
    /// What clients see of it in `CONFIG GET`.
    ///
    /// # Errors
    /// [`ServeError::Setting`] for what the settings do not allow.
    pub(crate) fn settings(
        &self,
        address: SocketAddr,
        max_value_bytes: usize,
    ) -> Result<Settings, ServeError> {
        let yes_or_no = |on| if on { "yes" } else { "no" }.to_owned();
        let seconds = self.idle_timeout.map_or(0, |timeout| timeout.as_secs().max(1));
        let limits = format!("normal 0 0 0 slave 268435456 67108864 60 pubsub {} 0 0", self.output_limit);
        let given = [
            ("bind", address.ip().to_string()),
            ("port", address.port().to_string()),
            ("maxclients", self.max_clients.to_string()),
            ("timeout", seconds.to_string()),
            ("requirepass", self.password.clone().unwrap_or_default()),
            ("protected-mode", yes_or_no(self.protected)),
            ("enable-debug-command", yes_or_no(self.debug_commands)),
            ("client-output-buffer-limit", limits),
            ("proto-max-bulk-len", max_value_bytes.to_string()),
        ];
        Settings::new(given.iter().map(|(name, value)| (*name, value.as_str())))
            .map_err(|error| ServeError::Setting(error.to_string()))
    }
}

/// A server did not start.
#[derive(Debug, Error)]
pub enum ServeError {
    /// Others could reach it, and there is no password.
    #[error(
        "refusing to listen on {address}, which others can reach, without a password: set one, or listen on 127.0.0.1, or switch the protected mode off"
    )]
    Unprotected {
        /// Where it was to listen.
        address: SocketAddr,
    },
    /// Others could read the metrics, for which no password is ever asked.
    #[error(
        "refusing to show metrics on {address}, which others can reach: they ask for no password; show them on 127.0.0.1, or switch the protected mode off"
    )]
    OpenMetrics {
        /// Where they were to be shown.
        address: SocketAddr,
    },
    /// The operating system refused the address.
    #[error("cannot listen on {address}: {reason}; choose another port if another server has this one")]
    Bind {
        /// Where it was to listen.
        address: SocketAddr,
        /// What the operating system said.
        reason: std::io::Error,
    },
    /// An option cannot have this value.
    #[error("{0}")]
    Setting(String),
    /// The certificate or the key cannot be used.
    #[error("TLS: {0}")]
    Tls(String),
}
