//! The renderers, from the backend's replies to the client's reply.

mod lcs;
mod object;
mod tally;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use kv_core::{CommandError, ExpireTime, KvError, Reply, TimeToLive};
use kv_resp::Encoder;

use super::Failure;
use super::lcs::LcsOptions;
use super::parse::keyspace::KIND;

/// How the replies to a [`Plan`](super::Plan) are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Render {
    /// `OK`, once the command is done.
    Ok,
    /// A value, or nothing for a missing key.
    Value,
    /// A value or nothing, after a write that made the value.
    NewValue,
    /// A value, or an empty string for nothing.
    ValueOrEmpty,
    /// Nothing for a missing key, and a failure for any other: Redis looks for the key before it reads the options.
    MissingOr(Box<Failure>),
    /// An integer value.
    Integer,
    /// A count.
    Count,
    /// A count of those keys that exist, out of the keys that were asked for.
    Found {
        /// How many keys were asked for.
        asked: u64,
    },
    /// A yes or a no, as 1 or 0.
    Flag,
    /// The length of a value that was read.
    Length,
    /// The length of a value that was written.
    NewLength,
    /// `OK` if a set was done, else nothing.
    Set,
    /// 1 if a set was done, else 0.
    SetFlag,
    /// The value before a set.
    SetOld,
    /// A time in seconds.
    Seconds,
    /// A time in milliseconds.
    Milliseconds,
    /// The kind of a value.
    Kind,
    /// All the keys.
    Keys,
    /// A page of keys, and where the next begins.
    Page,
    /// A page without keys, for a scan that asks for a kind of value that no key has.
    EmptyPage,
    /// One key or nothing.
    RandomKey,
    /// The form in which Redis would keep the value.
    Encoding,
    /// For how many seconds the value was not used.
    IdleTime,
    /// How many references to the value Redis would count.
    References,
    /// The values of many replies, with nothing for each missing key and an error for each failed reply.
    Values,
    /// `OK`, once all of many sets are done; else the first error.
    EachDone,
    /// 1 if a transaction was done, 0 if it was not.
    AllOrNothing,
    /// The longest common subsequence of two values.
    Lcs(Box<LcsOptions>),
}

/// A reply, or the failure if the backend's answer is not the expected reply.
type Result<T> = std::result::Result<T, Failure>;

impl Render {
    /// Renders nothing for a missing key, and this failure for any other key.
    pub(crate) fn missing_or(failure: Failure) -> Self {
        Self::MissingOr(Box::new(failure))
    }

    /// Whether the rendering computes for so long that a task must not do it beside others: the longest common
    /// subsequence of two values fills up to 134 million cells within Redis's limit.
    #[must_use]
    pub const fn is_heavy(&self) -> bool {
        matches!(self, Self::Lcs(_))
    }

    /// Writes the client's reply: exactly one, whatever the backend answered.
    pub fn write(
        &self,
        replies: &mut dyn Iterator<Item = std::result::Result<Reply, KvError>>,
        out: &mut Encoder<'_>,
    ) {
        let written = match self {
            Self::Values => {
                values(replies, out);
                Ok(())
            }
            Self::EachDone => each_done(replies, out),
            Self::Lcs(options) => lcs::write(*options.as_ref(), replies, out),
            _ => match replies.next() {
                Some(Ok(reply)) => self.write_one(reply, out),
                Some(Err(error)) => Err(error.into()),
                None => Err(Failure::UNEXPECTED_REPLY),
            },
        };
        if let Err(failure) = written {
            out.error(failure.as_bytes());
        }
    }

