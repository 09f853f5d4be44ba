//! The same job written directly in ractor, without the contract: what the backend must not cost more than.

#![expect(clippy::unused_async, reason = "the same signatures for every framework")]

use kv_core::{Clock, Command, CommandError, Config, Reply, Store};
use ractor::rpc::CallResult;
use ractor::{Actor, ActorProcessingErr, ActorRef, RpcReplyPort};

struct Shard;

struct State {
    store: Store,
    clock: Clock,
}

enum Message {
    Ask(Command, RpcReplyPort<Result<Reply, CommandError>>),
    Tell(Command),
}

impl Actor for Shard {
    type Msg = Message;
    type State = State;
    type Arguments = Config;

    async fn pre_start(&self, _: ActorRef<Message>, config: Config) -> Result<State, ActorProcessingErr> {
        Ok(State { store: Store::new(&config), clock: config.clock })
    }

    async fn handle(
        &self,
        _: ActorRef<Message>,
        message: Message,
        state: &mut State,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            Message::Ask(command, reply) => {
                let _ = reply.send(state.store.apply(command, state.clock.now()));
            }
            Message::Tell(command) => {
                let _ = state.store.apply(command, state.clock.now());
            }
        }
        Ok(())
    }
}

/// An actor that owns a store. It ends with the process: ractor keeps an actor that nobody can reach any more.
pub(crate) struct ByHand(ActorRef<Message>);

impl ByHand {
    /// Starts the actor, with ractor's own mailbox, which has no bound.
    pub(crate) async fn start() -> Self {
        let (actor, _) = Shard::spawn(None, Shard, Config::default()).await.expect("nothing in it can fail");
        Self(actor)
    }

    /// Sends a command and waits for its reply.
    pub(crate) async fn ask(&self, command: Command) -> Result<Reply, CommandError> {
        match self.0.call(|reply| Message::Ask(command, reply), None).await.expect("the actor runs") {
            CallResult::Success(answer) => answer,
            CallResult::SenderError | CallResult::Timeout => panic!("the actor is gone"),
        }
    }

    /// Sends a command.
    pub(crate) async fn tell(&self, command: Command) {
        assert!(self.0.cast(Message::Tell(command)).is_ok(), "the actor runs");
    }
}
