//! Keys as such.

use super::*;

#[test]
fn delete_counts_what_was_there() {
    let mut store = with(&[("a", "1"), ("b", "2"), ("c", "3")]);
    let delete = Command::Delete { keys: keys(&["a", "b", "a", "missing"]) };
    assert_eq!(store.apply(delete, NOW), Ok(Reply::Count(2)));
    assert_eq!(get(&mut store, "a"), None);
    assert_eq!(get(&mut store, "c"), Some("3".into()));
}

#[test]
fn exists_counts_a_key_as_often_as_it_is_named() {
    let mut store = with(&[("a", "1")]);
    let exists = Command::Exists { keys: keys(&["a", "a", "missing"]) };
    assert_eq!(store.apply(exists, NOW), Ok(Reply::Count(2)));
}

#[test]
fn scan_returns_what_matches() {
    let mut store = with(&[("user:1", "a"), ("user:2", "b"), ("item:1", "c")]);
    let scan = Command::Scan { cursor: 0, pattern: Some("user:*".into()), count: 10 };
    let Ok(Reply::Page(page)) = store.apply(scan, NOW) else { panic!("a scan answers a page") };
    assert_eq!(page.cursor, 0);
    assert_eq!(
        page.keys.into_iter().collect::<HashSet<_>>(),
        keys(&["user:1", "user:2"]).into_iter().collect()
    );
}

#[test]
fn keys_are_all_that_match_and_live() {
    let mut store = with(&[("user:1", "a"), ("user:2", "b"), ("item:1", "c")]);
    set(&mut store, Set { expiry: Expiry::at(later(5)), ..Set::new("user:3", "d") });
    let mut keys_at = |now| match store.apply(Command::Keys { pattern: "user:*".into() }, now) {
        Ok(Reply::Keys(found)) => found.into_iter().collect::<HashSet<_>>(),
        other => panic!("the keys are {other:?}"),
    };
    assert_eq!(keys_at(NOW), keys(&["user:1", "user:2", "user:3"]).into_iter().collect());
    assert_eq!(keys_at(later(5)), keys(&["user:1", "user:2"]).into_iter().collect());
}

#[test]
fn scan_misses_nothing_that_stays_while_others_go() {
    let mut store = store();
    for n in 0..100 {
        set(&mut store, Set::new(n.to_string(), "x"));
    }
    let (mut cursor, mut seen, mut page_number) = (0, HashSet::new(), 0);
    loop {
        let Ok(Reply::Page(page)) = store.apply(Command::Scan { cursor, pattern: None, count: 10 }, NOW)
        else {
            panic!("a scan answers a page")
        };
        seen.extend(page.keys);
        cursor = page.cursor;
        if cursor == 0 {
            break;
        }
        // Odd keys leave and newcomers arrive between the pages; even keys stay, whatever becomes of their values.
        for n in (page_number * 10..page_number * 10 + 10).filter(|n| n % 2 == 1) {
            store.apply(Command::Delete { keys: vec![Key::from(n.to_string())] }, NOW).expect("always");
        }
        let new = Key::from(format!("new{page_number}"));
        set(&mut store, Set::new(new.clone(), "x"));
        for n in [0, 2, 50, 98] {
            let to = || Key::from(n.to_string());
            let copy = Command::Copy { from: new.clone(), to: to(), replace: true };
            assert_eq!(store.apply(copy, NOW), Ok(Reply::Flag(true)));
            set(&mut store, Set::new("passing", "x"));
            let rename = Command::Rename { from: "passing".into(), to: to(), if_absent: false };
            assert_eq!(store.apply(rename, NOW), Ok(Reply::Flag(true)));
        }
        page_number += 1;
    }
    for n in (0..100).step_by(2) {
        assert!(seen.contains(&Key::from(n.to_string())), "key {n} was there all the time");
    }
}

