//! A backend's way onto the stage: its promises, one after the other, up to the first that breaks, and the places that do not name
//! the backend yet.

use std::collections::VecDeque;
use std::fs;
use std::path::Path;

use kv_backends::Description;
use kv_core::Promise;

use crate::promises::{PromisesError, play_promise};

/// The next step of a backend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Check {
    /// A promise broke: which, the first case, and what happened.
    Broke {
        /// The promise.
        promise: Promise,
        /// The case, as `section::name`.
        case: String,
        /// What happened, in one line.
        reason: String,
    },
    /// Every promise that the backend can make is kept.
    Kept,
}

/// Plays the promises of a backend in their order, and stops at the first that breaks. `stage` is told each promise that is
/// kept. [`Promise::OneActorPerKey`] is left out for a backend that declares that it has none.
///
/// # Errors
/// [`PromisesError`].
pub fn check(name: &str, stage: &dyn Fn(Promise)) -> Result<Check, PromisesError> {
    let backend = kv_backends::describe(name)?;
    for &promise in Promise::ALL {
        if promise == Promise::OneActorPerKey && !backend.per_key {
            continue;
        }
        let played = play_promise(&backend, promise)?;
        if let Some(broken) = played.iter().find(|played| played.reason().is_some()) {
            let case = format!("{}::{}", broken.case.section, broken.case.name);
            let reason = broken.reason().unwrap_or_default().to_owned();
            return Ok(Check::Broke { promise, case, reason });
        }
        stage(promise);
    }
    Ok(Check::Kept)
}

/// A place in the repository that names every backend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, from the root of the repository.
    pub file: String,
    /// What the backend needs there.
    pub what: &'static str,
}

/// The places under `root` that do not name the backend yet, in the order in which a contributor would fill them.
#[must_use]
pub fn missing(root: &Path, backend: &Description) -> Vec<Place> {
    let name = backend.name;
    let package = backend.framework.map_or(name, |(package, _)| package);
    let home = format!("crates/backends/kv-{package}");
    // The file, a text that has to be in it (none: any), and what the file is for.
    let mut places: VecDeque<(String, String, &'static str)> = VecDeque::from([
        (
            format!("{home}/README.md"),
            String::new(),
            "each setting that is not the framework's default, and why",
        ),
        ("docs/src/SUMMARY.md".to_owned(), format!("({package}.md)"), "the chapter's line in the book"),
        (format!("docs/src/{package}.md"), String::new(), "the chapter"),
    ]);
    if backend.framework.is_some() {
        places.push_front((
            format!("{home}/src/first.rs"),
            String::new(),
            "storey 1: the framework's plainest store",
        ));
    }
    if backend.whole.is_none() {
        places.extend([
            (format!("{home}/tests/conformance.rs"), "suite!".to_owned(), "the suite, one line"),
            (
                "crates/measure/kv-report/src/palette.rs".to_owned(),
                format!("\"{name}\""),
                "a color and a marker in plots",
            ),
            ("judges/serving.py".to_owned(), format!("\"{name}\""), "the judges' list"),
        ]);
        if backend.framework.is_some() {
            places.extend([
                (format!("{home}/tests/allocations.rs"), String::new(), "the allocations of a call"),
                (
                    format!("{home}/benches/overhead.rs"),
                    String::new(),
                    "the price of the contract over storey 1",
                ),
                (
                    format!("{home}/minimal/main.rs"),
                    String::new(),
                    "the least program, which the costs table compiles",
                ),
                (
                    format!("crates/proof/kv-behaviour/src/natives/{package}.rs"),
                    String::new(),
                    "the framework by itself, for the table of behaviours",
                ),
            ]);
        }
    }
    let lacks =
        |file: &str, text: &str| !fs::read_to_string(root.join(file)).is_ok_and(|found| found.contains(text));
    let missing = places.into_iter().filter(|(file, text, _)| lacks(file, text));
    missing.map(|(file, _, what)| Place { file, what }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_backend_is_named_wherever_backends_are() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
        for backend in kv_backends::all() {
            assert_eq!(missing(&root, &backend), [], "{} is missing there", backend.name);
        }
    }

    #[test]
    fn a_backend_that_is_nowhere_is_told_where_it_belongs() {
        let tokio = kv_backends::describe("tokio").expect("it is there");
        let nowhere = missing(Path::new("/nowhere"), &tokio);
        assert_eq!(nowhere[0].file, "crates/backends/kv-tokio/src/first.rs");
        assert!(nowhere.len() > 8, "{nowhere:?}");
    }
}
