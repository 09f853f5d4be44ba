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
use kv_core::{Change, Command, CommandError, Due, Key, Pause, Reply, StopReason, Store, Verdict};
use tokio::task::yield_now;
use tokio::time::timeout_at;
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::first::{Ask, Tell};
use crate::mailbox::{refuse, refuse_all};
use crate::per_key::registry::{Birth, Shared};

/// A store of one key. Boxed, because kameo's task has room for an actor several times over.
pub(crate) struct KeyActor(Box<State>);

struct State {
    store: Store,
    due: Due,
    started: bool,
    /// What came before the actor had started.
    early: VecDeque<Signal<KeyActor>>,
    /// Whether a message was handled since the actor last looked whether it can end.
    answered: bool,
    /// Whether it crashed and is not to go on.
    over: bool,
    /// The last field, dropped when the store is freed.
    life: Life,
}

/// Announces the actor's end by its own.
struct Life {
    key: Key,
    keys: Arc<Shared>,
    end: StopReason,
    _alive: TaskTrackerToken,
}

impl Drop for Life {
    fn drop(&mut self) {
        self.keys.announce(&self.key, Change::Stopped(self.end));
    }
}

impl Actor for KeyActor {
    type Args = Birth;
    type Error = Infallible;

    async fn on_start((key, keys, alive): Birth, _: ActorRef<Self>) -> Result<Self, Infallible> {
        let store = Store::of_one(&keys.config);
        let life = Life { key, keys, end: StopReason::Asked, _alive: alive };
        let early = VecDeque::new();
        Ok(Self(Box::new(State {
            early,
            store,
            due: Due::default(),
            started: false,
            answered: false,
            over: false,
            life,
        })))
    }

    // ANCHOR: run
    /// The next message. Meanwhile the actor looks whether its key is gone, and ends if nobody is about to send.
    async fn next(
        &mut self,
        actor: WeakActorRef<Self>,
        mailbox: &mut MailboxReceiver<Self>,
    ) -> Result<Option<Signal<Self>>, Infallible> {
        let state = &mut *self.0;
        if !state.started {
            state.started = true;
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
                return Ok(Some(signal));
            }
            if state.early.capacity() > 0 {
                // A million actors are not to keep what one moment took.
                state.early = VecDeque::new();
                state.answered = true;
            }
            if state.store.is_empty() {
                if state.life.keys.retire(&state.life.key, &actor) {
                    return Ok(None);
                }
                // Whoever has asked holds its reference until it is polled and sees the answer: let it.
                if mem::take(&mut state.answered) && mailbox.is_empty() {
                    yield_now().await;
                    continue;
                }
            }
            let received = match state.due() {
                None => mailbox.recv().await,
                // Boxed, for an actor without a timer not to have room for one.
                Some(due) => match Box::pin(timeout_at(due.into(), mailbox.recv())).await {
                    Ok(received) => received,
                    Err(_) if state.look() && state.life.keys.retire(&state.life.key, &actor) => {
                        return Ok(None);
                    }
                    Err(_) => continue,
                },
            };
            match received {
                // A kill has woken it.
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
    /// No supervisor: whatever the verdict, the actor itself goes on, with its mailbox. If only to refuse what is in it:
    /// kameo would drop it, with callers half way in (see `Supervisor::next`).
    async fn on_panic(
        &mut self,
        _: WeakActorRef<Self>,
        _: PanicError,
    ) -> Result<ControlFlow<ActorStopReason>, Infallible> {
        let State { store, life, over, .. } = &mut *self.0;
        if life.keys.kill.is_ordered() {
            // See `apply_after`.
            return Ok(ControlFlow::Continue(()));
        }
        match life.keys.panicked(&life.key) {
            Verdict::Resume => {}
            Verdict::Restart => {
                *store = Store::of_one(&life.keys.config);
                life.keys.announce(&life.key, Change::Restarted);
            }
            Verdict::Stop(reason) => {
                (life.end, *over) = (reason, true);
            }
        }
        Ok(ControlFlow::Continue(()))
    }
    // ANCHOR_END: panic
}

/// Takes kameo's startup signal out of the mailbox, where it has a place like a message, behind the commands that came
/// before it. For a moment there may be these more than the bound allows.
///
/// kameo does the same, with a buffer that is lost when a command in it panics.
fn early(mailbox: &mut MailboxReceiver<KeyActor>) -> VecDeque<Signal<KeyActor>> {
    let mut early = VecDeque::new();
    // Not more than were there: into a full mailbox the signal does not come.
    for _ in 0..mailbox.len() {
        match mailbox.try_recv() {
            Ok(Signal::StartupFinished) | Err(_) => break,
            Ok(signal) => early.push_back(signal),
        }
    }
    early
}

impl State {
    fn due(&mut self) -> Option<Instant> {
        self.due.next(&self.store, &self.life.keys.config, Instant::now)
    }

    /// Whether the key is over.
    fn look(&mut self) -> bool {
        self.due.look(&mut self.store, &self.life.keys.config, Instant::now())
    }

    fn is_over(&self) -> bool {
        self.over || self.life.keys.kill.is_ordered()
    }

    fn apply(&mut self, command: Command) -> Result<Reply, CommandError> {
        let config = &self.life.keys.config;
        self.due.used(config, Instant::now);
        self.store.apply(command, config.clock.now())
    }

    async fn apply_after(&mut self, pause: Pause, command: Command) -> Result<Reply, CommandError> {
        if self.life.keys.kill.overtakes(pause.wait()).await {
            // A handler has to reply, or else to panic: then its caller is told that the reply is lost.
            resume_unwind(Box::new("killed"));
        }
        self.apply(command)
    }
}

#[expect(clippy::manual_async_fn, reason = "an async block keeps the command once")]
impl Message<Ask> for KeyActor {
    type Reply = Result<Reply, CommandError>;

    fn handle(
        &mut self,
        Ask(command): Ask,
        _: &mut Context<Self, Self::Reply>,
    ) -> impl Future<Output = Self::Reply> + Send {
        async move {
            match command.pause() {
                None => self.0.apply(command),
                Some(pause) => Box::pin(self.0.apply_after(pause, command)).await,
            }
        }
    }
}

#[expect(clippy::manual_async_fn, reason = "an async block keeps the command once")]
impl Message<Tell> for KeyActor {
    type Reply = ();

    fn handle(&mut self, Tell(command): Tell, _: &mut Context<Self, ()>) -> impl Future<Output = ()> + Send {
        async move {
            let _ = match command.pause() {
                None => self.0.apply(command),
                Some(pause) => Box::pin(self.0.apply_after(pause, command)).await,
            };
        }
    }
}
