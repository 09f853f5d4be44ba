//! The actor of a shard: its message, its state and its handler.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use kv_core::{
    ActorId, Clock, Command, CommandError, Config, MailboxBound, OnPanic, Pause, Reply, Store, Supervision,
};
use ractor::{Actor, ActorProcessingErr, ActorRef, RpcReplyPort};

// ANCHOR: message
/// The message of a shard's actor. A ractor actor has one message type, so a call whose caller waits is a variant
/// with a reply port in it.
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
    /// The supervision that is told of panics which the actor survives; `None` where a panic is to end the actor.
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
                // The message's place in the mailbox is free from now on, however long the handler takes.
                state.bound.release();
                let command = match command.pause() {
                    None => command,
                    Some(pause) => Box::pin(after(pause, command)).await,
                };
                // The caller may have given up waiting, and then the send fails. That is no error here: an error
                // would stop the actor.
                state.apply(&myself, command, |answer| drop(reply.send(answer)));
            }
            Message::Tell(command) => {
                state.bound.release();
                let command = match command.pause() {
                    None => command,
                    Some(pause) => Box::pin(after(pause, command)).await,
                };
                // A tell's caller does not wait for a reply, so the store's answer is dropped.
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

/// Closes the bound when the state is dropped. An actor that has ended releases no more places, and the callers that
/// wait for one must be refused. Every end of an actor drops the state; `post_stop` is not called after a panic or a
/// kill.
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
    /// Applies a command, passes the answer on, and catches a panic of the store. ractor catches panics as well, but
    /// its `ActorFailed` comes without the state and after the mailbox is gone. This method is called under
    /// `OnPanic::Resume` only, so that the other policies see a real crash.
    #[cold]
    fn apply_and_survive(&mut self, command: Command, answer: impl FnOnce(Result<Reply, CommandError>)) {
        let now = self.clock.now();
        match catch_unwind(AssertUnwindSafe(|| self.store.apply(command, now))) {
            Ok(applied) => answer(applied),
            // The answer is dropped unused, and the caller's reply port with it, as in a crash. The verdict is known
            // here: it is to go on, because a panic is caught under no other policy.
            Err(_) => drop(self.resume.as_mut().map(|supervision| supervision.panicked(Instant::now()))),
        }
    }
    // ANCHOR_END: resume
}

/// A guard that is dropped by a panic only, and then has the actor refuse messages before ractor drops the mailbox.
/// ractor's own status changes after the mailbox is dropped, so a caller that has sent in between could not know. See
/// `to_the_end` in the handle.
struct Dying<'a>(&'a ActorRef<Message>);

impl Drop for Dying<'_> {
    fn drop(&mut self) {
        let _ = self.0.drain();
    }
}

/// Waits for the pause that a debug command asks for, and returns the command. Its future is boxed where it is
/// awaited: a command that lives across an await lives in the handler's future, and would be copied there for every
/// message.
async fn after(pause: Pause, command: Command) -> Command {
    pause.wait().await;
    command
}
