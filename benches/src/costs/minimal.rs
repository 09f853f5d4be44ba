//! A program with one actor of one framework, as a package of its own.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

use super::CostsError;
use super::workshop::{built, make_folder};

/// A minimal program that is ready to be compiled.
#[derive(Debug)]
pub(crate) struct Minimal {
    pub(crate) framework: String,
    pub(crate) folder: PathBuf,
    metadata: Metadata,
}

impl Minimal {
    /// Makes a package out of `minimal/main.rs` of the backend's crate, with those dependencies of that crate that the
    /// program names: in the same versions, with the same features. The workspace's lock file makes the other versions
    /// the same.
    pub(crate) fn make(
        framework: &str,
        ours: &Package,
        lock: &Path,
        folder: &Path,
    ) -> Result<Self, CostsError> {
        let program = ours.manifest_path.with_file_name("minimal").join("main.rs").into_std_path_buf();
        let program = fs::read_to_string(&program).map_err(CostsError::io("read", &program))?;
        make_folder(&folder.join("src"))?;
        let write = |file: &str, text: &str| {
            let path = folder.join(file);
            fs::write(&path, text).map_err(CostsError::io("write", path))
        };
        let lock = fs::read_to_string(lock).map_err(CostsError::io("read", lock))?;
        write("Cargo.lock", &lock)?;
        write("Cargo.toml", &manifest(framework, ours, &program))?;
        write("src/main.rs", &program)?;

        // Without a named platform, cargo wants the sources for all platforms.
        let host = Command::new("rustc").args(["--print", "host-tuple"]).output();
        let host = host.map_err(CostsError::io("start", "rustc"))?;
        let host = String::from_utf8_lossy(&host.stdout).trim().to_owned();
        let what = format!("the minimal program of {framework}");
        let options = ["--offline", "--filter-platform", &host];
        let metadata = metadata(&what, &folder.join("Cargo.toml"), &options)?;
        let minimal = Self { framework: framework.to_owned(), folder: folder.to_owned(), metadata };
        for Package { name, version, .. } in minimal.packages() {
            if !lock.contains(&format!("name = \"{name}\"\nversion = \"{version}\"\n")) {
                let other = format!("{name} {version}");
                return Err(CostsError::OtherVersions { framework: framework.to_owned(), other });
            }
        }
        Ok(minimal)
    }

    /// The packages that are built, the program itself not among them.
    pub(crate) fn packages(&self) -> impl Iterator<Item = &Package> {
        let root = self.metadata.root_package();
        root.map_or_else(Vec::new, |root| built(&self.metadata, &root.id)).into_iter()
    }
}

/// Cargo's metadata of the packages at a manifest.
pub(crate) fn metadata(what: &str, manifest: &Path, options: &[&str]) -> Result<Metadata, CostsError> {
    let failed = |source| CostsError::Metadata { what: what.to_owned(), source: Box::new(source) };
    let options: Vec<String> = options.iter().map(|&option| option.to_owned()).collect();
    MetadataCommand::new().manifest_path(manifest).other_options(options).exec().map_err(failed)
}

/// The name of a framework's program, and of its package.
pub(crate) fn name(framework: &str) -> String {
    format!("minimal-{framework}")
}

fn manifest(framework: &str, ours: &Package, program: &str) -> String {
    let named = |name: &str| program.contains(&format!("{}::", name.replace('-', "_")));
    let mut manifest = format!(
        "[package]\nname = \"{}\"\nedition = \"{}\"\n\n[workspace]\n\n[profile.release]\nstrip = true\n\n[dependencies]\n",
        name(framework),
        ours.edition
    );
    for dependency in &ours.dependencies {
        if dependency.kind == DependencyKind::Normal && named(&dependency.name) {
            // A list of plain names looks the same in Rust and in TOML.
            let _ = writeln!(
                manifest,
                "{} = {{ version = \"{}\", default-features = {}, features = {:?} }}",
                dependency.name, dependency.req, dependency.uses_default_features, dependency.features
            );
        }
    }
    manifest
}
