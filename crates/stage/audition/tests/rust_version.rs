//! The promise of `rust-version`: no dependency needs a newer compiler than the manifest says.
//!
//! Only CI builds with that compiler, because it can install several. This test can run anywhere.

use std::process::Command;

use serde_json::Value;

#[test]
fn no_dependency_needs_a_newer_compiler_than_we_promise() {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        .output()
        .expect("cargo started this test, so it can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo prints JSON");
    let packages = metadata["packages"].as_array().expect("a list of packages");
    let promised = packages.iter().find(|package| package["name"] == "audition").expect("ourselves");
    let promised = version(&promised["rust_version"]).expect("we promise one");
    let newer: Vec<_> = packages
        .iter()
        .filter(|package| version(&package["rust_version"]).is_some_and(|needed| needed > promised))
        .map(|package| {
            format!("{} {} needs {}", package["name"], package["version"], package["rust_version"])
        })
        .collect();
    assert!(newer.is_empty(), "we promise {promised:?}, but {newer:#?}");
}

fn version(value: &Value) -> Option<Vec<u32>> {
    let mut parts: Vec<u32> =
        value.as_str()?.split('.').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    parts.resize(3, 0);
    Some(parts)
}
