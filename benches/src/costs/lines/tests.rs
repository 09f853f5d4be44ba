//! Tests of which lines count as code, and which as unsafe.

use super::{Found, Lines};

fn lines(text: &str) -> (usize, usize) {
    let Lines { code, in_unsafe } = Found::in_file(text).expect("it is Rust").lines();
    (code, in_unsafe)
}

#[test]
fn blank_lines_and_comments_are_no_code() {
    let text = "//! A file.\n\n/// A function,\n/// documented.\nfn f() {\n    // why\n\n    g(); // how\n    /* a\n block */\n}\n";
    assert_eq!(lines(text), (3, 0));
}

#[test]
fn a_doc_attribute_is_a_comment_and_other_attributes_are_code() {
    assert_eq!(lines("#[doc = \"x\"]\n#[doc(hidden)]\n#[must_use]\nfn f() {}\n"), (3, 0));
}

#[test]
fn a_string_over_lines_is_code_on_each() {
    assert_eq!(lines("const S: &str = \"a\nb\nc\";\n"), (3, 0));
}

#[test]
fn an_unsafe_block_counts_with_its_braces_and_without_its_comments() {
    let text = "fn f() {\n    let x = 1;\n    unsafe {\n        // SAFETY: none.\n        g();\n\n    }\n}\n";
    assert_eq!(lines(text), (6, 3));
}

#[test]
fn unsafe_functions_impls_and_traits_count_whole() {
    assert_eq!(lines("unsafe fn f() {\n    g();\n}\n"), (3, 3));
    assert_eq!(lines("pub(crate) unsafe extern \"C\" fn f(\n    x: u8,\n) {\n}\n"), (4, 4));
    assert_eq!(
        lines("unsafe impl Send for X {}\nunsafe impl<T> Sync for Y<T>\nwhere\n    T: Sync,\n{\n}\n"),
        (6, 6)
    );
    assert_eq!(lines("unsafe trait T {\n    unsafe fn f();\n    fn g();\n}\nfn h() {}\n"), (5, 4));
    assert_eq!(lines("trait T {\n    unsafe fn f(\n        x: u8,\n    );\n    fn g();\n}\n"), (6, 3));
}

#[test]
fn a_pointer_to_an_unsafe_function_and_an_unsafe_attribute_are_not_unsafe_code() {
    assert_eq!(
        lines("struct V {\n    poll: unsafe fn(*const ()),\n    c: unsafe extern \"C\" fn(u8),\n}\n"),
        (4, 0)
    );
    assert_eq!(lines("#[unsafe(no_mangle)]\nfn f() {}\n"), (2, 0));
    assert_eq!(lines("#![forbid(unsafe_code)]\n"), (1, 0));
}

#[test]
fn what_is_wrapped_in_a_macro_counts_as_well() {
    assert_eq!(lines("cfg_rt! {\n    fn f() {\n        unsafe { g() }\n    }\n}\n"), (5, 1));
}

#[test]
fn two_unsafe_things_on_a_line_are_one_line() {
    assert_eq!(lines("unsafe fn f() { unsafe { g() } }\n"), (1, 1));
}

#[test]
fn tests_are_left_out_and_what_follows_them_is_not() {
    let text = "#[cfg(test)]\n#[allow(x)]\nmod tests {\n    unsafe fn f() {}\n}\nfn g() {}\n";
    assert_eq!(lines(text), (1, 0));
    assert_eq!(lines("#[cfg(all(test, not(loom)))]\nfn f() {}\nfn g() {}\n"), (1, 0));
    assert_eq!(lines("#[cfg(test)]\nuse a::{b, c};\nfn g() {}\n"), (1, 0));
    assert_eq!(lines("#[cfg(test)]\npub(crate) const fn f() -> u8 {\n 1 }\nconst C: u8 = 1;\n"), (1, 0));
    assert_eq!(lines("struct S {\n    #[cfg(test)]\n    a: u8,\n    b: u8,\n}\n"), (3, 0));
    assert_eq!(lines("#![cfg(test)]\nfn f() {}\n"), (0, 0));
}

#[test]
fn what_tests_do_without_is_counted() {
    assert_eq!(lines("#[cfg(not(test))]\nfn f() {}\n"), (2, 0));
    assert_eq!(lines("#[cfg(any(test, feature = \"x\"))]\nfn f() {}\n"), (2, 0));
}

#[test]
fn a_module_of_tests_in_a_file_of_its_own_is_named() {
    let found =
        Found::in_file("mod a;\n#[cfg(test)]\nmod tests;\n#[cfg(test)]\nmod more {}\n").expect("it is Rust");
    assert_eq!(found.test_modules, ["tests"]);
    assert_eq!(found.lines().code, 1);
}

#[test]
fn what_is_not_rust_is_refused() {
    assert!(Found::in_file("fn f( {").is_err());
}
