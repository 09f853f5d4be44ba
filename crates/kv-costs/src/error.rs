//! What can be missing.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// What a framework brings along could not be found out.
#[derive(Debug, Error)]
pub enum CostsError {
    /// Cargo is not there, or refused.
    #[error(
        "cargo does not describe {what}: {source}; its sources have to be on this machine (`cargo fetch`)"
    )]
    Metadata {
        /// Of which program or workspace.
        what: String,
        /// What it said.
        source: Box<cargo_metadata::Error>,
    },
    /// The workspace has no such package, or the package has not that dependency.
    #[error("{package} does not depend on {framework}; the crate of a framework is called kv-<framework>")]
    NoFramework {
        /// The package that was looked for.
        package: String,
        /// The framework.
        framework: String,
    },
    /// A minimal program would be compiled with other versions than the workspace is.
    #[error(
        "the minimal program of {framework} needs {other}, which the workspace's Cargo.lock does not have"
    )]
    OtherVersions {
        /// Whose program.
        framework: String,
        /// Which package.
        other: String,
    },
    /// A file or folder could not be read, written or removed.
    #[error("cannot {doing} {path}: {source}")]
    Io {
        /// What was to be done.
        doing: &'static str,
        /// To which file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file is not Rust.
    #[error("{path} cannot be split into tokens: {reason}")]
    NoRust {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A minimal program does not compile, or does not run.
    #[error("{command} failed for the minimal program of {framework}: {said}")]
    Failed {
        /// What was run.
        command: &'static str,
        /// Whose program.
        framework: String,
        /// Its last words.
        said: String,
    },
    /// The system does not tell what compiling takes.
    #[error("processor time of child processes is read from /proc/self/stat, which is not here")]
    NoClock,
}

impl CostsError {
    /// Makes an error of what the operating system says.
    pub(crate) fn io(doing: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { doing, path, source }
    }
}
