//! The check that `docs/src/findings.md` and the programs here belong together.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The findings live in the files of these folders. `node.rs` is a part that programs share.
const FRAMEWORKS: [&str; 5] = ["actix", "elfo", "kameo", "ractor", "tokio"];
const SHARED: &str = "node";
/// What each section says, in bold.
const PARTS: [&str; 4] = ["What happens.", "What should happen.", "Upstream.", "Workaround."];
const PROGRAMS: &str = "{{#include ../../crates/proof/kv-findings/tests/findings/";

/// A section of the page.
struct Section<'a> {
    heading: &'a str,
    text: &'a str,
}

impl Section<'_> {
    /// The framework and the name of the finding whose program the section includes.
    fn finding(&self) -> (String, String) {
        let (_, include) =
            self.text.split_once(PROGRAMS).unwrap_or_else(|| panic!("no program: {}", self.heading));
        assert!(!include.contains(PROGRAMS), "more than one program: {}", self.heading);
        let program = include.split_once(".rs:program}}").and_then(|(path, _)| path.split_once('/'));
        let (framework, name) = program.unwrap_or_else(|| panic!("not a program: {}", self.heading));
        (framework.to_owned(), name.to_owned())
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

/// The sections of the page that are about one finding each: those of the third level.
fn sections(page: &str) -> Vec<Section<'_>> {
    let parts = page.split("\n### ").skip(1);
    let parts = parts.map(|part| part.split_once('\n').expect("a section has text"));
    parts
        .map(|(heading, text)| Section { heading, text: text.split("\n## ").next().unwrap_or(text) })
        .collect()
}

fn page() -> String {
    fs::read_to_string(root().join("docs/src/findings.md")).expect("the page is there")
}

#[test]
fn each_finding_has_a_section_and_each_section_a_finding() {
    let page = page();
    let told: Vec<_> = sections(&page).iter().map(Section::finding).collect();
    let mut shown = BTreeSet::new();
    for framework in FRAMEWORKS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/findings").join(framework);
        let declared = fs::read_to_string(folder.with_extension("rs")).expect("each framework has a module");
        for file in fs::read_dir(&folder).expect("each framework has a folder") {
            let file = file.expect("the folder can be read").path();
            let name = file.file_stem().and_then(|name| name.to_str()).expect("a name in ASCII").to_owned();
            assert!(declared.contains(&format!("mod {name};")), "{name} is not compiled");
            if name != SHARED {
                let source = fs::read_to_string(&file).expect("it can be read");
                assert!(source.contains(&format!("#[test]\nfn {name}()")), "{name} has no test of its name");
                let workaround = source.split("shows(main, \"").nth(1).expect("it says what could go");
                let path = workaround.split(['"', ' ']).next().unwrap_or_default();
                assert!(root().join(path).exists(), "{name} names {path}, which is not there");
                shown.insert((framework.to_owned(), name));
            }
        }
    }
    assert_eq!(told.iter().cloned().collect::<BTreeSet<_>>(), shown);
    assert_eq!(told.len(), shown.len(), "two sections have one program");
}

#[test]
fn each_section_is_complete_and_has_the_version_that_is_tested() {
    let lock = fs::read_to_string(root().join("Cargo.lock")).expect("the workspace has one");
    let versions: BTreeMap<_, _> = lock
        .split("\n[[package]]\nname = \"")
        .filter_map(|package| package.split_once("\"\nversion = \""))
        .filter_map(|(name, rest)| Some((name, rest.split_once('"')?.0)))
        .collect();
    let page = page();
    for section in sections(&page) {
        let (framework, _) = section.finding();
        let start = format!("{framework} {}: ", versions[framework.as_str()]);
        assert!(section.heading.starts_with(&start), "not `{start}…`: {}", section.heading);
        for part in PARTS {
            assert!(
                section.text.contains(&format!("**{part}**")),
                "`{part}` is missing: {}",
                section.heading
            );
        }
    }
}
