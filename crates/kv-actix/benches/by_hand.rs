//! The same job written straight in actix, with nothing of ours but the store: what the backend's cost is
//! measured against. On the current `LocalSet`.

#![expect(clippy::unused_async, reason = "the same signatures for every framework")]

use actix::prelude::*;
use kv_core::{Clock, Command, CommandError, Config, Reply, Store};

#[derive(Message)]
#[rtype(result = "Result<Reply, CommandError>")]
struct Apply(Command);

struct Shard {
    store: Store,
    clock: Clock,
}

impl Actor for Shard {
    type Context = Context<Self>;
}

impl Handler<Apply> for Shard {
    type Result = Result<Reply, CommandError>;

    fn handle(&mut self, Apply(command): Apply, _: &mut Context<Self>) -> Self::Result {
        self.store.apply(command, self.clock.now())
    }
}

/// An actor that runs.
pub(crate) struct ByHand(Addr<Shard>);

impl ByHand {
    /// Starts the actor.
    pub(crate) async fn start() -> Self {
        Self(Shard::create(|ctx| {
            ctx.set_mailbox_capacity(0);
            Shard { store: Store::new(&Config::default()), clock: Clock::System }
        }))
    }

    /// Sends a command and waits for the reply.
    pub(crate) async fn ask(&self, command: Command) -> Result<Reply, CommandError> {
        self.0.send(Apply(command)).await.expect("the actor lives as long as its address")
    }

    /// Sends a command.
    pub(crate) async fn tell(&self, command: Command) {
        self.0.do_send(Apply(command));
    }
}
