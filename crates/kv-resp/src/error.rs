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
    /// Something else where an argument should begin. [`ProtocolError::line`] has the byte as it came.
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

impl ProtocolError {
    /// What the client is told, without the minus sign: bytes, because one of the errors quotes a byte that need not be
    /// text. A zero byte ends the line as it ends a string in Redis.
    #[must_use]
    pub fn line(&self) -> Vec<u8> {
        match self {
            Self::ExpectedBulk(0) => b"ERR Protocol error: expected '$', got '".to_vec(),
            Self::ExpectedBulk(byte) => {
                [b"ERR Protocol error: expected '$', got '", &[*byte][..], b"'"].concat()
            }
            other => format!("ERR {other}").into_bytes(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ProtocolError;

    #[test]
    fn a_line_quotes_the_byte_that_came() {
        let line = |byte| ProtocolError::ExpectedBulk(byte).line();
        assert_eq!(line(b'x'), b"ERR Protocol error: expected '$', got 'x'");
        assert_eq!(line(0xff), b"ERR Protocol error: expected '$', got '\xff'");
        assert_eq!(line(0), b"ERR Protocol error: expected '$', got '");
        assert_eq!(ProtocolError::InvalidCount.line(), b"ERR Protocol error: invalid multibulk length");
    }
}
