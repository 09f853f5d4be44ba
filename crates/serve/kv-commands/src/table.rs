//! The table of commands, and the search in it.

mod connection;
mod for_redis_tests;
mod keys;
mod pubsub;
mod server;
mod strings;
mod tips;
mod transactions;

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;
use kv_resp::Request;

use super::{Failure, Flags, Spec};

const READ: Flags = Flags::READONLY;
const READ_FAST: Flags = READ.with(Flags::FAST);
const WRITE: Flags = Flags::WRITE;
const WRITE_FAST: Flags = WRITE.with(Flags::FAST);
const WRITE_MORE: Flags = WRITE.with(Flags::DENYOOM);
const WRITE_MORE_FAST: Flags = WRITE_MORE.with(Flags::FAST);
const HELP: Flags = Flags::LOADING.with(Flags::STALE);
const LOCAL: Flags = HELP.with(Flags::NOSCRIPT);
const LOCAL_FAST: Flags = HELP.with(Flags::FAST);
const LOCAL_ADMIN: Flags = LOCAL.with(Flags::ADMIN);
const UNAUTHENTICATED: Flags = LOCAL.with(Flags::FAST).with(Flags::NO_AUTH).with(Flags::ALLOW_BUSY);

/// The cost of a change to a key's deadline: the keys that have one are kept in the order of their deadlines, so that
/// the sweep finds the expired ones first.
const DEADLINE: &str = "O(log D) with D keys that have a deadline";
const MAYBE_DEADLINE: &str = "O(1); O(log D) with D keys that have a deadline if this one has or gets one";

const GROUPS: [&[Spec]; 8] = [
    strings::COMMANDS,
    keys::COMMANDS,
    keys::WHOLE,
    transactions::COMMANDS,
    pubsub::COMMANDS,
    connection::COMMANDS,
    server::COMMANDS,
    server::SCRIPTING,
];

/// The length of the longest name; a longer text cannot be a command.
const MAX_NAME_BYTES: usize = 32;

/// The commands by name, and all of them with their subcommands by number.
struct Table {
    by_name: HashMap<&'static [u8], Found, FixedState>,
    by_id: Vec<&'static Spec>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table { by_name: HashMap::default(), by_id: Vec::new() };
    for spec in all() {
        let found = Found { spec, container: None, id: table.by_id.len() };
        let before = table.by_name.insert(spec.name.as_bytes(), found);
        assert!(before.is_none() && spec.name.len() <= MAX_NAME_BYTES, "the table has {} once", spec.name);
        table.by_id.push(spec);
        table.by_id.extend(spec.subcommands);
    }
    table
});

/// All commands that are served, by groups and without their subcommands.
pub(crate) fn all() -> impl Iterator<Item = &'static Spec> + Clone {
    GROUPS.iter().flat_map(|group| group.iter())
}

/// All commands that are known and not served.
pub(crate) fn known() -> impl Iterator<Item = &'static Spec> + Clone {
    for_redis_tests::COMMANDS.iter()
}

/// All commands and subcommands that are served. A [`Found::id`] is an index into them.
#[must_use]
pub fn by_id() -> &'static [&'static Spec] {
    &TABLE.by_id
}

/// The command of this name, in any case.
pub(crate) fn find(name: &[u8]) -> Option<&'static Spec> {
    lookup(name).map(|found| found.spec)
}

/// A container's subcommand of this name, in any case.
pub(crate) fn find_sub(container: &'static Spec, name: &[u8]) -> Option<&'static Spec> {
    container.subcommands.iter().find(|sub| sub.short_name().as_bytes().eq_ignore_ascii_case(name))
}

fn lookup(name: &[u8]) -> Option<Found> {
    let mut lower = [0; MAX_NAME_BYTES];
    let lower = lower.get_mut(..name.len())?;
    lower.copy_from_slice(name);
    lower.make_ascii_lowercase();
    TABLE.by_name.get(&*lower).copied()
}

/// A command or subcommand that a request names.
#[derive(Clone, Copy, Debug)]
pub struct Found {
    /// The command.
    pub spec: &'static Spec,
    /// The container of a subcommand.
    pub container: Option<&'static Spec>,
    /// The command's number, by which its counters are found.
    pub id: usize,
}

impl Found {
    /// The command that a request names. A container that is named alone is found as itself; its arity refuses it.
    ///
    /// # Errors
    /// A failure if there is no such command or subcommand.
    pub fn of(request: &Request) -> Result<Self, Failure> {
        let found = lookup(request.name()).ok_or_else(|| Failure::unknown_command(request))?;
        let container = found.spec;
        if container.subcommands.is_empty() || request.len() < 2 {
            return Ok(found);
        }
        let name = request.arg(1);
        let place = container
            .subcommands
            .iter()
            .position(|sub| sub.short_name().as_bytes().eq_ignore_ascii_case(name))
            .ok_or_else(|| Failure::unknown_subcommand(name, container.name))?;
        Ok(Self { spec: &container.subcommands[place], container: Some(container), id: found.id + 1 + place })
    }

    /// Checks that the request has as many arguments as the command takes.
    ///
    /// # Errors
    /// A failure if it has not.
    pub fn check_arity(&self, request: &Request) -> Result<(), Failure> {
        if self.spec.takes(request.len()) { Ok(()) } else { Err(Failure::arity(self.spec.name)) }
    }
}
