//! What happens when more comes than can be done.

use serde::{Deserialize, Serialize};

/// One backend, one kind of mailbox, offered more than it can do for a while.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Overload {
    /// What it is called.
    pub label: String,
    /// The backend's name.
    pub backend: String,
    /// The lane: `ct`, or `mt` with its number of threads.
    pub lane: String,
    /// The mailbox: `bounded 1024` or `unbounded`.
    pub mailbox: String,
    /// How long a handler computes, in nanoseconds.
    pub work_ns: u32,
    /// What was offered, as a share of what it can do.
    pub share: f64,
    /// For how long, in milliseconds.
    pub phase_ms: u64,
    /// One per process launch.
    pub launches: Vec<OverloadFigures>,
    /// The command that measures it again.
    pub command: String,
}

/// What happened in one launch.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct OverloadFigures {
    /// Commands per second that it can do.
    pub capacity: f64,
    /// How many tells were offered that do not wait for room.
    pub offered: u64,
    /// How many of them were refused because the mailbox was full.
    pub refused: u64,
    /// How long an ask that was sent meanwhile waited for its reply, median, in nanoseconds.
    pub wait_p50: u64,
    /// The longest of them, in nanoseconds.
    pub wait_max: u64,
    /// From the last offer until the mailbox was empty again, in nanoseconds.
    pub recovery: u64,
    /// How much the heap grew at most, in bytes.
    pub grown: u64,
    /// With tells that wait for room: how far behind its schedule the generator was in the end, in nanoseconds.
    pub behind: u64,
}
