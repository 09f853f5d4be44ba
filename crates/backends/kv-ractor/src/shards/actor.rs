//! The actor: its message, its state and its handler.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use kv_core::{
    ActorId, Clock, Command, CommandError, Config, MailboxBound, OnPanic, Pause, Reply, Store, Supervision,
};
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
    bound: MailboxBound,
    /// Where panics are announced that the actor survives; `None` where they are to end it.
    resume: Option<Supervision>,
}

impl Actor for Shard {
    type Msg = Message;
    type State = State;
    type Arguments = (Config, ActorId, MailboxBound);

    async fn pre_start(
        &self,
        _: ActorRef<Message>,
        (config, id, bound): (Config, ActorId, MailboxBound),
    ) -> Result<State, ActorProcessingErr> {
        let resume = (config.on_panic == OnPanic::Resume).then(|| Supervision::new(&config, id));
        Ok(State { store: Store::new(&config), clock: config.clock, bound, resume })
    }
    // ANCHOR_END: actor

    // ANCHOR: handler
    async fn handle(
        &self,
        myself: ActorRef<Message>,
        message: Message,
        state: &mut State,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            Message::Ask(command, reply) => {
                // The place in the mailbox is free now, however long the handler takes.
                state.bound.release();
                let command = match command.pause() {
                    None => command,
                    Some(pause) => Box::pin(after(pause, command)).await,
                };
                // The caller may have given up waiting. That is its right, and no error here: one would stop the
                // actor.
                state.apply(&myself, command, |answer| drop(reply.send(answer)));
            }
            Message::Tell(command) => {
                state.bound.release();
                let command = match command.pause() {
                    None => command,
                    Some(pause) => Box::pin(after(pause, command)).await,
                };
                // Nobody waits to hear what the store thinks of it.
                state.apply(&myself, command, drop);
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
    /// Applies a command and passes the answer on.
    #[inline]
    fn apply(
        &mut self,
        myself: &ActorRef<Message>,
        command: Command,
        answer: impl FnOnce(Result<Reply, CommandError>),
    ) {
        if self.resume.is_some() {
            self.apply_and_survive(command, answer);
        } else {
            let dying = Dying(myself);
            answer(self.store.apply(command, self.clock.now()));
            std::mem::forget(dying);
        }
    }

    // ANCHOR: resume
    /// The same, but a panic is caught: here and not by ractor, whose `ActorFailed` comes without the state and after
    /// the mailbox is gone. Only where it is wanted, so that the other policies see a real crash.
    #[cold]
    fn apply_and_survive(&mut self, command: Command, answer: impl FnOnce(Result<Reply, CommandError>)) {
        let now = self.clock.now();
        match catch_unwind(AssertUnwindSafe(|| self.store.apply(command, now))) {
            Ok(applied) => answer(applied),
            // Dropped unused, the answer drops the caller's reply port, as a crash would. The verdict is to go on: it
            // is known here, or nothing would have been caught.
            Err(_) => drop(self.resume.as_mut().map(|supervision| supervision.panicked(Instant::now()))),
        }
    }
    // ANCHOR_END: resume
}

/// Dropped by a panic only: refuses messages before ractor drops the mailbox. ractor itself says so after, and then who has
/// sent in between could not know. See `to_the_end` in the handle.
struct Dying<'a>(&'a ActorRef<Message>);

impl Drop for Dying<'_> {
    fn drop(&mut self) {
        let _ = self.0.drain();
    }
}

/// A debug command may make the actor wait before it does anything. Boxed where it is awaited: a command that
/// lives across an await lives in the handler's future, and would be copied there for every message.
async fn after(pause: Pause, command: Command) -> Command {
    pause.wait().await;
    command
}
