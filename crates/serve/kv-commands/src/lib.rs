//! Redis's commands as data and pure functions: their names, their arguments, their replies and their descriptions.
//!
//! A command of the store is [parsed](Parse) into a [`Plan`]: commands of `kv-core`, and how their replies are written.
//! A plan knows no connection. All other commands are [`Local`]: the server's connection carries them out.
//!
//! The crate knows no socket, no runtime and no actor. [`conversation`] puts its parts together over a plain store.

mod bits;
pub mod conversation;
mod database;
pub mod describe;
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

pub use self::database::{Database, database};
pub use self::failure::Failure;
pub use self::flags::Flags;
pub use self::lcs::{LcsOptions, Report};
pub use self::markdown::command_table;
pub use self::plan::{Context, Parse, Plan, random};
pub use self::render::Render;
pub use self::shutdown::Shutdown;
pub use self::spec::{Local, Run, Spec};
pub use self::table::{Found, by_id};

use self::flags::Categories;
use self::keys::{Access, Begin, Find, KeySpec, Keys};
use self::spec::Group;
