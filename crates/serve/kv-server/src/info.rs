//! The writer of the text of `INFO`.

mod process;
mod render;
mod section;
#[cfg(test)]
mod tests;

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use kv_core::KeyEvents;
use tokio::time::Instant;

pub(crate) use self::process::Process;
use self::section::Section;
use crate::metrics::StoreState;
use crate::pubsub::Topics;
use crate::settings::Settings;
use crate::statistics::Statistics;

/// The version of Redis that the server imitates.
pub(crate) const REDIS_VERSION: &str = "7.0.15";

/// Facts that stay true from the server's start to its end.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    /// The backend's name, as on the command line.
    pub(crate) backend: String,
    /// The framework's name and version; empty for none.
    pub(crate) framework: String,
    /// The topology's name, as on the command line.
    pub(crate) topology: String,
    /// The mailbox's kind, as on the command line.
    pub(crate) mailbox: String,
    /// An identifier of forty hexadecimal digits that no other run has.
    pub(crate) run_id: String,
    /// When the server started.
    pub(crate) started: Instant,
}

impl Facts {
    /// Digits for [`Facts::run_id`]. They name a run and protect nothing, so the random keys of the standard library's
    /// hasher are good enough.
    pub(crate) fn new_run_id() -> String {
        let digits: String =
            (0..3_u8).map(|part| format!("{:016x}", RandomState::new().hash_one(part))).collect();
        digits[..40].to_owned()
    }
}

/// Numbers that other actors have to be asked for before the text can be written.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Observed {
    /// How many clients are connected.
    pub(crate) clients: usize,
    /// How many channels and patterns have subscribers.
    pub(crate) topics: Topics,
    /// How many keys there are; `None` when the backend did not say.
    pub(crate) keys: Option<u64>,
    /// How many of the keys have a deadline.
    pub(crate) volatile: u64,
    /// How often an actor of the backend panicked.
    pub(crate) panics: u64,
    /// How often an actor of the backend was restarted.
    pub(crate) restarts: u64,
    /// Whether the store takes commands.
    pub(crate) store: StoreState,
    /// How many commands wait in mailboxes, where the backend can tell.
    pub(crate) queued: Option<usize>,
    /// The wall clock, in milliseconds since the Unix epoch.
    pub(crate) now_millis: u64,
}

/// The writer of `INFO`.
#[derive(Clone, Debug)]
pub(crate) struct Info {
    /// The facts that stay true from the server's start to its end.
    pub(crate) facts: Facts,
    /// The server's settings.
    pub(crate) settings: Arc<Settings>,
    /// The server's counters.
    pub(crate) statistics: Arc<Statistics>,
    /// The stores' counters.
    pub(crate) key_events: KeyEvents,
}

impl Info {
    /// The text of the sections with these names, in any case: each once, in the order in which Redis prints them.
    /// Without names it is the default sections; an unknown name adds nothing.
    pub(crate) fn text(&self, names: &[&[u8]], observed: &Observed) -> String {
        let chosen = section::choose(names);
        let mut text = String::with_capacity(4096);
        for section in Section::ALL.into_iter().filter(|section| chosen.contains(section)) {
            if !text.is_empty() {
                text.push_str("\r\n");
            }
            self.write(section, observed, &mut text);
        }
        text
    }
}
