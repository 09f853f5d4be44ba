//! Parsers of the commands about deadlines.

use kv_core::{Command, ExpireCondition, Order, Presence};
use kv_resp::Request;

use super::time::Time;
use super::{Context, Failure, Plan, Render, Result, integer, is, key};

pub(crate) fn expire(request: &Request, context: &Context) -> Result {
    until(Time::EX, request, context, "expire")
}

pub(crate) fn pexpire(request: &Request, context: &Context) -> Result {
    until(Time::PX, request, context, "pexpire")
}

pub(crate) fn expireat(request: &Request, context: &Context) -> Result {
    until(Time::EXAT, request, context, "expireat")
}

pub(crate) fn pexpireat(request: &Request, context: &Context) -> Result {
    until(Time::PXAT, request, context, "pexpireat")
}

/// Parses the commands that set a deadline. The conditions are read before the time, as in Redis: of two mistakes, the
/// client is told of the same one.
fn until(time: Time, request: &Request, context: &Context, command: &str) -> Result {
    let condition = condition(request)?;
    let deadline = time.deadline(integer(request, 2)?, context, command)?;
    Ok(Plan::One(Command::Expire { key: key(request), deadline, condition }, Render::Flag))
}

fn condition(request: &Request) -> Result<ExpireCondition> {
    let (mut absent, mut present, mut later, mut earlier) = (false, false, false, false);
    for option in request.args().skip(3) {
        let flag = match option {
            _ if is(option, "NX") => &mut absent,
            _ if is(option, "XX") => &mut present,
            _ if is(option, "GT") => &mut later,
            _ if is(option, "LT") => &mut earlier,
            _ => return Err(Failure::quoting("ERR Unsupported option ", option, "")),
        };
        *flag = true;
    }
    if absent && (present || later || earlier) {
        return Err(Failure::fixed("ERR NX and XX, GT or LT options at the same time are not compatible"));
    }
    if later && earlier {
        return Err(Failure::fixed("ERR GT and LT options at the same time are not compatible"));
    }
    let presence = [(absent, Presence::Absent), (present, Presence::Present)];
    let order = [(later, Order::Later), (earlier, Order::Earlier)];
    Ok(ExpireCondition {
        deadline: presence.into_iter().find_map(|(given, presence)| given.then_some(presence)),
        order: order.into_iter().find_map(|(given, order)| given.then_some(order)),
    })
}

pub(crate) fn persist(request: &Request, _: &Context) -> Result {
    Ok(Plan::One(Command::Persist { key: key(request) }, Render::Flag))
}

pub(crate) fn ttl(request: &Request, _: &Context) -> Result {
    Ok(Plan::One(Command::TimeToLive { key: key(request) }, Render::Seconds))
}

pub(crate) fn pttl(request: &Request, _: &Context) -> Result {
    Ok(Plan::One(Command::TimeToLive { key: key(request) }, Render::Milliseconds))
}

pub(crate) fn expiretime(request: &Request, _: &Context) -> Result {
    Ok(Plan::One(Command::ExpireTime { key: key(request) }, Render::Seconds))
}

pub(crate) fn pexpiretime(request: &Request, _: &Context) -> Result {
    Ok(Plan::One(Command::ExpireTime { key: key(request) }, Render::Milliseconds))
}
