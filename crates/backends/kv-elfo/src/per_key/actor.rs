//! The actor of one key: its group, and when it ends.

use std::sync::Arc;
use std::time::Instant;

use elfo::prelude::*;
use elfo::routers::{MapRouter, Outcome};
use elfo::time::Delay;
use elfo::{Envelope, Local, Message};
use kv_core::{ActorId, Change, Command, CommandError, Due, Reply, SendGate, StopReason, Store, Verdict};
use tokio::runtime::EnterGuard;

use crate::first::{Tick, restart_policy};
use crate::group::Common;
use crate::per_key::lease::{Lease, Name};
use crate::per_key::registry::Table;
use crate::shards::actor::{Mail, Owned, Owner, Stop};

/// A command for the actor of one key.
#[message(ret = Local<Result<Reply, CommandError>>)]
pub struct ApplyTo {
    pub(crate) lease: Local<Lease>,
    pub(crate) command: Local<Command>,
}

/// A message that a restarted actor sends to itself, to check whether it can be reached.
#[message]
struct ArriveAt {
    name: Local<Name>,
}

// ANCHOR: group
/// The group of all keys. It starts empty.
pub(crate) fn keys(table: Arc<Table>) -> Blueprint {
    ActorGroup::new()
        .restart_policy(restart_policy(table.common.config.on_panic))
        .router(MapRouter::new(|envelope| {
            msg!(match envelope {
                // The unicast starts the actor, if this is the first message for it.
                ApplyTo { lease, .. } => Outcome::Unicast(lease.name().clone()),
                ArriveAt { name } => Outcome::GentleUnicast(Name::clone(name)),
                Stop => Outcome::Broadcast,
                _ => Outcome::Default,
            })
        }))
        // The function is boxed, because elfo's own task holds an actor's function several times over.
        .exec(move |ctx| Box::pin(Owner::new(ctx, Arc::clone(&table)).live()))
}
// ANCHOR_END: group

/// The state of a key's actor: a timer, if the key can expire or fall idle.
#[derive(Default)]
pub struct State {
    due: Due,
    timer: Option<(Instant, Delay<Tick>)>,
}

impl Owned for Table {
    type Name = Name;
    type Message = ApplyTo;
    type State = State;

    fn common(&self) -> &Common {
        &self.common
    }

    fn gate<'a>(&'a self, name: &'a Name) -> &'a SendGate {
        &name.gate
    }

    /// Enters the backend's runtime, if this message may start its actor: elfo spawns on the current runtime.
    fn enter(&self, name: &Name) -> Option<EnterGuard<'_>> {
        (!name.is_born()).then(|| self.runtime.enter())
    }

    fn store(&self) -> Store {
        Store::of_one(&self.common.config)
    }

    // ANCHOR: mail
    fn read(envelope: Envelope) -> Mail<ApplyTo> {
        msg!(match envelope {
            // The lease ends here, because the message is out of the mailbox.
            (ApplyTo { command, .. }, token) => Mail::Command(command.into_inner(), token),
            Tick => Mail::Tick,
            Stop => Mail::Stop,
            _ => Mail::Nothing,
        })
    }
    // ANCHOR_END: mail

    fn arrive(name: &Name) -> impl Message {
        ArriveAt { name: name.clone().into() }
    }

    fn started(actor: &mut Owner<Self>) {
        actor.ctx.key().set_born();
    }

    // ANCHOR: timer
    fn used(actor: &mut Owner<Self>) {
        actor.state.due.used(&actor.actors.common.config, Instant::now);
    }

    /// Returns whether the key is gone or idle.
    fn tick(actor: &mut Owner<Self>) -> bool {
        let Owner { store, state, actors, ctx, .. } = actor;
        state.timer = None;
        let over = state.due.look(store, &actors.common.config, Instant::now());
        if over && !ctx.key().leases.any() {
            actor.forget();
        }
        over
    }

    /// Returns whether the actor ends, with its key; the table decides. If it goes on, it gets the timer that the key
    /// needs, if any, so that the question is asked again. There is one timer at a time, and a command does not move it:
    /// the timer may be early, and is then set again.
    fn is_over(actor: &mut Owner<Self>, idle: bool) -> bool {
        let Owner { store, state, actors, ctx, .. } = actor;
        if (idle || store.is_empty()) && actors.retire(ctx.key()) {
            return true;
        }
        if let Some(due) = state.due.next(store, &actors.common.config, Instant::now)
            && state.timer.as_ref().is_none_or(|(earlier, _)| *earlier > due)
        {
            let delay = ctx.attach(Delay::new(due.saturating_duration_since(Instant::now()), Tick));
            if let Some((_, later)) = state.timer.replace((due, delay)) {
                later.terminate();
            }
        }
        false
    }
    // ANCHOR_END: timer

    fn panicked(&self, name: &Name) -> Verdict {
        self.living.lock().panicked(&name.key, &self.common.config, Instant::now())
    }

    fn announce(&self, name: &Name, change: Change) {
        self.common.config.lifecycle.announce(&ActorId::Key(name.key.clone()), change);
    }

    /// Takes an actor out of the table that has ended without `retire`. Does nothing for an actor that `retire` has
    /// taken out.
    fn end(&self, name: &Name, reason: StopReason) {
        self.remove(&mut self.living.lock().actors, name, reason);
    }
}
