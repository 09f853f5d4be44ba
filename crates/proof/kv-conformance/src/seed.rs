//! Random seeds that a later run can repeat.

use std::env;
use std::hash::{BuildHasher, RandomState};

/// The seed of a random test: `AUDITION_SEED` if it is set, else a fresh one. Printed either way, so that a
/// failure can be run again.
///
/// # Panics
/// When `AUDITION_SEED` is not a number.
#[must_use]
pub fn seed() -> u64 {
    let seed = match env::var("AUDITION_SEED") {
        Ok(text) => text.parse().expect("AUDITION_SEED must be an unsigned integer"),
        // The standard library's only source of randomness: each `RandomState` hashes differently.
        Err(_) => RandomState::new().hash_one(0_u64),
    };
    println!("seed {seed}; to run it again: AUDITION_SEED={seed}");
    seed
}
