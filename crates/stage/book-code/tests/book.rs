//! The test of the book. mdBook itself builds a page with a missing anchor, a missing file or a dead link, and at most
//! prints a warning; this test fails.

#[path = "book/anchors.rs"]
mod anchors;
#[path = "book/check.rs"]
mod check;
#[path = "book/defects.rs"]
mod defects;
#[path = "book/page.rs"]
mod page;

use std::path::Path;

#[test]
fn the_book_is_sound() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..").canonicalize().expect("the repository");
    let defects = check::check(&root);
    assert!(defects.is_empty(), "{} defects:\n{}", defects.len(), defects.join("\n"));
}
