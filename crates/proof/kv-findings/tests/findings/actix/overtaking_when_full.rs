//! One sender's messages overtake each other when the mailbox is full.

// ANCHOR: program
use actix::prelude::*;

struct Bounded(Vec<u32>);

impl Actor for Bounded {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        ctx.set_mailbox_capacity(1);
    }
}

/// Notes a number, and returns all that were noted so far.
#[derive(Message)]
#[rtype(result = "Vec<u32>")]
struct Note(u32);

impl Handler<Note> for Bounded {
    type Result = Vec<u32>;

    fn handle(&mut self, Note(number): Note, _: &mut Context<Self>) -> Vec<u32> {
        self.0.push(number);
        self.0.clone()
    }
}

#[actix::main]
async fn main() {
    let bounded = Bounded(Vec::new()).start();
    bounded.send(Note(0)).await.expect("it runs");

    let (first, second) = (bounded.send(Note(1)), bounded.send(Note(2)));
    bounded.do_send(Note(3));
    first.await.expect("it runs");
    // The first message was queued by `send`, the second one only by this `await`.
    assert_eq!(second.await, Ok(vec![0, 1, 3, 2]));
}
// ANCHOR_END: program

#[test]
fn overtaking_when_full() {
    crate::shows(main, "crates/backends/kv-actix/src/shards/sender.rs");
}
