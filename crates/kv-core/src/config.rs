//! How a backend is set up: the same for all of them.

use std::time::Duration;

use crate::{Clock, StartError};

/// Redis's default limit of a value's length (`proto-max-bulk-len`): 512 MiB.
pub const DEFAULT_MAX_VALUE_BYTES: usize = 512 * 1024 * 1024;

/// How a backend is set up.
///
/// ```
/// use kv_core::{Config, Mailbox, Topology};
///
/// let config =
///     Config { topology: Topology::Sharded(4), mailbox: Mailbox::Bounded(64), ..Config::default() };
/// assert!(config.check("any").is_ok());
/// ```
#[derive(Clone, Debug)]
pub struct Config {
    /// How many actors own the keys.
    pub topology: Topology,
    /// What an actor's mailbox holds.
    pub mailbox: Mailbox,
    /// What happens when a handler panics.
    pub on_panic: OnPanic,
    /// How often each actor looks for expired keys that nobody asks for; `None` for never. Expired keys are
    /// invisible either way: the sweep only frees their memory. Redis's default is 10 times a second.
    pub sweep_interval: Option<Duration>,
    /// How long an ask waits for its reply; `None` for as long as it takes. A wait for room in a full mailbox
    /// may take the same again. Needs a tokio runtime with its time driver enabled on the caller's side.
    pub ask_timeout: Option<Duration>,
    /// The longest value in bytes.
    pub max_value_bytes: usize,
    /// Where the actors take the time from.
    pub clock: Clock,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            topology: Topology::Single,
            mailbox: Mailbox::Bounded(1024),
            on_panic: OnPanic::Stop,
            sweep_interval: Some(Duration::from_millis(100)),
            ask_timeout: None,
            max_value_bytes: DEFAULT_MAX_VALUE_BYTES,
            clock: Clock::System,
        }
    }
}

/// How the keys are spread over actors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topology {
    /// One actor owns all keys.
    Single,
    /// That many actors, each owning the keys that [`place`](crate::place) gives it.
    Sharded(usize),
    /// One actor per key, spawned on first use. No backend offers it yet.
    PerKey,
}

impl Topology {
    /// How many actors there are at the start.
    #[must_use]
    pub const fn shards(self) -> usize {
        match self {
            Self::Single => 1,
            Self::Sharded(shards) => shards,
            Self::PerKey => 0,
        }
    }
}

/// How much an actor's mailbox holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mailbox {
    /// At most that many commands wait. The one that the actor is at no longer counts.
    Bounded(usize),
    /// Whatever memory holds.
    Unbounded,
}

/// What a supervisor does when a handler panics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnPanic {
    /// Leave the actor stopped.
    Stop,
    /// Start it again with an empty store. No backend offers it yet.
    Restart,
    /// Keep the store and go on with the next command. No backend offers it yet.
    Resume,
}

impl Config {
    /// Refuses what makes no sense, and what no backend can do yet. Every `start` begins with it.
    ///
    /// # Errors
    /// [`StartError::Invalid`] for no shards, a mailbox without room or an interval of zero;
    /// [`StartError::Unsupported`] for [`Topology::PerKey`], [`OnPanic::Restart`] and [`OnPanic::Resume`].
    pub fn check(&self, backend: &'static str) -> Result<(), StartError> {
        let unsupported = |what, instead| Err(StartError::Unsupported { backend, what, instead });
        match self.topology {
            Topology::Sharded(0) => {
                return Err(StartError::Invalid("Topology::Sharded needs at least one shard"));
            }
            Topology::PerKey => {
                return unsupported("Topology::PerKey", "Topology::Single or Topology::Sharded");
            }
            Topology::Single | Topology::Sharded(_) => {}
        }
        match self.on_panic {
            OnPanic::Stop => {}
            OnPanic::Restart => return unsupported("OnPanic::Restart", "OnPanic::Stop"),
            OnPanic::Resume => return unsupported("OnPanic::Resume", "OnPanic::Stop"),
        }
        if self.mailbox == Mailbox::Bounded(0) {
            return Err(StartError::Invalid("Mailbox::Bounded needs room for at least one command"));
        }
        if self.sweep_interval == Some(Duration::ZERO) {
            return Err(StartError::Invalid("a sweep interval of zero would do nothing but sweep"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(config: &Config) -> String {
        config.check("kameo").expect_err("must be refused").to_string()
    }

    #[test]
    fn the_default_is_accepted() {
        Config::default().check("kameo").expect("the default works");
    }

    #[test]
    fn a_refusal_says_what_to_do() {
        let config = Config { topology: Topology::PerKey, ..Config::default() };
        assert_eq!(
            refusal(&config),
            "kameo cannot do Topology::PerKey yet; use Topology::Single or Topology::Sharded"
        );
        let config = Config { on_panic: OnPanic::Restart, ..Config::default() };
        assert_eq!(refusal(&config), "kameo cannot do OnPanic::Restart yet; use OnPanic::Stop");
        let config = Config { on_panic: OnPanic::Resume, ..Config::default() };
        assert_eq!(refusal(&config), "kameo cannot do OnPanic::Resume yet; use OnPanic::Stop");
    }

    #[test]
    fn nonsense_is_refused() {
        assert!(
            refusal(&Config { topology: Topology::Sharded(0), ..Config::default() }).contains("one shard")
        );
        assert!(refusal(&Config { mailbox: Mailbox::Bounded(0), ..Config::default() }).contains("room"));
        let config = Config { sweep_interval: Some(Duration::ZERO), ..Config::default() };
        assert!(refusal(&config).contains("sweep"));
    }
}
