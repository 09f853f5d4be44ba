//! A test or more per command. `tests/model.rs` compares random runs of them with a naive model.

use std::collections::HashSet;
use std::time::Duration;

use super::*;
use crate::{Condition, Deadline, Debug, Expiry, Set, SetOutcome, TimeToLive};

const NOW: Timestamp = Timestamp::from_millis(1_000);

fn store() -> Store {
    Store::new(&Config { max_value_bytes: 20, ..Config::default() })
}

fn with(pairs: &[(&'static str, &'static str)]) -> Store {
    let mut store = store();
    for (key, value) in pairs {
        store.apply(Command::Set(Set::new(*key, *value)), NOW).expect("a plain set");
    }
    store
}

fn get(store: &mut Store, key: &'static str) -> Option<Value> {
    get_at(store, key, NOW)
}

fn get_at(store: &mut Store, key: &'static str, now: Timestamp) -> Option<Value> {
    match store.apply(Command::Get { key: key.into() }, now) {
        Ok(Reply::Value(value)) => value,
        other => panic!("a get answered {other:?}"),
    }
}

fn set(store: &mut Store, set: Set) -> SetOutcome {
    match store.apply(Command::Set(set), NOW) {
        Ok(Reply::Set(outcome)) => outcome,
        other => panic!("a set answered {other:?}"),
    }
}

