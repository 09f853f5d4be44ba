//! Parsers of the commands on values that are numbers.

use kv_core::Command;
use kv_resp::Request;

use super::{Context, Failure, Plan, Render, Result, copied, integer};

pub(crate) fn incr(request: &Request, _: &Context) -> Result {
    Ok(add(request, 1))
}

pub(crate) fn decr(request: &Request, _: &Context) -> Result {
    Ok(add(request, -1))
}

pub(crate) fn incrby(request: &Request, _: &Context) -> Result {
    Ok(add(request, integer(request, 2)?))
}

pub(crate) fn decrby(request: &Request, _: &Context) -> Result {
    let delta = integer(request, 2)?.checked_neg();
    Ok(add(request, delta.ok_or(Failure::fixed("ERR decrement would overflow"))?))
}

/// Parses `INCRBYFLOAT`. The number stays text: the store adds decimals, and an `f64` would lose digits.
pub(crate) fn incrbyfloat(request: &Request, _: &Context) -> Result {
    let add = Command::IncrementByFloat { key: copied(request, 1), delta: request.bytes(2) };
    Ok(Plan::One(add, Render::NewValue))
}

fn add(request: &Request, delta: i64) -> Plan {
    Plan::One(Command::IncrementBy { key: copied(request, 1), delta }, Render::Integer)
}
