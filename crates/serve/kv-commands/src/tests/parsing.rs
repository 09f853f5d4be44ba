//! Requests that reach the store, and the commands that they become.

use std::time::Duration;

use kv_core::{
    Command, Condition, Deadline, ExpireCondition, Expiry, Order, Presence, Set, Timestamp, Version,
};
use proptest::prelude::*;

use super::*;
use crate::table::all;

/// The one command that a request becomes, and how its reply is written.
fn one(line: &str) -> (Command, Render) {
    match plan(&request(line)) {
        Ok(Plan::One(command, render)) => (command, render),
        other => panic!("{line} came to {other:?}"),
    }
}

fn many(line: &str) -> (Vec<Command>, Render) {
    match plan(&request(line)) {
        Ok(Plan::Many(commands, render)) => (commands, render),
        other => panic!("{line} came to {other:?}"),
    }
}

/// Checks that all these requests become the same command with the same rendering.
fn same(line: &str, others: &[&str]) {
    let shown = |line| format!("{:?}", plan(&request(line)));
    for other in others {
        assert_eq!(shown(other), shown(line), "{other} and {line}");
    }
}

fn set(line: &str) -> (Set, Render) {
    match one(line) {
        (Command::Set(set), render) => (set, render),
        other => panic!("{line} came to {other:?}"),
    }
}

fn after(millis: u64) -> Deadline {
    Deadline::After(Duration::from_millis(millis))
}

fn at(millis: u64) -> Deadline {
    Deadline::At(Timestamp::from_millis(millis))
}

#[test]
fn set_takes_its_options_in_any_order_and_case() {
    let plain = Set::new("a", "b");
    for (line, expected, render) in [
        ("set a b", plain.clone(), Render::Set),
        ("SET a b nx", Set { condition: Condition::IfAbsent, ..plain.clone() }, Render::Set),
        ("set a b NX NX", Set { condition: Condition::IfAbsent, ..plain.clone() }, Render::Set),
        ("set a b XX", Set { condition: Condition::IfPresent, ..plain.clone() }, Render::Set),
        ("set a b GET GET", Set { return_old: true, ..plain.clone() }, Render::SetOld),
        ("set a b keepttl", Set { expiry: Expiry::Keep, ..plain.clone() }, Render::Set),
        ("set a b EX 10", Set { expiry: Expiry::Until(after(10_000)), ..plain.clone() }, Render::Set),
        ("set a b EX 10 EX 20", Set { expiry: Expiry::Until(after(20_000)), ..plain.clone() }, Render::Set),
        ("set a b px 7", Set { expiry: Expiry::Until(after(7)), ..plain.clone() }, Render::Set),
        ("set a b EXAT 1", Set { expiry: Expiry::Until(at(1000)), ..plain.clone() }, Render::Set),
        ("set a b PXAT 1", Set { expiry: Expiry::Until(at(1)), ..plain.clone() }, Render::Set),
        (
            "set a b PXAT 9223372036854775807",
            Set { expiry: Expiry::Until(at(i64::MAX.unsigned_abs())), ..plain.clone() },
            Render::Set,
        ),
        (
            "set a b GET eX 10 nX",
            Set {
                condition: Condition::IfAbsent,
                expiry: Expiry::Until(after(10_000)),
                return_old: true,
                ..plain.clone()
            },
            Render::SetOld,
        ),
    ] {
        assert_eq!(set(line), (expected, render), "{line}");
    }
}

#[test]
fn the_older_sets_are_sets() {
    let plain = Set::new("a", "b");
    assert_eq!(set("getset a b"), (Set { return_old: true, ..plain.clone() }, Render::SetOld));
    assert_eq!(set("setnx a b"), (Set { condition: Condition::IfAbsent, ..plain }, Render::SetFlag));
    same("set a b EX 10", &["setex a 10 b"]);
    same("set a b PX 10", &["psetex a 10 b"]);
}

