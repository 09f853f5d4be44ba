//! What a client is told when its command cannot be done.

use std::borrow::Cow;
use std::fmt::Write as _;

use kv_core::{CommandError, KvError};
use kv_resp::Request;
use thiserror::Error;

/// A command failed: what stands behind the minus sign, its code first.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{0}")]
pub(crate) struct Failure(Cow<'static, str>);

/// How much of a client's own words an error repeats, in bytes.
const MAX_QUOTED: usize = 128;

impl Failure {
    pub(crate) const SYNTAX: Self = Self::fixed("ERR syntax error");
    pub(crate) const NOT_AN_INTEGER: Self = Self::fixed("ERR value is not an integer or out of range");
    /// The backend answered a command with a reply of another kind. The kinds are `kv-core`'s promise, so this is a
    /// fault of ours; it costs the client this one reply and not the connection.
    pub(crate) const UNEXPECTED_REPLY: Self = Self::fixed("ERR the backend's reply does not fit the command");

    /// A fixed line, its code included.
    pub(crate) const fn fixed(line: &'static str) -> Self {
        Self(Cow::Borrowed(line))
    }

    /// A line, its code included.
    pub(crate) fn line(line: impl Into<String>) -> Self {
        Self(Cow::Owned(line.into()))
    }

    /// The command has too few or too many arguments.
    pub(crate) fn arity(name: &str) -> Self {
        Self::line(format!("ERR wrong number of arguments for '{name}' command"))
    }

    /// A time to live or a deadline is beyond the end of time, or not positive where it must be.
    pub(crate) fn invalid_expiry(command: &str) -> Self {
        Self::line(format!("ERR invalid expire time in '{command}' command"))
    }

    /// There is no command of the request's name.
    pub(crate) fn unknown_command(request: &Request) -> Self {
        let name = quoted(request.name(), MAX_QUOTED);
        let mut line = format!("ERR unknown command '{name}', with args beginning with: ");
        let mut args = String::new();
        for arg in request.args().skip(1) {
            if args.len() >= MAX_QUOTED {
                break;
            }
            let room = MAX_QUOTED - args.len();
            // Infallible: it writes to a string.
            let _ = write!(args, "'{}' ", quoted(arg, room));
        }
        line.push_str(&args);
        Self::line(line)
    }

    /// A container has no subcommand of this name.
    pub(crate) fn unknown_subcommand(name: &[u8], container: &str) -> Self {
        let name = quoted(name, MAX_QUOTED);
        let container = container.to_ascii_uppercase();
        Self::line(format!("ERR unknown subcommand '{name}'. Try {container} HELP."))
    }

    /// What stands behind the minus sign.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The beginning of what a client sent, up to a zero byte as Redis prints it. An error is a line of text, so what is not
/// UTF-8 is replaced.
fn quoted(text: &[u8], room: usize) -> Cow<'_, str> {
    let text = &text[..text.len().min(room)];
    let end = text.iter().position(|byte| *byte == 0).unwrap_or(text.len());
    String::from_utf8_lossy(&text[..end])
}

impl From<KvError> for Failure {
    fn from(error: KvError) -> Self {
        // The codes are ours where Redis has no such thing: a client can tell what was certainly not applied, and may be
        // sent again, from what is unknown.
        match error {
            KvError::Overloaded => Self::line(format!("BUSY {error}")),
            KvError::Stopped => Self::line(format!("STOPPED {error}")),
            // Redis Cluster's code for keys that it does not keep together.
            KvError::Command(error @ CommandError::AcrossActors) => Self::line(format!("CROSSSLOT {error}")),
            KvError::Command(error) => Self::line(format!("ERR {error}")),
            KvError::ReplyLost | KvError::TimedOut | KvError::Partial => {
                Self::line(format!("UNKNOWN {error}"))
            }
        }
    }
}
