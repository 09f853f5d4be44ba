//! `OBJECT`: how a value is kept.

use kv_core::Command;
use kv_resp::Request;

use super::{Context, Failure, Plan, Render, Result};

pub(in crate::commands) fn encoding(request: &Request, _: &Context) -> Result {
    Ok(inspect(request, Render::Encoding))
}

pub(in crate::commands) fn idletime(request: &Request, _: &Context) -> Result {
    Ok(inspect(request, Render::IdleTime))
}

pub(in crate::commands) fn refcount(request: &Request, _: &Context) -> Result {
    Ok(inspect(request, Render::References))
}

/// Redis counts uses only under an eviction policy that asks for it, and says so; there is no such policy here.
pub(in crate::commands) fn freq(request: &Request, _: &Context) -> Result {
    let failure = Failure::fixed(
        "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching \
         between policies at runtime LRU and LFU data will take some time to adjust.",
    );
    Ok(inspect(request, Render::missing_or(failure)))
}

fn inspect(request: &Request, render: Render) -> Plan {
    Plan::One(Command::Inspect { key: request.bytes(2) }, render)
}
