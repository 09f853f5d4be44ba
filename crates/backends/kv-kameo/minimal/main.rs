//! The smallest program with one kameo actor. The costs table compiles it, and a test runs it.

use kameo::Actor;
use kameo::actor::Spawn;
use kameo::message::{Context, Message};

// ANCHOR: program
#[derive(Actor)]
struct Counter(u64);

struct Add(u64);

impl Message<Add> for Counter {
    type Reply = u64;

    async fn handle(&mut self, Add(amount): Add, _: &mut Context<Self, Self::Reply>) -> u64 {
        self.0 += amount;
        self.0
    }
}

#[tokio::main]
async fn main() {
    let counter = Counter::spawn(Counter(0));
    assert_eq!(counter.ask(Add(42)).await.expect("the actor runs"), 42);
}
// ANCHOR_END: program
