//! Parsers of the commands on keys, independent of the kind of value.

use kv_core::Command;
use kv_resp::Request;

use super::{Context, Failure, Plan, Render, Result, all_keys, copied, integer, is, key};
use crate::{Database, database};

/// How many keys a page of a scan looks at if the client does not give a count.
const DEFAULT_SCAN_COUNT: usize = 10;

/// The name of the only kind of value.
pub(crate) const KIND: &str = "string";

pub(crate) fn delete(request: &Request, _: &Context) -> Result {
    Ok(Plan::One(Command::Delete { keys: all_keys(request) }, Render::Count))
}

pub(crate) fn exists(request: &Request, _: &Context) -> Result {
    let keys = all_keys(request);
    let asked = keys.len() as u64;
    Ok(Plan::One(Command::Exists { keys }, Render::Found { asked }))
}

pub(crate) fn touch(request: &Request, _: &Context) -> Result {
    let keys = all_keys(request);
    let asked = keys.len() as u64;
    Ok(Plan::One(Command::Touch { keys }, Render::Found { asked }))
}

pub(crate) fn kind(request: &Request, _: &Context) -> Result {
    Ok(Plan::One(Command::Exists { keys: vec![key(request)] }, Render::Kind))
}

pub(crate) fn rename(request: &Request, _: &Context) -> Result {
    Ok(Plan::One(renaming(request, false), Render::Ok))
}

pub(crate) fn renamenx(request: &Request, _: &Context) -> Result {
    Ok(Plan::One(renaming(request, true), Render::Flag))
}

fn renaming(request: &Request, if_absent: bool) -> Command {
    Command::Rename { from: key(request), to: copied(request, 2), if_absent }
}

pub(crate) fn copy(request: &Request, _: &Context) -> Result {
    let (mut replace, mut elsewhere) = (false, false);
    let mut index = 3;
    while let Some(option) = request.get(index) {
        if is(option, "REPLACE") {
            replace = true;
            index += 1;
        } else if is(option, "DB") && index + 1 < request.len() {
            elsewhere = database(request, index + 1)? == Database::Elsewhere;
            index += 2;
        } else {
            return Err(Failure::SYNTAX);
        }
    }
    if elsewhere {
        return Err(Failure::ONE_DATABASE);
    }
    if request.arg(1) == request.arg(2) {
        return Err(Failure::fixed("ERR source and destination objects are the same"));
    }
    Ok(Plan::One(Command::Copy { from: key(request), to: copied(request, 2), replace }, Render::Flag))
}

pub(crate) fn randomkey(_: &Request, context: &Context) -> Result {
    Ok(Plan::One(Command::RandomKey { choice: (context.lot)() }, Render::RandomKey))
}

pub(crate) fn keys(request: &Request, _: &Context) -> Result {
    Ok(Plan::One(Command::Keys { pattern: request.bytes(1) }, Render::Keys))
}

pub(crate) fn dbsize(_: &Request, _: &Context) -> Result {
    Ok(Plan::One(Command::Count, Render::Count))
}

/// Parses `FLUSHALL` and `FLUSHDB`, which do the same on a server with one database. `ASYNC` and `SYNC` choose the
/// thread that frees the memory; here each actor frees its own memory in either case.
pub(crate) fn flush(request: &Request, _: &Context) -> Result {
    match (request.get(1), request.len()) {
        (None, _) => {}
        (Some(mode), 2) if is(mode, "ASYNC") || is(mode, "SYNC") => {}
        _ => return Err(Failure::SYNTAX),
    }
    Ok(Plan::One(Command::Clear, Render::Ok))
}

pub(crate) fn scan(request: &Request, _: &Context) -> Result {
    let cursor = cursor(request.arg(1)).ok_or(Failure::fixed("ERR invalid cursor"))?;
    let (mut pattern, mut count, mut render) = (None, DEFAULT_SCAN_COUNT, Render::Page);
    for index in (2..request.len()).step_by(2) {
        let (option, argument) = (request.arg(index), request.get(index + 1).ok_or(Failure::SYNTAX)?);
        if is(option, "COUNT") {
            // Redis's error for a count below one.
            count = usize::try_from(integer(request, index + 1)?).map_err(|_| Failure::SYNTAX)?;
            if count == 0 {
                return Err(Failure::SYNTAX);
            }
        } else if is(option, "MATCH") {
            pattern = (argument != b"*").then(|| request.bytes(index + 1));
        } else if is(option, "TYPE") {
            // The cursor advances for any kind, so that a client's loop ends as it would in Redis.
            render = if is(argument, KIND) { Render::Page } else { Render::EmptyPage };
        } else {
            return Err(Failure::SYNTAX);
        }
    }
    Ok(Plan::One(Command::Scan { cursor, pattern, count }, render))
}

/// Reads a cursor as C's `strtoul` does, because Redis does: a sign and leading zeros are allowed, an empty text is 0,
/// and a negative number wraps around.
fn cursor(text: &[u8]) -> Option<u64> {
    let (negative, digits) = match text {
        [] => return Some(0),
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    if digits.is_empty() {
        return None;
    }
    let number = digits.iter().try_fold(0_u64, |sum, byte| match byte {
        b'0'..=b'9' => sum.checked_mul(10)?.checked_add(u64::from(byte - b'0')),
        _ => None,
    })?;
    Some(if negative { number.wrapping_neg() } else { number })
}
