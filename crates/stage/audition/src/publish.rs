//! The publishing: measures everything and puts the results into the pages.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

use kv_report::splice::{MissingMarkers, splice};
use kv_report::{ReadError, Results, files, plots, sections};
use thiserror::Error;

use crate::compare::{Profile, target_folder};

/// The folder of dated results, from the root of the repository.
pub const RESULTS: &str = "docs/results";
/// The folder of the book's pages.
const BOOK: &str = "docs/src";
/// The folder of pictures, some of which the book and the README show.
const PLOTS: &str = "docs/src/plots";

/// The error of publishing: no page was written, or not all were.
#[derive(Debug, Error)]
pub enum PublishError {
    /// The current folder is not the root of the repository.
    #[error("{0} is not here: run this in the root of the repository")]
    WrongFolder(&'static str),
    /// The benches failed, and have printed the reason.
    #[error("`cargo bench` failed; what it said is above")]
    Benches,
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file's path.
        path: PathBuf,
        /// The operating system's error.
        source: io::Error,
    },
    /// The results could not be written to their folder, and are still where the benches left them.
    #[error("cannot write {path}: {source}; the results are in {left}, and `audition publish --from {left}` takes them", left = left.display())]
    NotKept {
        /// The path to which they belong.
        path: PathBuf,
        /// The path at which they are.
        left: PathBuf,
        /// The operating system's error.
        source: io::Error,
    },
    /// The results could not be read.
    #[error(transparent)]
    Results(#[from] ReadError),
    /// The markers of a page are missing or out of order.
    #[error("{path}: {source}")]
    Markers {
        /// The page's path.
        path: PathBuf,
        /// The fault of its markers.
        source: MissingMarkers,
    },
}

/// Runs `cargo bench`, keeps its results as a dated file, and returns that file.
///
/// # Errors
/// [`PublishError`].
pub fn measure(root: &Path, profile: Profile) -> Result<PathBuf, PublishError> {
    check_root(root)?;
    // The folder is checked now, because a failure after the benches would cost an hour.
    let kept = root.join(RESULTS).join("results.json");
    files::check(&kept).map_err(|source| PublishError::Io { path: root.join(RESULTS), source })?;
    // cargo sets this variable for the programs that it runs; a program that was started by hand has to look for cargo.
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(&cargo)
        .arg("bench")
        .current_dir(root)
        .env("BENCH_PROFILE", profile.to_string())
        .status()
        .map_err(|source| PublishError::Io { path: cargo.into(), source })?;
    if !status.success() {
        return Err(PublishError::Benches);
    }
    let left = target_folder().join("results.json");
    let results = Results::read(&left)?;
    let path = dated(root, &results);
    match results.write(&path) {
        Ok(()) => Ok(path),
        Err(source) => Err(PublishError::NotKept { path, left, source }),
    }
}

/// A name that no earlier results have: files of results are never replaced.
fn dated(root: &Path, results: &Results) -> PathBuf {
    let day = results.started.split('T').next().unwrap_or_default();
    let name = format!("{day}-{}", results.profile);
    let path = |suffix: String| root.join(RESULTS).join(format!("{name}{suffix}.json"));
    let mut candidates =
        std::iter::once(path(String::new())).chain((2..).map(|number| path(format!("-{number}"))));
    candidates.find(|path| !path.exists()).expect("there is always another number")
}

/// The file of results that the pages show: the newest, by its own date.
///
/// # Errors
/// [`PublishError`] when there is no file of results, or the folder cannot be read.
pub fn newest(root: &Path) -> Result<PathBuf, PublishError> {
    check_root(root)?;
    let folder = root.join(RESULTS);
    let failed = |source| PublishError::Io { path: folder.clone(), source };
    let mut all = Vec::new();
    for entry in fs::read_dir(&folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            all.push((Results::read(&path)?.started, path));
        }
    }
    all.sort();
    all.pop().map(|(_, path)| path).ok_or_else(|| failed(io::ErrorKind::NotFound.into()))
}

/// The new text of all pages with these results: every page that has markers, and every picture.
///
/// # Errors
/// [`PublishError`].
pub fn pages(root: &Path, results: &Results) -> Result<Vec<(PathBuf, String)>, PublishError> {
    check_root(root)?;
    let sections = sections(results);
    let mut pages = Vec::new();
    for path in candidates(root)? {
        let failed = |source| PublishError::Io { path: path.clone(), source };
        let mut text = fs::read_to_string(&path).map_err(failed)?;
        let mut has = false;
        for (name, section) in &sections {
            if text.contains(&format!("<!-- BEGIN: {name} -->")) {
                has = true;
                text = splice(&text, name, &results.command, section)
                    .map_err(|source| PublishError::Markers { path: path.clone(), source })?;
            }
        }
        if has {
            pages.push((path, text));
        }
    }
    let plots = plots::plots(results).into_iter();
    pages.extend(plots.map(|(name, svg)| (root.join(PLOTS).join(name), svg)));
    Ok(pages)
}

fn candidates(root: &Path) -> Result<Vec<PathBuf>, PublishError> {
    let folder = root.join(BOOK);
    let failed = |source| PublishError::Io { path: folder.clone(), source };
    let mut all = vec![root.join("README.md")];
    for entry in fs::read_dir(&folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension == "md") {
            all.push(path);
        }
    }
    all.sort();
    Ok(all)
}

/// Writes all pages anew from a results file, and returns their paths.
///
/// # Errors
/// [`PublishError`].
pub fn publish(root: &Path, from: &Path) -> Result<Vec<PathBuf>, PublishError> {
    let results = Results::read(from)?;
    let pages = pages(root, &results)?;
    // File names have the number of threads in them, so pictures from another machine would stay.
    let plots = root.join(PLOTS);
    if plots.exists() {
        fs::remove_dir_all(&plots).map_err(|source| PublishError::Io { path: plots.clone(), source })?;
    }
    let mut written = Vec::new();
    for (path, text) in pages {
        files::write(&path, &text).map_err(|source| PublishError::Io { path: path.clone(), source })?;
        written.push(path);
    }
    Ok(written)
}

fn check_root(root: &Path) -> Result<(), PublishError> {
    for wanted in ["README.md", BOOK] {
        if !root.join(wanted).exists() {
            return Err(PublishError::WrongFolder(wanted));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_refused_anywhere_else() {
        let error = pages(Path::new("."), &Results::default()).expect_err("the crate's folder has no book");
        assert!(error.to_string().contains("root of the repository"), "{error}");
    }
}
