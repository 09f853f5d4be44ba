//! The translation of commands into Redis's words, and of replies back.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use kv_core::{
    Command, CommandError, Condition, Deadline, Debug, ExpireCondition, ExpireTime, Expiry, KvError, Order,
    Page, Presence, Reply, Set, SetOutcome, TimeToLive, Timestamp,
};
use kv_resp::reply::{ReplyFrame, encode_request};

/// The reply to a command for which Redis has no words, because the command asks for nothing.
pub(crate) fn known(command: &Command) -> Option<Reply> {
    match command {
        Command::Delete { keys } | Command::Exists { keys } | Command::Touch { keys } if keys.is_empty() => {
            Some(Reply::Count(0))
        }
        _ => None,
    }
}

/// Appends the request for a command.
///
/// # Panics
/// For a command that has no words in Redis: a gate cannot be sent.
pub(crate) fn request(command: &Command, out: &mut BytesMut) {
    encode_request(out, words(command));
}

fn words(command: &Command) -> Vec<Bytes> {
    let mut words: Vec<Bytes> = Vec::new();
    let mut word = |text: &'static str| words.push(Bytes::from_static(text.as_bytes()));
    match command {
        Command::Get { key } => return vec!["GET".into(), key.clone()],
        Command::Set(set) => return set_words(set),
        Command::Delete { keys } => return with_keys("DEL", keys),
        Command::Exists { keys } => return with_keys("EXISTS", keys),
        Command::Touch { keys } => return with_keys("TOUCH", keys),
        Command::IncrementBy { key, delta } => {
            return vec!["INCRBY".into(), key.clone(), number(*delta)];
        }
        Command::IncrementByFloat { key, delta } => {
            return vec!["INCRBYFLOAT".into(), key.clone(), delta.clone()];
        }
        Command::Append { key, value } => return vec!["APPEND".into(), key.clone(), value.clone()],
        Command::Length { key } => return vec!["STRLEN".into(), key.clone()],
        Command::Range { key, start, end } => {
            return vec!["GETRANGE".into(), key.clone(), number(*start), number(*end)];
        }
        Command::SetRange { key, offset, value } => {
            return vec!["SETRANGE".into(), key.clone(), number(*offset), value.clone()];
        }
        Command::GetDelete { key } => return vec!["GETDEL".into(), key.clone()],
        Command::GetExpire { key, expiry } => {
            let mut words = vec!["GETEX".into(), key.clone()];
            match expiry {
                Expiry::Keep => {}
                Expiry::Clear => words.push("PERSIST".into()),
                Expiry::Until(deadline) => words.extend(deadline_words(*deadline)),
            }
            return words;
        }
        Command::Expire { key, deadline, condition } => {
            let (name, when) = match deadline {
                Deadline::After(duration) => ("PEXPIRE", number(millis(*duration))),
                Deadline::At(at) => ("PEXPIREAT", number(at.as_millis())),
            };
            let mut words = vec![name.into(), key.clone(), when];
            words.extend(condition_words(*condition));
            return words;
        }
        Command::Persist { key } => return vec!["PERSIST".into(), key.clone()],
        Command::TimeToLive { key } => return vec!["PTTL".into(), key.clone()],
        Command::ExpireTime { key } => return vec!["PEXPIRETIME".into(), key.clone()],
        Command::Rename { from, to, if_absent } => {
            return vec![if *if_absent { "RENAMENX" } else { "RENAME" }.into(), from.clone(), to.clone()];
        }
        Command::Copy { from, to, replace } => {
            let mut words = vec!["COPY".into(), from.clone(), to.clone()];
            words.extend(replace.then(|| "REPLACE".into()));
            return words;
        }
        Command::Count => word("DBSIZE"),
        Command::Clear => word("FLUSHALL"),
        Command::Keys { pattern } => return vec!["KEYS".into(), pattern.clone()],
        Command::RandomKey { .. } => word("RANDOMKEY"),
        Command::Scan { cursor, pattern, count } => {
            let mut words = vec!["SCAN".into(), number(*cursor), "COUNT".into(), number((*count).max(1))];
            if let Some(pattern) = pattern {
                words.extend(["MATCH".into(), pattern.clone()]);
            }
            return words;
        }
        Command::Debug(Debug::Panic { key }) => return vec!["DEBUG".into(), "PANIC".into(), key.clone()],
        Command::Debug(Debug::Sleep { key, duration }) => {
            let seconds = Bytes::from(duration.as_secs_f64().to_string());
            return vec!["DEBUG".into(), "SLEEP".into(), seconds, key.clone()];
        }
        Command::Debug(Debug::Digest) => return vec!["DEBUG".into(), "DIGEST".into()],
        Command::Debug(Debug::Resident) => return vec!["DEBUG".into(), "RESIDENT".into()],
        // The command is answered as a get is, and its work shows only on a clock.
        Command::Debug(Debug::Work { key, .. }) => return vec!["GET".into(), key.clone()],
        other => panic!("{other:?} cannot be sent over a wire"),
    }
    words
}

