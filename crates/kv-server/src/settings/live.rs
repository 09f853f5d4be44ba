//! The settings that the server acts upon, in the form in which it reads them.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use parking_lot::RwLock;
use subtle::ConstantTimeEq;

use super::output_limits;
use crate::client::OutputLimit;

/// Read by many and changed by few. All of it is `Relaxed`: each is a number by itself, and nothing is published by it.
#[derive(Default)]
pub(super) struct Live {
    max_clients: AtomicUsize,
    idle_seconds: AtomicU64,
    pubsub_hard: AtomicUsize,
    pubsub_soft: AtomicUsize,
    pubsub_soft_seconds: AtomicU64,
    asks_password: AtomicBool,
    password: RwLock<Vec<u8>>,
}

impl Live {
    /// Takes over the text of a setting, if it is one of these. Texts come from the table's own kinds, so they parse.
    pub(super) fn apply(&self, name: &str, text: &str) {
        match name {
            "maxclients" => self.max_clients.store(text.parse().unwrap_or(usize::MAX), Ordering::Relaxed),
            "timeout" => self.idle_seconds.store(text.parse().unwrap_or(0), Ordering::Relaxed),
            "client-output-buffer-limit" => {
                let limit = output_limits::of_pubsub(text);
                self.pubsub_hard.store(limit.hard, Ordering::Relaxed);
                self.pubsub_soft.store(limit.soft, Ordering::Relaxed);
                self.pubsub_soft_seconds.store(limit.soft_for.as_secs(), Ordering::Relaxed);
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

    pub(super) fn pubsub_limit(&self) -> OutputLimit {
        OutputLimit {
            hard: self.pubsub_hard.load(Ordering::Relaxed),
            soft: self.pubsub_soft.load(Ordering::Relaxed),
            soft_for: Duration::from_secs(self.pubsub_soft_seconds.load(Ordering::Relaxed)),
        }
    }

    pub(super) fn asks_password(&self) -> bool {
        self.asks_password.load(Ordering::Relaxed)
    }

    pub(super) fn is_password(&self, given: &[u8]) -> bool {
        self.password.read().as_slice().ct_eq(given).into()
    }
}