#[test]
fn clear_leaves_nothing() {
    let mut store = with(&[("a", "1")]);
    set(&mut store, Set { expiry: Expiry::at(later(5)), ..Set::new("b", "2") });
    assert_eq!(store.apply(Command::Clear, NOW), Ok(Reply::Done));
    assert_eq!(store.apply(Command::Count, NOW), Ok(Reply::Count(0)));
    assert_eq!(store.sweep(later(9)), 0);
}

fn rename(from: &'static str, to: &'static str, if_absent: bool) -> Command {
    Command::Rename { from: from.into(), to: to.into(), if_absent }
}

fn copy(from: &'static str, to: &'static str, replace: bool) -> Command {
    Command::Copy { from: from.into(), to: to.into(), replace }
}

/// A store of three keys, of which the first has a deadline.
fn three() -> Store {
    let mut store = store();
    set(&mut store, Set { expiry: Expiry::at(later(5)), ..Set::new("a", "1") });
    set(&mut store, Set { expiry: Expiry::at(later(9)), ..Set::new("b", "2") });
    set(&mut store, Set::new("c", "3"));
    store
}

#[test]
fn rename_moves_the_value_and_the_deadline() {
    for (from, to, left) in [
        ("a", "b", TimeToLive::Left(Duration::from_millis(5))),
        ("a", "new", TimeToLive::Left(Duration::from_millis(5))),
        ("c", "b", TimeToLive::Unlimited),
        ("b", "c", TimeToLive::Left(Duration::from_millis(9))),
    ] {
        let mut store = three();
        let value = get(&mut store, from);
        assert_eq!(store.apply(rename(from, to, false), NOW), Ok(Reply::Flag(true)));
        assert_eq!((get(&mut store, from), get(&mut store, to)), (None, value), "{from} to {to}");
        assert_eq!(ttl_at(&mut store, to, NOW), left);
        // The deadline of a value that is gone is gone too.
        store.sweep(later(5));
        assert_eq!(get(&mut store, to).is_some(), left != TimeToLive::Left(Duration::from_millis(5)));
    }
}

#[test]
fn rename_if_absent_spares_what_is_there() {
    let mut store = three();
    assert_eq!(store.apply(rename("a", "b", true), NOW), Ok(Reply::Flag(false)));
    assert_eq!((get(&mut store, "a"), get(&mut store, "b")), (Some("1".into()), Some("2".into())));
    assert_eq!(store.apply(rename("a", "d", true), NOW), Ok(Reply::Flag(true)));
    // A key that has expired does not stop the rename.
    assert_eq!(store.apply(rename("c", "d", true), later(5)), Ok(Reply::Flag(true)));
}

#[test]
fn rename_to_itself_does_nothing() {
    let mut store = three();
    assert_eq!(store.apply(rename("a", "a", false), NOW), Ok(Reply::Flag(true)));
    assert_eq!(store.apply(rename("a", "a", true), NOW), Ok(Reply::Flag(false)));
    assert_eq!(ttl_at(&mut store, "a", NOW), TimeToLive::Left(Duration::from_millis(5)));
    for to in ["x", "a"] {
        let error = store.apply(rename("x", to, false), NOW).expect_err("there is no x");
        assert_eq!(error.to_string(), "no such key");
    }
}

#[test]
fn copy_takes_the_value_and_the_deadline_along() {
    let mut store = three();
    assert_eq!(store.apply(copy("a", "b", false), NOW), Ok(Reply::Flag(false)));
    assert_eq!(get(&mut store, "b"), Some("2".into()));
    assert_eq!(store.apply(copy("a", "b", true), NOW), Ok(Reply::Flag(true)));
    assert_eq!(store.apply(copy("c", "d", false), NOW), Ok(Reply::Flag(true)));
    assert_eq!(store.apply(copy("x", "b", true), NOW), Ok(Reply::Flag(false)));
    for (key, value, left) in [
        ("a", "1", TimeToLive::Left(Duration::from_millis(5))),
        ("b", "1", TimeToLive::Left(Duration::from_millis(5))),
        ("d", "3", TimeToLive::Unlimited),
    ] {
        assert_eq!(get(&mut store, key), Some(value.into()));
        assert_eq!(ttl_at(&mut store, key, NOW), left);
    }
    assert_eq!(store.apply(copy("a", "a", true), NOW), Ok(Reply::Flag(true)));
    assert_eq!(store.apply(copy("a", "a", false), NOW), Ok(Reply::Flag(false)));
    // The copy is a value of its own: once it is longer, it is no longer original.
    store.apply(Command::Append { key: "d".into(), value: "x".into() }, NOW).expect("short enough");
    assert_eq!(get(&mut store, "c"), Some("3".into()));
}

