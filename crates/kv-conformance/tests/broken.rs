//! The test of the tests: backends that are wrong on purpose, each of which the suite must fail, by the right
//! case.

#[path = "broken/backends.rs"]
mod backends;

use backends::{DropsWrites, IgnoresItsBound, LiesAboutRefusals, LosesTheQueue, WritesTwice};
use kv_conformance::{Setting, failures};
use kv_core::Backend;

fn assert_caught<B: Backend>(by: &[&str]) {
    assert_eq!(failures::<B>(Setting::SINGLE, by), by, "{} must fail all of these", B::NAME);
}

#[test]
fn the_honest_backend_fails_nothing() {
    assert_eq!(failures::<kv_tokio::Tokio>(Setting::SINGLE, &[]), Vec::<&str>::new());
}

#[test]
fn one_write_dropped_in_a_thousand_is_caught() {
    assert_caught::<DropsWrites>(&["a_tell_is_applied_before_a_later_ask"]);
}

#[test]
fn a_write_applied_twice_is_caught() {
    assert_caught::<WritesTwice>(&["every_command", "sequence"]);
}

#[test]
fn a_bound_that_does_not_hold_is_caught() {
    assert_caught::<IgnoresItsBound>(&[
        "a_full_mailbox_overloads_try_tell",
        "a_full_mailbox_makes_tell_wait",
    ]);
}

#[test]
fn a_shutdown_that_does_not_drain_is_caught() {
    assert_caught::<LosesTheQueue>(&["accepted_work_is_done"]);
}

#[test]
fn an_error_that_lies_is_caught() {
    assert_caught::<LiesAboutRefusals>(&["asks_that_race_with_shutdown_are_answered"]);
}
