//! The actor: its message, its state and its handler.

use kv_core::{Bound, Clock, Command, CommandError, Config, Pause, Reply, Store};
use ractor::{Actor, ActorProcessingErr, ActorRef, RpcReplyPort};

// ANCHOR: message
/// What an actor finds in its mailbox. A ractor actor has one message type, so whether a caller waits, and for
/// what, is a variant with a reply port in it.
pub(crate) enum Message {
    Ask(Command, RpcReplyPort<Result<Reply, CommandError>>),
    Tell(Command),
    Sweep,
}
// ANCHOR_END: message

// ANCHOR: actor
pub(crate) struct Shard;

pub(crate) struct State {
    store: Store,
    clock: Clock,
    bound: Bound,
}

impl Actor for Shard {
    type Msg = Message;
    type State = State;
    type Arguments = (Config, Bound);

    async fn pre_start(
        &self,
        _: ActorRef<Message>,
        (config, bound): (Config, Bound),
    ) -> Result<State, ActorProcessingErr> {
        Ok(State { store: Store::new(&config), clock: config.clock, bound })
    }
    // ANCHOR_END: actor

    // ANCHOR: handler
    async fn handle(
        &self,
        _: ActorRef<Message>,
        message: Message,
        state: &mut State,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            Message::Ask(command, reply) => {
                // The place in the mailbox is free now, however long the handler takes.
                state.bound.give_back();
                let command = match command.pause() {
                    None => command,
                    Some(pause) => Box::pin(after(pause, command)).await,
                };
                let answer = state.apply(command);
                // The caller may have given up waiting. That is its right, and no error here: one would stop
                // the actor.
                let _ = reply.send(answer);
            }
            Message::Tell(command) => {
                state.bound.give_back();
                let command = match command.pause() {
                    None => command,
                    Some(pause) => Box::pin(after(pause, command)).await,
                };
                // Nobody waits to hear what the store thinks of it.
                let _ = state.apply(command);
            }
            Message::Sweep => {
                state.store.sweep(state.clock.now());
            }
        }
        Ok(())
    }
    // ANCHOR_END: handler
}

/// An actor that crashed gives no places back any more. Whoever waits for one must hear of it, and here is the one
/// place that every end of an actor passes: `post_stop` is not called after a panic or a kill.
impl Drop for State {
    fn drop(&mut self) {
        self.bound.close();
    }
}

impl State {
    #[inline]
    fn apply(&mut self, command: Command) -> Result<Reply, CommandError> {
        self.store.apply(command, self.clock.now())
    }
}

/// A debug command may make the actor wait before it does anything. Boxed where it is awaited: a command that
/// lives across an await lives in the handler's future, and would be copied there for every message.
async fn after(pause: Pause, command: Command) -> Command {
    pause.wait().await;
    command
}