#[test]
fn a_random_key_is_any_of_those_that_are_left() {
    let mut store = three();
    let draw = |store: &mut Store, choice, now| match store.apply(Command::RandomKey { choice }, now) {
        Ok(Reply::Random(draw)) => draw.map(|draw| draw.key),
        other => panic!("a random key answered {other:?}"),
    };
    let drawn: HashSet<_> = (0..3).filter_map(|choice| draw(&mut store, choice, NOW)).collect();
    assert_eq!(drawn, keys(&["a", "b", "c"]).into_iter().collect());
    for choice in [0, 1, u64::MAX] {
        assert_eq!(draw(&mut store, choice, later(9)), Some("c".into()), "the others have expired");
    }
    store.apply(Command::Clear, NOW).expect("always");
    assert_eq!(draw(&mut store, 1, NOW), None);
}

#[test]
fn only_what_uses_a_key_shows_in_its_idle_time() {
    let key = || Key::from("k");
    let (other, value) = (Key::from("other"), Value::from("1"));
    let condition = ExpireCondition { deadline: Some(Presence::Present), order: None };
    let idle_after = |command: Command| {
        let mut store = with(&[("k", "1"), ("other", "2")]);
        store.apply(command, later(5)).expect("fit for an integer");
        match store.apply(Command::Inspect { key: key() }, later(7)) {
            Ok(Reply::Inspected(Some(inspection))) => inspection.idle.as_millis(),
            other => panic!("an inspection answered {other:?}"),
        }
    };
    for unused in [
        Command::Exists { keys: vec![key()] },
        Command::TimeToLive { key: key() },
        Command::ExpireTime { key: key() },
        Command::Inspect { key: key() },
        Command::Version { key: key() },
        Command::Count,
        Command::CountVolatile,
        Command::Scan { cursor: 0, pattern: None, count: 9 },
        Command::RandomKey { choice: 0 },
        Command::Debug(Debug::Digest),
    ] {
        assert_eq!(idle_after(unused.clone()), 7, "{unused:?}");
    }
    for used in [
        Command::Get { key: key() },
        Command::Set(Set::new(key(), value.clone())),
        Command::Set(Set { condition: Condition::IfAbsent, ..Set::new(key(), value.clone()) }),
        Command::GetExpire { key: key(), expiry: Expiry::Keep },
        Command::GetExpire { key: key(), expiry: Expiry::Clear },
        Command::Append { key: key(), value: value.clone() },
        Command::Length { key: key() },
        Command::Range { key: key(), start: 0, end: 0 },
        Command::SetRange { key: key(), offset: 0, value: value.clone() },
        Command::SetRange { key: key(), offset: 0, value: Value::new() },
        Command::IncrementBy { key: key(), delta: 1 },
        Command::IncrementByFloat { key: key(), delta: value },
        Command::Expire { key: key(), deadline: Deadline::At(later(99)), condition },
        Command::Persist { key: key() },
        Command::Touch { keys: vec![key()] },
        Command::Copy { from: key(), to: other.clone(), replace: false },
        Command::Copy { from: other.clone(), to: key(), replace: true },
        Command::Rename { from: key(), to: key(), if_absent: false },
        Command::Rename { from: other, to: key(), if_absent: false },
        Command::Debug(Debug::Work { key: key(), rounds: 1 }),
    ] {
        assert_eq!(idle_after(used.clone()), 2, "{used:?}");
    }
}
