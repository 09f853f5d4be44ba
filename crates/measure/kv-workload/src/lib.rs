//! Workloads, the closed-loop driver that plays them on any backend, and the check of every reply.
//!
//! The crate knows no framework: everything is generic over [`kv_core::Backend`]. From data to a number:
//!
//! | step | type | what it does |
//! |---|---|---|
//! | what is asked | [`Workload`], [`catalogue()`] | constants: clients, keys, sizes, mix, skew, and where they come from |
//! | in which order | [`Plan`] | the key table and one stream of draws per client, from a seed; shared by all backends |
//! | where it runs | [`Stage`], [`Lane`] | the tokio runtime: one thread with a `LocalSet`, or many threads |
//! | one backend at work | [`Session`] | starts and preloads it, then plays slice after slice |
//! | the same without its type | [`Contestant`] | object-safe, so that a runner holds `Box<dyn Contestant>`s side by side |
//! | actors that come and go | [`LifeSession`] | spawns an actor per command, or crashes one and waits for the next |
//! | asks that do not wait for each other | [`OpenLoop`], [`Offer`], [`Window`] | the same session offered a load on a schedule; latency from when an ask was due |
//! | one measurement | [`Slice`] | so many commands in so much time; exists only if every reply was right |
//! | no measurement | [`RunError`] | which client's which command got what instead of what |
//!
//! ```
//! use std::{rc::Rc, sync::Arc};
//! use kv_core::Mailbox;
//! use kv_workload::{Contestant, Lane, Plan, Session, Stage, workload};
//!
//! let plan = Arc::new(Plan::new(workload("ycsb-b").expect("in the catalogue"), 42)?);
//! let stage = Rc::new(Stage::new(Lane::Ct)?);
//! let mailbox = Mailbox::Bounded(1024);
//! let mut contestant = Session::<kv_tokio::Tokio>::start("tokio", stage, plan, mailbox)?;
//! let slice = contestant.slice(2_000)?;
//! println!("{:.0} ns per command", slice.ns_per_op());
//! Box::new(contestant).finish()?;
//! # Ok::<(), kv_workload::RunError>(())
//! ```
//!
//! # How a slice is timed
//!
//! Every client is a spawned task, never a future inside `block_on`: on a multi-thread runtime that would
//! time the parking of a thread. Its commands lie ready in a vector and its answers go into one that has
//! room, so the loop does nothing but send and wait. After a warm-in of a quarter of the slice, all clients
//! meet at a barrier; each reads the clock after it and again after its last reply. The slice took from the
//! earliest start to the latest end. Answers are kept until the clock has stopped, so the values in them are
//! freed after it too, for every backend alike.
//!
//! # How a slice is checked
//!
//! A [`kv_core::Store`] replays the slice, client by client. That gives *exact* replies although the clients
//! run at once, because each key has one writer: client `c` writes only keys whose index is `c` modulo the
//! number of clients, and a write drawn elsewhere snaps to the neighbour that the client owns.
//!
//! * Own keys: every reply equals the model's.
//! * Other clients' keys: the value describes itself, so the reader knows the key and the version; the version
//!   lies between the key's first and last of the slice and never goes back under one client's eyes; the key
//!   may be missing only if it was missing at some moment of the slice.
//! * Counters, which any client may increment, live in a key range of their own: every sum lies in the slice's
//!   range, no sum is answered twice, and one client sees a counter only grow.
//! * At the end, the digest of all keys and values, and their number, equal the model's. This is also what
//!   counts the tells, for those have no reply.
//!
//! The ownership changes little. For an actor it changes nothing, because it sees the same mix, sizes and skew of
//! reads. The skew of *writes* is flatter: the writes to one hot key are spread over as many neighbours as there are
//! clients. With one actor that cannot show; with shards it makes their load a little more even than it would be.
//!
//! # Real traces
//!
//! [`trace`] reads the published cache-trace format and replays it, checked just as strictly.

mod answers;
mod catalogue;
mod client;
mod contestant;
mod curve;
mod draw;
mod error;
mod hash;
mod keys;
mod ledger;
mod life;
mod memory;
mod plan;
mod referee;
mod rounds;
mod session;
mod slice;
mod stage;
mod surge;
mod team;
pub mod trace;
mod value;
mod window;
mod workload;

pub use catalogue::{catalogue, workload};
pub use contestant::{Contestant, OpenLoop, enter, enter_open};
pub use curve::Axis;
pub use error::{Mismatch, RunError, WorkloadError};
pub use life::LifeSession;
pub use memory::{bytes_per_actor, bytes_per_key};
pub use plan::Plan;
pub use session::{Session, config};
pub use slice::Slice;
pub use stage::{Lane, Stage};
pub use surge::{Overload, Surged, surge};
pub use value::MIN_VALUE_BYTES;
pub use window::{Arrivals, Offer, Window};
pub use workload::{Distribution, Kind, Mix, Profile, Verb, Workload};
