//! The smallest program with one elfo actor. The costs table compiles it, and a test runs it.
//!
//! The entrypoint sends the configuration, as the battery `configurer` does for programs with a configuration file,
//! and then asks the actor.

use elfo::messages::{StartEntrypoint, UpdateConfig};
use elfo::prelude::*;
use elfo::{Addr, Topology};

#[message(ret = u64)]
struct Add(u64);

fn counter() -> Blueprint {
    ActorGroup::new().exec(|mut ctx| async move {
        let mut sum = 0;
        while let Some(envelope) = ctx.recv().await {
            msg!(match envelope {
                (Add(amount), token) => {
                    sum += amount;
                    ctx.respond(token, sum);
                }
            });
        }
    })
}

fn entrypoint(counters: Addr) -> Blueprint {
    ActorGroup::new().exec(move |mut ctx| async move {
        while let Some(envelope) = ctx.recv().await {
            msg!(match envelope {
                (StartEntrypoint, token) => {
                    let update = UpdateConfig::new(Default::default());
                    ctx.request_to(counters, update)
                        .resolve()
                        .await
                        .expect("it starts")
                        .expect("no settings");
                    let sum = ctx.request_to(counters, Add(42)).resolve().await.expect("the actor runs");
                    ctx.respond(token, Ok(()));
                    // A node runs until it gets a signal.
                    std::process::exit(if sum == 42 { 0 } else { 1 });
                }
            });
        }
    })
}

#[tokio::main]
async fn main() {
    let topology = Topology::empty();
    let counters = topology.local("counters");
    topology.local("entry").entrypoint().mount(entrypoint(counters.addr()));
    // The group has one actor, and every message to the group goes to it.
    counters.mount(counter());
    elfo::init::start(topology).await;
}
