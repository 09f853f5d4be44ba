//! Probes of what the frameworks do by themselves: one probe per question.
//!
//! The backends of Audition are made alike by their contract, and the suite proves that. This crate shows the
//! frameworks without the contract: each framework plays a little actor in its own way, with its own calls and
//! defaults ([`Native`]), and *declares* what it does ([`Behaviours`]). The probes observe, and a test per question
//! compares. Tables are printed from the declarations, so each of their answers was observed.
//!
//! A probe never sleeps. Nearly all probes run on one thread, where a probe can prove that an event does not happen:
//! when all tasks that can run have run, an event that has not happened will not happen.
//!
//! Behaviours and suite are two crates, because the suite counts every allocation of the process that it is linked
//! into, and the binary that measures time must not be such a process.
//!
//! Adding a framework takes an implementation of [`Spawns`] and [`Native`] in [`natives`], and in `tests/behaviours.rs` a module:
//!
//! ```text
//! mod kameo {
//!     kv_behaviour::behaviours!(kv_behaviour::natives::kameo::Kameo);
//! }
//! ```

mod answers;
mod behaviours;
mod job;
mod journal;
mod native;
pub mod natives;
mod ours;
mod pool;
pub mod probes;
mod stage;

pub use answers::{
    Alive, AskSent, Blocking, DefaultMailbox, DroppedAsk, DroppedTell, Ends, EveryHandleDropped, FullTell,
    Gets, HastyStop, Home, HowKilled, Kept, MailboxBound, NameOfDead, Names, Notice, Order, Passed, Queue,
    Reentrancy, ReplyDropped, Restart, Sees, Stopped, Stuck, Timer, Waiting, Waits,
};
pub use behaviours::{Answer, Behaviours, observe};
pub use job::{Job, Worker};
pub use journal::{Entry, Journal};
pub use native::{Capacity, Native, NativeActor, Parent, Plan, Said, Spawns, Wait};
pub use pool::{InPool, NoActor, NoPool};
