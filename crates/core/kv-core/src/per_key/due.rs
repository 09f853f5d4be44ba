//! When the actor of a key looks, without being asked, whether its key is over.

use std::time::{Duration, Instant};

use crate::{Config, Store};

/// How soon an actor whose key is gone looks again whether it can end.
const RETRY: Duration = Duration::from_millis(10);

/// When one key's actor looks at its key while no command comes, and what the look finds: whether the key is over, which is
/// to say gone or idle. Then the actor asks its table whether it can end, and stays if a caller is about to send to it.
///
/// Time is an argument. It is a function where an instant may not be needed, since most keys can neither expire nor
/// fall idle, and to read a clock for each of their commands would be felt.
#[derive(Debug, Default)]
pub struct Due {
    /// When the key was last used, where keys can fall idle.
    used: Option<Instant>,
    /// When to look whether the key has expired, if that was fixed.
    sweep: Option<Instant>,
}

impl Due {
    /// Notes that a command came. Reads the time only where keys can fall idle.
    #[inline]
    pub fn used(&mut self, config: &Config, now: impl FnOnce() -> Instant) {
        if config.idle_timeout.is_some() {
            self.used = Some(now());
        }
    }

    /// When to look next: at the next sweep, if the key can expire, or when it will have been idle for too long, whichever
    /// is first; a little later, if the key is gone and the actor could not end. `None` for a key that can do neither, so
    /// that a million keys do not have a million timers.
    ///
    /// A sweep stays where it was fixed, over the commands that come meanwhile, or a key that is used often would never
    /// be swept.
    #[must_use]
    #[inline]
    pub fn next(&mut self, store: &Store, config: &Config, now: impl FnOnce() -> Instant) -> Option<Instant> {
        if store.is_empty() {
            return now().checked_add(RETRY);
        }
        self.sweep = match (store.next_deadline(), config.sweep_interval) {
            (Some(_), Some(period)) => self.sweep.or_else(|| now().checked_add(period)),
            _ => None,
        };
        self.sweep.into_iter().chain(self.idle(config)).min()
    }

    /// Looks: frees the key if it has expired, and returns whether it is over.
    ///
    /// An idle key counts as used from now on, so that the actor, if it cannot end, does not look all the time: a caller
    /// that is about to send uses the key.
    pub fn look(&mut self, store: &mut Store, config: &Config, now: Instant) -> bool {
        self.sweep = None;
        store.sweep(config.clock.now());
        let idle = self.idle(config).is_some_and(|idle| idle <= now);
        if idle {
            self.used = Some(now);
        }
        idle || store.is_empty()
    }

    /// When the key will have been idle for too long; an instant beyond all time is none.
    fn idle(&self, config: &Config) -> Option<Instant> {
        self.used?.checked_add(config.idle_timeout?)
    }
}

#[cfg(test)]
mod tests;
