//! Counts the costs of this workspace's frameworks, except those of compiling.

use std::path::Path;

use audition_benches::costs::{CostsError, Workshop, lines_of, storeys_of};

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn workshop(test: &str) -> Workshop {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    Workshop::new(root(), &folder).expect("cargo runs this test, so it is there")
}

#[test]
fn a_framework_is_found_in_the_version_that_is_pinned() {
    let kameo = workshop("kameo").framework("kameo", false).expect("its source was compiled");
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).expect("the workspace has one");
    assert!(manifest.contains(&format!("kameo = \"={}\"", kameo.version)), "{kameo:?}");
    assert!(kameo.lines > 1_000 && kameo.unsafe_lines < kameo.lines, "{kameo:?}");
    // The dependencies are at least tokio and its own.
    assert!((10..200).contains(&kameo.dependencies), "{kameo:?}");
    assert_eq!(kameo.build, None, "the caller has not asked for it");
}

#[test]
fn plain_tokio_has_unsafe_lines_and_few_crates() {
    let tokio = workshop("tokio").framework("tokio", false).expect("its source was compiled");
    assert!(tokio.unsafe_lines > 100, "{tokio:?}");
    assert!(tokio.dependencies < 15, "{tokio:?}");
}

#[test]
fn a_framework_without_a_crate_of_ours_is_told() {
    let error = workshop("akka").framework("akka", false).expect_err("not on this stage");
    assert!(matches!(&error, CostsError::NoFramework { package, .. } if package == "kv-akka"), "{error}");
}

#[test]
fn where_there_is_no_workspace_the_error_says_whose_description_is_missing() {
    let error = Workshop::new(Path::new("/nowhere"), Path::new("/nowhere")).expect_err("there is none");
    assert!(error.to_string().starts_with("cargo does not describe the workspace"), "{error}");
}

#[test]
fn our_own_sources_are_safe_but_for_the_allocator() {
    let lines = |package: &str| lines_of(&root().join("crates").join(package).join("src"), &[]);
    assert_eq!(lines("backends/kv-mutex").expect("it is there").in_unsafe, 0);
    assert!(lines("proof/counting-alloc").expect("it is there").in_unsafe > 10);
    assert!(matches!(lines("kv-akka"), Err(CostsError::Io { .. })));
}

#[test]
fn files_that_are_left_out_do_not_count() {
    let folder = root().join("crates/backends/kv-tokio/src");
    let (all, backend) = (lines_of(&folder, &[]), lines_of(&folder, &["mailbox.rs"]));
    assert!(all.expect("it is there").code > backend.expect("it is there").code);
}

#[test]
fn the_storeys_of_a_crate_are_all_of_its_lines() {
    let folder = root().join("crates/backends/kv-tokio/src");
    let storeys = storeys_of(&folder).expect("it is there").expect("it has a first storey");
    let all = lines_of(&folder, &[]).expect("it is there").code;
    assert_eq!(storeys.first + storeys.shards + storeys.per_key, all);
    assert!(storeys.first > 50 && storeys.shards > 50 && storeys.per_key > 50, "{storeys:?}");
    let mutex = storeys_of(&root().join("crates/backends/kv-mutex/src")).expect("it is there");
    assert_eq!(mutex, None);
}

/// Storey 1 is what a reader meets first, so it stays as short as a framework's own example.
#[test]
fn the_first_storey_of_each_backend_is_short() {
    const LONGEST: usize = 120;
    for backend in ["kv-tokio", "kv-kameo", "kv-ractor", "kv-actix", "kv-elfo"] {
        let file = root().join("crates/backends").join(backend).join("src/first.rs");
        let source = std::fs::read_to_string(&file).expect("each backend has a first storey");
        let code = source.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
        let lines = code.count();
        assert!(lines <= LONGEST, "{} has {lines} lines of code, more than {LONGEST}", file.display());
    }
}

/// A reader can hold a crate of about this size in mind. A crate's name is added here when it comes down to the limit.
#[test]
fn all_storeys_of_a_backend_together_stay_short() {
    const LONGEST: usize = 800;
    for backend in ["kv-tokio", "kv-kameo"] {
        let folder = root().join("crates/backends").join(backend).join("src");
        let storeys = storeys_of(&folder).expect("its sources can be read").expect("it has a first storey");
        let lines = storeys.first + storeys.shards + storeys.per_key;
        assert!(lines <= LONGEST, "{backend} has {lines} lines of code, more than {LONGEST}: {storeys:?}");
    }
}
