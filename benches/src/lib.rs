//! The parts of the benches that are tested on their own.
//!
//! [`costs`] counts what a framework brings along; the bench `costs` prints it.

pub mod costs;
