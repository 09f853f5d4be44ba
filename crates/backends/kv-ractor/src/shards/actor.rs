//! The actor of a shard: its state and its handler. Its message is that of storey 1.

use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

use kv_core::{
    ActorId, Change, Clock, Command, CommandError, Config, Lifecycle, MailboxBound, OnPanic, Pause, Reply,
    Store,
};
use ractor::{Actor, ActorProcessingErr, ActorRef};

use crate::first::Message;
use crate::shards::quirks::Dying;

// ANCHOR: actor
pub(crate) struct Shard;

pub(crate) struct State {
    pub(crate) store: Store,
    clock: Clock,
    bound: MailboxBound,
    /// The actor's name and the lifecycle that is told of panics which it survives; `None` where a panic is to end it.
    resume: Option<(ActorId, Lifecycle)>,
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
        Ok(State::new(&config, id, Store::new(&config), bound))
    }
    // ANCHOR_END: actor

    // ANCHOR: handler
    // The handler is an async block and the pause is boxed: ractor moves the handler's future several times per message.
    // An `async fn` keeps the message twice, and a pause that is not boxed enlarges the future of every message.
    #[expect(clippy::manual_async_fn, reason = "an async block keeps the message once")]
    fn handle(
        &self,
        myself: ActorRef<Message>,
        message: Message,
        state: &mut State,
    ) -> impl Future<Output = Result<(), ActorProcessingErr>> + Send {
        async move {
            if let Some(pause) = state.taken(&message) {
                Box::pin(pause.wait()).await;
            }
            state.serve(&myself, message);
            Ok(())
        }
    }
}

impl State {
    pub(crate) fn new(config: &Config, id: ActorId, store: Store, bound: MailboxBound) -> Self {
        let resume = (config.on_panic == OnPanic::Resume).then(|| (id, config.lifecycle.clone()));
        Self { store, clock: config.clock.clone(), bound, resume }
    }

    /// Frees a message's place in the mailbox, however long the handler will take. Returns the pause that a debug
    /// command asks for.
    pub(crate) fn taken(&self, message: &Message) -> Option<Pause> {
        let (Message::Ask(command, _) | Message::Tell(command)) = message else { return None };
        self.bound.release();
        command.pause()
    }

    #[inline]
    pub(crate) fn serve(&mut self, myself: &ActorRef<Message>, message: Message) {
        match message {
            Message::Ask(command, reply) => {
                if let Some(answer) = self.apply(myself, command) {
                    // The caller may have given up waiting, and then the send fails. That is no error here: an error
                    // would stop the actor.
                    let _ = reply.send(answer);
                }
            }
            Message::Tell(command) => drop(self.apply(myself, command)),
            Message::Sweep => {
                self.store.sweep(self.clock.now());
            }
        }
    }
    // ANCHOR_END: handler

    // ANCHOR: resume
    /// Applies a command. Under [`OnPanic::Resume`] it catches a panic of the store and returns `None`: the caller's
    /// reply port is then dropped unused, as in a crash. ractor catches panics as well, but its `ActorFailed` comes
    /// without the state and after the mailbox is gone. Under the other policies there is a real crash.
    #[inline]
    fn apply(&mut self, myself: &ActorRef<Message>, command: Command) -> Option<Result<Reply, CommandError>> {
        let now = self.clock.now();
        let Some((id, lifecycle)) = &self.resume else {
            let dying = Dying(myself);
            let answer = self.store.apply(command, now);
            mem::forget(dying);
            return Some(answer);
        };
        let answer = catch_unwind(AssertUnwindSafe(|| self.store.apply(command, now))).ok();
        if answer.is_none() {
            lifecycle.announce(id, Change::Panicked);
        }
        answer
    }
    // ANCHOR_END: resume
}

/// Closes the bound when the state is dropped. An actor that has ended releases no more places, and the callers that
/// wait for one must be refused. Every end of an actor drops the state; `post_stop` is not called after a panic or a
/// kill.
impl Drop for State {
    fn drop(&mut self) {
        self.bound.close();
    }
}
