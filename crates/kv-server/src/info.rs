//! The text of `INFO`.

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

/// The version of Redis that the server keeps to.
pub(crate) const REDIS_VERSION: &str = "7.0.15";

/// What is true from the start to the end.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    /// The backend, as on the command line.
    pub(crate) backend: String,
    /// Its framework and the version of it; empty for none.
    pub(crate) framework: String,
    /// The topology, as on the command line.
    pub(crate) topology: String,
    /// The mailbox, as on the command line.
    pub(crate) mailbox: String,
    /// Forty hexadecimal digits that no other run has.
    pub(crate) run_id: String,
    /// When the server started.
    pub(crate) started: Instant,
}

impl Facts {
    /// Digits for [`Facts::run_id`]. They name a run and protect nothing, so the standard library's hasher will do.
    pub(crate) fn new_run_id() -> String {
        let digits: String =
            (0..3_u8).map(|part| format!("{:016x}", RandomState::new().hash_one(part))).collect();
        digits[..40].to_owned()
    }
}

/// What has to be asked of others before the text can be written.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Observed {
    /// How many clients are connected.
    pub(crate) clients: usize,
    /// How many topics there are.
    pub(crate) topics: Topics,
    /// How many keys there are; `None` when the backend did not say.
    pub(crate) keys: Option<u64>,
    /// How many of them have a deadline.
    pub(crate) volatile: u64,
    /// How often an actor of the backend panicked.
    pub(crate) panics: u64,
    /// How often one was restarted.
    pub(crate) restarts: u64,
    /// Whether the store takes commands.
    pub(crate) store: StoreState,
    /// How many commands wait in mailboxes, where the backend can tell.
    pub(crate) queued: Option<usize>,
    /// The wall clock, in milliseconds since the Unix epoch.
    pub(crate) now_millis: u64,
}

/// Writes `INFO`.
#[derive(Clone, Debug)]
pub(crate) struct Info {
    /// What is true from the start to the end.
    pub(crate) facts: Facts,
    /// The settings.
    pub(crate) settings: Arc<Settings>,
    /// The counters.
    pub(crate) statistics: Arc<Statistics>,
    /// The stores' counters.
    pub(crate) key_events: KeyEvents,
}

impl Info {
    /// The text of the sections of these names, in any case: each once, in the order in which Redis prints them. Without
    /// names it is the default ones; an unknown name adds nothing.
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
