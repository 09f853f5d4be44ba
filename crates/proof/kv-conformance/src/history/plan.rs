//! The plan of a round. It is random, except that each kind of trouble gets its turn.

use std::time::Duration;

use kv_core::{Config, Mailbox, OnPanic, Promise};
use rand::RngExt as _;
use rand_pcg::Pcg64Mcg;

/// The fault that a round has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Nothing.
    None,
    /// Callers drop their calls after some polls.
    Cancellations,
    /// Actors fall asleep for longer than callers wait.
    Timeouts,
    /// Actors panic, one shard at a time.
    Panics(OnPanic),
    /// The backend is shut down half way through.
    Shutdown,
    /// The backend is killed half way through.
    Kill,
}

impl Trouble {
    /// Every kind of trouble, in the order in which the rounds have them.
    pub const ALL: [Self; 8] = [
        Self::None,
        Self::Cancellations,
        Self::Timeouts,
        Self::Panics(OnPanic::Stop),
        Self::Panics(OnPanic::Resume),
        Self::Panics(OnPanic::Restart),
        Self::Shutdown,
        Self::Kill,
    ];
}

/// One round: a fresh backend, a few clients, a few keys.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// The fault of the round.
    pub trouble: Trouble,
    /// The number of clients.
    pub clients: usize,
    /// The number of keys that the clients share.
    pub keys: usize,
    /// The number of calls that each client makes, unless the round's trouble ends it earlier.
    pub calls: usize,
    /// The capacity of a mailbox.
    pub mailbox: Mailbox,
    /// The time limit of an ask.
    pub ask_timeout: Option<Duration>,
}

impl Plan {
    /// The plan of this round, of about as many calls in all.
    #[must_use]
    pub fn random(round: usize, calls: usize, random: &mut Pcg64Mcg) -> Self {
        let trouble = Trouble::ALL[round % Trouble::ALL.len()];
        let clients = random.random_range(3..=6);
        // The smallest mailboxes make the most waiting, and so the most overlap.
        let mailbox = match random.random_range(0..=4) {
            0 => Mailbox::Unbounded,
            capacity => Mailbox::Bounded(capacity),
        };
        // A millisecond is the shortest that the timer knows.
        let ask_timeout = (trouble == Trouble::Timeouts).then_some(Duration::from_millis(1));
        Self {
            trouble,
            clients,
            keys: random.random_range(1..=3),
            calls: calls / clients,
            mailbox,
            ask_timeout,
        }
    }

    /// The plan for a backend that promises this: where it can neither restart nor resume, a panic ends its actor.
    #[must_use]
    pub fn as_promised(self, promises: &[Promise]) -> Self {
        let trouble = match self.trouble {
            Trouble::Panics(OnPanic::Restart) if !promises.contains(&Promise::Restarts) => {
                Trouble::Panics(OnPanic::Stop)
            }
            Trouble::Panics(OnPanic::Resume) if !promises.contains(&Promise::Resumes) => {
                Trouble::Panics(OnPanic::Stop)
            }
            trouble => trouble,
        };
        Self { trouble, ..self }
    }

    /// The backend's configuration for this plan.
    #[must_use]
    pub fn config(&self, config: Config) -> Config {
        let on_panic = match self.trouble {
            Trouble::Panics(on_panic) => on_panic,
            _ => config.on_panic,
        };
        Config { mailbox: self.mailbox, ask_timeout: self.ask_timeout, on_panic, ..config }
    }

    /// Whether a panic may cost the actor its keys and its mailbox. `Stop` does so as well with an actor per key,
    /// because the key gets another actor.
    #[must_use]
    pub fn may_lose_keys(&self) -> bool {
        matches!(self.trouble, Trouble::Panics(OnPanic::Stop | OnPanic::Restart))
    }
}
