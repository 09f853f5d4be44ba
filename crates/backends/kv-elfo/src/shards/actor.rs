//! The actor, of a shard or of a key: its state, its message loop, and how it closes its mailbox.

use std::fmt::Display;
use std::hash::Hash;
use std::sync::Arc;

use elfo::prelude::*;
use elfo::{Envelope, Local, Message, Request, ResponseToken};
use kv_core::{Change, Command, CommandError, Reply, SendGate, StopReason, Store, Verdict};
use tokio::runtime::EnterGuard;

use super::quirks::refuse_what_is_there;
use crate::group::Common;

// ANCHOR: message
/// Asks all actors to end after the commands that were accepted before.
///
/// Rejected: elfo's own `Terminate`. It makes the group stop spawning at once, and an actor that is just being
/// restarted would vanish, and its end would not be announced.
#[message]
pub(crate) struct Stop;

/// A message as both kinds of actors read it. The message of an ask comes with a token to respond to; the token of a
/// tell is a forgotten one.
pub enum Mail<M: Request> {
    /// A command.
    Command(Command, ResponseToken<M>),
    /// The tick of the actor's timer.
    Tick,
    /// The order to end.
    Stop,
    /// A message that only had to arrive.
    Nothing,
}
// ANCHOR_END: message

/// The difference between the actors of shards and the actors of keys, and the state that all actors share.
pub trait Owned: Send + Sync + Sized + 'static {
    /// The name of an actor in elfo's group.
    type Name: Clone + Hash + Eq + Display + Send + Sync + 'static;
    /// The message with a command.
    type Message: Request<Response = Local<Result<Reply, CommandError>>>;
    /// The state of an actor beside its store.
    type State: Default + Send;

    /// The state that does not depend on the topology.
    fn common(&self) -> &Common;
    /// The gate that callers enter while they send to the actor.
    fn gate<'a>(&'a self, name: &'a Self::Name) -> &'a SendGate;
    /// Enters the runtime on which a message may start the actor.
    fn enter(&self, _: &Self::Name) -> Option<EnterGuard<'_>> {
        None
    }
    /// Makes an empty store.
    fn store(&self) -> Store;
    /// Reads a message.
    fn read(envelope: Envelope) -> Mail<Self::Message>;
    /// Makes a message that does nothing, for an actor that waits to be reached.
    fn arrive(name: &Self::Name) -> impl Message;
    /// Notes that a life of the actor begins.
    fn started(actor: &mut Owner<Self>);
    /// Notes that a command came.
    fn used(_: &mut Owner<Self>) {}
    /// Does what the timer is for, and returns whether the actor is idle.
    fn tick(actor: &mut Owner<Self>) -> bool;
    /// Returns whether the actor ends by itself.
    fn is_over(_: &mut Owner<Self>, _idle: bool) -> bool {
        false
    }
    /// Announces a panic and decides what becomes of the actor.
    ///
    /// Rejected: elfo's `max_retries`. It counts another thing than [`kv_core::RestartLimit`]: failures in a row, each
    /// within `auto_reset` of the last start. One panic every 4 s exceeds 5 restarts in 5 s as elfo counts them, but not
    /// as the contract does. And `max_retries` cannot be 0.
    fn panicked(&self, name: &Self::Name) -> Verdict;
    /// Announces a change.
    fn announce(&self, name: &Self::Name, change: Change);
    /// Announces the end of the last life.
    fn end(&self, name: &Self::Name, reason: StopReason);
}

// ANCHOR: actor
/// One life of an actor that owns a store.
pub struct Owner<A: Owned> {
    pub(crate) ctx: Context<(), A::Name>,
    pub(crate) store: Store,
    pub(crate) actors: Arc<A>,
    pub(crate) state: A::State,
    /// `true` if the actor has come to an end by itself. Another life may follow then, with the gate open again.
    pub(crate) ended: bool,
}

impl<A: Owned> Drop for Owner<A> {
    /// Closes the mailbox, refuses what is in it and announces the end, if the runtime ends before the actor.
    fn drop(&mut self) {
        if !self.ended {
            self.close();
            refuse_what_is_there(&mut self.ctx);
            self.actors.end(self.ctx.key(), StopReason::Asked);
        }
    }
}

impl<A: Owned> Owner<A> {
    pub(crate) fn new(ctx: Context<(), A::Name>, actors: Arc<A>) -> Self {
        Self { ctx, store: actors.store(), actors, state: A::State::default(), ended: false }
    }

    // ANCHOR: handler
    /// Serves until the mailbox is closed and empty: after a stop message, or because the actor is killed; or until an
    /// actor of a key has nothing left to serve.
    pub(crate) async fn run(&mut self) {
        while let Some(envelope) = self.ctx.recv().await {
            let common = self.actors.common();
            if common.kill.is_ordered() {
                drop(envelope);
                return self.refuse_the_rest().await;
            }
            let mut idle = false;
            match A::read(envelope) {
                Mail::Command(command, token) => {
                    if let Some(pause) = command.pause()
                        // The future of a pause is boxed: few commands need it, and it must not enlarge a million
                        // actors.
                        && Box::pin(common.kill.overtakes(pause.wait())).await
                    {
                        drop(token);
                        return self.refuse_the_rest().await;
                    }
                    let now = common.config.clock.now();
                    A::used(self);
                    let reply = self.store.apply(command, now);
                    // The token of a tell is a forgotten one, and responding to it does nothing.
                    self.ctx.respond(token, reply.into());
                }
                Mail::Tick => idle = A::tick(self),
                // The mailbox is closed, but the loop goes on: commands that were accepted before are still done.
                Mail::Stop => self.close(),
                Mail::Nothing => {}
            }
            if A::is_over(self, idle) {
                return;
            }
        }
    }
    // ANCHOR_END: handler
}
// ANCHOR_END: actor

// ANCHOR: close
impl<A: Owned> Owner<A> {
    /// Closes the mailbox and waits for the callers that are in the middle of a send.
    ///
    /// A sender takes a place in the mailbox first and puts its message there second. If the mailbox is closed
    /// between the two, the actor may find it empty and end, while the sender is told "accepted".
    pub(crate) fn close(&self) {
        self.ctx.close();
        self.actors.gate(self.ctx.key()).close();
    }

    /// Closes the mailbox and drops what is in it, which answers the callers that wait. elfo does so too when an
    /// actor has ended, but only after the actor has announced its end.
    pub(crate) async fn refuse_the_rest(&mut self) {
        self.close();
        while self.ctx.recv().await.is_some() {}
    }
}
// ANCHOR_END: close
