//! The protocol errors, which end a connection.

use thiserror::Error;

/// A client's breach of the protocol. The beginning of its next request is unknown, so the server answers the error and
/// hangs up.
///
/// It is displayed in Redis's words, without the `-ERR` in front.
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
    /// Another byte than `$` where an argument should begin. [`ProtocolError::line`] has the byte as it came.
    #[error("Protocol error: expected '$', got '{}'", char::from(*.0))]
    ExpectedBulk(u8),
    /// The length of an argument is no number, or beyond [`Limits::max_bulk_bytes`](crate::Limits::max_bulk_bytes).
    #[error("Protocol error: invalid bulk length")]
    InvalidBulkLength,
    /// A longer argument than a client may send before it has authenticated.
    #[error("Protocol error: unauthenticated bulk length")]
    UnauthenticatedBulkLength,
    /// An argument does not end where its header says. Redis skips the two bytes unread, and may then take a part of a
    /// value for the next command.
    #[error("Protocol error: expected CRLF after an argument")]
    ExpectedLineEnd,
    /// The arguments together reach 4 GiB. Redis hangs up without an answer, and earlier by default.
    #[error("Protocol error: too big request")]
    TooBigRequest,
}

impl ProtocolError {
    /// The line that the client is answered, without the minus sign. It is bytes, because one of the errors quotes a
    /// byte that need not be text. A zero byte ends the line as it ends a string in Redis.
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
