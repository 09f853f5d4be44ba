//! Random cases that can be repeated.

use std::env;
use std::hash::{BuildHasher, RandomState};

use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestCaseResult, TestRunner};

/// Runs `test` on so many random cases. The seed is `AUDITION_SEED` if it is set, else a fresh one, and printed either
/// way. (`kv_conformance::seed` does the same; to depend on it here would bring in the store.)
pub(crate) fn check<S: Strategy>(cases: u32, strategy: &S, test: impl Fn(S::Value) -> TestCaseResult) {
    let seed = match env::var("AUDITION_SEED") {
        Ok(text) => text.parse().expect("AUDITION_SEED must be an unsigned integer"),
        Err(_) => RandomState::new().hash_one(0_u64),
    };
    println!("seed {seed}; to run it again: AUDITION_SEED={seed}");
    let config = ProptestConfig {
        cases,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(seed),
        ..ProptestConfig::default()
    };
    if let Err(failure) = TestRunner::new(config).run(strategy, test) {
        panic!("{failure}");
    }
}