    /// Writes the client's reply to one command, unless it is a failure.
    fn write_one(&self, reply: Reply, out: &mut Encoder<'_>) -> Result<()> {
        match (self, reply) {
            (Self::Value | Self::NewValue, Reply::Value(value)) => nullable(value.as_ref(), out),
            (Self::ValueOrEmpty, Reply::Value(value)) => out.bulk(&value.unwrap_or_default()),
            (Self::Set, Reply::Set(outcome)) if outcome.written => out.simple("OK"),
            (Self::Set, Reply::Set(_)) => out.null(),
            (Self::SetOld, Reply::Set(outcome)) => nullable(outcome.old.as_ref(), out),
            (Self::SetFlag, Reply::Set(outcome)) => out.integer(outcome.written.into()),
            (Self::Ok, Reply::Done | Reply::Flag(_)) => out.simple("OK"),
            (Self::Integer, Reply::Integer(value)) => out.integer(value),
            (Self::Count | Self::Found { .. }, Reply::Count(count)) => unsigned(count, out),
            (Self::Length | Self::NewLength, Reply::Length(length)) => unsigned(length, out),
            (Self::Flag, Reply::Flag(flag)) => out.integer(flag.into()),
            (Self::Seconds | Self::Milliseconds, Reply::TimeToLive(time)) => out.integer(match time {
                TimeToLive::Missing => -2,
                TimeToLive::Unlimited => -1,
                TimeToLive::Left(left) => self.time(left.as_millis()),
            }),
            (Self::Seconds | Self::Milliseconds, Reply::ExpireTime(time)) => out.integer(match time {
                ExpireTime::Missing => -2,
                ExpireTime::Unlimited => -1,
                ExpireTime::At(at) => self.time(at.as_millis().into()),
            }),
            (Self::Kind, Reply::Count(count)) => out.simple(if count == 0 { "none" } else { KIND }),
            (Self::Keys, Reply::Keys(keys)) => bulks(&keys, out),
            (Self::Page, Reply::Page(page)) => cursor_and_keys(page.cursor, &page.keys, out),
            (Self::EmptyPage, Reply::Page(page)) => cursor_and_keys(page.cursor, &[], out),
            (Self::RandomKey, Reply::Random(draw)) => nullable(draw.map(|draw| draw.key).as_ref(), out),
            (
                Self::Encoding | Self::IdleTime | Self::References | Self::MissingOr(_),
                Reply::Inspected(None),
            )
            | (Self::MissingOr(_), Reply::Value(None)) => out.null(),
            (Self::MissingOr(failure), Reply::Value(Some(_)) | Reply::Inspected(Some(_))) => {
                return Err(failure.as_ref().clone());
            }
            (Self::Encoding, Reply::Inspected(Some(found))) => {
                out.bulk(object::encoding(&found).as_bytes());
            }
            (Self::IdleTime, Reply::Inspected(Some(found))) => unsigned(found.idle.as_secs(), out),
            (Self::References, Reply::Inspected(Some(found))) => out.integer(object::references(&found)),
            (Self::AllOrNothing, Reply::Transaction(outcome)) => all_or_nothing(outcome, out)?,
            _ => return Err(Failure::UNEXPECTED_REPLY),
        }
        Ok(())
    }

    /// A time in the unit that the command asks for; seconds are rounded to the nearest, as Redis rounds them.
    fn time(&self, millis: u128) -> i64 {
        let number = if *self == Self::Seconds { (millis + 500) / 1000 } else { millis };
        i64::try_from(number).unwrap_or(i64::MAX)
    }
}

fn nullable(value: Option<&Bytes>, out: &mut Encoder<'_>) {
    match value {
        Some(value) => out.bulk(value),
        None => out.null(),
    }
}

fn unsigned(number: u64, out: &mut Encoder<'_>) {
    out.integer(i64::try_from(number).unwrap_or(i64::MAX));
}

fn bulks(values: &[Bytes], out: &mut Encoder<'_>) {
    out.array(values.len());
    for value in values {
        out.bulk(value);
    }
}

fn cursor_and_keys(cursor: u64, keys: &[Bytes], out: &mut Encoder<'_>) {
    out.array(2);
    // The cursor is written as a string: as an integer it could not exceed 63 bits.
    out.bulk(cursor.to_string().as_bytes());
    bulks(keys, out);
}

/// The length of an array comes before its elements, so the replies are counted first.
fn values(replies: &mut dyn Iterator<Item = std::result::Result<Reply, KvError>>, out: &mut Encoder<'_>) {
    let replies: Vec<_> = replies.collect();
    out.array(replies.len());
    for reply in replies {
        match reply {
            Ok(Reply::Value(value)) => nullable(value.as_ref(), out),
            Ok(_) => out.error(Failure::UNEXPECTED_REPLY.as_bytes()),
            Err(error) => out.error(Failure::from(error).as_bytes()),
        }
    }
}

fn each_done(
    replies: &mut dyn Iterator<Item = std::result::Result<Reply, KvError>>,
    out: &mut Encoder<'_>,
) -> Result<()> {
    for reply in replies {
        if !matches!(reply?, Reply::Set(outcome) if outcome.written) {
            return Err(Failure::UNEXPECTED_REPLY);
        }
    }
    out.simple("OK");
    Ok(())
}

fn all_or_nothing(
    outcome: Option<Vec<std::result::Result<Reply, CommandError>>>,
    out: &mut Encoder<'_>,
) -> Result<()> {
    for reply in outcome.iter().flatten() {
        if let Err(error) = reply {
            return Err(KvError::Command(*error).into());
        }
    }
    out.integer(outcome.is_some().into());
    Ok(())
}
