//! The test of the tests, for backends that leave a caller waiting. It is a binary of its own, because its deadline
//! is short.

#[path = "broken/harness.rs"]
mod harness;
#[path = "broken/stuck.rs"]
mod stuck;

use std::panic::catch_unwind;
use std::time::Duration;

use kv_conformance::cases::leaks::a_thousand_cycles_leave_nothing;
use kv_conformance::{Setting, Trial, failures, run_trial, set_patience};
use stuck::{LeaksTasks, LeavesCallersHanging};

/// Far longer than any step takes that does not hang, and short enough for a test that waits for a hang.
const PATIENCE: Duration = Duration::from_secs(5);

#[test]
fn a_caller_left_hanging_is_caught() {
    set_patience(PATIENCE);
    let case = ["a_panic_answers_its_caller"];
    assert_eq!(failures::<LeavesCallersHanging>(Setting::SINGLE, &case), case);
}

/// The case wants a process of its own to count threads in. Tasks it counts per runtime, and it does that first.
#[test]
fn a_leaked_task_is_caught() {
    set_patience(PATIENCE);
    let case = || run_trial(Trial::of::<LeaksTasks>(Setting::SINGLE), a_thousand_cycles_leave_nothing);
    let reason = catch_unwind(case).expect_err("a task is left per cycle");
    let reason = reason.downcast_ref::<String>().expect("a message");
    assert_eq!(reason, "hangs: no task is left");
}
