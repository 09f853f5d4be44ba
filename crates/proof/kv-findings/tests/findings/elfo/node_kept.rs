//! A node that has ended is never freed.

use super::node::with_group;

// ANCHOR: program
use std::sync::Arc;

use elfo::messages::Terminate;
use elfo::prelude::*;

/// Runs a node until its actors have ended. The group keeps `memory`.
#[tokio::main(flavor = "current_thread")]
async fn run(memory: Arc<()>) {
    let idle = ActorGroup::new().exec(move |mut ctx| {
        let memory = Arc::clone(&memory);
        async move {
            while ctx.recv().await.is_some() {}
            drop(memory);
        }
    });
    let program = with_group(idle, async |ctx, actor| {
        ctx.send_to(actor, Terminate::default()).await.expect("it runs");
        ctx.finished(actor).await;
    });
    program.await;
}

fn main() {
    let memory = Arc::new(());
    run(Arc::clone(&memory));

    // The actors, the topology and the runtime are gone; the group is not.
    assert_eq!(Arc::strong_count(&memory), 2);
}
// ANCHOR_END: program

#[test]
fn node_kept() {
    crate::shows(main, "crates/backends/kv-elfo/README.md (it has none)");
}
