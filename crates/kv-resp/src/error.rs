//! What ends a connection.

use thiserror::Error;

/// A client broke the protocol. Where its next request begins is unknown, so the server says so and hangs up.
///
/// Displayed as Redis words it, without the `-ERR` in front.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum ProtocolError {
    /// A line without an end.
    #[error("Protocol error: too big inline request")]
    TooBigInline,
    /// The header of a request without an end.
    #[error("Protocol error: too big mbulk count string")]
    TooBigCount,
    /// The header of an argument without an end.
    #[error("Protocol error: too big bulk count string")]
    TooBigBulkCount,
    /// A quote that is never closed, or that is followed by anything but a space.
    #[error("Protocol error: unbalanced quotes in request")]
    UnbalancedQuotes,
    /// The number of arguments is no number, or beyond [`Limits::max_arguments`](crate::Limits::max_arguments).
    #[error("Protocol error: invalid multibulk length")]
    InvalidCount,
    /// More arguments than a client may send before it has authenticated.
    #[error("Protocol error: unauthenticated multibulk length")]
    UnauthenticatedCount,
    /// Something else where an argument should begin.
    #[error("Protocol error: expected '$', got '{}'", char::from(*.0))]
    ExpectedBulk(u8),
    /// The length of an argument is no number, or beyond [`Limits::max_bulk_bytes`](crate::Limits::max_bulk_bytes).
    #[error("Protocol error: invalid bulk length")]
    InvalidBulkLength,
    /// A longer argument than a client may send before it has authenticated.
    #[error("Protocol error: unauthenticated bulk length")]
    UnauthenticatedBulkLength,
    /// An argument does not end where its header says. Redis skips the two bytes unread; whoever goes on there may
    /// take a part of a value for the next command.
    #[error("Protocol error: expected CRLF after an argument")]
    ExpectedLineEnd,
    /// The arguments together reach 4 GiB. Redis hangs up without a word, and earlier by default.
    #[error("Protocol error: too big request")]
    TooBigRequest,
}
