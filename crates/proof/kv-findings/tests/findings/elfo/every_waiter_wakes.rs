//! Each response wakes every request that waits in the name of the same actor.

use super::node::with_group;

// ANCHOR: program
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use elfo::prelude::*;
use elfo::scope;
use tokio::task::yield_now;

const REQUESTS: usize = 64;

#[message(ret = ())]
struct Ask;

static POLLS: AtomicUsize = AtomicUsize::new(0);

/// Answers when all requests are there, one after the other.
fn answering() -> Blueprint {
    ActorGroup::new().exec(|mut ctx| async move {
        let mut tokens = Vec::new();
        while let Some(envelope) = ctx.recv().await {
            msg!(match envelope {
                (Ask, token) => tokens.push(token),
            });
            if tokens.len() == REQUESTS {
                for token in tokens.drain(..) {
                    ctx.respond(token, ());
                    yield_now().await;
                }
            }
        }
    })
}

/// Awaits a future and counts how often it is polled.
async fn counted<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    poll_fn(|cx| {
        POLLS.fetch_add(1, Ordering::SeqCst);
        future.as_mut().poll(cx)
    })
    .await
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let program = with_group(answering(), async |ctx, actor| {
        let ctx = Arc::new(ctx);
        let ask = |_| {
            let ctx = Arc::clone(&ctx);
            let ask = async move { counted(ctx.request_to(actor, Ask).resolve()).await.expect("it runs") };
            tokio::spawn(scope::expose().within(ask))
        };
        for task in (0..REQUESTS).map(ask).collect::<Vec<_>>() {
            task.await.expect("no panic");
        }

        // Two polls per request would do: one that sends, and one that finds the response.
        let polls = POLLS.load(Ordering::SeqCst) / REQUESTS;
        assert!(polls > 10, "{polls} polls per request");
    });
    program.await;
}
// ANCHOR_END: program

#[test]
fn every_waiter_wakes() {
    crate::shows(main, "crates/backends/kv-elfo/src/client.rs");
}
