//! Parsers of `OBJECT`, which tells how a value is kept.

use kv_core::Command;
use kv_resp::Request;

use super::{Context, Failure, Plan, Render, Result};

pub(crate) fn encoding(request: &Request, _: &Context) -> Result {
    Ok(inspect(request, Render::Encoding))
}

pub(crate) fn idletime(request: &Request, _: &Context) -> Result {
    Ok(inspect(request, Render::IdleTime))
}

pub(crate) fn refcount(request: &Request, _: &Context) -> Result {
    Ok(inspect(request, Render::References))
}

/// Parses `OBJECT FREQ`. Redis counts uses only under an eviction policy that asks for it, and otherwise answers an
/// error; this server has no such policy.
pub(crate) fn freq(request: &Request, _: &Context) -> Result {
    let failure = Failure::fixed(
        "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching \
         between policies at runtime LRU and LFU data will take some time to adjust.",
    );
    Ok(inspect(request, Render::missing_or(failure)))
}

fn inspect(request: &Request, render: Render) -> Plan {
    Plan::One(Command::Inspect { key: request.bytes(2) }, render)
}
