//! The count of the lines of all sources in a folder.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::lines::Found;
use super::{CostsError, Lines};

/// The lines of a backend's crate, storey by storey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Storeys {
    /// The lines of `first.rs` and of the files below it: the store in the framework's plainest idiom.
    pub first: usize,
    /// The lines of the whole contract over one actor or one per shard, beside those of the first storey.
    pub shards: usize,
    /// The lines of `per_key.rs` and of the files below it: an actor per key.
    pub per_key: usize,
}

/// Counts the lines of each storey of a crate, whose sources are in this folder; `None` for a crate without a first storey.
///
/// # Errors
/// Those of [`lines_of`].
pub fn storeys_of(sources: &Path) -> Result<Option<Storeys>, CostsError> {
    if !sources.join("first.rs").exists() {
        return Ok(None);
    }
    let module = |name: &str| -> Result<usize, CostsError> {
        let mut lines = lines_of(&sources.join(name).with_extension("rs"), &[])?;
        lines += lines_of(&sources.join(name), &[])?;
        Ok(lines.code)
    };
    let (first, per_key) = (module("first")?, module("per_key")?);
    let shards = lines_of(sources, &[])?.code - first - per_key;
    Ok(Some(Storeys { first, shards, per_key }))
}

/// Counts the lines of a Rust file, or of all below a folder, whatever features they are behind, without tests and without the
/// files of these names.
///
/// # Errors
/// [`CostsError::Io`], [`CostsError::NoRust`].
pub fn lines_of(folder: &Path, but: &[&str]) -> Result<Lines, CostsError> {
    let mut files = Vec::new();
    collect(folder, &mut files)?;
    let (mut found, mut tests) = (Vec::new(), BTreeSet::new());
    for file in files {
        if file.file_name().is_some_and(|name| but.iter().any(|left_out| name == *left_out)) {
            continue;
        }
        let text = fs::read_to_string(&file).map_err(CostsError::io("read", &file))?;
        let in_file = Found::in_file(&text)
            .map_err(|error| CostsError::NoRust { path: file.clone(), reason: error.to_string() })?;
        let folder = folder_of_modules(&file);
        tests.extend(in_file.test_modules.iter().map(|module| folder.join(module)));
        found.push((file, in_file.lines()));
    }
    let mut sum = Lines::default();
    for (file, lines) in found {
        // A module's file is `name.rs`, or any file in `name/`.
        let is_test =
            file.ancestors().any(|part| tests.contains(part)) || tests.contains(&file.with_extension(""));
        if !is_test {
            sum += lines;
        }
    }
    Ok(sum)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), CostsError> {
    if folder.is_file() {
        files.push(folder.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(folder).map_err(CostsError::io("read", folder))? {
        let path = entry.map_err(CostsError::io("read", folder))?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(())
}

/// The folder of the modules that a file declares.
fn folder_of_modules(file: &Path) -> PathBuf {
    let is_root = ["lib.rs", "main.rs", "mod.rs"].iter().any(|name| file.ends_with(name));
    if is_root { file.parent().unwrap_or(file).to_owned() } else { file.with_extension("") }
}
