//! Deadlines.

use super::*;

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
fn increment_and_append_keep_the_deadline() {
    let mut store = store();
    set(&mut store, Set { expiry: Expiry::at(later(5)), ..Set::new("n", "1") });
    store.apply(Command::IncrementBy { key: "n".into(), delta: 1 }, NOW).expect("an integer");
    store.apply(Command::Append { key: "n".into(), value: "0".into() }, NOW).expect("short enough");
    assert_eq!(get(&mut store, "n"), Some("20".into()));
    assert_eq!(ttl_at(&mut store, "n", NOW), TimeToLive::Left(Duration::from_millis(5)));
}

#[test]
fn expire_gives_a_deadline_to_what_exists() {
    let mut store = with(&[("foo", "bar")]);
    let expire = |key: &'static str, millis| Command::Expire {
        key: key.into(),
        deadline: Deadline::After(Duration::from_millis(millis)),
        condition: ExpireCondition::default(),
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
        let condition = ExpireCondition::default();
        let expire = Command::Expire { key: "foo".into(), deadline, condition };
        assert_eq!(store.apply(expire, NOW), Ok(Reply::Flag(true)));
        assert_eq!(get(&mut store, "foo"), None);
    }
}

#[test]
fn expire_refuses_the_end_of_time() {
    let mut store = with(&[("foo", "bar")]);
    let expire = Command::Expire {
        key: "foo".into(),
        deadline: Deadline::After(Duration::MAX),
        condition: ExpireCondition::default(),
    };
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
        (
            Command::Expire {
                key: key(),
                deadline: Deadline::At(later(9)),
                condition: ExpireCondition::default(),
            },
            Reply::Flag(false),
        ),
        (Command::GetDelete { key: key() }, Reply::Value(None)),
        (Command::GetExpire { key: key(), expiry: Expiry::Clear }, Reply::Value(None)),
        (Command::Range { key: key(), start: 0, end: -1 }, Reply::Value(None)),
        (Command::SetRange { key: key(), offset: 0, value: "".into() }, Reply::Length(0)),
        (Command::IncrementByFloat { key: key(), delta: "1.5".into() }, Reply::Value(Some("1.5".into()))),
        (Command::ExpireTime { key: key() }, Reply::ExpireTime(ExpireTime::Missing)),
        (Command::Touch { keys: vec![key()] }, Reply::Count(0)),
        (Command::Copy { from: key(), to: "other".into(), replace: true }, Reply::Flag(false)),
        (Command::Inspect { key: key() }, Reply::Inspected(None)),
        (Command::RandomKey { choice: 7 }, Reply::Random(None)),
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
    let rename = Command::Rename { from: key(), to: "other".into(), if_absent: false };
    assert_eq!(fresh().apply(rename, over), Err(CommandError::NoSuchKey));
    let kept = Command::Set(Set { expiry: Expiry::Keep, ..Set::new("n", "2") });
    let mut store = fresh();
    store.apply(kept, over).expect("a plain set");
    assert_eq!(ttl_at(&mut store, "n", over), TimeToLive::Unlimited, "a dead key's deadline is not kept");
    assert_eq!(get_at(&mut fresh(), "n", later(4)), Some("1".into()), "one millisecond before, it is there");
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
fn expire_honours_its_condition() {
    let condition = |deadline, order| ExpireCondition { deadline, order };
    let (nx, xx) = (Some(Presence::Absent), Some(Presence::Present));
    let (gt, lt) = (Some(Order::Later), Some(Order::Earlier));
    // Each condition has the answers of a key without a deadline, and of a key with an earlier, an equal and a later
    // one.
    for (condition, expected) in [
        (condition(None, None), [true, true, true, true]),
        (condition(nx, None), [true, false, false, false]),
        (condition(xx, None), [false, true, true, true]),
        (condition(None, gt), [false, true, false, false]),
        (condition(None, lt), [true, false, false, true]),
        (condition(xx, gt), [false, true, false, false]),
        (condition(xx, lt), [false, false, false, true]),
    ] {
        let olds = [None, Some(later(4)), Some(later(5)), Some(later(6))];
        for (old, expected) in olds.into_iter().zip(expected) {
            let mut store = store();
            let expiry = old.map_or(Expiry::Clear, Expiry::at);
            set(&mut store, Set { expiry, ..Set::new("foo", "bar") });
            let expire = Command::Expire { key: "foo".into(), deadline: Deadline::At(later(5)), condition };
            assert_eq!(store.apply(expire, NOW), Ok(Reply::Flag(expected)), "{condition:?} over {old:?}");
            let new = if expected { Some(later(5)) } else { old };
            let time = new.map_or(ExpireTime::Unlimited, ExpireTime::At);
            let asked = store.apply(Command::ExpireTime { key: "foo".into() }, NOW);
            assert_eq!(asked, Ok(Reply::ExpireTime(time)));
        }
    }
}

#[test]
fn a_condition_that_fails_keeps_a_past_deadline_from_deleting() {
    let mut store = with(&[("foo", "bar")]);
    let condition = ExpireCondition { deadline: Some(Presence::Present), order: None };
    let expire = Command::Expire { key: "foo".into(), deadline: Deadline::At(NOW), condition };
    assert_eq!(store.apply(expire, NOW), Ok(Reply::Flag(false)));
    assert_eq!(get(&mut store, "foo"), Some("bar".into()));
}

#[test]
fn get_expire_keeps_gives_and_takes_a_deadline() {
    let mut store = with(&[("foo", "bar")]);
    let mut ask = |expiry| store.apply(Command::GetExpire { key: "foo".into(), expiry }, NOW);
    let bar = Ok(Reply::Value(Some("bar".into())));
    assert_eq!(ask(Expiry::at(later(5))), bar);
    assert_eq!(ask(Expiry::Keep), bar);
    let error = ask(Expiry::after(Duration::ZERO)).expect_err("no time at all");
    assert_eq!(error.to_string(), "invalid expire time in 'getex' command");
    assert_eq!(ttl_at(&mut store, "foo", NOW), TimeToLive::Left(Duration::from_millis(5)));
    let mut ask = |expiry| store.apply(Command::GetExpire { key: "foo".into(), expiry }, NOW);
    assert_eq!(ask(Expiry::Clear), bar);
    assert_eq!(ttl_at(&mut store, "foo", NOW), TimeToLive::Unlimited);
}

#[test]
fn get_expire_into_the_past_deletes_and_of_nothing_asks_nothing() {
    let mut store = with(&[("foo", "bar")]);
    let mut ask = |expiry| store.apply(Command::GetExpire { key: "foo".into(), expiry }, NOW);
    assert_eq!(ask(Expiry::at(NOW)), Ok(Reply::Value(Some("bar".into()))));
    assert_eq!(ask(Expiry::after(Duration::MAX)), Ok(Reply::Value(None)));
    assert_eq!(store.apply(Command::Debug(Debug::Resident), NOW), Ok(Reply::Count(0)));
}
