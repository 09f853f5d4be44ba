//! The live settings: those that the server acts upon, in the form in which it reads them.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use parking_lot::RwLock;
use subtle::ConstantTimeEq;

use super::output_limits;
use crate::client::OutputLimit;

/// The live settings, which are read often and changed rarely. All of it is `Relaxed`: each is a number by itself, and
/// publishes no other data.
#[derive(Default)]
pub(super) struct Live {
    max_clients: AtomicUsize,
    idle_seconds: AtomicU64,
    longest_request: AtomicUsize,
    normal: Output,
    pubsub: Output,
    asks_password: AtomicBool,
    password: RwLock<Vec<u8>>,
}

impl Live {
    /// Takes over the text of a setting, if it is a live one. Texts come from the table's own kinds, so they parse.
    pub(super) fn apply(&self, name: &str, text: &str) {
        match name {
            "maxclients" => self.max_clients.store(text.parse().unwrap_or(usize::MAX), Ordering::Relaxed),
            "timeout" => self.idle_seconds.store(text.parse().unwrap_or(0), Ordering::Relaxed),
            "client-query-buffer-limit" => {
                self.longest_request.store(text.parse().unwrap_or(usize::MAX), Ordering::Relaxed);
            }
            "client-output-buffer-limit" => {
                let (normal, pubsub) = output_limits::of_classes(text);
                self.normal.store(normal);
                self.pubsub.store(pubsub);
            }
            "requirepass" => {
                *self.password.write() = text.as_bytes().to_vec();
                self.asks_password.store(!text.is_empty(), Ordering::Relaxed);
            }
            _ => {}
        }
    }

    pub(super) fn max_clients(&self) -> usize {
        self.max_clients.load(Ordering::Relaxed)
    }

    pub(super) fn idle_timeout(&self) -> Option<Duration> {
        match self.idle_seconds.load(Ordering::Relaxed) {
            0 => None,
            seconds => Some(Duration::from_secs(seconds)),
        }
    }

    pub(super) fn longest_request(&self) -> usize {
        self.longest_request.load(Ordering::Relaxed)
    }

    pub(super) fn normal_limit(&self) -> OutputLimit {
        self.normal.load()
    }

    pub(super) fn pubsub_limit(&self) -> OutputLimit {
        self.pubsub.load()
    }

    pub(super) fn asks_password(&self) -> bool {
        self.asks_password.load(Ordering::Relaxed)
    }

    pub(super) fn is_password(&self, given: &[u8]) -> bool {
        self.password.read().as_slice().ct_eq(given).into()
    }
}

/// The output-buffer limit of one class of clients.
#[derive(Default)]
struct Output {
    hard: AtomicUsize,
    soft: AtomicUsize,
    soft_seconds: AtomicU64,
}

impl Output {
    fn store(&self, limit: OutputLimit) {
        self.hard.store(limit.hard, Ordering::Relaxed);
        self.soft.store(limit.soft, Ordering::Relaxed);
        self.soft_seconds.store(limit.soft_for.as_secs(), Ordering::Relaxed);
    }

    fn load(&self) -> OutputLimit {
        OutputLimit {
            hard: self.hard.load(Ordering::Relaxed),
            soft: self.soft.load(Ordering::Relaxed),
            soft_for: Duration::from_secs(self.soft_seconds.load(Ordering::Relaxed)),
        }
    }
}
