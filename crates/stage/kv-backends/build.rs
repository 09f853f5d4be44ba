//! Reads the frameworks' versions out of `Cargo.lock`, so that no table shows a version that was typed by hand.

use std::path::Path;
use std::{env, fs};

fn main() {
    let manifest = env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let lock = Path::new(&manifest).join("../../../Cargo.lock");
    println!("cargo::rerun-if-changed={}", lock.display());
    let lock = fs::read_to_string(&lock).expect("cargo has written Cargo.lock before it builds anything");
    let mut pairs = Vec::new();
    let mut name = None;
    for line in lock.lines() {
        if let Some(value) = quoted(line, "name") {
            name = Some(value);
        } else if let (Some(version), Some(name)) = (quoted(line, "version"), name.take()) {
            pairs.push(format!("(\"{name}\", \"{version}\")"));
        }
    }
    let out = Path::new(&env::var("OUT_DIR").expect("cargo sets it")).join("versions.rs");
    fs::write(out, format!("&[{}]", pairs.join(", "))).expect("cargo's output folder can be written");
}

/// The value of a line `key = "value"`.
fn quoted<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    line.strip_prefix(key)?.trim_start().strip_prefix('=')?.trim().strip_prefix('"')?.strip_suffix('"')
}
