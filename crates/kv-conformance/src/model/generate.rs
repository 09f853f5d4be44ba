//! Random commands that meet each other: few keys, few values, short deadlines.

use std::time::Duration;

use kv_core::{Command, Condition, Deadline, Expiry, Key, Set, Timestamp, Value};
use proptest::collection::vec;
use proptest::prelude::*;

/// Any command that the [`Model`](super::Model) can answer. Absolute deadlines lie around `start`.
pub fn commands(start: Timestamp) -> impl Strategy<Value = Command> {
    prop_oneof![
        4 => key().prop_map(|key| Command::Get { key }),
        6 => set(start).prop_map(Command::Set),
        2 => vec(key(), 0..5).prop_map(|keys| Command::Delete { keys }),
        1 => vec(key(), 0..5).prop_map(|keys| Command::Exists { keys }),
        3 => (key(), delta()).prop_map(|(key, delta)| Command::IncrementBy { key, delta }),
        2 => (key(), value()).prop_map(|(key, value)| Command::Append { key, value }),
        1 => key().prop_map(|key| Command::Length { key }),
        2 => (key(), deadline(start)).prop_map(|(key, deadline)| Command::Expire { key, deadline }),
        1 => key().prop_map(|key| Command::Persist { key }),
        2 => key().prop_map(|key| Command::TimeToLive { key }),
        2 => Just(Command::Count),
        1 => prop::bool::weighted(0.2).prop_map(|clear| if clear { Command::Clear } else { Command::Count }),
    ]
}

fn key() -> impl Strategy<Value = Key> {
    prop_oneof![
        9 => (0..6_u8).prop_map(|n| Key::from(vec![b'a' + n])),
        1 => vec(any::<u8>(), 0..3).prop_map(Key::from),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let integers = prop_oneof![Just(0), Just(i64::MAX), Just(i64::MIN), any::<i64>(), -9..9_i64];
    prop_oneof![
        3 => integers.prop_map(|integer| Value::from(integer.to_string())),
        2 => vec(any::<u8>(), 0..8).prop_map(Value::from),
        1 => prop::sample::select(vec!["01", "+1", "-0", " 1", "1 ", "", "-", "9223372036854775808"])
            .prop_map(Value::from),
        1 => (30..40_usize).prop_map(|length| Value::from(vec![b'x'; length])),
    ]
}

fn delta() -> impl Strategy<Value = i64> {
    prop_oneof![4 => -3..4_i64, 1 => Just(i64::MAX), 1 => Just(i64::MIN), 1 => any::<i64>()]
}

fn deadline(start: Timestamp) -> impl Strategy<Value = Deadline> {
    let start = start.as_millis();
    prop_oneof![
        4 => (0..30_u64).prop_map(|millis| Deadline::After(Duration::from_millis(millis))),
        1 => (0..5_000_u64).prop_map(|micros| Deadline::After(Duration::from_micros(micros))),
        1 => Just(Deadline::After(Duration::MAX)),
        3 => (start - 20..start + 100).prop_map(|millis| Deadline::At(Timestamp::from_millis(millis))),
        1 => any::<u64>().prop_map(|millis| Deadline::At(Timestamp::from_millis(millis))),
    ]
}

fn set(start: Timestamp) -> impl Strategy<Value = Set> {
    let condition = prop_oneof![
        4 => Just(Condition::Always), 1 => Just(Condition::IfAbsent), 1 => Just(Condition::IfPresent)
    ];
    let expiry = prop_oneof![
        3 => Just(Expiry::Clear), 1 => Just(Expiry::Keep), 3 => deadline(start).prop_map(Expiry::Until)
    ];
    (key(), value(), condition, expiry, any::<bool>()).prop_map(
        |(key, value, condition, expiry, return_old)| Set { key, value, condition, expiry, return_old },
    )
}
