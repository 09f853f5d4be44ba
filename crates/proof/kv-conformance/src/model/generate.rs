//! Random commands that meet each other: few keys, few values, short deadlines.

use std::time::Duration;

use kv_core::{
    Batch, Command, Condition, Deadline, ExpireCondition, Expiry, Key, Order, Presence, Set, Timestamp,
    Transaction, Value, Version,
};
use proptest::collection::vec;
use proptest::prelude::*;

/// Any command that the [`Model`](super::Model) can answer. Absolute deadlines lie around `start`.
pub fn commands(start: Timestamp) -> impl Strategy<Value = Command> {
    prop_oneof![
        24 => for_one_key(start),
        10 => simple(start),
        2 => batch(start),
        2 => transaction(start),
    ]
}

/// Commands that a batch can hold.
pub(crate) fn for_one_key(start: Timestamp) -> impl Strategy<Value = Command> {
    prop_oneof![
        4 => key().prop_map(|key| Command::Get { key }),
        6 => set(start).prop_map(Command::Set),
        3 => (key(), delta()).prop_map(|(key, delta)| Command::IncrementBy { key, delta }),
        3 => (key(), decimal()).prop_map(|(key, delta)| Command::IncrementByFloat { key, delta }),
        2 => (key(), value()).prop_map(|(key, value)| Command::Append { key, value }),
        1 => key().prop_map(|key| Command::Length { key }),
        1 => (key(), index(), index()).prop_map(|(key, start, end)| Command::Range { key, start, end }),
        2 => (key(), offset(), value())
            .prop_map(|(key, offset, value)| Command::SetRange { key, offset, value }),
        1 => key().prop_map(|key| Command::GetDelete { key }),
        2 => (key(), expiry(start)).prop_map(|(key, expiry)| Command::GetExpire { key, expiry }),
        3 => (key(), deadline(start), condition())
            .prop_map(|(key, deadline, condition)| Command::Expire { key, deadline, condition }),
        1 => key().prop_map(|key| Command::Persist { key }),
        2 => key().prop_map(|key| Command::TimeToLive { key }),
        2 => key().prop_map(|key| Command::ExpireTime { key }),
        2 => key().prop_map(|key| Command::Inspect { key }),
        1 => key().prop_map(|key| Command::Delete { keys: vec![key] }),
    ]
}

/// Commands that only a transaction can hold.
fn simple(start: Timestamp) -> impl Strategy<Value = Command> {
    prop_oneof![
        2 => vec(key(), 0..5).prop_map(|keys| Command::Delete { keys }),
        1 => vec(key(), 0..5).prop_map(|keys| Command::Exists { keys }),
        1 => vec(key(), 0..5).prop_map(|keys| Command::Touch { keys }),
        2 => (key(), key(), any::<bool>())
            .prop_map(|(from, to, if_absent)| Command::Rename { from, to, if_absent }),
        2 => (key(), key(), any::<bool>()).prop_map(|(from, to, replace)| Command::Copy { from, to, replace }),
        2 => Just(Command::Count),
        1 => Just(Command::CountVolatile),
        1 => prop::bool::weighted(0.2).prop_map(|clear| if clear { Command::Clear } else { Command::Count }),
        3 => for_one_key(start),
    ]
}

fn batch(start: Timestamp) -> impl Strategy<Value = Command> {
    let commands = vec(for_one_key(start), 0..8);
    commands.prop_map(|commands| {
        Command::Batch(Box::new(Batch::new(commands).expect("commands for one key each")))
    })
}

fn transaction(start: Timestamp) -> impl Strategy<Value = Command> {
    // Transactions over one key as well: with an actor per key, all others are refused.
    let of_one = (key(), vec(value(), 0..4))
        .prop_map(|(key, values)| values.into_iter().map(|value| Set::new(key.clone(), value)).collect());
    let sets = prop_oneof![vec(set(start), 0..4), of_one];
    let all_or_nothing = sets.prop_map(|sets: Vec<Set>| {
        let watched = sets.iter().map(|set| (set.key.clone(), Version::ABSENT)).collect();
        (watched, sets.into_iter().map(Command::Set).collect())
    });
    let any = vec(simple(start), 0..5).prop_map(|commands| (Vec::new(), commands));
    prop_oneof![all_or_nothing, any].prop_map(|(watched, commands): (Vec<(Key, Version)>, Vec<Command>)| {
        let transaction = Transaction::new(watched, commands).expect("neither faults nor batches");
        Command::Transaction(Box::new(transaction))
    })
}

/// Keys to watch; often only one, because with an actor per key more are refused.
pub(crate) fn few_keys() -> impl Strategy<Value = Vec<Key>> {
    prop_oneof![vec(key(), 1), vec(key(), 0..3)]
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
        1 => decimal(),
        1 => (30..40_usize).prop_map(|length| Value::from(vec![b'x'; length])),
    ]
}

fn decimal() -> impl Strategy<Value = Value> {
    let plain = (-99_999_i64..99_999, 1..7_usize)
        .prop_map(|(units, places)| Value::from(format!("{}", units as f64 / 10_f64.powi(places as i32))));
    let odd = vec![
        "0",
        "-0",
        "+1",
        ".5",
        "5.",
        "1e3",
        "-2.5E-2",
        "1e-17",
        "1.5e-17",
        "1e-40",
        "17179869184",
        "inf",
        "-Infinity",
        "nan",
        "1e400",
        "1e5000",
        "-1e-5000",
        "",
        "1e",
        "e1",
        ".",
        "+",
        "1 ",
        "0x",
        "-0X1f",
    ];
    prop_oneof![3 => plain, 1 => prop::sample::select(odd).prop_map(Value::from)]
}

/// Ends of a range: mostly within a short value.
fn index() -> impl Strategy<Value = i64> {
    prop_oneof![6 => -9..12_i64, 1 => any::<i64>(), 1 => Just(i64::MIN), 1 => Just(i64::MAX)]
}

fn offset() -> impl Strategy<Value = u64> {
    prop_oneof![6 => 0..12_u64, 1 => 20..40_u64, 1 => Just(u64::MAX)]
}

fn condition() -> impl Strategy<Value = ExpireCondition> {
    let presence = prop::sample::select(vec![Presence::Absent, Presence::Present]);
    let order = prop::sample::select(vec![Order::Later, Order::Earlier]);
    (prop::option::weighted(0.4, presence), prop::option::weighted(0.4, order))
        .prop_map(|(deadline, order)| ExpireCondition { deadline, order })
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

fn expiry(start: Timestamp) -> impl Strategy<Value = Expiry> {
    prop_oneof![
        3 => Just(Expiry::Clear), 1 => Just(Expiry::Keep), 3 => deadline(start).prop_map(Expiry::Until)
    ]
}

fn set(start: Timestamp) -> impl Strategy<Value = Set> {
    let condition = prop_oneof![
        4 => Just(Condition::Always), 1 => Just(Condition::IfAbsent), 1 => Just(Condition::IfPresent)
    ];
    (key(), value(), condition, expiry(start), any::<bool>()).prop_map(
        |(key, value, condition, expiry, return_old)| Set { key, value, condition, expiry, return_old },
    )
}
