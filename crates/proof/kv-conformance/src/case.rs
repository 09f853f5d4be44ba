//! The table of all cases, and how one of them is run.

use std::fmt;

use kv_core::Promise;

use crate::{Trial, isolated, run_trial, sequence};

/// One case of the suite: a condition that has to hold for every backend which makes the promise.
#[derive(Clone, Copy)]
pub struct Case {
    /// The promise that the case belongs to.
    pub promise: Promise,
    /// The file of the case's code, in `cases/`.
    pub section: &'static str,
    /// The case's name: the condition, in words.
    pub name: &'static str,
    /// Whether the case counts threads, tasks or bytes, and so needs a process in which nothing else runs.
    pub isolated: bool,
    /// Whether the case is about actors that come and go with their keys.
    pub only_per_key: bool,
    body: fn(Trial),
}

impl Case {
    /// Runs the case to its end, in this process.
    ///
    /// # Panics
    /// When the backend does not keep the condition, or hangs for longer than 55 s.
    pub fn run(&self, trial: Trial) {
        (self.body)(trial);
    }
}

impl fmt::Debug for Case {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}::{}", self.section, self.name)
    }
}

macro_rules! table {
    ([$only_per_key:expr] $($promise:ident $place:ident { $($section:ident :: $case:ident),+ $(,)? })+) => {
        &[$($(Case {
            promise: Promise::$promise,
            section: stringify!($section),
            name: stringify!($case),
            isolated: table!(@ $place),
            only_per_key: $only_per_key,
            body: |trial| run_trial(trial, crate::cases::$section::$case),
        }),+),+]
    };
    (@ in_process) => { true };
    (@ in_thread) => { false };
}

const CONTRACT: &[Case] = crate::contract!(table[false]);
const LIVES: &[Case] = crate::lives!(table[true]);
const SEQUENCE: Case = Case {
    promise: Promise::Answers,
    section: "sequence",
    name: "sequence",
    isolated: false,
    only_per_key: false,
    body: sequence,
};

/// All cases: promise by promise, those about an actor per key last.
pub fn cases() -> impl Iterator<Item = &'static Case> {
    Promise::ALL.iter().flat_map(|promise| {
        CONTRACT.iter().chain([&SEQUENCE]).chain(LIVES).filter(move |case| case.promise == *promise)
    })
}

/// The case of that name.
#[must_use]
pub fn case(name: &str) -> Option<&'static Case> {
    cases().find(|case| case.name == name)
}

/// Runs one case as the body of a `#[test]` in the module `module`, in a process of its own where it needs one.
///
/// # Panics
/// When the case fails, or when there is none of that name.
#[doc(hidden)]
pub fn test(module: &str, name: &str, trial: Trial) {
    let case = case(name).unwrap_or_else(|| panic!("there is no case {name}"));
    if case.isolated {
        isolated(&format!("{module}::{name}"), || case.run(trial));
    } else {
        case.run(trial);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_promise_has_cases_and_every_case_a_name_of_its_own() {
        for promise in Promise::ALL {
            assert!(cases().any(|case| case.promise == *promise), "no case for {promise}");
        }
        let names: BTreeSet<_> = cases().map(|case| case.name).collect();
        assert_eq!(names.len(), cases().count());
    }
}
