//! The frameworks by themselves, beside the list of backends.

use kv_behaviour::{Behaviours, Native, natives, observe};
use thiserror::Error;

/// A framework, its declared behaviours, and a function that observes them.
#[derive(Clone, Copy, Debug)]
pub struct Framework {
    /// The framework's name.
    pub name: &'static str,
    /// The declared behaviours.
    pub declared: Behaviours,
    /// Runs all probes against the framework, and returns the observed behaviours.
    pub observe: fn() -> Behaviours,
}

impl Framework {
    const fn of<N: Native>() -> Self {
        Self { name: N::NAME, declared: N::BEHAVIOURS, observe: observe::<N> }
    }
}

/// All frameworks, in the order of tables. The mutex is no framework, so it is not among them.
pub fn frameworks() -> impl Iterator<Item = Framework> {
    [
        Framework::of::<natives::tokio::Tokio>(),
        Framework::of::<natives::kameo::Kameo>(),
        Framework::of::<natives::ractor::Ractor>(),
        Framework::of::<natives::actix::Actix>(),
        Framework::of::<natives::elfo::Elfo>(),
    ]
    .into_iter()
}

/// The framework of that name.
///
/// # Errors
/// [`UnknownFramework`], which lists the names there are.
pub fn framework(name: &str) -> Result<Framework, UnknownFramework> {
    frameworks().find(|framework| framework.name == name).ok_or_else(|| UnknownFramework(name.to_owned()))
}

/// The error for a name that no framework has.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("there is no framework {0:?} to probe; choose one of: {names}", names = names())]
pub struct UnknownFramework(String);

fn names() -> String {
    frameworks().map(|framework| framework.name).collect::<Vec<_>>().join(", ")
}
