//! The replies of `COMMAND`, its subcommands and each `HELP`, out of the table of commands.

mod docs;
mod getkeys;
mod help;
mod info;
mod list;
#[cfg(test)]
mod tests;

pub use self::docs::docs;
pub use self::getkeys::{get_keys, get_keys_and_flags};
pub use self::help::help;
pub use self::info::{command, count, info};
pub use self::list::list;

use super::Spec;
use super::table::{all, find, find_sub, known};

/// The served or known command of this name; of a subcommand, both names with a bar between them.
fn look_up(name: &[u8]) -> Option<&'static Spec> {
    let mut parts = name.splitn(2, |byte| *byte == b'|');
    let first = parts.next()?;
    let spec = find(first).or_else(|| known().find(|spec| is(first, spec.name)))?;
    match parts.next() {
        None => Some(spec),
        Some(sub) => find_sub(spec, sub),
    }
}

fn is(name: &[u8], known: &str) -> bool {
    name.eq_ignore_ascii_case(known.as_bytes())
}

/// All commands that can be asked for by name, subcommands behind their containers.
fn everything() -> impl Iterator<Item = &'static Spec> + Clone {
    all().chain(known()).flat_map(|spec| std::iter::once(spec).chain(spec.subcommands))
}
