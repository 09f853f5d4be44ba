//! An actor ends with an accepted message in its mailbox.

// ANCHOR: program
use std::sync::atomic::{AtomicBool, Ordering};

use actix::prelude::*;
use tokio::sync::Semaphore;

struct Worker;

static ACCEPTED: AtomicBool = AtomicBool::new(false);
static HANDLED: AtomicBool = AtomicBool::new(false);
static STOPPED: Semaphore = Semaphore::const_new(0);

impl Actor for Worker {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        // This future has the last address. It runs in the actor's context, after the look into the mailbox and before
        // the look for addresses; a sender on another thread may come between the two as well.
        let last = ctx.address();
        let send = async move { ACCEPTED.store(last.try_send(Note).is_ok(), Ordering::SeqCst) };
        ctx.spawn(send.into_actor(self));
    }

    fn stopped(&mut self, _: &mut Context<Self>) {
        STOPPED.add_permits(1);
    }
}

#[derive(Message)]
#[rtype(result = "()")]
struct Note;

impl Handler<Note> for Worker {
    type Result = ();

    fn handle(&mut self, _: Note, _: &mut Context<Self>) {
        HANDLED.store(true, Ordering::SeqCst);
    }
}

#[actix::main]
async fn main() {
    drop(Worker.start());
    let _stopped = STOPPED.acquire().await.expect("never closed");

    assert!(ACCEPTED.load(Ordering::SeqCst));
    assert!(!HANDLED.load(Ordering::SeqCst));
}
// ANCHOR_END: program

#[test]
fn last_message_lost() {
    crate::shows(main, "crates/backends/kv-actix/src/per_key/registry.rs (the leases)");
}
