//! The parsers, from a request to a [`Plan`](super::Plan), by subject.
//!
//! An argument that goes into the store is copied out of the read buffer, so that a value never keeps a whole buffer
//! alive. An argument that is only looked up is a slice of it.

pub(super) mod expiry;
pub(super) mod keyspace;
pub(super) mod lcs;
pub(super) mod numbers;
pub(super) mod object;
pub(super) mod set;
pub(super) mod strings;
mod time;

use bytes::Bytes;
use kv_core::Key;
use kv_resp::{Request, parse_integer};

use super::{Context, Failure, Plan, Render};

type Result<T = Plan> = std::result::Result<T, Failure>;

fn integer(request: &Request, index: usize) -> Result<i64> {
    parse_integer(request.arg(index)).ok_or(Failure::NOT_AN_INTEGER)
}

/// The argument at `index`, in memory of its own.
fn copied(request: &Request, index: usize) -> Bytes {
    Bytes::copy_from_slice(request.arg(index))
}

/// The key of a command that has one key, at the usual place, and only looks it up.
fn key(request: &Request) -> Key {
    request.bytes(1)
}

/// The keys of a command that takes nothing else, and only looks them up.
fn all_keys(request: &Request) -> Vec<Key> {
    (1..request.len()).map(|index| request.bytes(index)).collect()
}

/// Whether an argument is this word, in any case.
fn is(argument: &[u8], word: &str) -> bool {
    argument.eq_ignore_ascii_case(word.as_bytes())
}
