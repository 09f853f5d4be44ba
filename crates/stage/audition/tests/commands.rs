//! The book's list of commands is the server's.

use std::fs;
use std::path::Path;

use audition::list;

#[test]
fn the_books_list_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../docs/src/commands.md");
    let written = fs::read_to_string(path).expect("the page is there");
    let generated = list::splice_commands(&written).expect("the page has markers");
    let command = "cargo run -- list --commands --splice docs/src/commands.md";
    assert!(generated == written, "the page is stale: run `{command}`");
}
