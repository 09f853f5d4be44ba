//! Time as an argument: points in time, and the clocks that give them.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A point in time: milliseconds since the Unix epoch, Redis's resolution.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    /// The instant `millis` milliseconds after the Unix epoch.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the Unix epoch.
    #[must_use]
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// This instant plus `after`, or `None` beyond the last representable one. A fraction of a millisecond is
    /// rounded up, so that no positive duration is over at once.
    #[must_use]
    pub fn checked_add(self, after: Duration) -> Option<Self> {
        let millis = u64::try_from(after.as_nanos().div_ceil(1_000_000)).ok()?;
        self.0.checked_add(millis).map(Self)
    }

    /// How long it is from `earlier` to this instant; zero when `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

/// The clock from which a backend's actors take the time.
///
/// It is an enum and not a trait object: the call sits on the hot path of every command of every backend.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The machine's wall clock. It is not a monotonic clock, because an expiry may be an absolute date.
    #[default]
    System,
    /// A clock that stands still until it is told to move: tests of expiry neither sleep nor race.
    Manual(ManualClock),
}

impl Clock {
    /// The time now.
    #[must_use]
    #[inline]
    pub fn now(&self) -> Timestamp {
        match self {
            // A machine set to before 1970 gets the epoch itself: keys then live longer, and none vanishes.
            #[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
            Self::System => Timestamp(
                SystemTime::now()
                    .duration_since(UNIX_EPOCH)
                    .map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX)),
            ),
            Self::Manual(clock) => clock.now(),
        }
    }
}

/// A clock moved by hand. Clones share the time.
#[derive(Clone, Default)]
pub struct ManualClock(Arc<AtomicU64>);

impl ManualClock {
    /// A clock that stands at `now`.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self(Arc::new(AtomicU64::new(now.0)))
    }

    /// The time at which the clock stands.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }

    /// Moves the clock forward by `by`, rounded up to a whole millisecond.
    ///
    /// # Panics
    /// When the time would pass the last representable instant.
    pub fn advance(&self, by: Duration) {
        let later = self.now().checked_add(by).expect("a manual clock was moved past the end of time");
        self.0.store(later.0, Ordering::SeqCst);
    }
}

impl fmt::Debug for ManualClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ManualClock").field(&self.now()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fraction_of_a_millisecond_rounds_up() {
        let t = Timestamp::from_millis(7);
        assert_eq!(t.checked_add(Duration::from_nanos(1)), Some(Timestamp::from_millis(8)));
        assert_eq!(t.checked_add(Duration::from_millis(2)), Some(Timestamp::from_millis(9)));
    }

    #[test]
    fn the_end_of_time_is_none() {
        assert_eq!(Timestamp::from_millis(u64::MAX).checked_add(Duration::from_millis(1)), None);
        assert_eq!(Timestamp::default().checked_add(Duration::MAX), None);
    }

    #[test]
    fn a_manual_clock_moves_only_when_told() {
        let clock = ManualClock::new(Timestamp::from_millis(5));
        let shared = Clock::Manual(clock.clone());
        assert_eq!(shared.now(), shared.now());
        clock.advance(Duration::from_millis(10));
        assert_eq!(shared.now(), Timestamp::from_millis(15));
    }
}
