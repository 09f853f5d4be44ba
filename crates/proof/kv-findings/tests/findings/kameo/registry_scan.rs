//! The end of an actor without a name looks through all names.

// ANCHOR: program
use std::time::{Duration, Instant};

use kameo::prelude::*;

#[derive(Actor)]
struct Idle;

/// How long an actor without a name takes to end: the shortest of twenty times.
async fn shortest_end() -> Duration {
    let mut shortest = Duration::MAX;
    for _ in 0..20 {
        let prepared = Idle::prepare();
        let idle = prepared.actor_ref().clone();
        let ended = prepared.spawn(Idle);
        idle.wait_for_startup().await;
        let begin = Instant::now();
        idle.kill();
        ended.await.expect("no panic").expect("no panic");
        shortest = shortest.min(begin.elapsed());
    }
    shortest
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let before = shortest_end().await;
    let named = Idle::spawn(Idle);
    for number in 0..100_000 {
        named.register(format!("name {number}")).expect("the name is free");
    }
    let after = shortest_end().await;
    named.kill();

    assert!(after > 4 * before, "{before:?} without names, {after:?} with 100,000 of them");
}
// ANCHOR_END: program

#[test]
fn registry_scan() {
    crate::shows(main, "crates/backends/kv-kameo (a table of its own for the actors of keys)");
}
