//! The costs of a framework: crates, lines, unsafe lines, time to compile, age.
//!
//! * [`lines_of`] counts lines with code, and those that are unsafe, in Rust sources.
//! * [`Workshop`] makes a minimal program of each framework, in the version and with the features that the backend's
//!   crate uses, and learns from cargo what that needs: how many crates, whose sources, how long to compile, how large.
//! * The dates of versions are read from the registry's index, as cargo has left it on this machine.
//!
//! The module never uses the network: for what is not on this machine it returns an error that says so, or `None`.

mod compile;
mod error;
mod lines;
mod minimal;
mod registry;
mod sources;
mod workshop;

pub use error::CostsError;
pub use lines::Lines;
pub use sources::{Storeys, lines_of, storeys_of};
pub use workshop::Workshop;
