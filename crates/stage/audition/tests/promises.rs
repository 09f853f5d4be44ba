//! The first backend of each framework keeps what it declares, and nothing more. The whole backends have the suite in their
//! own crates; `audition promises` without a name tries all of them.

use std::process::Command;

#[test]
fn the_first_backends_keep_what_they_declare_and_no_more() {
    let firsts: Vec<_> = kv_backends::firsts().map(|backend| backend.name).collect();
    let output = Command::new(env!("CARGO_BIN_EXE_audition"))
        .args(["promises", "--backend", &firsts.join(",")])
        .output()
        .expect("the binary starts");
    let (printed, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}\n{printed}");
    for name in firsts {
        assert!(printed.contains(name), "{name} has no column:\n{printed}");
    }
}

#[test]
fn a_check_stops_at_the_first_promise_that_breaks() {
    let output = Command::new(env!("CARGO_BIN_EXE_audition"))
        .args(["check", "ractor-first"])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../../.."))
        .output()
        .expect("the binary starts");
    let (printed, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(printed.starts_with("kept    answers\nkept    order\n"), "{printed}");
    assert!(said.contains("ractor-first breaks Bounded: backpressure::"), "{said}");
    assert!(!output.status.success());
}