#[test]
fn getex_is_a_get_with_a_deadline() {
    for (line, expected) in [
        ("getex a", Expiry::Keep),
        ("getex a EX 1", Expiry::Until(after(1000))),
        ("getex a PXAT 5", Expiry::Until(at(5))),
        ("getex a PERSIST", Expiry::Clear),
        ("getex a PERSIST PERSIST", Expiry::Clear),
    ] {
        let (command, render) = one(line);
        assert_eq!(render, Render::Value);
        assert!(
            matches!(command, Command::GetExpire { expiry, .. } if expiry == expected),
            "{line}: {command:?}"
        );
    }
}

#[test]
fn getex_refuses_a_time_only_if_the_key_is_there() {
    for (line, message) in [
        ("getex a EX 0", "ERR invalid expire time in 'getex' command"),
        ("getex a EX 10000000000000000", "ERR invalid expire time in 'getex' command"),
        ("getex a EX -9999999999999999", "ERR invalid expire time in 'getex' command"),
        ("getex a PX x", "ERR value is not an integer or out of range"),
    ] {
        let (command, render) = one(line);
        assert!(matches!(command, Command::Get { .. }), "{line}: {command:?}");
        assert_eq!(render, Render::missing_or(Failure::fixed(message)), "{line}");
    }
}

#[test]
fn msetnx_is_a_transaction_over_absent_keys() {
    let (command, render) = one("msetnx a 1 b 2");
    assert_eq!(render, Render::AllOrNothing);
    let Command::Transaction(transaction) = command else { panic!("it came to {command:?}") };
    assert_eq!(transaction.watched(), [("a".into(), Version::ABSENT), ("b".into(), Version::ABSENT)]);
    let sets = transaction.commands().iter().map(|command| match command {
        Command::Set(set) => set.clone(),
        other => panic!("{other:?} is no set"),
    });
    assert!(sets.eq([Set::new("a", "1"), Set::new("b", "2")]));
}

#[test]
fn many_keys_are_many_commands() {
    let (gets, render) = many("mget a b a");
    assert_eq!((gets.len(), render), (3, Render::Values));
    assert!(gets.iter().all(|command| matches!(command, Command::Get { .. })));
    let (sets, render) = many("mset a 1 b 2");
    assert_eq!((sets.len(), render), (2, Render::EachDone));
    assert!(sets.iter().all(|command| matches!(command, Command::Set(_))));
}

#[test]
fn numbers_are_added() {
    for (line, expected) in [
        ("incr a", 1),
        ("decr a", -1),
        ("incrby a 5", 5),
        ("incrby a -5", -5),
        ("decrby a 5", -5),
        ("decrby a -9223372036854775807", i64::MAX),
        ("incrby a -9223372036854775808", i64::MIN),
    ] {
        assert!(matches!(one(line).0, Command::IncrementBy { delta, .. } if delta == expected), "{line}");
    }
    assert!(matches!(one("incrbyfloat a 1e3").0, Command::IncrementByFloat { delta, .. } if delta == "1e3"));
}

#[test]
fn deadlines_may_be_over_already() {
    let always = ExpireCondition::default();
    for (line, expected, expected_condition) in [
        ("expire a 10", after(10_000), always),
        ("expire a 0", after(0), always),
        ("expire a -1", at(999_000), always),
        ("expire a -9223372036854775", at(0), always),
        ("pexpire a 5", after(5), always),
        ("expireat a 5", at(5000), always),
        ("expireat a -1", at(0), always),
        ("pexpireat a 9223372036854775807", at(i64::MAX.unsigned_abs()), always),
        ("expire a 1 nx NX", after(1000), ExpireCondition { deadline: Some(Presence::Absent), ..always }),
        ("expire a 1 XX", after(1000), ExpireCondition { deadline: Some(Presence::Present), ..always }),
        ("expire a 1 gt", after(1000), ExpireCondition { order: Some(Order::Later), ..always }),
        (
            "expire a 1 LT XX",
            after(1000),
            ExpireCondition { deadline: Some(Presence::Present), order: Some(Order::Earlier) },
        ),
    ] {
        let (command, render) = one(line);
        assert_eq!(render, Render::Flag);
        let Command::Expire { deadline, condition, .. } = command else { panic!("{line}: {command:?}") };
        assert_eq!((deadline, condition), (expected, expected_condition), "{line}");
    }
}

