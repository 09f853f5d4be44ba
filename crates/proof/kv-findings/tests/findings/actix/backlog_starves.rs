//! An actor that sends to itself keeps all others on its thread from running.

// ANCHOR: program
use std::sync::atomic::{AtomicU32, Ordering};

use actix::prelude::*;

static LEFT: AtomicU32 = AtomicU32::new(100_000);

struct Busy;
struct Neighbour;

impl Actor for Busy {
    type Context = Context<Self>;
}

impl Actor for Neighbour {
    type Context = Context<Self>;
}

#[derive(Message)]
#[rtype(result = "()")]
struct Step;

impl Handler<Step> for Busy {
    type Result = ();

    fn handle(&mut self, _: Step, ctx: &mut Context<Self>) {
        if LEFT.fetch_sub(1, Ordering::SeqCst) > 1 {
            ctx.address().do_send(Step);
        }
    }
}

#[derive(Message)]
#[rtype(result = "u32")]
struct StepsLeft;

impl Handler<StepsLeft> for Neighbour {
    type Result = u32;

    fn handle(&mut self, _: StepsLeft, _: &mut Context<Self>) -> u32 {
        LEFT.load(Ordering::SeqCst)
    }
}

#[actix::main]
async fn main() {
    let (busy, neighbour) = (Busy.start(), Neighbour.start());
    busy.do_send(Step);

    // The neighbour has its first turn after the last of 100,000 messages.
    assert_eq!(neighbour.send(StepsLeft).await, Ok(0));
}
// ANCHOR_END: program

#[test]
fn backlog_starves() {
    crate::shows(main, "crates/backends/kv-actix/README.md (it has none)");
}
