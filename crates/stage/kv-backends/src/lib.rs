//! The one list of backends, and the one dispatch from a name to a type.
//!
//! Adding a framework to Audition means adding its crate to `Cargo.toml` and its type to [`backends!`] below.
//! The suite, the benches and the binary find it from there.
//!
//! [`backends!`]: self#the-list
//!
//! # The list
//!
//! ```
//! let names: Vec<_> = kv_backends::whole().map(|backend| backend.name).collect();
//! assert_eq!(names, ["mutex", "tokio", "kameo", "ractor", "actix", "actix-local", "elfo"]);
//! let names: Vec<_> = kv_backends::firsts().map(|backend| backend.name).collect();
//! assert_eq!(names, ["tokio-first", "kameo-first", "ractor-first", "actix-first", "elfo-first"]);
//! ```

mod frameworks;

pub use frameworks::{Framework, UnknownFramework, framework, frameworks};
use kv_core::{Backend, Placement, Promise};
use thiserror::Error;

/// Makes every function that has to know all backends, from the list of backends: each one that keeps the whole
/// contract, and behind it the plainest one of its framework.
macro_rules! backends {
    ($($backend:ty $(, first $first:ty)?);+ $(;)?) => {
        /// Describes the backends that keep the whole contract, in the order of tables.
        pub fn whole() -> impl Iterator<Item = Description> {
            [$(Description::of::<$backend>(None)),+].into_iter()
        }

        /// Describes the plainest backend of each framework, in the order of tables.
        pub fn firsts() -> impl Iterator<Item = Description> {
            [$($(Description::of::<$first>(Some(<$backend as Backend>::NAME)),)?)+].into_iter()
        }

        /// Calls the visitor with the type of the backend of that name: the one dispatch, after which
        /// everything is static.
        ///
        /// # Errors
        /// [`UnknownBackend`], which lists the names there are.
        pub fn with<V: Visitor>(name: &str, visitor: V) -> Result<V::Output, UnknownBackend> {
            $(
                if name == <$backend as Backend>::NAME {
                    return Ok(visitor.visit::<$backend>());
                }
                $(
                    if name == <$first as Backend>::NAME {
                        return Ok(visitor.visit::<$first>());
                    }
                )?
            )+
            Err(UnknownBackend(name.to_owned()))
        }
    };
}

// ANCHOR: list
backends! {
    kv_mutex::Mutex;
    kv_tokio::Tokio, first kv_tokio::First;
    kv_kameo::Kameo, first kv_kameo::First;
    kv_ractor::Ractor, first kv_ractor::First;
    kv_actix::Actix;
    kv_actix::ActixLocal, first kv_actix::First;
    kv_elfo::Elfo, first kv_elfo::First;
}
// ANCHOR_END: list

/// Describes all backends: those of [`firsts`], each before the one of [`whole`] that it belongs to.
pub fn all() -> impl Iterator<Item = Description> {
    whole().flat_map(|whole| firsts().filter(move |first| first.whole == Some(whole.name)).chain([whole]))
}

/// The description of the backend of that name.
///
/// # Errors
/// [`UnknownBackend`], which lists the names there are.
pub fn describe(name: &str) -> Result<Description, UnknownBackend> {
    all().find(|backend| backend.name == name).ok_or_else(|| UnknownBackend(name.to_owned()))
}

/// A generic function over a backend's type.
pub trait Visitor {
    /// The result of the visit.
    type Output;

    /// Is called with the backend's type.
    fn visit<B: Backend>(self) -> Self::Output;
}

/// The description of a backend, known without starting it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Description {
    /// The backend's name.
    pub name: &'static str,
    /// The framework's package name and the version that was compiled in; `None` for the standard library.
    pub framework: Option<(&'static str, &'static str)>,
    /// The place where the backend's actors live.
    pub placement: Placement,
    /// Whether the framework has an inside; see [`Backend::INSIDE`].
    pub inside: bool,
    /// Whether the backend can have an actor per key.
    pub per_key: bool,
    /// What it promises.
    pub promises: &'static [Promise],
    /// The promises that it keeps but for a race.
    pub races: &'static [Promise],
    /// For the plainest backend of a framework: the backend that keeps the whole contract.
    pub whole: Option<&'static str>,
}

impl Description {
    fn of<B: Backend>(whole: Option<&'static str>) -> Self {
        let framework = B::FRAMEWORK.map(|name| (name, version(name).unwrap_or("unknown")));
        Self {
            name: B::NAME,
            framework,
            inside: B::INSIDE,
            placement: B::PLACEMENT,
            per_key: B::PER_KEY,
            promises: B::PROMISES,
            races: B::RACES,
            whole,
        }
    }
}

/// The error for a name that no backend has.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("there is no backend {0:?}; choose one of: {names}", names = names())]
pub struct UnknownBackend(String);

/// The names of all backends, for a message.
fn names() -> String {
    all().map(|backend| backend.name).collect::<Vec<_>>().join(", ")
}

/// The version of a package that this was built with, out of `Cargo.lock`.
#[must_use]
pub fn version(package: &str) -> Option<&'static str> {
    const VERSIONS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/versions.rs"));
    VERSIONS.iter().find(|(name, _)| *name == package).map(|(_, version)| *version)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Name;
    impl Visitor for Name {
        type Output = &'static str;
        fn visit<B: Backend>(self) -> &'static str {
            B::NAME
        }
    }

    #[test]
    fn every_name_finds_its_backend() {
        for backend in all() {
            assert_eq!(with(backend.name, Name), Ok(backend.name));
        }
    }

    #[test]
    fn an_unknown_name_is_told_the_known_ones() {
        let error = with("akka", Name).expect_err("not on this stage").to_string();
        assert!(
            error.starts_with("there is no backend \"akka\"; choose one of: mutex, tokio-first, tokio"),
            "{error}"
        );
    }

    #[test]
    fn every_framework_has_a_version() {
        for (name, version) in all().filter_map(|backend| backend.framework) {
            assert!(version.starts_with(|c: char| c.is_ascii_digit()), "{name} {version}");
        }
    }
}
