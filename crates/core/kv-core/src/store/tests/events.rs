//! What each command announces, and counts.

use super::*;
use crate::{KeyEventKind as Kind, KeyEvents};

/// What a command announces in a store that holds `k` = "1" until 5 ms from now and `other` = "2", and how many changes
/// it counts.
fn announced_at(command: Command, now: Timestamp) -> (Vec<(Kind, Key)>, u64) {
    let key_events = KeyEvents::default();
    let mut store = Store::new(&Config { key_events: key_events.clone(), ..Config::default() });
    set(&mut store, Set { expiry: Expiry::at(later(5)), ..Set::new("k", "1") });
    set(&mut store, Set::new("other", "2"));
    let mut stream = key_events.subscribe(64);
    let before = key_events.changes();
    store.apply(command, now).expect("fit for an integer");
    let events = std::iter::from_fn(|| stream.try_next()).map(|event| (event.kind, event.key)).collect();
    assert_eq!(stream.missed(), 0);
    (events, key_events.changes() - before)
}

fn announced(command: Command) -> (Vec<Kind>, u64) {
    let (events, changes) = announced_at(command, NOW);
    (events.into_iter().map(|(kind, _)| kind).collect(), changes)
}

fn expire(key: &'static str, deadline: Timestamp) -> Command {
    let condition = ExpireCondition::default();
    Command::Expire { key: key.into(), deadline: Deadline::At(deadline), condition }
}

#[test]
fn what_creates_a_key_says_so_first() {
    let with_deadline = |deadline| Set { expiry: Expiry::at(deadline), ..Set::new("new", "1") };
    for (command, kinds) in [
        (Command::Set(Set::new("new", "1")), vec![Kind::New, Kind::Set]),
        (Command::Set(with_deadline(later(9))), vec![Kind::New, Kind::Set, Kind::Expire]),
        (Command::Set(with_deadline(NOW)), vec![Kind::New, Kind::Set, Kind::Expire, Kind::Expired]),
        (Command::Append { key: "new".into(), value: "x".into() }, vec![Kind::New, Kind::Append]),
        (
            Command::SetRange { key: "new".into(), offset: 1, value: "x".into() },
            vec![Kind::New, Kind::SetRange],
        ),
        (Command::IncrementBy { key: "new".into(), delta: 1 }, vec![Kind::New, Kind::IncrementBy]),
        (
            Command::IncrementByFloat { key: "new".into(), delta: "1".into() },
            vec![Kind::New, Kind::IncrementByFloat],
        ),
        (Command::Copy { from: "k".into(), to: "new".into(), replace: false }, vec![Kind::New, Kind::CopyTo]),
    ] {
        assert_eq!(announced(command.clone()), (kinds, 1), "{command:?}");
    }
}

#[test]
fn what_changes_a_key_says_how() {
    for (command, kinds) in [
        (Command::Set(Set::new("k", "2")), vec![Kind::Set]),
        (Command::Append { key: "k".into(), value: "".into() }, vec![Kind::Append]),
        (Command::SetRange { key: "k".into(), offset: 0, value: "x".into() }, vec![Kind::SetRange]),
        (Command::IncrementBy { key: "k".into(), delta: 0 }, vec![Kind::IncrementBy]),
        (Command::IncrementByFloat { key: "k".into(), delta: "0".into() }, vec![Kind::IncrementByFloat]),
        (Command::Persist { key: "k".into() }, vec![Kind::Persist]),
        (Command::GetExpire { key: "k".into(), expiry: Expiry::Clear }, vec![Kind::Persist]),
        (Command::GetExpire { key: "k".into(), expiry: Expiry::at(later(9)) }, vec![Kind::Expire]),
        (Command::GetExpire { key: "k".into(), expiry: Expiry::at(NOW) }, vec![Kind::Delete]),
        (Command::GetDelete { key: "k".into() }, vec![Kind::Delete]),
        (expire("k", later(9)), vec![Kind::Expire]),
        (expire("k", NOW), vec![Kind::Delete]),
        (
            Command::Copy { from: "k".into(), to: "other".into(), replace: true },
            vec![Kind::New, Kind::CopyTo],
        ),
    ] {
        assert_eq!(announced(command.clone()), (kinds, 1), "{command:?}");
    }
    let delete = Command::Delete { keys: keys(&["k", "k", "missing", "other"]) };
    assert_eq!(announced(delete), (vec![Kind::Delete; 2], 2));
    assert_eq!(announced(Command::Clear), (vec![], 2));
}

#[test]
fn a_rename_is_of_two_keys() {
    let rename = |to: &'static str| Command::Rename { from: "k".into(), to: to.into(), if_absent: false };
    for to in ["other", "new"] {
        let events =
            vec![(Kind::New, to.into()), (Kind::RenameFrom, "k".into()), (Kind::RenameTo, to.into())];
        assert_eq!(announced_at(rename(to), NOW), (events, 1));
    }
    assert_eq!(announced(rename("k")), (vec![], 0));
}

#[test]
fn what_changes_nothing_says_nothing() {
    for command in [
        Command::Get { key: "k".into() },
        Command::Touch { keys: keys(&["k"]) },
        Command::Set(Set { condition: Condition::IfAbsent, ..Set::new("k", "2") }),
        Command::SetRange { key: "k".into(), offset: 9, value: "".into() },
        Command::GetDelete { key: "missing".into() },
        Command::GetExpire { key: "other".into(), expiry: Expiry::Clear },
        Command::GetExpire { key: "k".into(), expiry: Expiry::Keep },
        Command::Persist { key: "other".into() },
        expire("missing", later(9)),
        Command::Copy { from: "k".into(), to: "other".into(), replace: false },
        Command::Rename { from: "k".into(), to: "other".into(), if_absent: true },
    ] {
        assert_eq!(announced(command.clone()), (vec![], 0), "{command:?}");
    }
}

#[test]
fn the_end_of_a_key_is_announced_however_it_is_found() {
    let expired = |then: &[Kind]| {
        let events = [(Kind::Expired, Key::from("k"))].into_iter();
        (events.chain(then.iter().map(|&kind| (kind, Key::from("k")))).collect::<Vec<_>>(), then.len() as u64)
    };
    for command in [
        Command::Get { key: "k".into() },
        Command::Exists { keys: keys(&["k"]) },
        Command::Delete { keys: keys(&["k"]) },
        Command::Count,
        Command::RandomKey { choice: 1 },
    ] {
        assert_eq!(announced_at(command, later(5)), expired(&[]));
    }
    let (events, changes) = announced_at(Command::Append { key: "k".into(), value: "x".into() }, later(5));
    assert_eq!((events, changes), (expired(&[Kind::New, Kind::Append]).0, 1));
    let key_events = KeyEvents::counting();
    let mut store = Store::new(&Config { key_events: key_events.clone(), ..Config::default() });
    set(&mut store, Set { expiry: Expiry::at(later(5)), ..Set::new("k", "1") });
    store.sweep(later(5));
    assert_eq!((key_events.expired(), key_events.changes()), (1, 1));
}
