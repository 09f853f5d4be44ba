//! Turns actions into commands, and replies into observations.

use kv_core::{Batch, Command, Condition, Debug, Key, KvError, Reply, Set};

use super::call::{Action, Seen, Value};

/// The command that does this action.
pub(super) fn command(key: Key, action: Action, return_old: bool) -> Command {
    let set = |key, value: Value, condition| {
        let value = kv_core::Value::copy_from_slice(&value.to_be_bytes());
        Command::Set(Set { condition, return_old, ..Set::new(key, value) })
    };
    match action {
        Action::Get => Command::Get { key },
        Action::Set(value) => set(key, value, Condition::Always),
        Action::SetIfAbsent(value) => set(key, value, Condition::IfAbsent),
        Action::SetIfPresent(value) => set(key, value, Condition::IfPresent),
        Action::Delete => Command::Delete { keys: vec![key] },
        Action::Reset => Command::Debug(Debug::Panic { key }),
    }
}

/// The command, and a read of a key behind it, in one message to each actor that owns one of their keys.
pub(super) fn batch_with_a_read(command: Command, key: Key) -> Command {
    let batch = Batch::new(vec![command, Command::Get { key }]).expect("each is for one key");
    Command::Batch(Box::new(batch))
}

/// The reply to the first command of a batch.
///
/// # Panics
/// When the reply is none to a batch of two.
pub(super) fn first_of_batch(reply: Reply) -> Result<Reply, KvError> {
    match reply {
        Reply::Batch(mut replies) if replies.len() == 2 => replies.swap_remove(0),
        other => panic!("a batch of two answered {other:?}"),
    }
}

/// The observation that a reply makes of the state before.
///
/// # Panics
/// When the reply does not fit the action.
pub(super) fn seen(action: Action, return_old: bool, reply: &Reply) -> Seen {
    let value = |value: &Option<kv_core::Value>| match value {
        None => Seen::Absent,
        Some(value) => {
            let bytes = value.as_ref().try_into().expect("a value that a client wrote");
            Seen::Value(Value::from_be_bytes(bytes))
        }
    };
    match (action, reply) {
        (Action::Get, Reply::Value(read)) => value(read),
        (Action::Delete, Reply::Count(0)) => Seen::Absent,
        (Action::Delete, Reply::Count(1)) => Seen::Present,
        (Action::Set(_) | Action::SetIfAbsent(_) | Action::SetIfPresent(_), Reply::Set(outcome)) => {
            let by_condition = match (action, outcome.written) {
                (Action::Set(_), true) => Seen::Nothing,
                (Action::SetIfAbsent(_), true) | (Action::SetIfPresent(_), false) => Seen::Absent,
                (Action::SetIfAbsent(_), false) | (Action::SetIfPresent(_), true) => Seen::Present,
                _ => panic!("{action:?} answered {reply:?}"),
            };
            let by_value = value(&outcome.old);
            match (return_old, by_condition) {
                (false, seen) => seen,
                (true, Seen::Nothing) => by_value,
                (true, condition) => {
                    let agree = (condition == Seen::Absent) == (by_value == Seen::Absent);
                    assert!(agree, "{action:?} contradicts itself: {reply:?}");
                    by_value
                }
            }
        }
        _ => panic!("{action:?} answered {reply:?}"),
    }
}
