//! Values as bytes.

use super::*;

#[test]
fn get_finds_what_was_set() {
    let mut store = with(&[("foo", "bar")]);
    assert_eq!(get(&mut store, "foo"), Some("bar".into()));
    assert_eq!(get(&mut store, "other"), None);
}

#[test]
fn set_honours_its_condition() {
    let mut store = store();
    let if_present = |value| Set { condition: Condition::IfPresent, ..Set::new("foo", value) };
    let if_absent = |value| Set { condition: Condition::IfAbsent, ..Set::new("foo", value) };
    assert!(!set(&mut store, if_present("1")).written);
    assert_eq!(get(&mut store, "foo"), None);
    assert!(set(&mut store, if_absent("2")).written);
    assert!(!set(&mut store, if_absent("3")).written);
    assert_eq!(get(&mut store, "foo"), Some("2".into()));
    assert!(set(&mut store, if_present("4")).written);
    assert_eq!(get(&mut store, "foo"), Some("4".into()));
}

#[test]
fn set_returns_the_old_value_only_when_asked() {
    let mut store = with(&[("foo", "bar")]);
    let asking = Set { return_old: true, ..Set::new("foo", "baz") };
    assert_eq!(set(&mut store, asking.clone()).old, Some("bar".into()));
    assert_eq!(set(&mut store, Set::new("foo", "qux")).old, None);
    let refused = Set { condition: Condition::IfAbsent, ..asking };
    assert_eq!(set(&mut store, refused), SetOutcome { written: false, old: Some("qux".into()) });
}

#[test]
fn a_value_over_the_limit_is_refused() {
    let mut store = with(&[("foo", "0123456789abcdefghij")]);
    let error =
        store.apply(Command::Set(Set::new("foo", "0123456789abcdefghij+")), NOW).expect_err("refused");
    assert_eq!(error.to_string(), "string exceeds maximum allowed size (proto-max-bulk-len)");
    let append = Command::Append { key: "foo".into(), value: "+".into() };
    assert_eq!(store.apply(append, NOW), Err(CommandError::TooLarge));
    let append = Command::Append { key: "new".into(), value: "0123456789abcdefghij+".into() };
    assert_eq!(store.apply(append, NOW), Err(CommandError::TooLarge));
    assert_eq!(get(&mut store, "foo"), Some("0123456789abcdefghij".into()));
}

#[test]
fn append_returns_the_new_length_and_spares_other_holders() {
    let mut store = with(&[("foo", "ab")]);
    let held = get(&mut store, "foo");
    let append = Command::Append { key: "foo".into(), value: "cd".into() };
    assert_eq!(store.apply(append.clone(), NOW), Ok(Reply::Length(4)));
    assert_eq!(store.apply(append, NOW), Ok(Reply::Length(6)));
    assert_eq!(get(&mut store, "foo"), Some("abcdcd".into()));
    assert_eq!(held, Some("ab".into()));
    let append = Command::Append { key: "new".into(), value: "x".into() };
    assert_eq!(store.apply(append, NOW), Ok(Reply::Length(1)));
}

#[test]
fn length_is_in_bytes_and_zero_for_nothing() {
    let mut store = with(&[("foo", "\u{e9}")]);
    assert_eq!(store.apply(Command::Length { key: "foo".into() }, NOW), Ok(Reply::Length(2)));
    assert_eq!(store.apply(Command::Length { key: "missing".into() }, NOW), Ok(Reply::Length(0)));
}

#[test]
fn get_delete_takes_the_value_away() {
    let mut store = with(&[("foo", "bar")]);
    let mut take = || store.apply(Command::GetDelete { key: "foo".into() }, NOW);
    assert_eq!(take(), Ok(Reply::Value(Some("bar".into()))));
    assert_eq!(take(), Ok(Reply::Value(None)));
}

#[test]
fn range_reads_as_redis_does() {
    let mut store = with(&[("foo", "Hello World"), ("empty", "")]);
    let mut range = |key: &'static str, start, end| match store
        .apply(Command::Range { key: key.into(), start, end }, NOW)
    {
        Ok(Reply::Value(value)) => value,
        other => panic!("a range answered {other:?}"),
    };
    for (start, end, expected) in [
        (0, 3, "Hell"),
        (0, -1, "Hello World"),
        (-4, -1, "orld"),
        (5, 3, ""),
        (5, 5000, " World"),
        (-5000, 10_000, "Hello World"),
        (0, i64::MAX, "Hello World"),
        (0, -4_294_967_297, "H"),
        (i64::MIN, i64::MIN, "H"),
        (i64::MAX, i64::MAX, ""),
        (-1, -2, ""),
        (-1, 0, ""),
        (11, 20, ""),
        (10, 10, "d"),
    ] {
        assert_eq!(range("foo", start, end), Some(expected.into()), "{start} to {end}");
    }
    assert_eq!(range("empty", 0, -1), Some("".into()));
    assert_eq!(range("missing", 0, -1), None);
}

