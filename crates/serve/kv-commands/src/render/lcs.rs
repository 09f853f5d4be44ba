//! The reply to `LCS`, computed from two values.

use kv_core::{KvError, Reply, Value};
use kv_resp::Encoder;

use super::{Failure, Result};
use crate::lcs::{self, LcsOptions, Match, Report};

/// Writes what two values have in common. A missing key counts as an empty value.
pub(super) fn write(
    options: LcsOptions,
    replies: &mut dyn Iterator<Item = std::result::Result<Reply, KvError>>,
    out: &mut Encoder<'_>,
) -> Result<()> {
    let (a, b) = (value(replies.next())?, value(replies.next())?);
    if !lcs::fits(&a, &b, options.max_table_bytes) {
        return Err(Failure::fixed(
            "ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len",
        ));
    }
    match options.report {
        Report::Length => out.integer(signed(lcs::length(&a, &b))),
        Report::Text => {
            let mut text = Vec::new();
            for piece in lcs::matches(&a, &b).into_iter().rev() {
                text.extend_from_slice(&a[piece.a]);
            }
            out.bulk(&text);
        }
        Report::Matches { min_match, with_lengths } => {
            let mut matches = lcs::matches(&a, &b);
            let length = matches.iter().map(|piece| piece.a.len()).sum();
            matches.retain(|piece| piece.a.len() as u64 >= min_match);
            out.map(2);
            out.bulk(b"matches");
            out.array(matches.len());
            for piece in matches {
                write_match(&piece, with_lengths, out);
            }
            out.bulk(b"len");
            out.integer(signed(length));
        }
    }
    Ok(())
}

/// Writes one piece. On the wire both ends belong to the piece.
fn write_match(piece: &Match, with_length: bool, out: &mut Encoder<'_>) {
    out.array(if with_length { 3 } else { 2 });
    for range in [&piece.a, &piece.b] {
        out.array(2);
        out.integer(signed(range.start));
        out.integer(signed(range.end - 1));
    }
    if with_length {
        out.integer(signed(piece.a.len()));
    }
}

fn value(reply: Option<std::result::Result<Reply, KvError>>) -> Result<Value> {
    match reply {
        Some(Ok(Reply::Value(value))) => Ok(value.unwrap_or_default()),
        Some(Err(error)) => Err(error.into()),
        _ => Err(Failure::UNEXPECTED_REPLY),
    }
}

/// The length as a signed integer, which always fits: the longest value is far shorter than 63 bits.
fn signed(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}
