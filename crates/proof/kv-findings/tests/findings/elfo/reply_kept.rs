//! The reply to a dropped request is kept until the actor that asked ends.

use super::node::with_group;

// ANCHOR: program
use std::future::{Future, poll_fn};
use std::sync::{Arc, LazyLock};
use std::task::Poll;

use elfo::Local;
use elfo::prelude::*;
use tokio::sync::Semaphore;

#[message(ret = Local<Arc<()>>)]
struct Ask;

static REPLY: LazyLock<Arc<()>> = LazyLock::new(Arc::default);
/// How many requests the actor may answer.
static ALLOWED: Semaphore = Semaphore::const_new(0);

fn answering() -> Blueprint {
    ActorGroup::new().exec(|mut ctx| async move {
        while let Some(envelope) = ctx.recv().await {
            msg!(match envelope {
                (Ask, token) => {
                    ALLOWED.acquire().await.expect("never closed").forget();
                    ctx.respond(token, Arc::clone(&REPLY).into());
                }
            });
        }
    })
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let program = with_group(answering(), async |ctx, actor| {
        let mut given_up = Box::pin(ctx.request_to(actor, Ask).resolve());
        // The first poll sends the request.
        assert!(poll_fn(|cx| Poll::Ready(given_up.as_mut().poll(cx).is_pending())).await);
        drop(given_up);
        // When the second request has been answered, the first one has been, too.
        ALLOWED.add_permits(2);
        drop(ctx.request_to(actor, Ask).resolve().await.expect("it runs"));

        // One reference is `REPLY`. The other one is the reply that no future will ever take.
        assert_eq!(Arc::strong_count(&REPLY), 2);
    });
    program.await;
}
// ANCHOR_END: program

#[test]
fn reply_kept() {
    crate::shows(main, "crates/backends/kv-elfo/README.md (it has none)");
}
