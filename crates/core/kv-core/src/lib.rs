//! The protocol that every backend carries.
//!
//! A backend is a transport: it takes a [`Command`] to the actor that owns a [`Store`] and brings the [`Reply`] back.
//! What a command *means* is decided in one place, [`Store::apply`], so two backends differ in how they carry commands:
//! by their framework, and by what the contract adds to it. That is what Audition compares.
//!
//! * The protocol: [`Command`], [`Reply`], [`CommandError`], [`KvError`].
//! * The state machine: [`Store`], pure and synchronous.
//! * The contract: [`Backend`] (a running system), [`Handle`] (what callers hold), [`Config`].
//! * For backends: [`ShardAddress`] (one actor) and [`ShardedHandle`] (a handle over many), [`MailboxBound`] (a bound for
//!   mailboxes that have none), [`SendGate`] (an end for mailboxes that lose late messages), [`Supervision`] (what
//!   to do after a panic).
//! * For backends with an actor per key: [`KeyActors`] (the table of living actors), [`Due`] (when an actor looks whether its
//!   key is over), [`Leases`] (the count of those that may still send to it), [`KeyLife`] (a life that announces its own
//!   end), [`PerKeyHandle`] (a handle over all actors).
//! * For backends of both kinds: [`AnyBackend`] and [`AnyHandle`], which choose when the backend starts.
//! * For observers: [`Lifecycle`], a stream of starts, panics, restarts and ends; [`KeyEvents`], a stream of what
//!   happens to keys.
//! * For everyday use: [`Kv`], typed methods on top of any handle.
//!
//! The crate knows no framework, does no I/O and spawns nothing. The only clock it reads is the one inside [`Clock`],
//! and only when a caller asks that clock for the time.

mod any_backend;
mod any_handle;
mod backend;
mod client;
mod clock;
mod command;
mod config;
mod error;
mod gather;
mod glob;
mod key_events;
mod key_table;
mod kill_switch;
mod lifecycle;
mod mailbox_bound;
mod per_key;
mod promise;
mod reply;
mod route;
mod routed;
mod send_gate;
mod store;
mod supervision;
mod test_gate;
mod work;

pub use any_backend::AnyBackend;
pub use any_handle::AnyHandle;
pub use backend::{Backend, Declaration, Handle, MailboxKind, Placement};
pub use client::Kv;
pub use clock::{Clock, ManualClock, Timestamp};
pub use command::{
    Batch, Command, Condition, Deadline, Debug, ExpireCondition, Expiry, Order, Pause, Presence, Set,
    Transaction, Version,
};
pub use config::{Config, DEFAULT_MAX_VALUE_BYTES, Mailbox, OnPanic, RestartLimit, Topology};
pub use error::{CommandError, Effect, KvError, StartError};
pub use glob::glob_matches;
pub use key_events::{KeyEvent, KeyEventKind, KeyEventKinds, KeyEventStream, KeyEvents};
pub use key_table::{KeyTable, room_to_keep};
pub use kill_switch::KillSwitch;
pub use lifecycle::{ActorId, Change, Event, Events, Lifecycle, Notice, StopReason};
pub use mailbox_bound::MailboxBound;
pub use per_key::{
    Due, KeyActors, KeyAddress, KeyLife, KeyRegistry, KeySystem, Leases, ListedActors, Living, PerKeyHandle,
};
pub use promise::Promise;
pub use reply::{ExpireTime, Inspection, Origin, Page, RandomKey, Reply, SetOutcome, TimeToLive};
pub use route::{Route, SameOwner, place};
pub use routed::{ShardAddress, ShardedHandle};
pub use send_gate::{SendGate, SendGuard};
pub use store::Store;
pub use supervision::{Supervision, Verdict};
pub use test_gate::TestGate;
pub use work::work;

/// A key: binary-safe and cheap to clone.
pub type Key = bytes::Bytes;

/// A value: binary-safe and cheap to clone.
pub type Value = bytes::Bytes;
