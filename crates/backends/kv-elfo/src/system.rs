//! An elfo node inside a program that is not itself an elfo node.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use elfo::messages::{StartEntrypoint, UpdateConfig};
use elfo::prelude::*;
use elfo::scope;
use elfo::{Addr, Topology, config::AnyConfig};
use kv_core::{KvError, Mailbox};
use serde_json::json;

use crate::client::{self, Client};

/// A node with a running topology.
pub(crate) struct Node {
    /// The client of [`Backend::handle`](kv_core::Backend::handle). Its context is that of the node's first actor, which
    /// has no task, and never ends.
    pub(crate) gateway: Arc<Client>,
    pub(crate) actors: Addr,
    clients: Addr,
    next_client: AtomicU64,
}

impl Node {
    // ANCHOR: start
    /// Starts a node with this group, the group of the clients, and an entrypoint that mounts both.
    ///
    /// `elfo::init::start` is for a program that is an elfo node and nothing else: it takes over the process's signal
    /// handlers and returns when the process is to end. This function calls the one below it, `do_start`, which returns
    /// once the node runs.
    ///
    /// The topology is built before the future is, because a blueprint is not `Send`.
    pub(crate) fn start(
        group: Blueprint,
        mailbox: Mailbox,
    ) -> impl Future<Output = Result<Self, String>> + Send {
        let topology = Topology::empty();
        let (actors_group, clients_group) = (topology.local("actors"), topology.local("clients"));
        let (actors, clients) = (actors_group.addr(), clients_group.addr());
        topology.local("entry").entrypoint().mount(entrypoint(topology.clone(), configuration(mailbox)));
        actors_group.mount(group);
        clients_group.mount(client::clients());
        async move {
            let started = elfo::_priv::do_start(topology, false, |context, _| async move {
                let gateway = Arc::new(Client::new(context, scope::expose()));
                Self { gateway, actors, clients, next_client: AtomicU64::new(0) }
            });
            started.await.map_err(|error| error.to_string())
        }
    }
    // ANCHOR_END: start

    /// Starts a client.
    pub(crate) async fn client(&self) -> Result<Arc<Client>, KvError> {
        let id = self.next_client.fetch_add(1, Ordering::Relaxed);
        self.gateway.open(self.clients, id).await.map(Arc::new).ok_or(KvError::Stopped)
    }
}

// ANCHOR: entrypoint
/// Sends every group its configuration, which starts its actors, and ends. In a program that is an elfo node, the
/// `configurer` battery sends the configuration, from a file.
///
/// Rejected: `configurer::fixture`, which takes the configuration from the program. It brings crates that this build does not have, and an actor
/// that stays and takes over two of the process's signals.
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
