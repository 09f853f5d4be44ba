//! The names of the cases that a backend fails: how the suite is tested itself.

use std::panic::{AssertUnwindSafe, catch_unwind};

use kv_core::Backend;

use crate::{Setting, Trial, cases};

/// Runs the named cases, or all cases where no name is given, and returns the names of those that fail. Cases that need
/// a process of their own are left out. A deliberately broken backend has to fail the right ones.
#[must_use]
pub fn failures<B: Backend>(setting: Setting, names: &[&str]) -> Vec<&'static str> {
    let trial = Trial::of::<B>(setting);
    let shared = cases().filter(|case| !case.isolated && !case.only_per_key);
    let wanted = shared.filter(|case| names.is_empty() || names.contains(&case.name));
    let failed = wanted.filter(|case| catch_unwind(AssertUnwindSafe(|| case.run(trial))).is_err());
    failed.map(|case| case.name).collect()
}
