//! The least program with one actix actor: what the costs table compiles, and a test runs.

use actix::prelude::*;

struct Counter(u64);

impl Actor for Counter {
    type Context = Context<Self>;
}

#[derive(Message)]
#[rtype(u64)]
struct Add(u64);

impl Handler<Add> for Counter {
    type Result = u64;

    fn handle(&mut self, Add(amount): Add, _: &mut Context<Self>) -> u64 {
        self.0 += amount;
        self.0
    }
}

#[actix::main]
async fn main() {
    let counter = Counter(0).start();
    assert_eq!(counter.send(Add(42)).await.expect("the actor runs"), 42);
}
