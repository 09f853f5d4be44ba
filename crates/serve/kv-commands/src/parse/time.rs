//! The times that clients send: seconds or milliseconds, from now on or since 1970.

use std::time::Duration;

use kv_core::{Deadline, Timestamp};

use super::is;
use crate::{Context, Failure};

/// The way in which a number is to be read as a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Time {
    unit: Unit,
    origin: Origin,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Seconds,
    Milliseconds,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    Now,
    UnixEpoch,
}

impl Time {
    /// A time in so many seconds from now.
    pub(super) const EX: Self = Self { unit: Unit::Seconds, origin: Origin::Now };
    /// A time in so many milliseconds from now.
    pub(super) const PX: Self = Self { unit: Unit::Milliseconds, origin: Origin::Now };
    /// A time in seconds since the Unix epoch.
    pub(super) const EXAT: Self = Self { unit: Unit::Seconds, origin: Origin::UnixEpoch };
    /// A time in milliseconds since the Unix epoch.
    pub(super) const PXAT: Self = Self { unit: Unit::Milliseconds, origin: Origin::UnixEpoch };

    /// The time of the option with this name.
    pub(super) fn option(word: &[u8]) -> Option<Self> {
        let options = [("EX", Self::EX), ("PX", Self::PX), ("EXAT", Self::EXAT), ("PXAT", Self::PXAT)];
        options.into_iter().find(|(name, _)| is(word, name)).map(|(_, time)| time)
    }

    /// The deadline that `amount` stands for. A time in the past gives a deadline that is over already.
    ///
    /// A relative time stays relative, and counts from the moment when the store applies the command: waiting in a
    /// mailbox does not shorten a key's life. Whether the deadline lies within the range of time is checked here,
    /// against the server's clock.
    ///
    /// # Errors
    /// A failure if the deadline is beyond the end of time, which for Redis is the last millisecond of 63 bits.
    pub(super) fn deadline(self, amount: i64, context: &Context, command: &str) -> Result<Deadline, Failure> {
        let invalid = || Failure::invalid_expiry(command);
        let millis = match self.unit {
            Unit::Seconds => amount.checked_mul(1000).ok_or_else(invalid)?,
            Unit::Milliseconds => amount,
        };
        let absolute = match self.origin {
            Origin::Now => millis.checked_add_unsigned(context.clock.now().as_millis()),
            Origin::UnixEpoch => Some(millis),
        };
        let absolute = absolute.ok_or_else(invalid)?;
        Ok(match (self.origin, u64::try_from(millis)) {
            (Origin::Now, Ok(left)) => Deadline::After(Duration::from_millis(left)),
            _ => Deadline::At(Timestamp::from_millis(absolute.try_into().unwrap_or(0))),
        })
    }

    /// The deadline that `amount` stands for, for a command that wants a time above zero.
    ///
    /// # Errors
    /// A failure if `amount` is not above zero, or the deadline is beyond the end of time.
    pub(super) fn positive_deadline(
        self,
        amount: i64,
        context: &Context,
        command: &str,
    ) -> Result<Deadline, Failure> {
        if amount <= 0 {
            Err(Failure::invalid_expiry(command))
        } else {
            self.deadline(amount, context, command)
        }
    }
}
