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

/// The actor of one key, with a store of that key. Its state is boxed, because kameo's task has room for an actor
/// several times over.
pub(crate) struct KeyActor(Box<State>);

struct State {
    store: Store,
    due: Due,
    started: bool,
    /// The signals that came before the actor had started.
    early: VecDeque<Signal<KeyActor>>,
    /// `true` if a message was handled since the actor last checked whether it can end.
    answered: bool,
    /// `true` if the actor has crashed and must not go on.
    over: bool,
    /// The announcement of the actor's end. It is the last field, so the store is freed before the end is announced.
    life: Life,
}

/// The life of a key's actor. When it is dropped, it announces the actor's end.
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
    /// Returns the next signal of the mailbox. Before it waits, the actor checks whether its key is gone, and ends if
    /// no caller is about to send.
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
                // The buffer is freed: a million actors must not keep memory that each needed for one moment.
                state.early = VecDeque::new();
                state.answered = true;
            }
            if state.store.is_empty() {
                if state.life.keys.retire(&state.life.key, &actor) {
                    return Ok(None);
                }
                // A caller that was answered holds its reference until it is polled and sees the answer. The actor
                // yields once, so that the caller can run.
                if mem::take(&mut state.answered) && mailbox.is_empty() {
                    yield_now().await;
                    continue;
                }
            }
            let received = match state.due() {
                None => mailbox.recv().await,
                // The wait is boxed, so that an actor without a timer has no room for one.
                Some(due) => match Box::pin(timeout_at(due.into(), mailbox.recv())).await {
                    Ok(received) => received,
                    Err(_) if state.look() && state.life.keys.retire(&state.life.key, &actor) => {
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
    /// while callers are half way in (see `Supervisor::next`).
    async fn on_panic(
        &mut self,
        _: WeakActorRef<Self>,
        _: PanicError,
    ) -> Result<ControlFlow<ActorStopReason>, Infallible> {
        let State { store, life, over, .. } = &mut *self.0;
        if life.keys.kill.is_ordered() {
            // The panic may be the one by which `apply_after` ends a killed handler, so it is not counted as a crash.
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

/// Takes kameo's startup signal out of the mailbox, and returns the signals that came before it. The startup signal
/// has a place in the mailbox like a message, behind the commands that came first. While these commands are in the
/// buffer, the actor may hold as many more commands than the bound allows.
///
/// kameo itself uses such a buffer, but loses the content when a command in it panics.
fn early(mailbox: &mut MailboxReceiver<KeyActor>) -> VecDeque<Signal<KeyActor>> {
    let mut early = VecDeque::new();
    // The loop takes out at most as many signals as the mailbox holds now: into a full mailbox the startup signal
    // does not come.
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

    /// Returns whether the key is over.
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
            // A handler can end only by a reply or a panic. The panic tells the caller that the reply is lost.
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
