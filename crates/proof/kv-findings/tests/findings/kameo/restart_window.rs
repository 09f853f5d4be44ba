//! The window of `restart_limit` begins anew with each restart.

// ANCHOR: program
use std::time::{Duration, Instant};

use kameo::error::Infallible;
use kameo::prelude::*;

#[derive(Actor)]
struct Supervisor;

struct Worker;

impl Actor for Worker {
    type Args = ();
    type Error = Infallible;

    async fn on_start((): (), _: ActorRef<Self>) -> Result<Self, Infallible> {
        Ok(Self)
    }
}

struct Panic;

impl Message<Panic> for Worker {
    type Reply = ();

    async fn handle(&mut self, _: Panic, _: &mut Context<Self, ()>) {
        panic!("a life ends");
    }
}

struct Ping;

impl Message<Ping> for Worker {
    type Reply = ();

    async fn handle(&mut self, _: Ping, _: &mut Context<Self, ()>) {}
}

const WINDOW: Duration = Duration::from_secs(1);

/// Makes a worker panic three times, 0.6 s apart. Returns which panics it survived, or `None` where a stall of the machine put
/// two of them further apart than the window, so that nothing is shown.
async fn three_panics() -> Option<[bool; 3]> {
    let supervisor = Supervisor::spawn(Supervisor);
    let worker = Worker::supervise(&supervisor, ()).restart_limit(2, WINDOW).spawn().await;
    worker.wait_for_startup().await;
    let begin = Instant::now();
    let (mut survived, mut panics) = ([false; 3], [(begin, begin); 3]);
    for n in 0..3 {
        while begin.elapsed() < Duration::from_millis(600) * n {
            worker.ask(Ping).await.expect("it runs");
        }
        let before = Instant::now();
        worker.tell(Panic).await.expect("it runs");
        survived[n as usize] = worker.ask(Ping).await.is_ok();
        panics[n as usize] = (before, Instant::now());
    }
    let [first, second, third] = panics;
    // No window has more than two panics in it, and no two that follow each other are a window apart.
    let shows = third.0 - first.1 > WINDOW && second.1 - first.0 < WINDOW && third.1 - second.0 < WINDOW;
    shows.then_some(survived)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let survived = loop {
        if let Some(survived) = three_panics().await {
            break survived;
        }
    };
    assert_eq!(survived, [true, true, false]);
}
// ANCHOR_END: program

#[test]
fn restart_window() {
    crate::shows(main, "crates/backends/kv-kameo/src/shards/supervisor.rs");
}