fn keys(keys: &[&'static str]) -> Vec<Key> {
    keys.iter().map(|key| Key::from(*key)).collect()
}

fn later(millis: u64) -> Timestamp {
    Timestamp::from_millis(NOW.as_millis() + millis)
}

fn ttl_at(store: &mut Store, key: &'static str, now: Timestamp) -> TimeToLive {
    match store.apply(Command::TimeToLive { key: key.into() }, now) {
        Ok(Reply::TimeToLive(ttl)) => ttl,
        other => panic!("a time to live answered {other:?}"),
    }
}

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
fn set_clears_keeps_or_gives_a_deadline() {
    let mut store = store();
    let deadline = Expiry::after(Duration::from_millis(5));
    set(&mut store, Set { expiry: deadline, ..Set::new("foo", "1") });
    set(&mut store, Set { expiry: Expiry::Keep, ..Set::new("foo", "2") });
    assert_eq!(ttl_at(&mut store, "foo", NOW), TimeToLive::Left(Duration::from_millis(5)));
    set(&mut store, Set { expiry: Expiry::at(later(9)), ..Set::new("foo", "3") });
    assert_eq!(ttl_at(&mut store, "foo", NOW), TimeToLive::Left(Duration::from_millis(9)));
    set(&mut store, Set::new("foo", "4"));
    assert_eq!(ttl_at(&mut store, "foo", NOW), TimeToLive::Unlimited);
}

#[test]
fn set_until_the_past_leaves_nothing() {
    let mut store = with(&[("foo", "bar")]);
    assert!(set(&mut store, Set { expiry: Expiry::at(NOW), ..Set::new("foo", "new") }).written);
    assert_eq!(get(&mut store, "foo"), None);
    assert_eq!(store.apply(Command::Debug(Debug::Resident), NOW), Ok(Reply::Count(0)));
}

#[test]
fn set_refuses_a_deadline_of_no_time_or_beyond_time() {
    let mut store = with(&[("foo", "bar")]);
    for duration in [Duration::ZERO, Duration::MAX] {
        let set = Set { expiry: Expiry::after(duration), ..Set::new("foo", "new") };
        let error = store.apply(Command::Set(set), NOW).expect_err("refused");
        assert_eq!(error.to_string(), "invalid expire time in 'set' command");
    }
    assert_eq!(get(&mut store, "foo"), Some("bar".into()));
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
fn increment_adds_and_starts_at_zero() {
    let mut store = with(&[("n", "40")]);
    let by = |key: &'static str, delta| Command::IncrementBy { key: key.into(), delta };
    assert_eq!(store.apply(by("n", 2), NOW), Ok(Reply::Integer(42)));
    assert_eq!(store.apply(by("new", -7), NOW), Ok(Reply::Integer(-7)));
    assert_eq!(get(&mut store, "n"), Some("42".into()));
}

#[test]
fn increment_refuses_what_is_no_integer() {
    for text in ["", " 1", "1 ", "+1", "01", "-0", "-01", "1.0", "x", "9223372036854775808", "-", "--1"] {
        let mut store = with(&[("n", text)]);
        let error = store.apply(Command::IncrementBy { key: "n".into(), delta: 1 }, NOW);
        assert_eq!(error.expect_err(text).to_string(), "value is not an integer or out of range");
        assert_eq!(get(&mut store, "n"), Some(text.into()));
    }
    for text in ["0", "-1", "9223372036854775806", "-9223372036854775808"] {
        let mut store = with(&[("n", text)]);
        store.apply(Command::IncrementBy { key: "n".into(), delta: 1 }, NOW).expect(text);
    }
}

#[test]
fn increment_refuses_to_overflow() {
    for (text, delta) in [("9223372036854775807", 1), ("-9223372036854775808", -1), ("-1", i64::MIN)] {
        let mut store = Store::new(&Config::default());
        set(&mut store, Set::new("n", text));
        let error = store.apply(Command::IncrementBy { key: "n".into(), delta }, NOW).expect_err(text);
        assert_eq!(error.to_string(), "increment or decrement would overflow");
        assert_eq!(get(&mut store, "n"), Some(text.into()));
    }
}

#[test]
fn increment_and_append_keep_the_deadline() {
    let mut store = store();
    set(&mut store, Set { expiry: Expiry::at(later(5)), ..Set::new("n", "1") });
    store.apply(Command::IncrementBy { key: "n".into(), delta: 1 }, NOW).expect("an integer");
    store.apply(Command::Append { key: "n".into(), value: "0".into() }, NOW).expect("short enough");
    assert_eq!(get(&mut store, "n"), Some("20".into()));
    assert_eq!(ttl_at(&mut store, "n", NOW), TimeToLive::Left(Duration::from_millis(5)));
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
fn expire_gives_a_deadline_to_what_exists() {
    let mut store = with(&[("foo", "bar")]);
    let expire = |key: &'static str, millis| Command::Expire {
        key: key.into(),
        deadline: Deadline::After(Duration::from_millis(millis)),
    };
    assert_eq!(store.apply(expire("missing", 5), NOW), Ok(Reply::Flag(false)));
    assert_eq!(store.apply(expire("foo", 5), NOW), Ok(Reply::Flag(true)));
    assert_eq!(ttl_at(&mut store, "foo", later(4)), TimeToLive::Left(Duration::from_millis(1)));
    assert_eq!(ttl_at(&mut store, "foo", later(5)), TimeToLive::Missing);
}

#[test]
fn expire_into_the_past_deletes() {
    for deadline in [Deadline::After(Duration::ZERO), Deadline::At(NOW), Deadline::At(Timestamp::default())] {
        let mut store = with(&[("foo", "bar")]);
        assert_eq!(store.apply(Command::Expire { key: "foo".into(), deadline }, NOW), Ok(Reply::Flag(true)));
        assert_eq!(get(&mut store, "foo"), None);
    }
}

#[test]
fn expire_refuses_the_end_of_time() {
    let mut store = with(&[("foo", "bar")]);
    let expire = Command::Expire { key: "foo".into(), deadline: Deadline::After(Duration::MAX) };
    let error = store.apply(expire, NOW).expect_err("refused");
    assert_eq!(error.to_string(), "invalid expire time in 'expire' command");
}

#[test]
fn persist_takes_the_deadline_away() {
    let mut store = with(&[("plain", "1")]);
    set(&mut store, Set { expiry: Expiry::at(later(5)), ..Set::new("foo", "bar") });
    let persist = |key: &'static str| Command::Persist { key: key.into() };
    assert_eq!(store.apply(persist("foo"), NOW), Ok(Reply::Flag(true)));
    assert_eq!(store.apply(persist("foo"), NOW), Ok(Reply::Flag(false)));
    assert_eq!(store.apply(persist("plain"), NOW), Ok(Reply::Flag(false)));
    assert_eq!(store.apply(persist("missing"), NOW), Ok(Reply::Flag(false)));
    assert_eq!(get_at(&mut store, "foo", later(5)), Some("bar".into()));
}

#[test]
fn an_expired_key_is_seen_by_no_command() {
    let fresh = || {
        let mut store = store();
        set(&mut store, Set { expiry: Expiry::at(later(5)), ..Set::new("n", "1") });
        store
    };
    let key = || Key::from("n");
    let over = later(5);
    let replies = [
        (Command::Get { key: key() }, Reply::Value(None)),
        (
            Command::Set(Set { return_old: true, ..Set::new("n", "2") }),
            Reply::Set(SetOutcome { written: true, old: None }),
        ),
        (
            Command::Set(Set { condition: Condition::IfPresent, ..Set::new("n", "2") }),
            Reply::Set(SetOutcome { written: false, old: None }),
        ),
        (Command::Delete { keys: vec![key()] }, Reply::Count(0)),
        (Command::Exists { keys: vec![key()] }, Reply::Count(0)),
        (Command::IncrementBy { key: key(), delta: 1 }, Reply::Integer(1)),
        (Command::Append { key: key(), value: "x".into() }, Reply::Length(1)),
        (Command::Length { key: key() }, Reply::Length(0)),
        (Command::Expire { key: key(), deadline: Deadline::At(later(9)) }, Reply::Flag(false)),
        (Command::Persist { key: key() }, Reply::Flag(false)),
        (Command::TimeToLive { key: key() }, Reply::TimeToLive(TimeToLive::Missing)),
        (Command::Count, Reply::Count(0)),
        (
            Command::Scan { cursor: 0, pattern: None, count: 9 },
            Reply::Page(crate::Page { cursor: 0, keys: vec![] }),
        ),
        (Command::Debug(Debug::Digest), Reply::Digest(0)),
    ];
    for (command, expected) in replies {
        assert_eq!(fresh().apply(command.clone(), over), Ok(expected), "{command:?}");
    }
    let kept = Command::Set(Set { expiry: Expiry::Keep, ..Set::new("n", "2") });
    let mut store = fresh();
    store.apply(kept, over).expect("a plain set");
    assert_eq!(ttl_at(&mut store, "n", over), TimeToLive::Unlimited, "a dead key's deadline is not kept");
    assert_eq!(get_at(&mut fresh(), "n", later(4)), Some("1".into()), "one millisecond before, it is there");
}

#[test]
fn work_answers_as_a_get_does() {
    let mut store = with(&[("k", "v")]);
    for key in ["k", "missing"] {
        let work = Command::Debug(Debug::Work { key: key.into(), rounds: 100 });
        assert!(work.is_read());
        assert_eq!(store.apply(work, NOW), store.apply(Command::Get { key: key.into() }, NOW));
    }
}

#[test]
fn sweep_frees_what_is_due_and_nothing_else() {
    let mut store = with(&[("plain", "1")]);
    for (key, millis) in [("a", 5), ("b", 6), ("c", 7)] {
        set(&mut store, Set { expiry: Expiry::at(later(millis)), ..Set::new(key, "x") });
    }
    set(&mut store, Set::new("a", "no longer due"));
    assert_eq!(store.sweep(later(4)), 0);
    assert_eq!(store.sweep(later(6)), 1);
    assert_eq!(store.apply(Command::Debug(Debug::Resident), later(9)), Ok(Reply::Count(3)));
    assert_eq!(store.apply(Command::Count, later(9)), Ok(Reply::Count(2)));
}

#[test]
fn a_sweep_is_bounded() {
    let mut store = store();
    for n in 0..SWEEP_LIMIT + 10 {
        set(&mut store, Set { expiry: Expiry::at(later(1)), ..Set::new(n.to_string(), "x") });
    }
    assert_eq!(store.sweep(later(1)), SWEEP_LIMIT);
    assert_eq!(store.sweep(later(1)), 10);
    assert_eq!(store.sweep(later(1)), 0);
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
        // Odd keys leave and newcomers arrive between the pages; even keys stay.
        for n in (page_number * 10..page_number * 10 + 10).filter(|n| n % 2 == 1) {
            store.remove(&Key::from(n.to_string()));
        }
        set(&mut store, Set::new(format!("new{page_number}"), "x"));
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

#[test]
fn digest_tells_contents_apart_and_adds_up_over_shards() {
    let digest = |pairs| match with(pairs).apply(Command::Debug(Debug::Digest), NOW) {
        Ok(Reply::Digest(digest)) => digest,
        other => panic!("a digest answered {other:?}"),
    };
    let whole = digest(&[("a", "1"), ("b", "2")]);
    assert_eq!(whole, digest(&[("b", "2"), ("a", "1")]));
    assert_eq!(whole, digest(&[("a", "1")]).wrapping_add(digest(&[("b", "2")])));
    assert_ne!(whole, digest(&[("a", "2"), ("b", "1")]));
    assert_ne!(digest(&[("ab", "c")]), digest(&[("a", "bc")]));
}

#[test]
#[should_panic(expected = "asked to panic")]
fn debug_panic_panics() {
    let _ = store().apply(Command::Debug(Debug::Panic { key: "k".into() }), NOW);
}
