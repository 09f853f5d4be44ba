//! Parsers of the commands that read values and change a part of them.

use kv_core::Command;
use kv_resp::Request;

use super::{Context, Failure, Plan, Render, Result, copied, integer, key};

pub(crate) fn get(request: &Request, _: &Context) -> Result {
    Ok(Plan::One(Command::Get { key: key(request) }, Render::Value))
}

pub(crate) fn getdel(request: &Request, _: &Context) -> Result {
    Ok(Plan::One(Command::GetDelete { key: key(request) }, Render::Value))
}

pub(crate) fn mget(request: &Request, _: &Context) -> Result {
    let gets = (1..request.len()).map(|index| Command::Get { key: request.bytes(index) }).collect();
    Ok(Plan::Many(gets, Render::Values))
}

pub(crate) fn append(request: &Request, _: &Context) -> Result {
    let append = Command::Append { key: copied(request, 1), value: copied(request, 2) };
    Ok(Plan::One(append, Render::NewLength))
}

pub(crate) fn strlen(request: &Request, _: &Context) -> Result {
    Ok(Plan::One(Command::Length { key: key(request) }, Render::Length))
}

pub(crate) fn getrange(request: &Request, _: &Context) -> Result {
    let (start, end) = (integer(request, 2)?, integer(request, 3)?);
    Ok(Plan::One(Command::Range { key: key(request), start, end }, Render::ValueOrEmpty))
}

pub(crate) fn setrange(request: &Request, _: &Context) -> Result {
    let offset = u64::try_from(integer(request, 2)?)
        .map_err(|_| Failure::from(kv_core::KvError::Command(kv_core::CommandError::OffsetOutOfRange)))?;
    let set = Command::SetRange { key: copied(request, 1), offset, value: copied(request, 3) };
    Ok(Plan::One(set, Render::NewLength))
}
