//! The plan: what a command of the store becomes.

use std::hash::{BuildHasher, RandomState};

use kv_core::{Clock, Command};
use kv_resp::Request;

use super::{Failure, Render};

/// Commands for the backend, and how their replies are written.
#[derive(Debug)]
pub enum Plan {
    /// One command.
    One(Command, Render),
    /// Several commands of one key each, so that they fit into a batch: `MGET`, `MSET`, `LCS`.
    Many(Vec<Command>, Render),
}

impl Plan {
    /// How the plan's reply is written.
    pub const fn render(&self) -> &Render {
        match self {
            Self::One(_, render) | Self::Many(_, render) => render,
        }
    }

    /// The plan's commands, and how its reply is written.
    pub fn into_parts(self) -> (Vec<Command>, Render) {
        match self {
            Self::One(command, render) => (vec![command], render),
            Self::Many(commands, render) => (commands, render),
        }
    }
}

/// What the parsers need to know beside the request.
#[derive(Clone, Debug)]
pub struct Context {
    /// The server's clock, for deadlines that are checked before they are sent. It is the clock and not the time,
    /// because few commands ask for the time.
    pub clock: Clock,
    /// The longest value in bytes.
    pub max_value_bytes: usize,
    /// The source of random numbers, for `RANDOMKEY`.
    pub lot: fn() -> u64,
}

/// A number that differs from call to call; it need not be a good random number. The standard library makes such keys
/// for its hash tables, and so no generator has to be kept.
#[must_use]
pub fn random() -> u64 {
    RandomState::new().hash_one(())
}

/// Reads a request of the right arity.
pub type Parse = fn(&Request, &Context) -> Result<Plan, Failure>;
