//! The test of the check: a small sound book, broken in one way at a time.

use std::fs;
use std::path::PathBuf;

use crate::check::check;

const SUMMARY: &str =
    "# Summary\n\n[Hello](hello.md)\n\n# The backends\n\n- [A](a.md)\n- [B](b.md)\n\n# End\n";
const HELLO: &str = "# Hello\n\n## Two words\n\n```rust\n{{#include ../../crates/shop/src/lib.rs:sale}}\n```\n\n\
    See [there](a.md#the-actor), [here](#two-words) and `crates/shop/src/lib.rs`.\n\n```console\n$ ls\n```\n";
const BACKEND: &str = "# Backend\n\n## The actor\n\n[source](../../crates/shop/)\n";
const SOURCE: &str = "// ANCHOR: sale\nfn sale() {}\n// ANCHOR_END: sale\n";

/// A book of four pages and one source file, in a folder of its own.
struct Fixture(PathBuf);

impl Fixture {
    fn new(name: &str) -> Self {
        let root =
            PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("book-{name}-{}", std::process::id()));
        let fixture = Self(root);
        fixture.remove();
        fixture
            .write("docs/src/SUMMARY.md", SUMMARY)
            .write("docs/src/hello.md", HELLO)
            .write("docs/src/a.md", BACKEND)
            .write("docs/src/b.md", BACKEND)
            .write("crates/shop/README.md", "# Shop\n")
            .write("crates/shop/src/lib.rs", SOURCE)
    }

    fn write(self, path: &str, text: &str) -> Self {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().expect("a file in a folder"))
            .expect("the target folder is writable");
        fs::write(path, text).expect("the target folder is writable");
        self
    }

    fn remove(&self) {
        if self.0.exists() {
            fs::remove_dir_all(&self.0).expect("only this test uses it");
        }
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        self.remove();
    }
}

/// Asserts that the sound book with one file replaced has exactly this defect.
#[track_caller]
fn assert_found(name: &str, path: &str, text: &str, defect: &str) {
    let fixture = Fixture::new(name).write(path, text);
    let found = check(&fixture.0);
    assert!(found.len() == 1 && found[0].contains(defect), "wanted one `{defect}`, found {found:#?}");
}

/// Asserts that the sound book with this text at the end of a page has exactly this defect.
#[track_caller]
fn assert_found_on_page(name: &str, addition: &str, defect: &str) {
    assert_found(name, "docs/src/hello.md", &format!("{HELLO}{addition}"), defect);
}

#[track_caller]
fn assert_found_in_source(name: &str, text: &str, defect: &str) {
    assert_found(name, "crates/shop/src/lib.rs", text, defect);
}

#[test]
fn the_sound_book_has_none() {
    assert_eq!(check(&Fixture::new("sound").0), Vec::<String>::new());
}

#[test]
fn includes() {
    let missing = "{{#include ../../crates/shop/src/gone.rs:sale}}\n";
    assert_found_on_page("file", missing, "no file crates/shop/src/gone.rs");
    let missing = "{{#include ../../crates/shop/src/lib.rs:gone}}\n";
    assert_found_on_page("anchor", missing, "has no anchor `gone`");
    let lines = "{{#include ../../crates/shop/src/lib.rs:1:2}}\n";
    assert_found_on_page("lines", lines, "by line numbers");
    assert_found_on_page("directive", "{{#playground main.rs}}\n", "not an include");
    assert_found_on_page("endless-directive", "{{#include a\n", "does not end on its line");
}

#[test]
fn anchors() {
    assert_found_in_source("no-end", "// ANCHOR: sale\nfn sale() {}\n", "`sale` does not end");
    assert_found_in_source("no-begin", &format!("{SOURCE}// ANCHOR_END: tail\n"), "never began");
    assert_found_in_source("empty", "// ANCHOR: sale\n// ANCHOR_END: sale\n", "holds nothing");
    assert_found_in_source("twice", &format!("{SOURCE}{SOURCE}"), "begins twice");
    assert_found_in_source("misspelt", &format!("{SOURCE}// ANCHOR sale\n"), "not an anchor");
    let unused = format!("{SOURCE}    // ANCHOR: idle\nfn idle() {{}}\n    // ANCHOR_END: idle\n");
    assert_found_in_source("unused", &unused, "no page uses anchor `idle`");
}

#[test]
fn summary() {
    assert_found("orphan", "docs/src/more/orphan.md", "# Orphan\n", "does not name this page");
    let missing = SUMMARY.replace("[B](b.md)", "[B](b.md)\n- [C](c.md)");
    let fixture = Fixture::new("missing-page").write("docs/src/SUMMARY.md", &missing);
    let found = check(&fixture.0);
    assert!(found.iter().any(|defect| defect.contains("dead link: c.md")), "{found:#?}");
    let different = BACKEND.replace("The actor", "Actors");
    assert_found("headings", "docs/src/b.md", &different, "not those of docs/src/a.md");
}

#[test]
fn links() {
    assert_found_on_page("dead", "[gone](gone.md)\n", "dead link: gone.md");
    assert_found_on_page("definition", "[gone]: gone.md\n", "dead link: gone.md");
    assert_found_on_page("fragment", "[gone](a.md#gone)\n", "dead fragment: a.md#gone");
    assert_found_on_page("own-fragment", "[gone](#gone)\n", "dead fragment: #gone");
    assert_found_on_page("outside", "[readme](../../crates/shop/README.md)\n", "outside of the book");
    assert_found_on_page("endless-link", "[gone](gone\n", "does not end on its line");
    assert_found_on_page("path", "`crates/shop/src/gone.rs`\n", "no file `crates/shop/src/gone.rs`");
    assert_found_on_page("backtick", "a ` alone\n", "does not end on its line");
}

#[test]
fn typed_code() {
    let defect = "Rust typed into a page";
    assert_found_on_page("typed", "```rust\nfn main() {}\n```\n", defect);
    let mixed = "```rust\n{{#include ../../crates/shop/src/lib.rs:sale}}\nfn main() {}\n```\n";
    assert_found_on_page("mixed", mixed, defect);
    assert_found_on_page("ignored", "```rust,ignore\nfn main() {}\n```\n", "code in `rust,ignore`");
    assert_found_on_page("bare", "```\nfn main() {}\n```\n", "code in ``");
    assert_found_on_page("endless", "```text\nfn main() {}\n", "a block of code does not end");
}
