//! Clients: the elfo actors in whose names the store's callers send. In elfo only actors send.

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
/// The group of all clients. Each client is an actor that only exists and does nothing.
///
/// Requests belong to an actor, and a response wakes every caller that waits in the name of the same actor. With one
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

/// A client: the context and the scope of an actor, which a caller needs to send in the name of that actor.
pub(crate) struct Client {
    pub(crate) context: Context,
    /// A scope is `Send` but not `Sync`, so it takes a lock to clone it.
    scope: Mutex<Scope>,
    /// The actor that ends with this client; `None` for the first client, whose actor is not in the group.
    actor: Option<(Addr, u64)>,
}

impl Client {
    pub(crate) fn new(context: Context, scope: Scope) -> Self {
        Self { context, scope: Mutex::new(scope), actor: None }
    }

    /// Starts a client actor in the group `clients`. Returns `None` when the group does not answer.
    pub(crate) async fn open(&self, clients: Addr, id: u64) -> Option<Self> {
        let request = self.context.request_to(clients, Open { id }).resolve();
        let (context, scope) = self.scope().within(request).await.ok()?.take()?;
        Some(Self { context, scope: Mutex::new(scope), actor: Some((clients, id)) })
    }

    /// Returns the scope within which every message of this client has to be sent.
    #[inline]
    pub(crate) fn scope(&self) -> Scope {
        self.scope.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns whether the caller's task is in this client's scope.
    #[inline]
    pub(crate) fn is_here(&self) -> bool {
        scope::try_with(|scope| scope.actor() == self.context.addr()).unwrap_or(false)
    }
}

impl Drop for Client {
    /// Ends the client's actor when the client is dropped, and not before: a request in the name of an actor that has
    /// ended panics.
    fn drop(&mut self) {
        if let Some((clients, id)) = self.actor {
            let close = || self.context.unbounded_send_to(clients, Close { id });
            // The send fails only if the actor has already ended.
            let _ = self.scope().sync_within(close);
        }
    }
}
