//! The configuration of a backend, which is the same for all of them.

use std::time::Duration;

use tokio::sync::Semaphore;

use crate::{Clock, KeyEvents, Lifecycle, StartError};

/// Redis's default limit of a value's length (`proto-max-bulk-len`): 512 MiB.
pub const DEFAULT_MAX_VALUE_BYTES: usize = 512 * 1024 * 1024;

/// The configuration of a backend.
///
/// ```
/// use kv_core::{Config, Mailbox, Topology};
///
/// let config =
///     Config { topology: Topology::Sharded(4), mailbox: Mailbox::Bounded(64), ..Config::default() };
/// assert!(config.check().is_ok());
/// ```
#[derive(Clone, Debug)]
pub struct Config {
    /// How many actors own the keys.
    pub topology: Topology,
    /// What an actor's mailbox holds.
    pub mailbox: Mailbox,
    /// What a supervisor does when a handler panics.
    pub on_panic: OnPanic,
    /// How often an actor may be restarted.
    pub restart_limit: RestartLimit,
    /// How often each actor looks for expired keys that no command names; `None` for never. Expired keys are invisible
    /// either way: the sweep only frees their memory. Redis's default is 10 times a second.
    pub sweep_interval: Option<Duration>,
    /// How long a key may go without a command before it is dropped and its actor stopped, as a cache drops it; `None`
    /// for never. It matters with one actor per key only.
    pub idle_timeout: Option<Duration>,
    /// How long an ask waits for its reply; `None` for as long as it takes. A wait for room in a full mailbox may take
    /// the same again. A limit needs a tokio runtime with its time driver enabled on the caller's side.
    pub ask_timeout: Option<Duration>,
    /// The longest value in bytes.
    pub max_value_bytes: usize,
    /// The clock from which the actors take the time.
    pub clock: Clock,
    /// The lifecycle in which the actors' starts, panics, restarts and ends are announced.
    pub lifecycle: Lifecycle,
    /// The key events in which the stores count and announce what happens to their keys; off by default.
    pub key_events: KeyEvents,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            topology: Topology::Single,
            mailbox: Mailbox::Bounded(1024),
            on_panic: OnPanic::Stop,
            restart_limit: RestartLimit::default(),
            sweep_interval: Some(Duration::from_millis(100)),
            idle_timeout: None,
            ask_timeout: None,
            max_value_bytes: DEFAULT_MAX_VALUE_BYTES,
            clock: Clock::System,
            lifecycle: Lifecycle::default(),
            key_events: KeyEvents::default(),
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
    /// One actor per key, spawned when the key is first written and stopped when the key is gone: deleted, expired, or
    /// idle for [`Config::idle_timeout`]. Under [`OnPanic::Stop`] a key whose actor panicked is forgotten; its next
    /// write starts afresh.
    PerKey,
}

impl Topology {
    /// How many actors there are from the start.
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
    /// At most that many commands wait. The command that the actor handles no longer counts.
    Bounded(usize),
    /// As many commands wait as memory holds.
    Unbounded,
}

impl Mailbox {
    /// The capacity as a number, for frameworks whose unbounded mailbox is a bounded one that never fills: at most
    /// what tokio's semaphore can count.
    #[must_use]
    pub fn capacity(self) -> usize {
        match self {
            Self::Bounded(capacity) => capacity.min(Semaphore::MAX_PERMITS),
            Self::Unbounded => Semaphore::MAX_PERMITS,
        }
    }
}

/// What a supervisor does when a handler panics. In each case the caller whose command it was gets
/// [`KvError::ReplyLost`](crate::KvError::ReplyLost), and no other actor is disturbed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnPanic {
    /// The actor stays stopped: its keys are refused from then on.
    Stop,
    /// The actor starts again with an empty store; the same handles reach it. The commands that were in the mailbox are
    /// either handled afterwards or answered with an error: frameworks differ in that.
    Restart,
    /// The actor keeps the store and goes on with the next command.
    Resume,
}

/// How often an actor may be restarted before its supervisor gives up and leaves it stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RestartLimit {
    /// How many restarts there may be within one window of time. One more panic in it ends the actor.
    pub restarts: usize,
    /// The window's length.
    pub within: Duration,
}

impl Default for RestartLimit {
    /// 5 restarts within 5 s, which is kameo's default.
    fn default() -> Self {
        Self { restarts: 5, within: Duration::from_secs(5) }
    }
}

impl Config {
    /// Makes the checks of [`Config::check`] for a backend without an actor per key.
    ///
    /// # Errors
    /// The errors of [`Config::check`]; [`StartError::Unsupported`] for [`Topology::PerKey`].
    pub fn check_without_per_key(&self, backend: &'static str) -> Result<(), StartError> {
        if self.topology == Topology::PerKey {
            let instead = "Topology::Single or Topology::Sharded";
            return Err(StartError::Unsupported { backend, what: "Topology::PerKey", instead });
        }
        self.check()
    }

    /// Refuses a policy that the backend cannot follow when a handler panics.
    ///
    /// # Errors
    /// [`StartError::Unsupported`] for a policy that is not among `able`.
    pub fn check_on_panic(&self, backend: &'static str, able: &[OnPanic]) -> Result<(), StartError> {
        if able.contains(&self.on_panic) {
            return Ok(());
        }
        let what = match self.on_panic {
            OnPanic::Stop => "OnPanic::Stop",
            OnPanic::Restart => "OnPanic::Restart",
            OnPanic::Resume => "OnPanic::Resume",
        };
        Err(StartError::Unsupported { backend, what, instead: "OnPanic::Stop" })
    }

    /// Refuses a configuration that makes no sense. Every `start` begins with this check.
    ///
    /// # Errors
    /// [`StartError::Invalid`] for no shards, a mailbox without room or an interval of zero.
    pub fn check(&self) -> Result<(), StartError> {
        if self.topology == Topology::Sharded(0) {
            return Err(StartError::Invalid("Topology::Sharded needs at least one shard"));
        }
        if self.idle_timeout == Some(Duration::ZERO) {
            return Err(StartError::Invalid("an idle timeout of zero would drop every key at once"));
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
        config.check_without_per_key("mutex").expect_err("must be refused").to_string()
    }

    #[test]
    fn the_default_is_accepted() {
        Config::default().check().expect("the default works");
    }

    #[test]
    fn a_refusal_says_what_to_do() {
        let config = Config { topology: Topology::PerKey, ..Config::default() };
        assert_eq!(
            refusal(&config),
            "mutex cannot do Topology::PerKey yet; use Topology::Single or Topology::Sharded"
        );
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
