//! Histories: the replies to concurrent clients, and whether any order of their calls explains these replies.
//!
//! A recorder notes when each call begins and ends, and what its reply says of the key. The calls of one key are
//! *linearizable* when each of them can be given one instant between its beginning and its end, so that a plain
//! variable that goes through the calls in the order of those instants gives the same replies. Keys are independent,
//! so each is judged alone (Herlihy and Wing: linearizability is local).
//!
//! A call may end without saying what became of it. Then it may take effect at any later time, or never. A call that
//! was *not applied* has no effect at all: a backend that says so of a write whose value a later call reads is
//! caught.
//!
//! Ten million calls, over all backends and topologies, in some minutes:
//!
//! ```text
//! AUDITION_HISTORY_OPERATIONS=500000 cargo test --release linearizable -- --nocapture
//! ```
//!
//! * [`Call`]: one call of one key, and what a key is.
//! * [`check`]: the verdict over one key's calls.
//! * [`shrink`], [`draw`]: the fewest calls that no order explains, and their picture.
//! * [`Recorder`], [`Journal`]: how clients take down what they do, without a lock.
//! * [`investigate`]: random clients, with random faults, against a backend; see [`Trouble`].

mod call;
mod check;
mod client;
mod draw;
mod investigate;
mod keys;
mod plan;
mod record;
mod round;
mod shrink;
mod translate;

pub use call::{Action, Call, Outcome, Seen, State, Value};
pub use check::{BUDGET, Verdict, check};
pub use draw::draw;
pub use investigate::{Failure, Report, investigate};
pub use plan::{Plan, Trouble};
pub use record::{Journal, KeyId, Recorder};
pub use shrink::{asking_less, shrink};
