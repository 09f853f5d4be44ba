//! The actor: state, handlers, timer, and how it ends.

use std::sync::Arc;

use actix::prelude::*;
use kv_core::{Command, Config, KvError, MailboxBound, OnPanic, Store};

use super::sender::Sender;
use crate::first::{Apply, ApplyAfterPause, Outcome, Stop};
use crate::group::Shared;

// ANCHOR: actor
/// An actor that owns a store. Its messages are those of storey 1; its role is to own a shard or one key.
pub struct Owner<R> {
    pub(crate) store: Store,
    pub(crate) shared: Arc<Shared>,
    bound: MailboxBound,
    pub(crate) role: R,
}

/// The difference between an actor of a shard and an actor of one key.
pub trait Role: Send + Sized + Unpin + 'static {
    /// Makes an empty store.
    fn store(config: &Config) -> Store;
    /// Sets the timer, at the start and after each restart, which drops all timers.
    fn started(actor: &mut Owner<Self>, ctx: &mut Context<Owner<Self>>);
    /// Notes that a command was taken out of the mailbox.
    fn taken(&self) {}
    /// Notes that a command was applied.
    fn applied(_: &mut Owner<Self>, _: &mut Context<Owner<Self>>) {}
}

impl<R: Role> Actor for Owner<R> {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        R::started(self, ctx);
    }
}

impl<R> Drop for Owner<R> {
    /// Closes the bound however the actor ends, by a panic too: no actor is left to give a place back to the callers
    /// that wait for one.
    fn drop(&mut self) {
        self.bound.close();
    }
}
// ANCHOR_END: actor

// ANCHOR: restarting
impl<R: Role> Supervised for Owner<R> {
    /// Prepares the actor for its restart. It is the same actor, which keeps all that is not emptied here. Its context
    /// has dropped the timer, and calls `started` again next.
    fn restarting(&mut self, _: &mut Context<Self>) {
        if self.shared.config.on_panic == OnPanic::Restart {
            self.store = R::store(&self.shared.config);
        }
    }
}
// ANCHOR_END: restarting

impl<R: Role> Owner<R> {
    pub(crate) fn new(shared: &Arc<Shared>, sender: &Sender<R>, role: R) -> Self {
        let (store, bound) = (R::store(&shared.config), sender.bound.clone());
        Self { store, shared: Arc::clone(shared), bound, role }
    }

    /// Gives the message's place back.
    #[inline]
    fn taken(&self) {
        self.bound.release();
        self.role.taken();
    }

    #[inline]
    fn apply(&mut self, command: Command, ctx: &mut Context<Self>) -> Outcome {
        if self.shared.kill.is_ordered() {
            ctx.terminate();
            return Err(KvError::ReplyLost);
        }
        let outcome = self.store.apply(command, self.shared.config.clock.now());
        R::applied(self, ctx);
        Ok(outcome?)
    }
}

// ANCHOR: handler
impl<R: Role> Handler<Apply> for Owner<R> {
    type Result = Outcome;

    #[inline]
    fn handle(&mut self, Apply(command): Apply, ctx: &mut Context<Self>) -> Outcome {
        self.taken();
        self.apply(command, ctx)
    }
}

impl<R: Role> Handler<ApplyAfterPause> for Owner<R> {
    type Result = AtomicResponse<Self, Outcome>;

    fn handle(&mut self, ApplyAfterPause(command): ApplyAfterPause, _: &mut Context<Self>) -> Self::Result {
        self.taken();
        let (shared, pause) = (Arc::clone(&self.shared), command.pause());
        let paused = async move {
            if let Some(pause) = pause {
                // A kill ends the pause, and is seen again when the command's turn comes.
                shared.kill.overtakes(pause.wait()).await;
            }
        };
        let paused = paused.into_actor(self);
        AtomicResponse::new(Box::pin(paused.map(move |(), actor, ctx| actor.apply(command, ctx))))
    }
}

impl<R: Role> Handler<Stop> for Owner<R> {
    type Result = ();

    /// Ends the actor. The message queues like any other, so all commands that were accepted before it are applied.
    fn handle(&mut self, _: Stop, ctx: &mut Context<Self>) {
        ctx.stop();
    }
}
// ANCHOR_END: handler
