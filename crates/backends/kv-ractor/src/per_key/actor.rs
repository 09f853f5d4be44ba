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

/// What a key's actor finds in its mailbox.
pub(crate) enum Message {
    Ask(Command, Port),
    Tell(Command),
    /// To look whether its key is over, or whether it can end.
    Look,
    /// To do what it has accepted, and end.
    Drain,
}

/// The behavior, which here is not empty: what the actor shares with others. ractor drops it last, when the task ends.
pub(crate) struct KeyActor {
    pub(crate) table: Arc<Table>,
    pub(crate) life: Arc<Life>,
    pub(crate) post: Arc<Post>,
}

pub(crate) struct State {
    store: Store,
    due: Due,
    timer: Option<Timer>,
    /// The last field: an end is announced when the store is freed.
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

    /// A restarted actor has nothing to live for, unless somebody sends to it.
    async fn post_start(
        &self,
        myself: ActorRef<Message>,
        state: &mut State,
    ) -> Result<(), ActorProcessingErr> {
        self.settle(&myself, state);
        Ok(())
    }

    // An `async fn` would keep each message twice: 220 bytes of every actor's task.
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
            // The place in the mailbox is free now, however long the handler takes.
            self.post.taken();
            match command.pause() {
                None => self.serve(command, reply, &myself, state),
                // Boxed: what few commands need must not swell a million actors.
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
            // The caller may have given up waiting, which is no error here, as with a shard.
            let _ = reply.send(answer);
        }
        self.settle(myself, state);
    }

    /// Applies a command; nothing comes of one that panicked under [`OnPanic::Resume`], as with a shard.
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
    /// After whatever may have changed the key: ends if it is gone, or sets the timer that it needs. A timer is a task in
    /// ractor.
    fn settle(&self, myself: &ActorRef<Message>, state: &mut State) {
        if state.store.is_empty() {
            self.retire(myself);
        } else if let Some(due) = state.due.next(&state.store, &self.table.config, Instant::now)
            && state.timer.as_ref().is_none_or(|timer| timer.due > due)
        {
            // Lives on for a moment after it was aborted. A shutdown waits for that, too.
            let alive = self.table.token();
            let tick = move || {
                drop(alive);
                Message::Look
            };
            let wait = due.saturating_duration_since(Instant::now());
            state.timer = Some(Timer { due, task: myself.send_after(wait, tick) });
        }
    }

    /// Ends, if nobody can still send. The mailbox is empty then, so it does no harm that a stop overtakes what is in it.
    fn retire(&self, myself: &ActorRef<Message>) -> bool {
        let ends = self.table.retire(myself, &self.post);
        if ends {
            // Its end is no news. A report would keep its mailbox until the supervisor comes to it, and in a burst that
            // is late: tokio has it stand in line with all actors that are ready to run.
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

/// Nobody is left to give a place back to those who wait for one. Every end of an actor passes here: see the shards'
/// state.
impl Drop for KeyActor {
    fn drop(&mut self) {
        self.post.close();
    }
}

/// A message to come.
struct Timer {
    due: Instant,
    task: JoinHandle<Result<(), MessagingErr<Message>>>,
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.task.abort();
    }
}
