//! The same job written directly in kameo, without the contract: what the backend must not cost more than.

#![expect(clippy::unused_async, reason = "the same signatures for every framework")]

use kameo::Actor;
use kameo::actor::{ActorRef, Spawn};
use kameo::error::SendError;
use kameo::mailbox;
use kameo::message::{Context, Message};
use kv_core::{Clock, Command, CommandError, Config, Reply, Store};

#[derive(Actor)]
struct Shard {
    store: Store,
    clock: Clock,
}

struct Ask(Command);

struct Tell(Command);

impl Message<Ask> for Shard {
    type Reply = Result<Reply, CommandError>;

    async fn handle(&mut self, Ask(command): Ask, _: &mut Context<Self, Self::Reply>) -> Self::Reply {
        self.store.apply(command, self.clock.now())
    }
}

impl Message<Tell> for Shard {
    type Reply = ();

    async fn handle(&mut self, Tell(command): Tell, _: &mut Context<Self, Self::Reply>) {
        let _ = self.store.apply(command, self.clock.now());
    }
}

/// An actor that owns a store; it ends when this is dropped.
pub(crate) struct ByHand(ActorRef<Shard>);

impl ByHand {
    /// Starts the actor, with a mailbox of 1024 messages.
    pub(crate) async fn start() -> Self {
        let shard = Shard { store: Store::new(&Config::default()), clock: Clock::System };
        Self(Shard::spawn_with_mailbox(shard, mailbox::bounded(1024)))
    }

    /// Sends a command and waits for its reply.
    pub(crate) async fn ask(&self, command: Command) -> Result<Reply, CommandError> {
        self.0.ask(Ask(command)).send().await.map_err(|error| match error {
            SendError::HandlerError(refusal) => refusal,
            error => panic!("the actor is gone: {error}"),
        })
    }

    /// Sends a command; waits for room and no longer.
    pub(crate) async fn tell(&self, command: Command) {
        assert!(self.0.tell(Tell(command)).send().await.is_ok(), "the actor runs");
    }
}
