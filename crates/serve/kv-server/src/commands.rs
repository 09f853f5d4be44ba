//! The commands: their names, their arguments, and what they do.
//!
//! A command of the store is [parsed](Parse) into a [`Plan`]: commands of `kv-core`, and how their replies are written.
//! A plan knows no connection. All other commands are [`Local`]: the connection carries them out.

mod bits;
mod database;
pub(crate) mod describe;
mod failure;
mod flags;
mod keys;
mod lcs;
mod markdown;
mod parse;
mod plan;
mod render;
mod shutdown;
mod spec;
mod syntax;
mod table;
#[cfg(test)]
mod tests;

pub(crate) use self::database::{Database, database};
pub(crate) use self::failure::Failure;
pub(crate) use self::flags::{Categories, Flags};
pub(crate) use self::keys::{Access, Begin, Find, KeySpec, Keys};
pub use self::markdown::markdown;
pub(crate) use self::plan::{Context, Parse, Plan, random};
pub(crate) use self::render::Render;
pub(crate) use self::shutdown::Shutdown;
pub(crate) use self::spec::{Group, Local, Run, Spec};
pub(crate) use self::table::{Found, by_id};
