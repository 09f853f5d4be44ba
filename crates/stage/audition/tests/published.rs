//! The pages show the newest results, to the letter.

use std::fs;
use std::path::Path;

use audition::publish;
use kv_report::Results;

#[test]
fn the_pages_show_the_newest_results() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3).expect("the repository");
    let newest = publish::newest(root).expect("there are results");
    let results = Results::read(&newest).expect("they can be read");
    let pages = publish::pages(root, &results).expect("all markers are there");
    assert!(!pages.is_empty());
    for (path, text) in pages {
        let now = fs::read_to_string(&path).expect("it was read before");
        assert!(
            now == text,
            "{} does not show {}: run `cargo run --release -- publish --from {}`",
            path.display(),
            newest.display(),
            newest.display()
        );
    }
}

#[test]
fn every_kept_file_can_be_read_and_has_a_date_and_a_machine() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3).expect("the repository");
    for entry in fs::read_dir(root.join(publish::RESULTS)).expect("the folder is there") {
        let path = entry.expect("it can be listed").path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let results = Results::read(&path).unwrap_or_else(|error| panic!("{error}"));
            let day = results.started.split('T').next().expect("a date");
            assert!(
                path.file_name().expect("a name").to_string_lossy().starts_with(day),
                "{}",
                path.display()
            );
            assert!(!results.environment.cpu.is_empty() && !results.environment.versions.is_empty());
        }
    }
}
