//! The options with which a server is started.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use thiserror::Error;

use crate::settings::Settings;

/// The options with which a server is started. Clients may change some of them later, by `CONFIG`.
#[derive(Clone, Debug)]
pub struct Options {
    /// The address at which the server listens. Port 0 takes a free one.
    pub bind: SocketAddr,
    /// The address at which metrics are served for Prometheus, if anywhere.
    pub metrics: Option<SocketAddr>,
    /// The number of clients that may be connected at once.
    pub max_clients: usize,
    /// How long a client may send nothing; `None` for no limit.
    pub idle_timeout: Option<Duration>,
    /// The password that `AUTH` wants.
    pub password: Option<String>,
    /// Whether the server refuses to listen without a password on an address that other machines can reach.
    pub protected: bool,
    /// Whether `DEBUG` is allowed: it can make actors panic.
    pub debug_commands: bool,
    /// Bytes of published messages that may wait for a client that does not read them.
    pub output_limit: usize,
    /// The framework and its version, for `INFO`: the program that starts the server knows them, the server does not.
    pub framework: Option<String>,
    /// How long a shutdown may take in all: the draining, the cutting off of what is not done by then, and the end.
    pub shutdown_deadline: Duration,
    /// The reaction of the server when a part of the store has ended for good.
    pub on_store_end: OnStoreEnd,
    /// The certificate chain and the private key, in PEM files, to speak TLS with.
    #[cfg(feature = "tls")]
    pub tls: Option<crate::TlsFiles>,
}

/// The reaction of a server when a shard of the store has ended by itself: it panicked under `OnPanic::Stop`, or more
/// often than its restart limit allows. Its keys are gone, commands on them are refused from then on, and nothing can
/// start it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnStoreEnd {
    /// The server stops, as gracefully as it can, with [`Outcome::StoreEnded`](crate::Outcome::StoreEnded), so that
    /// what supervises the process can start another.
    Exit,
    /// The server goes on and refuses commands on those keys. `PING` is answered by an error, and `INFO` and the
    /// metrics show it.
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
    /// Refuses options that would be dangerous.
    ///
    /// # Errors
    /// [`ServeError::Unprotected`], [`ServeError::OpenMetrics`].
    pub(crate) fn check(&self) -> Result<(), ServeError> {
        let is_open = |address: &SocketAddr| self.protected && !address.ip().is_loopback();
        // An empty password is none, as in `CONFIG SET requirepass`.
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
    /// The settings that clients see in `CONFIG GET` under these options.
    ///
    /// # Errors
    /// [`ServeError::Setting`] for a value that the settings do not allow.
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

/// The reason why a server did not start.
#[derive(Debug, Error)]
pub enum ServeError {
    /// Other machines could reach the server, and there is no password.
    #[error(
        "refusing to listen on {address}, which others can reach, without a password: set one, or listen on 127.0.0.1, or switch the protected mode off"
    )]
    Unprotected {
        /// The address at which the server was to listen.
        address: SocketAddr,
    },
    /// Other machines could read the metrics, for which no password is ever asked.
    #[error(
        "refusing to show metrics on {address}, which others can reach: they ask for no password; show them on 127.0.0.1, or switch the protected mode off"
    )]
    OpenMetrics {
        /// The address at which the metrics were to be served.
        address: SocketAddr,
    },
    /// The operating system refused the address.
    #[error("cannot listen on {address}: {reason}; choose another port if another server has this one")]
    Bind {
        /// The address at which the server was to listen.
        address: SocketAddr,
        /// The operating system's error.
        reason: std::io::Error,
    },
    /// An option cannot have this value.
    #[error("{0}")]
    Setting(String),
    /// The certificate or the key cannot be used.
    #[error("TLS: {0}")]
    Tls(String),
}
