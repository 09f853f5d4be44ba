//! What a framework brings along: crates, lines, unsafe lines, time to compile, age.
//!
//! * [`lines_of`] counts lines with code, and those that are unsafe, in Rust sources.
//! * [`Workshop`] makes a minimal program of each framework, in the version and with the features that our own crate
//!   uses, and reads off cargo what that needs: how many crates, whose sources, how long to compile, how large.
//! * When a version was published is read from the registry's index, as cargo has left it on this machine.
//!
//! Nothing here goes to the network: what is not on this machine is an error that says so, or `None`.

mod compile;
mod error;
mod lines;
mod minimal;
mod registry;
mod sources;
mod workshop;

pub use error::CostsError;
pub use lines::Lines;
pub use sources::lines_of;
pub use workshop::Workshop;
