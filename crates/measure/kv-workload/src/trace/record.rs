//! A record: one request of a trace.

use std::time::Duration;

use kv_core::{Command, Condition, DEFAULT_MAX_VALUE_BYTES, Expiry, Key, Set};
use serde::Serialize;

use crate::value::filler;

/// The operation of a trace's request.
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
    /// The number of its line, counted from 1.
    pub line: u64,
    /// Seconds since the trace began.
    pub timestamp: u64,
    /// The anonymised key, as it stands in the trace.
    pub key: Key,
    /// The length of the real key.
    pub key_bytes: u64,
    /// The length of the value.
    pub value_bytes: usize,
    /// The id of the client that asked.
    pub client: u64,
    /// The operation.
    pub operation: TraceOperation,
    /// The lifetime of the written value in seconds; 0 for ever, which a trace may also write as -1.
    pub ttl: u64,
}

impl TraceOperation {
    /// All operations, by the names that they have in traces.
    const NAMES: [(&str, Self); 11] = [
        ("get", Self::Get),
        ("gets", Self::Gets),
        ("set", Self::Set),
        ("add", Self::Add),
        ("replace", Self::Replace),
        ("cas", Self::Cas),
        ("append", Self::Append),
        ("prepend", Self::Prepend),
        ("delete", Self::Delete),
        ("incr", Self::Incr),
        ("decr", Self::Decr),
    ];

    /// The operation of that name, in any case.
    fn of(name: &[u8]) -> Option<Self> {
        let known = Self::NAMES.iter().find(|(known, _)| name.eq_ignore_ascii_case(known.as_bytes()));
        known.map(|&(_, operation)| operation)
    }
}

impl TraceRecord {
    /// The command as which the record is replayed; the table is in [the module's documentation](crate::trace).
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

    /// The record of a line, which is given without its end.
    pub(super) fn parse(line_number: u64, line: &[u8]) -> Result<Self, String> {
        let fields = Fields::of(line)?;
        if fields.key.is_empty() {
            return Err("the key is empty".to_owned());
        }
        // A key may hold commas, so a file with other line ends than `
        // ` would parse as one request with one very long key.
        if fields.key.iter().any(u8::is_ascii_control) {
            return Err("the key holds a control character; lines end in \\n or \\r\\n".to_owned());
        }
        Ok(Self {
            line: line_number,
            timestamp: number("timestamp", fields.timestamp)?,
            key: Key::copy_from_slice(fields.key),
            key_bytes: number("key size", fields.key_bytes)?,
            value_bytes: length(fields.value_bytes)?,
            client: number("client id", fields.client)?,
            operation: operation_of(fields.operation)?,
            ttl: time_to_live(fields.ttl)?,
        })
    }
}

/// Whether a line names the columns instead of filling them: it has words in all places where a record has numbers, and
/// no operation. A record with one wrong number is no header.
pub(super) fn is_header(line: &[u8]) -> bool {
    let word = |field: &[u8]| field.iter().any(u8::is_ascii_alphabetic);
    Fields::of(line).is_ok_and(|fields| {
        [fields.timestamp, fields.key_bytes, fields.value_bytes, fields.client, fields.ttl]
            .into_iter()
            .all(word)
            && TraceOperation::of(fields.operation).is_none()
    })
}

/// The seven fields of a line.
struct Fields<'a> {
    timestamp: &'a [u8],
    key: &'a [u8],
    key_bytes: &'a [u8],
    value_bytes: &'a [u8],
    client: &'a [u8],
    operation: &'a [u8],
    ttl: &'a [u8],
}

impl<'a> Fields<'a> {
    fn of(line: &'a [u8]) -> Result<Self, String> {
        let wrong = || {
            let fields = line.split(|&byte| byte == b',').count();
            format!("{fields} fields instead of 7: timestamp,key,key size,value size,client id,operation,TTL")
        };
        // The fields are split from the right, because a key may contain commas.
        let mut fields = line.rsplitn(6, |&byte| byte == b',');
        let mut last = || fields.next().ok_or_else(wrong);
        let (ttl, operation, client, value_bytes, key_bytes, rest) =
            (last()?, last()?, last()?, last()?, last()?, last()?);
        let comma = rest.iter().position(|&byte| byte == b',').ok_or_else(wrong)?;
        let (timestamp, key) = (&rest[..comma], &rest[comma + 1..]);
        Ok(Self { timestamp, key, key_bytes, value_bytes, client, operation, ttl })
    }
}

fn number(name: &str, field: &[u8]) -> Result<u64, String> {
    // Only digits are accepted: the standard parser would also take a plus sign.
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

/// Reads a TTL. Some tools write -1 for a value that lives for ever, as Redis's `TTL` and memcached's meta commands do.
fn time_to_live(field: &[u8]) -> Result<u64, String> {
    if field == b"-1" {
        return Ok(0);
    }
    number("TTL", field).map_err(|error| format!("{error}, nor -1"))
}

fn operation_of(field: &[u8]) -> Result<TraceOperation, String> {
    TraceOperation::of(field).ok_or_else(|| {
        let known: Vec<_> = TraceOperation::NAMES.iter().map(|(name, _)| *name).collect();
        format!("unknown operation {:?}; known are {}", String::from_utf8_lossy(field), known.join(" "))
    })
}