#[test]
fn a_scan_reads_cursors_as_c_does() {
    for (line, expected) in [
        ("scan 0", 0),
        ("scan 00017", 17),
        ("scan +5", 5),
        ("scan -1", u64::MAX),
        ("scan \"\"", 0),
        ("scan 18446744073709551615", u64::MAX),
    ] {
        assert!(matches!(one(line).0, Command::Scan { cursor, .. } if cursor == expected), "{line}");
    }
}

#[test]
fn a_scan_takes_a_pattern_a_count_and_a_type() {
    let (command, render) = one("scan 0 match f* count 99 TYPE String");
    assert_eq!(render, Render::Page);
    let Command::Scan { pattern, count, .. } = command else { panic!("it came to {command:?}") };
    assert_eq!((pattern.as_deref(), count), (Some(&b"f*"[..]), 99));
    same("scan 0", &["scan 0 COUNT 10", "scan 0 MATCH *", "scan 0 COUNT 3 COUNT 10"]);
    assert_eq!(one("scan 0 TYPE list").1, Render::EmptyPage);
}

#[test]
fn options_without_effect_change_nothing() {
    same("flushall", &["FLUSHDB", "flushall ASYNC", "flushdb sync"]);
    same("copy a b REPLACE", &["copy a b DB 0 REPLACE", "copy a b replace REPLACE db 0"]);
    same("del a b", &["unlink a b"]);
    same("getrange a 0 -1", &["substr a 0 -1"]);
    // Without IDX there are no matches to leave out or to measure.
    same("lcs a b", &["lcs a b MINMATCHLEN -1", "lcs a b WITHMATCHLEN"]);
}

#[test]
fn what_is_stored_is_copied_and_what_is_looked_up_is_not() {
    let set = request("set key value");
    let Ok(Plan::One(Command::Set(stored), _)) = plan(&set) else { panic!("a plain set") };
    assert_ne!(stored.key.as_ptr(), set.arg(1).as_ptr());
    assert_ne!(stored.value.as_ptr(), set.arg(2).as_ptr());
    let get = request("get key");
    let Ok(Plan::One(Command::Get { key }, _)) = plan(&get) else { panic!("a get") };
    assert_eq!(key.as_ptr(), get.arg(1).as_ptr());
}

#[test]
fn a_render_is_small() {
    assert!(size_of::<Render>() <= 16, "{}", size_of::<Render>());
}

/// Words that some command knows, so that random requests get far, and other words.
fn word() -> impl Strategy<Value = Vec<u8>> {
    let known = [
        "EX",
        "PX",
        "NX",
        "XX",
        "GT",
        "LT",
        "GET",
        "KEEPTTL",
        "PERSIST",
        "MATCH",
        "COUNT",
        "TYPE",
        "DB",
        "REPLACE",
        "LEN",
        "IDX",
        "MINMATCHLEN",
        "WITHMATCHLEN",
        "ENCODING",
        "FREQ",
        "0",
        "-1",
        "1",
        "9223372036854775807",
        "-9223372036854775808",
        "99999999999999999999",
        "",
        "*",
        "string",
    ];
    prop_oneof![
        prop::sample::select(known.map(|word| word.as_bytes().to_vec()).to_vec()),
        proptest::collection::vec(any::<u8>(), 0..20),
    ]
}

fn name() -> impl Strategy<Value = Vec<u8>> {
    let names: Vec<_> = all().map(|spec| spec.name.as_bytes().to_vec()).collect();
    prop_oneof![9 => prop::sample::select(names), 1 => proptest::collection::vec(any::<u8>(), 0..40)]
}

#[test]
fn no_request_makes_a_parser_panic() {
    random::check(&(name(), proptest::collection::vec(word(), 0..9)), |(name, words)| {
        let request: Request = std::iter::once(name).chain(words).collect();
        if let Ok(Plan::Many(commands, _)) = attempt(&request) {
            prop_assert!(kv_core::Batch::new(commands).is_ok());
        }
        Ok(())
    });
}

/// The plan for a request that may also be for a command of the connection.
fn attempt(request: &Request) -> Result<Plan, Failure> {
    let found = Found::of(request)?;
    found.check_arity(request)?;
    match found.spec.run {
        Run::Store(parse) => parse(request, &CONTEXT),
        _ => Err(Failure::SYNTAX),
    }
}
