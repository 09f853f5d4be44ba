//! The same job written straight in elfo, with nothing of ours but the store: what the backend's cost is
//! measured against. On the current runtime.

use std::sync::Mutex;

use elfo::messages::{StartEntrypoint, UpdateConfig};
use elfo::prelude::*;
use elfo::routers::{MapRouter, Outcome};
use elfo::scope::{self, Scope};
use elfo::{Addr, Local, Topology};
use kv_core::{Clock, Command, CommandError, Config, Reply, Store};

#[message(ret = Local<Result<Reply, CommandError>>)]
struct ApplyByHand(Local<Command>);

fn shard() -> Blueprint {
    ActorGroup::new()
        .router(MapRouter::new(|envelope| {
            msg!(match envelope {
                ApplyByHand => Outcome::GentleUnicast(0),
                UpdateConfig => Outcome::Unicast(0),
                _ => Outcome::<u64>::Default,
            })
        }))
        .exec(|mut ctx| async move {
            ctx.set_mailbox_capacity(1024);
            let (mut store, clock) = (Store::new(&Config::default()), Clock::System);
            while let Some(envelope) = ctx.recv().await {
                msg!(match envelope {
                    (ApplyByHand(command), token) => {
                        ctx.respond(token, store.apply(command.into_inner(), clock.now()).into());
                    }
                });
            }
        })
}

fn entrypoint(group: Addr) -> Blueprint {
    ActorGroup::new().exec(move |mut ctx| async move {
        while let Some(envelope) = ctx.recv().await {
            msg!(match envelope {
                (StartEntrypoint, token) => {
                    let update = UpdateConfig::new(Default::default());
                    let _ = ctx.request_to(group, update).resolve().await;
                    ctx.respond(token, Ok(()));
                }
            });
        }
    })
}

/// An actor that runs, and the one client that sends to it.
pub(crate) struct ByHand {
    context: Context,
    scope: Mutex<Scope>,
    group: Addr,
}

impl ByHand {
    /// Starts the actor.
    pub(crate) async fn start() -> Self {
        let topology = Topology::empty();
        let shards = topology.local("shards");
        let group = shards.addr();
        topology.local("entry").entrypoint().mount(entrypoint(group));
        shards.mount(shard());
        let started = elfo::_priv::do_start(topology, false, |context, _| async move {
            Self { context, scope: scope::expose().into(), group }
        });
        started.await.expect("nothing to refuse")
    }

    fn scope(&self) -> Scope {
        self.scope.lock().expect("nobody panics under the lock").clone()
    }

    /// Sends a command and waits for the reply.
    pub(crate) async fn ask(&self, command: Command) -> Result<Reply, CommandError> {
        let request = self.context.request_to(self.group, ApplyByHand(command.into()));
        let reply = self.scope().within(request.resolve()).await;
        reply.expect("the actor lives").into_inner()
    }

    /// Sends a command.
    pub(crate) async fn tell(&self, command: Command) {
        let send = self.context.send_to(self.group, ApplyByHand(command.into()));
        self.scope().within(send).await.expect("the actor lives");
    }
}
