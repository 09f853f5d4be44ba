//! The errors of counting the costs.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// The error for a framework whose costs could not be counted.
#[derive(Debug, Error)]
pub enum CostsError {
    /// Cargo is missing, or refused.
    #[error(
        "cargo does not describe {what}: {source}; its sources have to be on this machine (`cargo fetch`)"
    )]
    Metadata {
        /// The program or the workspace that cargo was asked about.
        what: String,
        /// Cargo's error.
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
        /// The framework whose program it is.
        framework: String,
        /// The package with another version.
        other: String,
    },
    /// A file or folder could not be read, written or removed.
    #[error("cannot {doing} {path}: {source}")]
    Io {
        /// The operation that failed.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The operating system's error.
        source: io::Error,
    },
    /// The file is not Rust.
    #[error("{path} cannot be split into tokens: {reason}")]
    NoRust {
        /// The file.
        path: PathBuf,
        /// The tokenizer's error.
        reason: String,
    },
    /// A minimal program does not compile, or does not run.
    #[error("{command} failed for the minimal program of {framework}: {said}")]
    Failed {
        /// The command that failed.
        command: &'static str,
        /// The framework whose program it is.
        framework: String,
        /// The last lines of its output.
        said: String,
    },
    /// The system does not tell the processor time of compiling.
    #[error("processor time of child processes is read from /proc/self/stat, which is not here")]
    NoClock,
}

impl CostsError {
    /// Makes an error out of the operating system's error.
    pub(crate) fn io(doing: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { doing, path, source }
    }
}