fn with_keys(name: &'static str, keys: &[Bytes]) -> Vec<Bytes> {
    std::iter::once(name.into()).chain(keys.iter().cloned()).collect()
}

fn set_words(set: &Set) -> Vec<Bytes> {
    let mut words = vec!["SET".into(), set.key.clone(), set.value.clone()];
    match set.condition {
        Condition::Always => {}
        Condition::IfAbsent => words.push("NX".into()),
        Condition::IfPresent => words.push("XX".into()),
    }
    match set.expiry {
        Expiry::Clear => {}
        Expiry::Keep => words.push("KEEPTTL".into()),
        Expiry::Until(deadline) => words.extend(deadline_words(deadline)),
    }
    words.extend(set.return_old.then(|| "GET".into()));
    words
}

fn deadline_words(deadline: Deadline) -> [Bytes; 2] {
    match deadline {
        Deadline::After(duration) => ["PX".into(), number(millis(duration))],
        Deadline::At(at) => ["PXAT".into(), number(at.as_millis())],
    }
}

fn condition_words(condition: ExpireCondition) -> Vec<Bytes> {
    let presence = condition.deadline.map(|presence| match presence {
        Presence::Absent => "NX",
        Presence::Present => "XX",
    });
    let order = condition.order.map(|order| match order {
        Order::Later => "GT",
        Order::Earlier => "LT",
    });
    presence.into_iter().chain(order).map(Bytes::from).collect()
}

/// The duration in whole milliseconds, rounded up as the store does; the largest `i64` if it is longer.
fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_nanos().div_ceil(1_000_000)).unwrap_or(i64::MAX)
}

fn number(number: impl ToString) -> Bytes {
    Bytes::from(number.to_string())
}

/// The reply of the contract for the server's reply to this command.
pub(crate) fn reply(command: &Command, frame: ReplyFrame) -> Result<Reply, KvError> {
    if let ReplyFrame::Error(line) = frame {
        return Err(error(&line));
    }
    Ok(match (command, frame) {
        (Command::Set(set), frame) => Reply::Set(outcome(set, frame)),
        (Command::Clear | Command::Debug(Debug::Sleep { .. }), _) => Reply::Done,
        (Command::Rename { if_absent: false, .. }, _) => Reply::Flag(true),
        (
            Command::Delete { .. } | Command::Exists { .. } | Command::Touch { .. } | Command::Count,
            ReplyFrame::Integer(count),
        ) => Reply::Count(natural(count)),
        (Command::IncrementBy { .. }, ReplyFrame::Integer(sum)) => Reply::Integer(sum),
        (
            Command::Append { .. } | Command::Length { .. } | Command::SetRange { .. },
            ReplyFrame::Integer(length),
        ) => Reply::Length(natural(length)),
        (
            Command::Expire { .. } | Command::Persist { .. } | Command::Copy { .. } | Command::Rename { .. },
            ReplyFrame::Integer(flag),
        ) => Reply::Flag(flag == 1),
        (Command::TimeToLive { .. }, ReplyFrame::Integer(left)) => Reply::TimeToLive(match left {
            -2 => TimeToLive::Missing,
            -1 => TimeToLive::Unlimited,
            left => TimeToLive::Left(Duration::from_millis(natural(left))),
        }),
        (Command::ExpireTime { .. }, ReplyFrame::Integer(at)) => Reply::ExpireTime(match at {
            -2 => ExpireTime::Missing,
            -1 => ExpireTime::Unlimited,
            at => ExpireTime::At(Timestamp::from_millis(natural(at))),
        }),
        (Command::Scan { .. }, ReplyFrame::Array(parts)) => page(parts),
        (Command::Keys { .. }, ReplyFrame::Array(found)) => Reply::Keys(keys(found)),
        (Command::Debug(Debug::Resident), ReplyFrame::Integer(count)) => Reply::Count(natural(count)),
        (Command::Debug(Debug::Digest), ReplyFrame::Simple(text)) => {
            let digits = String::from_utf8_lossy(&text[text.len() - 16..]).into_owned();
            Reply::Digest(u64::from_str_radix(&digits, 16).expect("a digest is hexadecimal"))
        }
        (_, ReplyFrame::Bulk(value)) => Reply::Value(Some(value)),
        (_, ReplyFrame::Null) => Reply::Value(None),
        (command, frame) => panic!("{command:?} was answered by {frame:?}"),
    })
}

