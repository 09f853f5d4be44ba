//! The two ways in which a connection is told to end, softly and at once, and the reasons.

use std::fmt;
use std::sync::OnceLock;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

/// The reason why the server closed a connection. It is logged, so it says what happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CloseReason {
    /// The client was sent output faster than it read.
    OutputBufferLimit,
    /// The client sent more than fits before it was answered.
    InputBufferLimit,
    /// The client sent what a program for another protocol sends, and a third party may have made it do so.
    CrossProtocol(&'static str),
    /// A client asked for it with `CLIENT KILL`: another one, or the closed client itself.
    KilledBy(u64),
    /// The client sent nothing for so long.
    Idle(Duration),
    /// The server shuts down and has waited long enough.
    ShuttingDown,
}

impl fmt::Display for CloseReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutputBufferLimit => f.write_str("output buffer limit"),
            Self::InputBufferLimit => f.write_str("input buffer limit"),
            Self::CrossProtocol(what) => write!(
                f,
                "possible attack: it sent {what}, as a web page may make a browser do that can reach this server; nothing of it was carried out"
            ),
            Self::KilledBy(id) => write!(f, "killed by client {id}"),
            Self::Idle(timeout) => write!(f, "idle for {} s", timeout.as_secs()),
            Self::ShuttingDown => f.write_str("server is shutting down"),
        }
    }
}

// ANCHOR: ending
/// The two ways to end: to finish, and to close.
#[derive(Debug)]
pub(crate) struct Ending {
    reason: OnceLock<CloseReason>,
    close: CancellationToken,
    /// A child of `close`: a connection that is to be closed reads no further either.
    finish: CancellationToken,
}

impl Default for Ending {
    fn default() -> Self {
        let close = CancellationToken::new();
        let finish = close.child_token();
        Self { reason: OnceLock::new(), close, finish }
    }
}

impl Ending {
    pub(crate) fn finish(&self) {
        self.finish.cancel();
    }

    pub(crate) fn close(&self, reason: CloseReason) {
        // The first reason is the one that counts: what comes after is often its consequence.
        if self.reason.set(reason).is_ok() {
            self.close.cancel();
        }
    }

    pub(crate) fn finishing(&self) -> impl Future<Output = ()> + '_ {
        self.finish.cancelled()
    }

    pub(crate) fn is_finishing(&self) -> bool {
        self.finish.is_cancelled()
    }

    pub(crate) fn closed(&self) -> impl Future<Output = ()> + '_ {
        self.close.cancelled()
    }

    pub(crate) fn reason(&self) -> Option<&CloseReason> {
        self.reason.get()
    }
}
// ANCHOR_END: ending
