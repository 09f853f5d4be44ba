//! The role of an actor that owns one key: when it ends, and which timer it needs.

use std::sync::Arc;
use std::time::Instant;

use actix::prelude::*;
use kv_core::{Config, Due, Store};

use crate::per_key::registry::{Entry, Keys};
use crate::shards::actor::{Owner, Role};

/// The message that asks an actor to look at its key. It is sent when the last address is dropped unused, because the
/// actor may have waited for that.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Look;

/// The role of an actor that owns a store of one key.
#[derive(Debug)]
pub(crate) struct OneKey {
    keys: Keys,
    entry: Arc<Entry>,
    due: Due,
    /// The timer: when it is due, and its handle.
    timer: Option<(Instant, SpawnHandle)>,
}

type KeyActor = Owner<OneKey>;

impl OneKey {
    pub(crate) fn new(keys: Keys, entry: Arc<Entry>) -> Self {
        Self { keys, entry, due: Due::default(), timer: None }
    }

    fn retire(&self, ctx: &mut Context<KeyActor>) -> bool {
        let ends = self.keys.retire(&self.entry);
        if ends {
            // `stop` would lose the messages in the mailbox, but there are none: each of them would be a lease.
            ctx.stop();
        }
        ends
    }
}

// ANCHOR: settle
/// Ends the actor if its key is gone, or sets the timer that it needs. It is called after everything that may have
/// changed the key. A timer that is set already and is early stays: the actor then looks once too often.
fn settle(KeyActor { store, shared, role, .. }: &mut KeyActor, ctx: &mut Context<KeyActor>) {
    if store.is_empty() {
        role.retire(ctx);
    } else if let Some(due) = role.due.next(store, &shared.config, Instant::now)
        && role.timer.is_none_or(|(earlier, _)| earlier > due)
    {
        let timer = ctx.run_later(due.saturating_duration_since(Instant::now()), look);
        if let Some((_, later)) = role.timer.replace((due, timer)) {
            ctx.cancel_future(later);
        }
    }
}

fn look(actor: &mut KeyActor, ctx: &mut Context<KeyActor>) {
    let KeyActor { store, shared, role, .. } = actor;
    role.timer = None;
    let over = role.due.look(store, &shared.config, Instant::now());
    if !(over && role.retire(ctx)) {
        settle(actor, ctx);
    }
}
// ANCHOR_END: settle

impl Role for OneKey {
    fn store(config: &Config) -> Store {
        Store::of_one(config)
    }

    fn started(actor: &mut KeyActor, ctx: &mut Context<KeyActor>) {
        // A restart has dropped the timer, and may have emptied the store.
        actor.role.timer = None;
        settle(actor, ctx);
    }

    fn taken(&self) {
        self.entry.leases.end();
    }

    fn applied(actor: &mut KeyActor, ctx: &mut Context<KeyActor>) {
        actor.role.due.used(&actor.shared.config, Instant::now);
        settle(actor, ctx);
    }
}

impl Handler<Look> for KeyActor {
    type Result = ();

    fn handle(&mut self, _: Look, ctx: &mut Context<Self>) {
        settle(self, ctx);
    }
}
