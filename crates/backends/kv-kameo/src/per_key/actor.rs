//! The actor of one key.

use std::collections::VecDeque;
use std::mem;
use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::Instant;

use kameo::Actor;
use kameo::actor::{ActorRef, WeakActorRef};
use kameo::error::{ActorStopReason, Infallible, PanicError};
use kameo::mailbox::{MailboxReceiver, Signal};
use kameo::message::{Context, Message};
use kv_core::{Change, Command, CommandError, Due, KeyLife, Reply, Store, Verdict};
use tokio::time::timeout_at;
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::first::{Ask, Tell};
use crate::per_key::registry::Shared;
use crate::shards::quirks::{early, refuse, refuse_all};

/// The actor of one key, with a store of that key. Its state is boxed, because kameo's task has room for an actor
/// several times over.
pub struct KeyActor(Box<State>);

struct State {
    store: Store,
    due: Due,
    started: bool,
    /// The signals that came before the actor had started.
    early: VecDeque<Signal<KeyActor>>,
    /// `true` if a message was handled since the actor last checked whether it can end.
    answered: bool,
    keys: Arc<Shared>,
    /// The key's life. It is the last field, so the store is freed before the end is announced.
    life: KeyLife<TaskTrackerToken>,
}

impl Actor for KeyActor {
    type Args = (Arc<Shared>, KeyLife<TaskTrackerToken>);
    type Error = Infallible;

    async fn on_start((keys, life): Self::Args, _: ActorRef<Self>) -> Result<Self, Infallible> {
        let (store, due, early) = (Store::of_one(&keys.config), Due::default(), VecDeque::new());
        Ok(Self(Box::new(State { store, due, started: false, early, answered: false, keys, life })))
    }

    // ANCHOR: run
    /// Returns the next signal of the mailbox. Before it waits, the actor checks whether its key is gone, and ends if
    /// no caller is about to send.
    async fn next(
        &mut self,
        actor: WeakActorRef<Self>,
        mailbox: &mut MailboxReceiver<Self>,
    ) -> Result<Option<Signal<Self>>, Infallible> {
        let state = &mut *self.0;
        if !mem::replace(&mut state.started, true) {
            state.early = early(mailbox);
            return Ok(Some(Signal::StartupFinished));
        }
        loop {
            if state.is_over() {
                state.early.drain(..).for_each(refuse);
                refuse_all(mailbox).await;
                return Ok(None);
            }
            if let Some(signal) = state.early.pop_front() {
                state.answered = true;
                return Ok(Some(signal));
            }
            // The buffer is freed: a million actors must not keep memory that each needed for one moment.
            state.early = VecDeque::new();
            if state.store.is_empty() {
                if state.keys.retire(state.life.key(), &actor) {
                    return Ok(None);
                }
                // A caller that was answered holds its reference until it is polled and sees the answer. The actor
                // yields once, so that the caller can run.
                if mem::take(&mut state.answered) && mailbox.is_empty() {
                    tokio::task::yield_now().await;
                    continue;
                }
            }
            let received = match state.due.next(&state.store, &state.keys.config, Instant::now) {
                None => mailbox.recv().await,
                // The wait is boxed, so that an actor without a timer has no room for one.
                Some(due) => match Box::pin(timeout_at(due.into(), mailbox.recv())).await {
                    Ok(received) => received,
                    Err(_) if state.look() && state.keys.retire(state.life.key(), &actor) => {
                        return Ok(None);
                    }
                    Err(_) => continue,
                },
            };
            match received {
                // A kill sends the stop signal to wake the actor.
                Some(Signal::Stop) => {}
                Some(signal) if state.is_over() => refuse(signal),
                received => {
                    state.answered = true;
                    return Ok(received);
                }
            }
        }
    }
    // ANCHOR_END: run

    // ANCHOR: panic
    /// Decides what becomes of a crashed key, which has no supervisor. The actor goes on with its mailbox under every
    /// verdict. Under `Stop` it goes on in order to refuse the messages in the mailbox: kameo would drop the mailbox
    /// while callers are half way in (see `refuse_all`).
    async fn on_panic(
        &mut self,
        _: WeakActorRef<Self>,
        _: PanicError,
    ) -> Result<ControlFlow<ActorStopReason>, Infallible> {
        let State { store, life, keys, .. } = &mut *self.0;
        // Under a kill, the panic may be the one by which `apply` ends a handler, so it is not counted as a crash.
        let verdict = if keys.kill.is_ordered() { Verdict::Resume } else { keys.panicked(life.key()) };
        match verdict {
            Verdict::Resume => {}
            Verdict::Restart => {
                *store = Store::of_one(&keys.config);
                life.announce(Change::Restarted);
            }
            Verdict::Stop(reason) => life.ends_by(reason),
        }
        Ok(ControlFlow::Continue(()))
    }
    // ANCHOR_END: panic
}

impl State {
    /// Returns whether the key is over.
    fn look(&mut self) -> bool {
        self.due.look(&mut self.store, &self.keys.config, Instant::now())
    }

    fn is_over(&self) -> bool {
        self.life.is_over() || self.keys.kill.is_ordered()
    }

    async fn apply(&mut self, command: Command) -> Result<Reply, CommandError> {
        if let Some(pause) = command.pause()
            && Box::pin(self.keys.kill.overtakes(pause.wait())).await
        {
            // A handler can end only by a reply or a panic. The panic tells the caller that the reply is lost.
            resume_unwind(Box::new("killed"));
        }
        let config = &self.keys.config;
        self.due.used(config, Instant::now);
        self.store.apply(command, config.clock.now())
    }
}

impl Message<Ask> for KeyActor {
    type Reply = Result<Reply, CommandError>;

    async fn handle(&mut self, Ask(command): Ask, _: &mut Context<Self, Self::Reply>) -> Self::Reply {
        self.0.apply(command).await
    }
}

impl Message<Tell> for KeyActor {
    type Reply = ();

    async fn handle(&mut self, Tell(command): Tell, _: &mut Context<Self, ()>) {
        let _ = self.0.apply(command).await;
    }
}
