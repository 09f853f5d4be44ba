//! The workshop, which counts the costs of one framework after the other.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, Metadata, Package, PackageId};
use kv_report::Framework;

use super::minimal::{Minimal, metadata};
use super::{CostsError, Lines, compile, lines_of, registry};

/// A workshop for frameworks in the versions and with the features of this workspace.
#[derive(Debug)]
pub struct Workshop {
    packages: Vec<Package>,
    lock: PathBuf,
    folder: PathBuf,
}

impl Workshop {
    /// Reads the manifests of the workspace at `root`; minimal programs are made below `folder`.
    ///
    /// # Errors
    /// [`CostsError::Metadata`].
    pub fn new(root: &Path, folder: &Path) -> Result<Self, CostsError> {
        let workspace = metadata("the workspace", &root.join("Cargo.toml"), &["--no-deps"])?;
        Ok(Self { packages: workspace.packages, lock: root.join("Cargo.lock"), folder: folder.to_owned() })
    }

    /// The costs of a framework, by the crate `kv-<framework>`; with `builds`, also those of compiling it, which takes
    /// about half a minute.
    ///
    /// # Errors
    /// [`CostsError`]: cargo, the framework's source or the backend's crate is missing, or a minimal program does not
    /// compile or run.
    pub fn framework(&self, framework: &str, builds: bool) -> Result<Framework, CostsError> {
        let ours = format!("kv-{framework}");
        let missing = || CostsError::NoFramework { package: ours.clone(), framework: framework.to_owned() };
        let package = self.packages.iter().find(|package| package.name == ours).ok_or_else(missing)?;
        let minimal = Minimal::make(framework, package, &self.lock, &self.folder.join(framework))?;
        let itself = minimal.packages().find(|package| package.name == framework).ok_or_else(missing)?;
        let Lines { code, in_unsafe } = family(itself, minimal.packages())?;
        let versions = registry::versions(framework, itself.manifest_path.as_std_path());
        let pinned = versions.iter().find(|known| known.version == itself.version);
        Ok(Framework {
            name: framework.to_owned(),
            version: itself.version.to_string(),
            published: pinned.and_then(|known| known.at.clone()),
            newest: registry::newest(&versions, &itself.version)
                .map(|newest| (newest.version.to_string(), newest.at.clone())),
            dependencies: minimal.packages().count(),
            lines: code,
            unsafe_lines: in_unsafe,
            build: builds.then(|| compile::measure(&minimal)).transpose()?,
        })
    }
}

/// The lines of all crates that a program needs and that come from the framework's repository: its authors have split
/// the framework into them. The manifests tell the repository, so no list of such crates is kept.
fn family<'a>(framework: &Package, packages: impl Iterator<Item = &'a Package>) -> Result<Lines, CostsError> {
    let mut sum = Lines::default();
    for package in packages {
        let same = repository(package).is_some() && repository(package) == repository(framework);
        if let Some(folder) = package.manifest_path.parent().filter(|_| same || package.id == framework.id) {
            sum += lines_of(folder.join("src").as_std_path(), &[])?;
        }
    }
    Ok(sum)
}

/// The repository's address in a form that can be compared.
fn repository(package: &Package) -> Option<&str> {
    let address = package.repository.as_deref()?;
    let address = address.split("/tree/").next()?.trim_end_matches('/');
    Some(address.strip_suffix(".git").unwrap_or(address))
}

/// The packages that building `root` builds, itself not among them.
pub(crate) fn built<'a>(metadata: &'a Metadata, root: &PackageId) -> Vec<&'a Package> {
    let nodes: HashMap<_, _> =
        metadata.resolve.iter().flat_map(|graph| &graph.nodes).map(|node| (&node.id, node)).collect();
    let (mut found, mut open) = (vec![root], vec![root]);
    while let Some(node) = open.pop().and_then(|id| nodes.get(id)) {
        for dependency in &node.deps {
            let is_built = dependency.dep_kinds.iter().any(|kind| kind.kind != DependencyKind::Development);
            if is_built && !found.contains(&&dependency.pkg) {
                found.push(&dependency.pkg);
                open.push(&dependency.pkg);
            }
        }
    }
    metadata.packages.iter().filter(|package| package.id != *root && found.contains(&&package.id)).collect()
}

/// Makes a folder, and its parent folders.
pub(crate) fn make_folder(folder: &Path) -> Result<(), CostsError> {
    fs::create_dir_all(folder).map_err(CostsError::io("make", folder))
}
