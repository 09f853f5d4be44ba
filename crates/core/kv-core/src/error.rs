//! Errors that tell the truth about what happened, because the caller's next step depends on it.

use thiserror::Error;

/// The store refused a command and changed nothing. The wording is Redis's, where Redis has one.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum CommandError {
    /// The value does not read as a 64-bit integer.
    #[error("value is not an integer or out of range")]
    NotAnInteger,
    /// The value, or what is to be added to it, does not read as a decimal number.
    #[error("value is not a valid float")]
    NotAFloat,
    /// The sum is infinite, or beyond what a `long double` of C can hold.
    #[error("increment would produce NaN or Infinity")]
    NotFinite,
    /// There is no such key, and the command is about one that exists.
    #[error("no such key")]
    NoSuchKey,
    /// An offset is negative. No command of this crate can hold a negative offset; the error is for servers that read
    /// one from a wire.
    #[error("offset is out of range")]
    OffsetOutOfRange,
    /// The command needs one actor that owns all its keys, and there is none.
    #[error(
        "keys in request live in different actors; with shards a common {{hash tag}} in their names keeps them together, and the topology 'single' keeps all together"
    )]
    AcrossActors,
    /// The sum does not fit into 64 bits.
    #[error("increment or decrement would overflow")]
    Overflow,
    /// The value would be longer than [`Config::max_value_bytes`](crate::Config::max_value_bytes).
    #[error("string exceeds maximum allowed size (proto-max-bulk-len)")]
    TooLarge,
    /// The deadline is zero where it must not be, or beyond the end of time.
    #[error("invalid expire time in '{command}' command")]
    InvalidExpiry {
        /// The command, by Redis's name.
        command: &'static str,
    },
}

/// A call failed. [`KvError::effect`] says whether it may have changed anything.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum KvError {
    /// The command was refused before it reached a mailbox: the backend is shutting down or gone. It was not applied.
    #[error("the backend has stopped; the command was not applied")]
    Stopped,
    /// The command was refused before it reached a mailbox: the mailbox is full. It was not applied.
    #[error("the mailbox is full; the command was not applied")]
    Overloaded,
    /// The store refused the command. It was not applied.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// The command was accepted, but the actor died before it answered. Whether it was applied is unknown.
    #[error("the actor died before it answered; whether the command was applied is unknown")]
    ReplyLost,
    /// No answer came within the ask timeout. Whether the command was applied, or still will be, is unknown.
    #[error("no answer in time; whether the command was or will be applied is unknown")]
    TimedOut,
    /// A command over several shards was done by some and not by others. Per key, the effect is unknown.
    #[error("some shards took the command and others did not; the effect on each key is unknown")]
    Partial,
}

/// What an error says about the command's effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The command certainly changed nothing, now or later.
    NotApplied,
    /// The command may have been applied, may still be, or may never be.
    Unknown,
}

impl KvError {
    /// Whether the command may have had an effect. A backend that answers [`Effect::NotApplied`] for a write
    /// that took effect is broken.
    #[must_use]
    pub const fn effect(self) -> Effect {
        match self {
            Self::Stopped | Self::Overloaded | Self::Command(_) => Effect::NotApplied,
            Self::ReplyLost | Self::TimedOut | Self::Partial => Effect::Unknown,
        }
    }
}

/// A backend did not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The configuration makes no sense.
    #[error("invalid configuration: {0}")]
    Invalid(&'static str),
    /// The configuration makes sense, but this version cannot do it.
    #[error("{backend} cannot do {what} yet; use {instead}")]
    Unsupported {
        /// The backend's name.
        backend: &'static str,
        /// The setting that was asked for.
        what: &'static str,
        /// The setting to ask for instead.
        instead: &'static str,
    },
    /// The framework or the operating system refused.
    #[error("{backend} did not start: {reason}")]
    Failed {
        /// The backend's name.
        backend: &'static str,
        /// The reason that it gave.
        reason: String,
    },
}
