//! A request in the name of an actor that has ended panics.

use super::node::with_group;

// ANCHOR: program
use elfo::MoveOwnership;
use elfo::prelude::*;
use elfo::scope;

#[message(ret = MoveOwnership<Context>)]
struct Lend;

/// Lends its context and ends.
fn lender() -> Blueprint {
    ActorGroup::new().exec(|mut ctx| async move {
        while let Some(envelope) = ctx.recv().await {
            msg!(match envelope {
                (Lend, token) => {
                    ctx.respond(token, ctx.pruned().into());
                    break;
                }
            });
        }
    })
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let program = with_group(lender(), async |ctx, actor| {
        let lent = ctx.request_to(actor, Lend).resolve().await.expect("it runs");
        let lent = lent.take().expect("it is lent once");
        ctx.finished(actor).await;

        // An error would do: "invalid addr" in elfo-core's `context.rs` is a panic.
        let request = async move { lent.request_to(actor, Lend).resolve().await.is_ok() };
        let request = tokio::spawn(scope::expose().within(request));
        assert!(request.await.is_err_and(|error| error.is_panic()));
    });
    program.await;
}
// ANCHOR_END: program

#[test]
fn ended_client_panics() {
    crate::shows(main, "crates/backends/kv-elfo/src/client.rs");
}
