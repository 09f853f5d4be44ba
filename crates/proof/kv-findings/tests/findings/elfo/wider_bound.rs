//! `unbounded_send_to` widens the mailbox for good.

use super::node::with_group;

// ANCHOR: program
use elfo::prelude::*;
use tokio::sync::Semaphore;

#[message]
struct Note;

#[message(ret = ())]
struct Ping;

/// How many messages the actor may take out of its mailbox.
static ALLOWED: Semaphore = Semaphore::const_new(1);
static HANDLED: Semaphore = Semaphore::const_new(0);

fn bounded() -> Blueprint {
    ActorGroup::new().exec(|mut ctx| async move {
        ctx.set_mailbox_capacity(2);
        loop {
            ALLOWED.acquire().await.expect("never closed").forget();
            let Some(envelope) = ctx.recv().await else { break };
            msg!(match envelope {
                Note => HANDLED.add_permits(1),
                (Ping, token) => ctx.respond(token, ()),
            });
        }
    })
}

/// Fills the mailbox, and returns how many messages it took.
fn fill(ctx: &Context, actor: elfo::Addr) -> u32 {
    let mut taken = 0;
    while ctx.try_send_to(actor, Note).is_ok() {
        taken += 1;
    }
    taken
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let program = with_group(bounded(), async |ctx, actor| {
        ctx.request_to(actor, Ping).resolve().await.expect("it runs");
        assert_eq!(fill(&ctx, actor), 2);
        for _ in 0..10 {
            ctx.unbounded_send_to(actor, Note).expect("it runs");
        }
        // The actor empties its mailbox.
        ALLOWED.add_permits(12);
        HANDLED.acquire_many(12).await.expect("never closed").forget();

        // The capacity is 2, and the mailbox takes 12 from now on.
        assert_eq!(fill(&ctx, actor), 12);
    });
    program.await;
}
// ANCHOR_END: program

#[test]
fn wider_bound() {
    crate::shows(main, "crates/backends/kv-elfo (no use of unbounded_send_to)");
}
