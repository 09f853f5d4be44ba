//! Parsers of `SET`, of the older commands for the same, and of `GETEX`, which takes the same times.

use kv_core::{Command, Condition, Expiry, Set, Transaction, Version};
use kv_resp::{Request, parse_integer};

use super::time::Time;
use super::{Context, Failure, Plan, Render, Result, copied, integer, is, key};

/// The option about the deadline in `SET` and `GETEX`. A command has at most one; if it is repeated, the last amount
/// counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lifetime {
    /// `KEEPTTL` of `SET`, `PERSIST` of `GETEX`.
    Word,
    /// `EX`, `PX`, `EXAT` or `PXAT`; the amount follows.
    Time(Time),
}

impl Lifetime {
    /// Reads the option `option`; returns it, and whether an amount follows.
    fn read(option: &[u8], word: &str, before: Option<Self>) -> Result<Self> {
        let lifetime = if is(option, word) {
            Self::Word
        } else {
            Self::Time(Time::option(option).ok_or(Failure::SYNTAX)?)
        };
        match before {
            Some(other) if other != lifetime => Err(Failure::SYNTAX),
            _ => Ok(lifetime),
        }
    }
}

pub(crate) fn set(request: &Request, context: &Context) -> Result {
    let (mut condition, mut return_old) = (Condition::Always, false);
    let (mut lifetime, mut amount) = (None, 0);
    let mut index = 3;
    while let Some(option) = request.get(index) {
        index += 1;
        if is(option, "NX") && condition != Condition::IfPresent {
            condition = Condition::IfAbsent;
        } else if is(option, "XX") && condition != Condition::IfAbsent {
            condition = Condition::IfPresent;
        } else if is(option, "GET") {
            return_old = true;
        } else {
            lifetime = Some(Lifetime::read(option, "KEEPTTL", lifetime)?);
            if lifetime != Some(Lifetime::Word) {
                amount = index;
                index += 1;
            }
        }
    }
    let expiry = match lifetime {
        None => Expiry::Clear,
        Some(Lifetime::Word) => Expiry::Keep,
        Some(Lifetime::Time(_)) if amount >= request.len() => return Err(Failure::SYNTAX),
        Some(Lifetime::Time(time)) => {
            Expiry::Until(time.positive_deadline(integer(request, amount)?, context, "set")?)
        }
    };
    let render = if return_old { Render::SetOld } else { Render::Set };
    Ok(Plan::One(Command::Set(Set { condition, expiry, return_old, ..whole(request, 1, 2) }), render))
}

pub(crate) fn getset(request: &Request, _: &Context) -> Result {
    Ok(Plan::One(Command::Set(Set { return_old: true, ..whole(request, 1, 2) }), Render::SetOld))
}

pub(crate) fn setnx(request: &Request, _: &Context) -> Result {
    let set = Set { condition: Condition::IfAbsent, ..whole(request, 1, 2) };
    Ok(Plan::One(Command::Set(set), Render::SetFlag))
}

pub(crate) fn setex(request: &Request, context: &Context) -> Result {
    set_for(Time::EX, request, context, "setex")
}

pub(crate) fn psetex(request: &Request, context: &Context) -> Result {
    set_for(Time::PX, request, context, "psetex")
}

fn set_for(time: Time, request: &Request, context: &Context, command: &str) -> Result {
    let deadline = time.positive_deadline(integer(request, 2)?, context, command)?;
    let set = Set { expiry: Expiry::Until(deadline), ..whole(request, 1, 3) };
    Ok(Plan::One(Command::Set(set), Render::Set))
}

pub(crate) fn mset(request: &Request, context: &Context) -> Result {
    Ok(Plan::Many(sets(request, context, "mset")?, Render::EachDone))
}

pub(crate) fn msetnx(request: &Request, context: &Context) -> Result {
    let commands = sets(request, context, "msetnx")?;
    let watched =
        (1..request.len()).step_by(2).map(|index| (request.bytes(index), Version::ABSENT)).collect();
    let transaction = Transaction::new(watched, commands).map_err(|_| Failure::SYNTAX)?;
    Ok(Plan::One(Command::Transaction(Box::new(transaction)), Render::AllOrNothing))
}

pub(crate) fn getex(request: &Request, context: &Context) -> Result {
    let (mut lifetime, mut amount) = (None, 0);
    let mut index = 2;
    while let Some(option) = request.get(index) {
        lifetime = Some(Lifetime::read(option, "PERSIST", lifetime)?);
        if lifetime == Some(Lifetime::Word) {
            index += 1;
        } else {
            amount = index + 1;
            index += 2;
        }
    }
    let key = key(request);
    let expiry = match lifetime {
        None => Expiry::Keep,
        Some(Lifetime::Word) => Expiry::Clear,
        Some(Lifetime::Time(time)) => {
            let text = request.get(amount).ok_or(Failure::SYNTAX)?;
            let deadline = parse_integer(text)
                .ok_or(Failure::NOT_AN_INTEGER)
                .and_then(|amount| time.positive_deadline(amount, context, "getex"));
            match deadline {
                Ok(deadline) => Expiry::Until(deadline),
                // Redis looks for the key before it looks at the time, and for a missing key it answers only that the
                // key is missing.
                Err(failure) => return Ok(Plan::One(Command::Get { key }, Render::missing_or(failure))),
            }
        }
    };
    Ok(Plan::One(Command::GetExpire { key, expiry }, Render::Value))
}

/// A plain set of a key and a value, both copied.
fn whole(request: &Request, key: usize, value: usize) -> Set {
    Set::new(copied(request, key), copied(request, value))
}

/// The sets of `MSET` and `MSETNX`. A value over the limit is refused here: the store would refuse only that value and
/// set the others.
fn sets(request: &Request, context: &Context, command: &str) -> Result<Vec<Command>> {
    if request.len().is_multiple_of(2) {
        return Err(Failure::arity(command));
    }
    let pairs = (1..request.len()).step_by(2);
    if pairs.clone().any(|index| request.arg(index + 1).len() > context.max_value_bytes) {
        return Err(Failure::from(kv_core::KvError::Command(kv_core::CommandError::TooLarge)));
    }
    Ok(pairs.map(|index| Command::Set(whole(request, index, index + 1))).collect())
}
