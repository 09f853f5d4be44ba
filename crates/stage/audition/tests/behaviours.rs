//! The tables of behaviours in the pages are those of the declarations, which each framework's own tests compare with
//! what is observed.

use std::fs;
use std::path::Path;

use audition::probe;

#[track_caller]
fn assert_fresh(page: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..").join(page);
    let written = fs::read_to_string(path).expect("the page is there");
    let generated = probe::declared().splice(&written).expect("the page has markers");
    assert!(generated == written, "{page} is stale: run `cargo run -- probe --splice {page}`");
}

#[test]
fn the_readmes_summary_is_fresh() {
    assert_fresh("README.md");
}

#[test]
fn the_books_tables_are_fresh() {
    assert_fresh("docs/src/behaviours.md");
}

#[test]
fn the_book_has_a_table_for_every_question() {
    let page = include_str!("../../../../docs/src/behaviours.md");
    let tables = probe::declared().markdown();
    for row in tables.lines().filter(|line| line.starts_with("| ") && line.ends_with(" |")) {
        assert!(page.contains(row), "the page does not show: {row}");
    }
}
