//! An elfo node inside a program that is not itself an elfo node.

use elfo::messages::{StartEntrypoint, UpdateConfig};
use elfo::prelude::*;
use elfo::scope::{self, Scope};
use elfo::{Addr, Topology, config::AnyConfig};
use kv_core::Mailbox;
use serde_json::json;

/// A node with a running topology.
pub(crate) struct Node {
    /// The context of the node's first actor, which has no task, and never ends.
    pub(crate) context: Context,
    pub(crate) scope: Scope,
    pub(crate) actors: Addr,
    pub(crate) clients: Addr,
}

// ANCHOR: start
/// Starts a node with these two groups and an entrypoint that mounts them.
///
/// `elfo::init::start` is for a program that is an elfo node and nothing else: it takes over the process's signal
/// handlers and returns when the process is to end. This function calls the one below it, `do_start`, which returns
/// once the node runs.
///
/// The topology is built before the future is, because a blueprint is not `Send`.
pub(crate) fn start(
    actors: Blueprint,
    clients: Blueprint,
    mailbox: Mailbox,
) -> impl Future<Output = Result<Node, String>> + Send {
    let topology = Topology::empty();
    let (actors_group, clients_group) = (topology.local("actors"), topology.local("clients"));
    let (actors_addr, clients_addr) = (actors_group.addr(), clients_group.addr());
    topology.local("entry").entrypoint().mount(entrypoint(topology.clone(), configuration(mailbox)));
    actors_group.mount(actors);
    clients_group.mount(clients);
    async move {
        let started = elfo::_priv::do_start(topology, false, |context, _| async move {
            Node { context, scope: scope::expose(), actors: actors_addr, clients: clients_addr }
        });
        started.await.map_err(|error| error.to_string())
    }
}
// ANCHOR_END: start

// ANCHOR: entrypoint
/// Sends every group its configuration, which starts its actors, and ends. In a program that is an elfo node, the
/// `configurer` battery sends the configuration, from a file.
fn entrypoint(topology: Topology, config: AnyConfig) -> Blueprint {
    ActorGroup::new().exec(move |mut ctx| {
        let (topology, config) = (topology.clone(), config.clone());
        async move {
            while let Some(envelope) = ctx.recv().await {
                msg!(match envelope {
                    (StartEntrypoint, token) => {
                        for group in topology.locals().filter(|group| !group.is_entrypoint) {
                            let update = UpdateConfig::new(config.clone());
                            // The update has no setting that a group could refuse, so the result is dropped.
                            let _ = ctx.request_to(group.addr, update).resolve().await;
                        }
                        ctx.respond(token, Ok(()));
                        break;
                    }
                });
            }
        }
    })
}

/// Returns the configuration of all groups, with the mailbox's capacity. The capacity does not come from the actor
/// itself, so that it is set before the first message.
fn configuration(mailbox: Mailbox) -> AnyConfig {
    let capacity = match mailbox {
        Mailbox::Bounded(capacity) => capacity,
        // elfo takes `usize::MAX` for the greatest number of permits that a semaphore holds.
        Mailbox::Unbounded => usize::MAX,
    };
    let config = json!({ "system": { "mailbox": { "capacity": capacity } } });
    serde_json::from_value(config).expect("any JSON is a configuration")
}
// ANCHOR_END: entrypoint
