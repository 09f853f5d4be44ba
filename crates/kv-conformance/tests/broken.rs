//! The test of the tests: backends that are wrong on purpose, each of which the suite must fail, by the right
//! case. Those that leave somebody waiting are in `stuck.rs`.

#[path = "broken/backends.rs"]
mod backends;
#[path = "broken/concurrent.rs"]
mod concurrent;
#[path = "broken/harness.rs"]
mod harness;

use backends::{DropsWrites, IgnoresItsBound, LiesAboutRefusals, LosesTheQueue, WritesTwice};
use concurrent::{AcknowledgesEarly, ChecksThenSets, LosesUpdates, ReadsFromACache};
use kv_conformance::{Setting, failures};
use kv_core::Backend;

/// What only a history shows: none of these can be seen by one caller.
const HISTORY: &str = "concurrent_clients_are_linearizable";

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
    assert_caught::<WritesTwice>(&["every_command", HISTORY, "sequence"]);
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
    assert_caught::<LiesAboutRefusals>(&["asks_that_race_with_shutdown_are_answered", HISTORY]);
}

#[test]
fn a_stale_read_is_caught() {
    assert_caught::<ReadsFromACache>(&[HISTORY]);
}

#[test]
fn a_check_apart_from_its_set_is_caught_by_nothing_but_a_history() {
    let sequential = ["every_command", "commands_over_many_keys", "many_clients_at_once", "sequence"];
    let cases = [&sequential[..], &[HISTORY]].concat();
    assert_eq!(failures::<ChecksThenSets>(Setting::SINGLE, &cases), [HISTORY]);
}

#[test]
fn a_lost_update_is_caught() {
    assert_caught::<LosesUpdates>(&["many_clients_at_once"]);
}

#[test]
fn an_early_acknowledgement_is_caught() {
    assert_caught::<AcknowledgesEarly>(&[HISTORY]);
}
