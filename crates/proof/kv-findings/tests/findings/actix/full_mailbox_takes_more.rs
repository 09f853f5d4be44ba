//! A full mailbox takes a message from each clone of its address.

// ANCHOR: program
use actix::prelude::*;

struct Bounded;

impl Actor for Bounded {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        ctx.set_mailbox_capacity(1);
    }
}

#[derive(Message)]
#[rtype(result = "()")]
struct Note;

impl Handler<Note> for Bounded {
    type Result = ();

    fn handle(&mut self, _: Note, _: &mut Context<Self>) {}
}

#[actix::main]
async fn main() {
    let bounded = Bounded.start();
    bounded.send(Note).await.expect("it runs");

    // The actor is on this thread, so it handles nothing now. Its mailbox has one place, which is taken.
    bounded.try_send(Note).expect("there is room for one");
    assert!(matches!(bounded.try_send(Note), Err(SendError::Full(Note))));
    for _ in 0..1000 {
        assert!(bounded.clone().try_send(Note).is_ok());
    }
}
// ANCHOR_END: program

#[test]
fn full_mailbox_takes_more() {
    crate::shows(main, "crates/backends/kv-actix/src/shards/sender.rs");
}
