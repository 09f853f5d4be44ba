//! The contract that can hold over a wire, for every backend behind it.
//!
//! Some cases cannot hold over a wire. A gate exists in one process, so there is no case that stalls an actor. A tell
//! is accepted by a socket and not by a mailbox, so there is none about full mailboxes, or about tells that race with
//! an end. A connection has no supervisor to watch. The random sequences have versions in them, and inspections for
//! which Redis has no words. Redis gives the same answer for an empty part of a value and for a missing value. The
//! server itself makes batches and transactions out of a client's requests, so its own tests and the outside judges
//! cover those.

use kv_backends::Visitor;
use kv_conformance::{Setting, Trial, case};
use kv_core::{Backend, Placement};
use kv_wire::Wire;

/// Makes a test of each of these cases, which plays it against every backend in the one list.
macro_rules! cases_over_a_wire {
    ($($case:ident),+ $(,)?) => { $(
        #[test]
        fn $case() {
            play(stringify!($case));
        }
    )+ };
}

cases_over_a_wire! {
    every_command,
    refused_commands_change_nothing,
    commands_over_many_keys,
    commands_over_the_whole_store,
    a_scan_finds_every_key,
    expired_keys_are_never_seen,
    a_value_is_read_and_deleted_in_one,
    a_value_is_read_and_its_deadline_changed_in_one,
    decimal_numbers_add_up,
    what_is_no_decimal_number_is_refused,
    decimal_increments_of_many_clients_lose_none,
    all_keys_that_match_are_listed,
    a_deadline_is_given_under_a_condition,
    a_value_moves_to_another_name,
    a_tell_is_applied_before_a_later_ask,
    pipelined_asks_keep_their_order,
    many_clients_at_once,
    twice_and_from_many,
    two_side_by_side,
    other_threads_and_runtimes,
}

fn play(case: &'static str) {
    for backend in kv_backends::whole() {
        println!("{case} with {}", backend.name);
        kv_backends::with(backend.name, OverAWire(case)).expect("the list names it");
    }
}

struct OverAWire(&'static str);

impl Visitor for OverAWire {
    type Output = ();

    fn visit<B: Backend>(self) {
        let settings: &[Setting] = match B::PLACEMENT {
            // Such actors live on one thread, and the server beside them.
            Placement::LocalSet => &[Setting::CURRENT_THREAD],
            Placement::CallersRuntime | Placement::OwnThreads => &[Setting::SINGLE, Setting::SHARDED],
        };
        let case = case(self.0).unwrap_or_else(|| panic!("there is no case {}", self.0));
        for setting in settings {
            case.run(Trial::of::<Wire<B>>(setting.with_io()));
        }
    }
}
