//! The dates of versions, out of the registry's index as cargo keeps it on this machine.

use std::fs;
use std::path::{Component, Path, PathBuf};

use semver::Version;
use serde::Deserialize;

/// A version, as the index describes it.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub(crate) struct Published {
    #[serde(rename = "vers")]
    pub(crate) version: Version,
    #[serde(default)]
    yanked: bool,
    /// The time of publication in UTC, RFC 3339; some registries do not tell it.
    #[serde(default, rename = "pubtime")]
    pub(crate) at: Option<String>,
}

/// All versions of the package whose manifest, unpacked by cargo, is the given one. The list is empty if its registry
/// has no index here, as for a package that comes from elsewhere.
pub(crate) fn versions(package: &str, manifest: &Path) -> Vec<Published> {
    let bytes = index_file(package, manifest).and_then(|file| fs::read(file).ok());
    bytes.map_or_else(Vec::new, |bytes| parse(&bytes))
}

/// The newest version that may still be used; a prerelease only if the pinned version is one.
pub(crate) fn newest<'a>(versions: &'a [Published], pinned: &Version) -> Option<&'a Published> {
    let eligible =
        |known: &&Published| !known.yanked && (known.version.pre.is_empty() || !pinned.pre.is_empty());
    versions.iter().filter(eligible).max_by(|a, b| a.version.cmp(&b.version))
}

/// The file in which cargo caches the index: beside the sources of the same registry.
///
/// Rejected: the crates that read an index, each of which has more dependencies than what is measured here.
fn index_file(package: &str, manifest: &Path) -> Option<PathBuf> {
    // .../registry/src/<registry>/<package>-<version>/Cargo.toml
    let registry = manifest.parent()?.parent()?;
    let sources = registry.parent()?;
    if sources.components().next_back()? != Component::Normal("src".as_ref()) {
        return None;
    }
    let name = package.to_lowercase();
    let prefix = match name.len() {
        1 => "1".to_owned(),
        2 => "2".to_owned(),
        3 => format!("3/{}", name.get(..1)?),
        _ => format!("{}/{}", name.get(..2)?, name.get(2..4)?),
    };
    let index = sources.with_file_name("index").join(registry.file_name()?);
    Some(index.join(".cache").join(prefix).join(name))
}

/// Reads the cache's file: a header, and then for each version its number and its description as JSON, all ended by a
/// zero byte.
fn parse(bytes: &[u8]) -> Vec<Published> {
    bytes.split(|byte| *byte == 0).filter_map(|part| serde_json::from_slice(part).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CACHE: &[u8] =
        b"\x03\x02\0\0\0etag\x000.9.0\0{\"name\":\"a\",\"vers\":\"0.9.0\",\"yanked\":false}\0\
        0.10.0\0{\"name\":\"a\",\"vers\":\"0.10.0\",\"yanked\":false,\"pubtime\":\"2024-06-09T18:41:11Z\"}\0\
        0.11.0\0{\"name\":\"a\",\"vers\":\"0.11.0\",\"yanked\":true}\0\
        0.12.0-rc.1\0{\"name\":\"a\",\"vers\":\"0.12.0-rc.1\",\"yanked\":false}\0";

    fn version(text: &str) -> Version {
        text.parse().expect("a version")
    }

    #[test]
    fn the_cache_is_read_behind_its_header() {
        let all = parse(CACHE);
        assert_eq!(all.len(), 4);
        assert_eq!(all[0].at, None);
        assert_eq!(all[1].at.as_deref(), Some("2024-06-09T18:41:11Z"));
    }

    #[test]
    fn the_newest_is_by_number_and_neither_yanked_nor_a_prerelease() {
        let all = parse(CACHE);
        assert_eq!(newest(&all, &version("0.9.0")).map(|known| &known.version), Some(&version("0.10.0")));
        assert_eq!(
            newest(&all, &version("0.9.0-rc.3")).map(|known| &known.version),
            Some(&version("0.12.0-rc.1"))
        );
        assert_eq!(newest(&[], &version("0.9.0")), None);
    }

    #[test]
    fn the_index_lies_beside_the_sources() {
        let manifest = Path::new("/c/registry/src/index.x-1/Kameo-0.1.0/Cargo.toml");
        assert_eq!(
            index_file("Kameo", manifest),
            Some(PathBuf::from("/c/registry/index/index.x-1/.cache/ka/me/kameo"))
        );
        assert_eq!(index_file("kameo", Path::new("/git/checkouts/kameo/Cargo.toml")), None);
    }

    #[test]
    fn what_is_not_there_has_no_versions() {
        assert_eq!(versions("kameo", Path::new("/nowhere/src/r/kameo-1/Cargo.toml")), []);
    }
}