fn natural(number: i64) -> u64 {
    u64::try_from(number).expect("a count is not negative")
}

/// The outcome of a set, which Redis does not tell outright: with `GET` it answers the value before.
fn outcome(set: &Set, frame: ReplyFrame) -> SetOutcome {
    let (is_null, old) = match frame {
        ReplyFrame::Bulk(old) => (false, Some(old)),
        ReplyFrame::Null => (true, None),
        _ => (false, None),
    };
    let written = match (set.return_old, set.condition) {
        (false, _) => !is_null,
        (true, Condition::Always) => true,
        (true, Condition::IfAbsent) => old.is_none(),
        (true, Condition::IfPresent) => old.is_some(),
    };
    SetOutcome { written, old }
}

fn keys(parts: Vec<ReplyFrame>) -> Vec<Bytes> {
    let key = |part| match part {
        ReplyFrame::Bulk(key) => key,
        other => panic!("{other:?} is no key"),
    };
    parts.into_iter().map(key).collect()
}

fn page(parts: Vec<ReplyFrame>) -> Reply {
    match <[ReplyFrame; 2]>::try_from(parts) {
        Ok([ReplyFrame::Bulk(cursor), ReplyFrame::Array(keys)]) => {
            let cursor = String::from_utf8_lossy(&cursor).parse().expect("a cursor is a number");
            Reply::Page(Page { cursor, keys: self::keys(keys) })
        }
        other => panic!("{other:?} is no page"),
    }
}

/// The error for which an error line stands.
fn error(line: &[u8]) -> KvError {
    let line = String::from_utf8_lossy(line);
    let calls =
        [KvError::Stopped, KvError::Overloaded, KvError::ReplyLost, KvError::TimedOut, KvError::Partial];
    let text = line.split_once(' ').map_or(&*line, |(_, text)| text);
    if let Some(error) = calls.into_iter().find(|error| error.to_string() == text) {
        return error;
    }
    let refusals = [
        CommandError::NotAnInteger,
        CommandError::Overflow,
        CommandError::TooLarge,
        CommandError::NotAFloat,
        CommandError::NotFinite,
        CommandError::NoSuchKey,
        CommandError::OffsetOutOfRange,
        CommandError::AcrossActors,
        CommandError::InvalidExpiry { command: "set" },
        CommandError::InvalidExpiry { command: "expire" },
        CommandError::InvalidExpiry { command: "getex" },
    ];
    match refusals.into_iter().find(|error| error.to_string() == text) {
        Some(refusal) => KvError::Command(refusal),
        // Redis's own words are not all the store's: a PEXPIRE is refused under its own name.
        None if text.starts_with("invalid expire time") => {
            KvError::Command(CommandError::InvalidExpiry { command: "expire" })
        }
        None => panic!("the server said: {line}"),
    }
}
