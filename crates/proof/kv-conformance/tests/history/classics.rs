//! The classic mistakes of concurrent stores, written by hand.

use kv_conformance::history::{Action, Call, Outcome, Seen, Verdict, check, draw, shrink};

use Action::{Delete, Get, Reset, Set, SetIfAbsent};
use Outcome::{Done, NotApplied, Unknown};

const fn call(client: usize, invoked: u64, returned: u64, action: Action, outcome: Outcome) -> Call {
    Call { client, invoked, returned, action, outcome }
}

pub(crate) const STALE_READ: [Call; 4] = [
    call(0, 1, 2, Set(10), Done(Seen::Nothing)),
    call(0, 3, 5, Set(20), Done(Seen::Value(10))),
    call(1, 4, 6, Get, Done(Seen::Value(20))),
    call(2, 7, 8, Get, Done(Seen::Value(10))),
];

#[track_caller]
fn assert_verdict(calls: &[Call], linearizable: bool) {
    assert_eq!(check(calls, 1000) == Verdict::Linearizable, linearizable, "\n{}", draw(calls));
}

#[test]
fn a_stale_read_is_drawn() {
    assert_verdict(&STALE_READ, false);
    let expected = "  \
  client 0  |-- set 1 --|
  client 0               |-- set 2 --|
  client 2                            |-- get: 1 --|
";
    let drawn = draw(&shrink(&STALE_READ));
    assert_eq!(drawn, expected, "\n{drawn}");
}

#[test]
fn overlapping_calls_come_in_either_order() {
    let write = call(0, 1, 4, Set(10), Done(Seen::Nothing));
    for seen in [Seen::Absent, Seen::Value(10)] {
        assert_verdict(&[write, call(1, 2, 3, Get, Done(seen))], true);
        // Once one client has read the value, no later read may miss it.
        let reads = [call(1, 2, 3, Get, Done(Seen::Value(10))), call(2, 5, 6, Get, Done(seen))];
        assert_verdict(&[write, reads[0], reads[1]], seen != Seen::Absent);
    }
}

#[test]
fn two_cannot_both_be_first() {
    let first = |client, at| call(client, at, at + 10, SetIfAbsent(client as u64), Done(Seen::Absent));
    assert_verdict(&[first(1, 1), first(2, 2)], false);
}

#[test]
fn an_unknown_write_may_come_late_or_never_but_not_twice() {
    let write = call(0, 1, Call::NEVER, Set(10), Unknown);
    let nothing = |at| call(1, at, at + 1, Get, Done(Seen::Absent));
    let ten = |at| call(1, at, at + 1, Get, Done(Seen::Value(10)));
    let delete = call(1, 10, 11, Delete, Done(Seen::Value(10)));
    assert_verdict(&[write, nothing(2), nothing(4)], true);
    assert_verdict(&[write, nothing(2), ten(4)], true);
    assert_verdict(&[write, ten(2), nothing(4)], false);
    assert_verdict(&[write, ten(2), delete, nothing(12)], true);
    assert_verdict(&[write, ten(2), delete, ten(12)], false);
}

#[test]
fn a_lie_about_not_applied_is_drawn() {
    let lie = [call(3, 1, 3, Set(10), NotApplied), call(4, 4, 5, Get, Done(Seen::Value(10)))];
    assert_verdict(&lie, false);
    let drawn = draw(&shrink(&lie));
    let expected = "  \
  client 3  |-- set 1: not applied --|
  client 4                            |-- get: 1 --|
";
    assert_eq!(drawn, expected, "\n{drawn}");
}

#[test]
fn a_crash_may_empty_a_key_until_it_is_answered() {
    let write = call(0, 1, 2, Set(10), Done(Seen::Nothing));
    let crash = call(1, 3, 6, Reset, Unknown);
    let read = |at, seen| call(2, at, at + 1, Get, Done(seen));
    assert_verdict(&[write, crash, read(4, Seen::Value(10)), read(7, Seen::Absent)], true);
    assert_verdict(&[write, crash, read(4, Seen::Value(10)), read(7, Seen::Value(10))], true);
    assert_verdict(&[write, crash, read(7, Seen::Value(10)), read(9, Seen::Absent)], false);
}
