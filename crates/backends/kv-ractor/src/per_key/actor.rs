//! The actor of one key. Its message is that of storey 1, where a sweep has the actor look at its key, and it serves
//! commands as a shard's actor does.

use std::sync::Arc;
use std::time::Instant;

use kv_core::{ActorId, Due, Leases, MailboxBound, Store};
use ractor::{Actor, ActorProcessingErr, ActorRef, MessagingErr};
use tokio_util::task::AbortOnDropHandle;

use crate::first::Message;
use crate::per_key::table::{Life, Table, forget};
use crate::shards::actor as shards;

/// The behavior of a key's actor. Its fields are the parts that the actor shares with others. ractor drops the
/// behavior last, when the task ends.
pub(crate) struct KeyActor {
    pub(crate) table: Arc<Table>,
    pub(crate) leases: Arc<Leases>,
    pub(crate) _life: Arc<Life>,
}

pub(crate) struct State {
    shard: shards::State,
    due: Due,
    timer: Option<Timer>,
    /// The actor's share in the key's life. It is the last field, so the end is announced after the store is freed.
    _life: Arc<Life>,
}

/// A task that has the actor look at its key when that is due.
struct Timer {
    due: Instant,
    _task: AbortOnDropHandle<Result<(), MessagingErr<Message>>>,
}

impl Actor for KeyActor {
    type Msg = Message;
    type State = State;
    /// The state is an argument, so that the bound is closed as well when the actor does not come to its start.
    type Arguments = State;

    async fn pre_start(&self, _: ActorRef<Message>, state: State) -> Result<State, ActorProcessingErr> {
        Ok(state)
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
            if let Message::Sweep = message {
                self.look(&myself, state);
                return Ok(());
            }
            self.leases.end();
            if let Some(pause) = state.shard.taken(&message) {
                // The pause is boxed: few commands need it, and it must not enlarge a million actors.
                Box::pin(pause.wait()).await;
            }
            state.due.used(&self.table.config, Instant::now);
            state.shard.serve(&myself, message);
            self.settle(&myself, state);
            Ok(())
        }
    }
}

impl State {
    pub(crate) fn new(table: &Table, life: &Arc<Life>, bound: MailboxBound) -> Self {
        let (id, store) = (ActorId::Key(life.key().clone()), Store::of_one(&table.config));
        let shard = shards::State::new(&table.config, id, store, bound);
        Self { shard, due: Due::default(), timer: None, _life: Arc::clone(life) }
    }
}

impl KeyActor {
    // ANCHOR: settle
    /// Settles what follows when the key may have changed: the actor ends if its key is gone, or sets the timer that
    /// the key needs. A timer is a task in ractor.
    fn settle(&self, myself: &ActorRef<Message>, state: &mut State) {
        if state.shard.store.is_empty() {
            self.retire(myself);
        } else if let Some(due) = state.due.next(&state.shard.store, &self.table.config, Instant::now)
            && state.timer.as_ref().is_none_or(|timer| timer.due > due)
        {
            // The timer's task lives on for a moment after it was aborted, and a shutdown waits for that, too.
            let alive = self.table.alive.token();
            let tick = move || {
                drop(alive);
                Message::Sweep
            };
            let task = myself.send_after(due.saturating_duration_since(Instant::now()), tick);
            state.timer = Some(Timer { due, _task: AbortOnDropHandle::new(task) });
        }
    }
    // ANCHOR_END: settle

    // ANCHOR: retire
    /// Takes the actor out of the table and ends it, if no caller can still send to it. Leases are given under the same
    /// lock, so a write that comes now finds no actor, and spawns one. The mailbox is empty then, so the stop has no
    /// message to overtake.
    ///
    /// A refusal means that there is a lease, whose end has the actor ask again, or that the table is closed: then the
    /// actor is being drained, and the drain ends it.
    fn retire(&self, myself: &ActorRef<Message>) -> bool {
        // The leases are checked before the lock is taken, so that most actors that ask in vain need not take the lock.
        if self.leases.any() {
            return false;
        }
        let mut living = self.table.living.lock();
        if living.is_closed() || self.leases.any() {
            return false;
        }
        forget(&mut living, myself);
        drop(living);
        // The actor is unlinked, because the supervisor need not hear of this end. A report would keep the actor's
        // mailbox until the supervisor handles it. In a burst that is late: tokio queues the supervisor behind all actors
        // that are ready to run.
        if let Some(supervisor) = myself.try_get_supervisor() {
            myself.unlink(supervisor);
        }
        myself.stop(None);
        true
    }
    // ANCHOR_END: retire

    /// Looks whether the key is over, and ends the actor then. An actor whose table is closed drains itself.
    fn look(&self, myself: &ActorRef<Message>, state: &mut State) {
        if self.table.living.lock().is_closed() {
            let _ = myself.drain();
            return;
        }
        state.timer = None;
        let over = state.due.look(&mut state.shard.store, &self.table.config, Instant::now());
        if !(over && self.retire(myself)) {
            self.settle(myself, state);
        }
    }
}
