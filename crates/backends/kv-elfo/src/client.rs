//! Clients: who sends to the shards, seen from elfo, where only actors send.

use std::sync::{Mutex, PoisonError};

use elfo::prelude::*;
use elfo::routers::{MapRouter, Outcome};
use elfo::scope::{self, Scope};
use elfo::{Addr, MoveOwnership};

/// Starts a client actor and borrows its identity.
#[message(ret = MoveOwnership<(Context, Scope)>)]
struct Open {
    id: u64,
}

/// Ends a client actor.
#[message]
struct Close {
    id: u64,
}

// ANCHOR: clients
/// The group of all clients: an actor each, which does nothing but exist.
///
/// Requests belong to an actor, and a response wakes everybody who waits in the name of the same actor. With one
/// actor for all clients, every response would wake every client.
pub(crate) fn clients() -> Blueprint {
    ActorGroup::new()
        .router(MapRouter::new(|envelope| {
            msg!(match envelope {
                Open { id } => Outcome::Unicast(*id),
                Close { id } => Outcome::GentleUnicast(*id),
                _ => Outcome::Default,
            })
        }))
        .exec(|mut ctx| async move {
            while let Some(envelope) = ctx.recv().await {
                msg!(match envelope {
                    (Open, token) => ctx.respond(token, (ctx.pruned(), scope::expose()).into()),
                    Close => break,
                });
            }
        })
}
// ANCHOR_END: clients

/// What it takes to send in the name of an actor: its context and its scope.
pub(crate) struct Client {
    pub(crate) context: Context,
    /// A scope is `Send` but not `Sync`, so it takes a lock to clone it.
    scope: Mutex<Scope>,
    /// The actor to end with this client; the first client is no actor of the group.
    actor: Option<(Addr, u64)>,
}

impl Client {
    pub(crate) fn new(context: Context, scope: Scope) -> Self {
        Self { context, scope: Mutex::new(scope), actor: None }
    }

    /// Starts a client actor in the group `clients`. `None` when the group does not answer.
    pub(crate) async fn open(&self, clients: Addr, id: u64) -> Option<Self> {
        let request = self.context.request_to(clients, Open { id }).resolve();
        let (context, scope) = self.scope().within(request).await.ok()?.take()?;
        Some(Self { context, scope: Mutex::new(scope), actor: Some((clients, id)) })
    }

    /// Whatever is sent has to be sent within a scope.
    #[inline]
    pub(crate) fn scope(&self) -> Scope {
        self.scope.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Client {
    /// Not before: a request in the name of an actor that has ended panics.
    fn drop(&mut self) {
        if let Some((clients, id)) = self.actor {
            let close = || self.context.unbounded_send_to(clients, Close { id });
            // Fails only if the actor is gone already.
            let _ = self.scope().sync_within(close);
        }
    }
}
