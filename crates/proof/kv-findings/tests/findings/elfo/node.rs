//! A node that holds one group, which the programs share.

// ANCHOR: node
use elfo::messages::UpdateConfig;
use elfo::prelude::*;
use elfo::{Addr, Topology};

/// Starts a node with this group, and calls `body` in the name of the node's first actor, which never ends.
pub(crate) async fn with_group<T>(group: Blueprint, body: impl AsyncFnOnce(Context, Addr) -> T) -> T {
    let topology = Topology::empty();
    let actors = topology.local("actors");
    let addr = actors.addr();
    actors.mount(group);
    // As elfo's own benches do it. `init::start` would not return.
    let node = elfo::_priv::do_start(topology, false, |ctx, _| async move {
        let config = UpdateConfig::new(Default::default());
        ctx.request_to(addr, config).resolve().await.expect("the group runs").expect("no settings");
        body(ctx, addr).await
    });
    node.await.expect("the node starts")
}
// ANCHOR_END: node
