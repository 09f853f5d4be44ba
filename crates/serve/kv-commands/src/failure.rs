//! The errors that a client is answered when its command cannot be done.

use std::borrow::Cow;
use std::fmt;

use kv_core::{CommandError, KvError};
use kv_resp::Request;

/// The failure of a command: the text behind the minus sign, its code first. It is bytes, because it may quote what a
/// client sent, and a client sends any bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure(Cow<'static, [u8]>);

/// How many bytes of a command's name, of its arguments together and of a subcommand's name an error repeats. Other
/// words are repeated whole, as in Redis.
const MAX_QUOTED: usize = 128;

impl Failure {
    /// The failure for words in the wrong place, or of an unknown option.
    pub const SYNTAX: Self = Self::fixed("ERR syntax error");
    /// The failure for a text that is no whole number of 64 bits.
    pub const NOT_AN_INTEGER: Self = Self::fixed("ERR value is not an integer or out of range");
    /// The client means a database that Redis has and this server has not. If the client asks to work in that database,
    /// its connection ends: the commands behind it are not meant for the only database of this server.
    pub const ONE_DATABASE: Self =
        Self::fixed("ERR this server has one database, number 0: see SELECT on the page of its commands");
    /// The backend answered a command with a reply of another kind. `kv-core` promises the kinds, so this is a defect
    /// of this project; it costs the client this one reply and not the connection.
    pub const UNEXPECTED_REPLY: Self = Self::fixed("ERR the backend's reply does not fit the command");

    /// A failure with a fixed line, its code included.
    #[must_use]
    pub const fn fixed(line: &'static str) -> Self {
        Self(Cow::Borrowed(line.as_bytes()))
    }

    /// A failure with this line, its code included.
    pub fn line(line: impl Into<String>) -> Self {
        Self(Cow::Owned(line.into().into_bytes()))
    }

    /// A failure whose line quotes what a client sent. Every error that quotes is made here.
    #[must_use]
    pub fn quoting(before: &str, sent: &[u8], behind: &str) -> Self {
        Self(Cow::Owned([before.as_bytes(), quoted(sent), behind.as_bytes()].concat()))
    }

    /// The failure for too few or too many arguments.
    #[must_use]
    pub fn arity(name: &str) -> Self {
        Self::line(format!("ERR wrong number of arguments for '{name}' command"))
    }

    /// A time to live or a deadline is beyond the end of time, or not positive where it must be.
    pub(crate) fn invalid_expiry(command: &str) -> Self {
        Self::line(format!("ERR invalid expire time in '{command}' command"))
    }

    /// The failure for a name that no command has.
    pub fn unknown_command(request: &Request) -> Self {
        let mut args = Vec::new();
        for arg in request.args().skip(1) {
            if args.len() >= MAX_QUOTED {
                break;
            }
            let room = MAX_QUOTED - args.len();
            args.extend_from_slice(&[b"'", quoted(beginning(arg, room)), b"' "].concat());
        }
        let name = beginning(request.name(), MAX_QUOTED);
        let mut line = Self::quoting("ERR unknown command '", name, "', with args beginning with: ");
        line.0.to_mut().extend_from_slice(&args);
        line
    }

    /// The failure for a name that no subcommand of the container has.
    pub(crate) fn unknown_subcommand(name: &[u8], container: &str) -> Self {
        let behind = format!("'. Try {} HELP.", container.to_ascii_uppercase());
        Self::quoting("ERR unknown subcommand '", beginning(name, MAX_QUOTED), &behind)
    }

    /// A subcommand was called with too many arguments, where Redis finds that out later than by the table's arity.
    pub fn subcommand_syntax(request: &Request) -> Self {
        let container = String::from_utf8_lossy(request.name()).to_ascii_uppercase();
        let before = "ERR unknown subcommand or wrong number of arguments for '";
        Self::quoting(before, beginning(request.arg(1), MAX_QUOTED), &format!("'. Try {container} HELP."))
    }

    /// The text behind the minus sign.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.0))
    }
}

/// The part of a client's words that an error repeats: bytes as they came, up to a zero byte as Redis prints it. Line
/// ends are left to the encoder, which writes no line with one in it.
fn quoted(sent: &[u8]) -> &[u8] {
    let end = sent.iter().position(|byte| *byte == 0).unwrap_or(sent.len());
    &sent[..end]
}

fn beginning(sent: &[u8], room: usize) -> &[u8] {
    &sent[..sent.len().min(room)]
}

impl From<KvError> for Failure {
    fn from(error: KvError) -> Self {
        // The codes are this server's own where Redis has no such failure: by the code a client can tell a command that
        // was certainly not applied, and may be sent again, from one whose outcome is unknown.
        match error {
            KvError::Overloaded => Self::line(format!("BUSY {error}")),
            KvError::Stopped => Self::line(format!("STOPPED {error}")),
            // Redis Cluster's code for keys that lie in different slots.
            KvError::Command(error @ CommandError::AcrossActors) => Self::line(format!("CROSSSLOT {error}")),
            KvError::Command(error) => Self::line(format!("ERR {error}")),
            KvError::ReplyLost | KvError::TimedOut | KvError::Partial => {
                Self::line(format!("UNKNOWN {error}"))
            }
        }
    }
}
