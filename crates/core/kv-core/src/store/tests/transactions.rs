//! Versions, batches and transactions.

use super::*;

fn version(store: &mut Store, key: &'static str) -> Version {
    match store.apply(Command::Version { key: key.into() }, NOW) {
        Ok(Reply::Version(version)) => version,
        other => panic!("a version answered {other:?}"),
    }
}

fn transact(
    store: &mut Store,
    watched: &[(&'static str, Version)],
    commands: Vec<Command>,
) -> Option<Vec<Result<Reply, CommandError>>> {
    let watched = watched.iter().map(|(key, version)| (Key::from(*key), *version)).collect();
    let transaction = Transaction::new(watched, commands).expect("fit for a transaction");
    match store.apply(Command::Transaction(Box::new(transaction)), NOW) {
        Ok(Reply::Transaction(replies)) => replies,
        other => panic!("a transaction answered {other:?}"),
    }
}

#[test]
fn every_write_is_a_new_version_and_nothing_else_is() {
    let key = || Key::from("k");
    let condition = ExpireCondition::default();
    let deadline = Deadline::At(later(50));
    let writes = [
        Command::Set(Set::new(key(), "1")),
        Command::Append { key: key(), value: "".into() },
        Command::SetRange { key: key(), offset: 0, value: "1".into() },
        Command::IncrementBy { key: key(), delta: 0 },
        Command::IncrementByFloat { key: key(), delta: "0".into() },
        Command::Expire { key: key(), deadline, condition },
        Command::GetExpire { key: key(), expiry: Expiry::Until(deadline) },
        Command::Persist { key: key() },
        Command::Copy { from: "other".into(), to: key(), replace: true },
        Command::Rename { from: "other".into(), to: key(), if_absent: false },
    ];
    let mut store = with(&[("k", "1"), ("other", "1")]);
    let mut seen = HashSet::new();
    for write in writes {
        assert!(seen.insert(version(&mut store, "k")));
        store.apply(write.clone(), NOW).expect("fit for an integer");
        assert!(!seen.contains(&version(&mut store, "k")), "{write:?}");
    }
    let unchanged = version(&mut store, "k");
    for read in [
        Command::Get { key: key() },
        Command::Touch { keys: vec![key()] },
        Command::Persist { key: key() },
        Command::GetExpire { key: key(), expiry: Expiry::Clear },
        Command::SetRange { key: key(), offset: 0, value: "".into() },
        Command::Set(Set { condition: Condition::IfAbsent, ..Set::new(key(), "2") }),
        Command::Rename { from: key(), to: key(), if_absent: false },
        Command::Set(Set::new("another", "2")),
    ] {
        store.apply(read.clone(), NOW).expect("fit for an integer");
        assert_eq!(version(&mut store, "k"), unchanged, "{read:?}");
    }
}

#[test]
fn no_version_comes_again() {
    let mut seen = HashSet::new();
    let config = Config::default();
    // The stores of one key follow each other at once, as those of an actor per key may.
    for _ in 0..3 {
        let mut store = Store::of_one(&config);
        for _ in 0..3 {
            set(&mut store, Set::new("k", "1"));
            assert!(seen.insert(version(&mut store, "k")));
            store.apply(Command::Delete { keys: keys(&["k"]) }, NOW).expect("always");
            assert!(version(&mut store, "k").is_absent());
            assert!(seen.insert(version(&mut store, "k")));
        }
    }
}

#[test]
fn a_batch_answers_each_command_for_itself() {
    let commands = vec![
        Command::Set(Set::new("a", "x")),
        Command::IncrementBy { key: "a".into(), delta: 1 },
        Command::Get { key: "a".into() },
        Command::Delete { keys: keys(&["a"]) },
        Command::Get { key: "a".into() },
    ];
    let batch = Command::Batch(Box::new(Batch::new(commands).expect("one key each")));
    let replies = vec![
        Ok(Reply::Set(SetOutcome { written: true, old: None })),
        Err(KvError::Command(CommandError::NotAnInteger)),
        Ok(Reply::Value(Some("x".into()))),
        Ok(Reply::Count(1)),
        Ok(Reply::Value(None)),
    ];
    assert_eq!(store().apply(batch, NOW), Ok(Reply::Batch(replies)));
}

#[test]
fn a_batch_holds_nothing_but_commands_for_one_key() {
    let get = || Command::Get { key: "a".into() };
    let batch = || Command::Batch(Box::new(Batch::new(vec![get()]).expect("one key")));
    let transaction = Transaction::new(Vec::new(), vec![get()]).expect("a get");
    for unfit in [
        Command::Count,
        Command::Delete { keys: keys(&["a", "b"]) },
        Command::Scan { cursor: 0, pattern: None, count: 1 },
        Command::Rename { from: "a".into(), to: "a".into(), if_absent: false },
        Command::Debug(Debug::Panic { key: "a".into() }),
        Command::Debug(Debug::Stall { key: "a".into(), gate: crate::TestGate::new() }),
        Command::Transaction(Box::new(transaction)),
        batch(),
    ] {
        let refused = Batch::new(vec![get(), unfit.clone(), get()]).expect_err("one is unfit");
        assert_eq!(format!("{refused:?}"), format!("{unfit:?}"));
    }
    assert!(Batch::new(Vec::new()).expect("nothing is unfit").is_empty());
    assert!(batch().pause().is_none() && batch().is_read() && !batch().needs_actor());
}

#[test]
fn a_transaction_is_done_if_nothing_has_changed() {
    let mut store = with(&[("a", "1")]);
    let (a, b) = (version(&mut store, "a"), version(&mut store, "b"));
    assert!(b.is_absent());
    let increment = || Command::IncrementBy { key: "a".into(), delta: 1 };
    let bad = Command::IncrementBy { key: "a".into(), delta: i64::MAX };
    let replies = transact(&mut store, &[("a", a), ("b", b)], vec![increment(), bad, Command::Count]);
    let expected = vec![Ok(Reply::Integer(2)), Err(CommandError::Overflow), Ok(Reply::Count(1))];
    assert_eq!(replies, Some(expected));
    // The version has changed by that transaction.
    assert_eq!(transact(&mut store, &[("a", a)], vec![increment()]), None);
    assert_eq!(get(&mut store, "a"), Some("2".into()));
    assert_eq!(transact(&mut store, &[], vec![]), Some(vec![]));
}

#[test]
fn a_key_that_expires_has_changed_and_one_that_had_expired_has_not() {
    let mut store = store();
    set(&mut store, Set { expiry: Expiry::at(later(5)), ..Set::new("a", "1") });
    let before = version(&mut store, "a");
    let transact = |store: &mut Store, version, now| {
        let transaction = Transaction::new(vec![("a".into(), version)], vec![]).expect("empty");
        store.apply(Command::Transaction(Box::new(transaction)), now)
    };
    assert_eq!(transact(&mut store, before, later(4)), Ok(Reply::Transaction(Some(vec![]))));
    assert_eq!(transact(&mut store, before, later(5)), Ok(Reply::Transaction(None)));
    assert_eq!(transact(&mut store, Version::ABSENT, later(5)), Ok(Reply::Transaction(Some(vec![]))));
}

#[test]
fn a_transaction_within_another_is_done_or_not_by_itself() {
    let mut store = with(&[("a", "1")]);
    let absent = |key: &'static str| {
        let set = Command::Set(Set::new(key, "2"));
        let inner = Transaction::new(vec![(key.into(), Version::ABSENT)], vec![set]).expect("fit");
        Command::Transaction(Box::new(inner))
    };
    let done = Reply::Transaction(Some(vec![Ok(Reply::Set(SetOutcome { written: true, old: None }))]));
    let outer = Transaction::new(Vec::new(), vec![absent("a"), absent("b"), Command::Count]).expect("fit");
    let replies = store.apply(Command::Transaction(Box::new(outer)), NOW);
    let expected = vec![Ok(Reply::Transaction(None)), Ok(done), Ok(Reply::Count(2))];
    assert_eq!(replies, Ok(Reply::Transaction(Some(expected))));
}

#[test]
fn a_transaction_holds_neither_faults_nor_many_others() {
    let inner = Transaction::new(Vec::new(), vec![Command::Count, Command::Clear]).expect("fit");
    let nested = Transaction::new(Vec::new(), vec![Command::Transaction(Box::new(inner))]).expect("fit");
    for unfit in [
        Command::Transaction(Box::new(nested)),
        Command::Batch(Box::new(Batch::new(Vec::new()).expect("nothing is unfit"))),
        Command::Debug(Debug::Digest),
    ] {
        let refused = Transaction::new(Vec::new(), vec![Command::Count, unfit.clone()]);
        assert_eq!(format!("{:?}", refused.expect_err("unfit")), format!("{unfit:?}"));
    }
}

/// The store is large enough for its batches to be prefetched. It has expired keys, missing ones, empty values, and
/// keys that the same batch writes and deletes.
#[test]
fn a_batch_over_a_large_store_answers_as_its_commands_do_one_by_one() {
    let name = |n: usize| Key::from(format!("key:{n}"));
    let filled = || {
        let mut store = store();
        for n in 0..10_000 {
            let value = if n % 7 == 0 { String::new() } else { n.to_string() };
            let expiry = if n % 5 == 0 { Expiry::at(later(10)) } else { Expiry::Clear };
            store.apply(Command::Set(Set { expiry, ..Set::new(name(n), value) }), NOW).expect("a plain set");
        }
        store
    };
    let commands: Vec<Command> = (0..600)
        .map(|n| {
            let key = name(n * 37 % 12_000);
            match n % 4 {
                0 => Command::Delete { keys: vec![key] },
                1 => Command::Append { key, value: "x".into() },
                2 => Command::IncrementBy { key, delta: 1 },
                _ => Command::Get { key },
            }
        })
        .collect();
    let (mut together, mut apart) = (filled(), filled());
    let now = later(20);
    let batch = Batch::new(commands.clone()).expect("fit for a batch");
    let one_by_one = commands.into_iter().map(|command| apart.apply(command, now).map_err(KvError::Command));
    let expected = Reply::Batch(one_by_one.collect());
    assert_eq!(together.apply(Command::Batch(Box::new(batch)), now), Ok(expected));
    let scan = || Command::Scan { cursor: 0, pattern: None, count: usize::MAX };
    assert_eq!(together.apply(scan(), now), apart.apply(scan(), now));
}
