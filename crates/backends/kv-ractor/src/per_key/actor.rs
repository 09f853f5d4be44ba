//! The actor of one key.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use kv_core::{Command, CommandError, Due, OnPanic, Reply, Store};
use ractor::concurrency::JoinHandle;
use ractor::{Actor, ActorProcessingErr, ActorRef, MessagingErr, RpcReplyPort};

use crate::per_key::address::Post;
use crate::per_key::table::{Life, Table};

type Port = RpcReplyPort<Result<Reply, CommandError>>;

/// The message of a key's actor.
pub(crate) enum Message {
    Ask(Command, Port),
    Tell(Command),
    /// Tells the actor to check whether its key is over, or whether it can end.
    Look,
    /// Tells the actor to do what it has accepted, and to end.
    Drain,
}

/// The behavior of a key's actor. Its fields are the parts that the actor shares with others. ractor drops the
/// behavior last, when the task ends.
pub(crate) struct KeyActor {
    pub(crate) table: Arc<Table>,
    pub(crate) life: Arc<Life>,
    pub(crate) post: Arc<Post>,
}

pub(crate) struct State {
    store: Store,
    due: Due,
    timer: Option<Timer>,
    /// The actor's share in the key's life. It is the last field, so the end is announced after the store is freed.
    _life: Arc<Life>,
}

impl Actor for KeyActor {
    type Msg = Message;
    type State = State;
    type Arguments = ();

    async fn pre_start(&self, _: ActorRef<Message>, (): ()) -> Result<State, ActorProcessingErr> {
        let store = Store::of_one(&self.table.config);
        Ok(State { store, due: Due::default(), timer: None, _life: Arc::clone(&self.life) })
    }

    /// Ends the actor if it has no key and no caller is about to send to it: a restarted actor may have nothing to
    /// do.
    async fn post_start(
        &self,
        myself: ActorRef<Message>,
        state: &mut State,
    ) -> Result<(), ActorProcessingErr> {
        self.settle(&myself, state);
        Ok(())
    }

    // The handler is an async block. An `async fn` would keep each message twice: 220 bytes of every actor's task.
    #[expect(clippy::manual_async_fn, reason = "an async block keeps the command once")]
    fn handle(
        &self,
        myself: ActorRef<Message>,
        message: Message,
        state: &mut State,
    ) -> impl Future<Output = Result<(), ActorProcessingErr>> + Send {
        async move {
            let (command, reply) = match message {
                Message::Ask(command, reply) => (command, Some(reply)),
                Message::Tell(command) => (command, None),
                Message::Look => {
                    self.look(&myself, state);
                    return Ok(());
                }
                Message::Drain => {
                    let _ = myself.drain();
                    return Ok(());
                }
            };
            // The message's place in the mailbox is free from now on, however long the handler takes.
            self.post.taken();
            match command.pause() {
                None => self.serve(command, reply, &myself, state),
                // The future of a pause is boxed: few commands need it, and it must not enlarge a million actors.
                Some(pause) => {
                    Box::pin(async move {
                        pause.wait().await;
                        self.serve(command, reply, &myself, state);
                    })
                    .await;
                }
            }
            Ok(())
        }
    }
}

impl KeyActor {
    fn serve(&self, command: Command, reply: Option<Port>, myself: &ActorRef<Message>, state: &mut State) {
        if let (Some(answer), Some(reply)) = (self.apply(command, state), reply) {
            // The caller may have given up waiting, and then the send fails. That is no error here.
            let _ = reply.send(answer);
        }
        self.settle(myself, state);
    }

    /// Applies a command. Returns `None` for a command that panicked under [`OnPanic::Resume`].
    fn apply(&self, command: Command, state: &mut State) -> Option<Result<Reply, CommandError>> {
        let config = &self.table.config;
        state.due.used(config, Instant::now);
        let applied = || state.store.apply(command, config.clock.now());
        if config.on_panic != OnPanic::Resume {
            return Some(applied());
        }
        let applied = catch_unwind(AssertUnwindSafe(applied)).ok();
        if applied.is_none() {
            self.table.panicked(&self.life.key);
        }
        applied
    }

    // ANCHOR: settle
    /// Settles what follows when the key may have changed: the actor ends if its key is gone, or sets the timer that
    /// the key needs. A timer is a task in ractor.
    fn settle(&self, myself: &ActorRef<Message>, state: &mut State) {
        if state.store.is_empty() {
            self.retire(myself);
        } else if let Some(due) = state.due.next(&state.store, &self.table.config, Instant::now)
            && state.timer.as_ref().is_none_or(|timer| timer.due > due)
        {
            // The timer's task lives on for a moment after it was aborted, and a shutdown waits for that, too.
            let alive = self.table.token();
            let tick = move || {
                drop(alive);
                Message::Look
            };
            let wait = due.saturating_duration_since(Instant::now());
            state.timer = Some(Timer { due, task: myself.send_after(wait, tick) });
        }
    }

    /// Ends the actor, if no caller can still send. The mailbox is empty then, so the stop has no message to
    /// overtake.
    fn retire(&self, myself: &ActorRef<Message>) -> bool {
        let ends = self.table.retire(myself, &self.post);
        if ends {
            // The actor is unlinked, because the supervisor need not hear of this end. A report would keep the
            // actor's mailbox until the supervisor handles it. In a burst that is late: tokio queues the supervisor
            // behind all actors that are ready to run.
            if let Some(supervisor) = myself.try_get_supervisor() {
                myself.unlink(supervisor);
            }
            myself.stop(None);
        }
        ends
    }
    // ANCHOR_END: settle

    fn look(&self, myself: &ActorRef<Message>, state: &mut State) {
        state.timer = None;
        let over = state.due.look(&mut state.store, &self.table.config, Instant::now());
        if !(over && self.retire(myself)) {
            self.settle(myself, state);
        }
    }
}

/// Closes the bound when the behavior is dropped; every end of an actor drops it. The actor releases no more places,
/// so the callers that wait for one must be refused.
impl Drop for KeyActor {
    fn drop(&mut self) {
        self.post.close();
    }
}

/// A timer whose task sends `Message::Look` when it is due.
struct Timer {
    due: Instant,
    task: JoinHandle<Result<(), MessagingErr<Message>>>,
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.task.abort();
    }
}
