//! A group whose runtime has ended takes messages, and a request to it waits for ever.

use super::node::with_group;

// ANCHOR: program
use std::time::Duration;

use elfo::prelude::*;
use elfo::scope;
use tokio::runtime::Runtime;
use tokio::time::timeout;

#[message(ret = ())]
struct Ask;

fn answering() -> Blueprint {
    ActorGroup::new().exec(|mut ctx| async move {
        while let Some(envelope) = ctx.recv().await {
            msg!(match envelope {
                (Ask, token) => ctx.respond(token, ()),
            });
        }
    })
}

fn main() {
    let (first, second) = (Runtime::new().expect("threads"), Runtime::new().expect("threads"));
    let program = with_group(answering(), async |ctx, actor| {
        ctx.request_to(actor, Ask).resolve().await.expect("it runs");
        (ctx, actor, scope::expose())
    });
    let (ctx, actor, scope) = first.block_on(program);
    // The actor's task is dropped, and no other one takes its place.
    drop(first);

    let request = async move { ctx.request_to(actor, Ask).resolve().await };
    let request = async move { timeout(Duration::from_millis(500), request).await };
    assert!(second.block_on(scope.within(request)).is_err());
}
// ANCHOR_END: program

#[test]
fn endless_request() {
    crate::shows(main, "crates/backends/kv-elfo/src/runtime_end.rs");
}
