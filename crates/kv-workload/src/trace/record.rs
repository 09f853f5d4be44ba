//! One request of a trace.

use std::time::Duration;

use kv_core::{Command, Condition, DEFAULT_MAX_VALUE_BYTES, Expiry, Key, Set};
use serde::Serialize;

use crate::value::filler;

/// What a trace's request did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "memcached's own words")]
pub enum TraceOperation {
    Get,
    Gets,
    Set,
    Add,
    Replace,
    Cas,
    Append,
    Prepend,
    Delete,
    Incr,
    Decr,
}

/// One line of a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceRecord {
    /// The line that it stood on, counted from 1.
    pub line: u64,
    /// Seconds since the trace began.
    pub timestamp: u64,
    /// The anonymised key, as it stands.
    pub key: Key,
    /// The length of the real key.
    pub key_bytes: u64,
    /// The length of the value.
    pub value_bytes: usize,
    /// Who asked.
    pub client: u64,
    /// What was done.
    pub operation: TraceOperation,
    /// How many seconds what is written lives; 0 for ever.
    pub ttl: u64,
}

impl TraceRecord {
    /// The command that it is replayed as; the table is in [the module's documentation](crate::trace).
    #[must_use]
    pub fn command(&self) -> Command {
        let key = self.key.clone();
        match self.operation {
            TraceOperation::Get | TraceOperation::Gets => Command::Get { key },
            TraceOperation::Set => self.set(Condition::Always),
            TraceOperation::Add => self.set(Condition::IfAbsent),
            TraceOperation::Replace | TraceOperation::Cas => self.set(Condition::IfPresent),
            TraceOperation::Append | TraceOperation::Prepend => {
                Command::Append { key, value: filler(self.line, self.value_bytes) }
            }
            TraceOperation::Delete => Command::Delete { keys: vec![key] },
            TraceOperation::Incr => Command::IncrementBy { key, delta: 1 },
            TraceOperation::Decr => Command::IncrementBy { key, delta: -1 },
        }
    }

    fn set(&self, condition: Condition) -> Command {
        let expiry = match self.ttl {
            0 => Expiry::Clear,
            seconds => Expiry::after(Duration::from_secs(seconds)),
        };
        let value = filler(self.line, self.value_bytes);
        Command::Set(Set { condition, expiry, ..Set::new(self.key.clone(), value) })
    }

    /// Reads a line without its end.
    pub(super) fn parse(line_number: u64, line: &[u8]) -> Result<Self, String> {
        if line.is_empty() {
            return Err("an empty line".to_owned());
        }
        // The last five fields from the right, because a key may contain commas.
        let mut fields = line.rsplitn(6, |&byte| byte == b',');
        let mut last = || fields.next().ok_or(());
        let parts = (last(), last(), last(), last(), last(), last());
        let (Ok(ttl), Ok(operation), Ok(client), Ok(value_bytes), Ok(key_bytes), Ok(rest)) = parts else {
            return Err(wrong_number(line));
        };
        let comma = rest.iter().position(|&byte| byte == b',').ok_or_else(|| wrong_number(line))?;
        let (timestamp, key) = (&rest[..comma], &rest[comma + 1..]);
        if key.is_empty() {
            return Err("the key is empty".to_owned());
        }
        Ok(Self {
            line: line_number,
            timestamp: number("timestamp", timestamp)?,
            key: Key::copy_from_slice(key),
            key_bytes: number("key size", key_bytes)?,
            value_bytes: length(value_bytes)?,
            client: number("client id", client)?,
            operation: operation_of(operation)?,
            ttl: number("TTL", ttl)?,
        })
    }
}

fn wrong_number(line: &[u8]) -> String {
    let fields = line.split(|&byte| byte == b',').count();
    format!("{fields} fields instead of 7: timestamp,key,key size,value size,client id,operation,TTL")
}

fn number(name: &str, field: &[u8]) -> Result<u64, String> {
    // Digits only: the standard parser would also take a plus sign.
    let digits =
        std::str::from_utf8(field).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    digits.and_then(|digits| digits.parse().ok()).ok_or_else(|| {
        format!("the {name} {:?} is not a number from 0 to {}", String::from_utf8_lossy(field), u64::MAX)
    })
}

fn length(field: &[u8]) -> Result<usize, String> {
    let length = number("value size", field)?;
    // A replay really makes the values, so a slip in a file must not ask for all memory.
    usize::try_from(length)
        .ok()
        .filter(|&length| length <= DEFAULT_MAX_VALUE_BYTES)
        .ok_or_else(|| format!("the value size {length} is more than {DEFAULT_MAX_VALUE_BYTES} bytes"))
}

fn operation_of(field: &[u8]) -> Result<TraceOperation, String> {
    Ok(match field {
        b"get" => TraceOperation::Get,
        b"gets" => TraceOperation::Gets,
        b"set" => TraceOperation::Set,
        b"add" => TraceOperation::Add,
        b"replace" => TraceOperation::Replace,
        b"cas" => TraceOperation::Cas,
        b"append" => TraceOperation::Append,
        b"prepend" => TraceOperation::Prepend,
        b"delete" => TraceOperation::Delete,
        b"incr" => TraceOperation::Incr,
        b"decr" => TraceOperation::Decr,
        unknown => {
            return Err(format!(
                "unknown operation {:?}; known are get gets set add replace cas append prepend delete incr decr",
                String::from_utf8_lossy(unknown)
            ));
        }
    })
}