#[test]
fn a_range_is_not_copied() {
    let mut store = with(&[("foo", "Hello World")]);
    let whole = get(&mut store, "foo").expect("it is there");
    let Ok(Reply::Value(Some(part))) =
        store.apply(Command::Range { key: "foo".into(), start: 6, end: -1 }, NOW)
    else {
        panic!("a range answers a value")
    };
    assert_eq!(part.as_ptr(), whole[6..].as_ptr());
}

#[test]
fn set_range_overwrites_and_grows_by_zeros() {
    for (old, offset, patch, new) in [
        ("foo", 0, "b", "boo"),
        ("foo", 1, "__", "f__"),
        ("foo", 2, "__", "fo__"),
        ("foo", 3, "_", "foo_"),
        ("foo", 4, "bar", "foo\0bar"),
        ("1234", 0, "2", "2234"),
        ("", 2, "x", "\0\0x"),
    ] {
        let mut store = with(&[("foo", old)]);
        let held = get(&mut store, "foo");
        let set = Command::SetRange { key: "foo".into(), offset, value: patch.into() };
        assert_eq!(store.apply(set.clone(), NOW), Ok(Reply::Length(new.len() as u64)), "{old} {offset}");
        assert_eq!(get(&mut store, "foo"), Some(new.into()));
        assert_eq!(held, Some(old.into()), "other holders keep what they have");
        // The second time, the value is edited in place.
        assert_eq!(store.apply(set, NOW), Ok(Reply::Length(new.len() as u64)));
        assert_eq!(get(&mut store, "foo"), Some(new.into()));
    }
    let set = Command::SetRange { key: "foo".into(), offset: 2, value: "bar".into() };
    let mut store = store();
    assert_eq!(store.apply(set, NOW), Ok(Reply::Length(5)));
    assert_eq!(get(&mut store, "foo"), Some("\0\0bar".into()));
}

#[test]
fn set_range_of_nothing_does_nothing() {
    let mut store = with(&[("foo", "bar")]);
    let nothing = |key: &'static str, offset| Command::SetRange { key: key.into(), offset, value: "".into() };
    assert_eq!(store.apply(nothing("foo", u64::MAX), NOW), Ok(Reply::Length(3)));
    assert_eq!(store.apply(nothing("missing", 7), NOW), Ok(Reply::Length(0)));
    assert_eq!(store.apply(Command::Count, NOW), Ok(Reply::Count(1)));
}

#[test]
fn set_range_refuses_what_is_too_long() {
    for (key, offset) in [("foo", 18), ("foo", u64::MAX), ("missing", 18), ("missing", u64::MAX - 3)] {
        let mut store = with(&[("foo", "bar")]);
        let set = Command::SetRange { key: key.into(), offset, value: "xyz".into() };
        assert_eq!(store.apply(set, NOW), Err(CommandError::TooLarge), "{key} {offset}");
        assert_eq!(get(&mut store, "foo"), Some("bar".into()));
        assert_eq!(get(&mut store, "missing"), None);
    }
}

#[test]
fn a_value_knows_how_it_came_about() {
    let origin_after = |commands: &[Command]| {
        let mut store = with(&[("k", "1"), ("other", "text")]);
        for command in commands {
            store.apply(command.clone(), NOW).expect("fit for an integer");
        }
        match store.apply(Command::Inspect { key: "k".into() }, NOW) {
            Ok(Reply::Inspected(Some(inspection))) => inspection.origin,
            other => panic!("an inspection answered {other:?}"),
        }
    };
    let key = || Key::from("k");
    let append = Command::Append { key: key(), value: "0".into() };
    let patch = Command::SetRange { key: key(), offset: 0, value: "2".into() };
    let add = Command::IncrementBy { key: key(), delta: 1 };
    let add_decimal = Command::IncrementByFloat { key: key(), delta: "1".into() };
    let expire = Command::Expire {
        key: key(),
        deadline: Deadline::After(Duration::from_secs(9)),
        condition: ExpireCondition::default(),
    };
    let gone = Command::Delete { keys: vec![key()] };
    let there = Command::Rename { from: key(), to: "there".into(), if_absent: false };
    let back = Command::Copy { from: "there".into(), to: key(), replace: true };
    for (commands, expected) in [
        (vec![], Origin::Written),
        (vec![append.clone()], Origin::Edited),
        (vec![patch.clone()], Origin::Edited),
        (vec![add.clone()], Origin::Written),
        (vec![add_decimal.clone()], Origin::Sum),
        (vec![append.clone(), add.clone()], Origin::Written),
        (vec![append.clone(), expire.clone(), Command::Persist { key: key() }], Origin::Edited),
        (vec![add_decimal, there, back], Origin::Sum),
        (vec![append.clone(), Command::Set(Set::new("k", "5"))], Origin::Written),
        (vec![gone.clone(), append], Origin::Written),
        (vec![gone.clone(), patch], Origin::Edited),
        (vec![gone, add], Origin::Written),
    ] {
        assert_eq!(origin_after(&commands), expected, "{commands:?}");
    }
}
