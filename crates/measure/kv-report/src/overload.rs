//! The record of an overload: a load above what a backend can do.

use serde::{Deserialize, Serialize};

/// The overload of one backend with one kind of mailbox, for a while.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Overload {
    /// The contestant's label.
    pub label: String,
    /// The backend's name.
    pub backend: String,
    /// The lane: `ct`, or `mt` with its number of threads.
    pub lane: String,
    /// The mailbox: `bounded 1024` or `unbounded`.
    pub mailbox: String,
    /// How long a handler computes, in nanoseconds.
    pub work_ns: u32,
    /// The offered load, as a share of what the backend can do.
    pub share: f64,
    /// How long the overload lasts, in milliseconds.
    pub phase_ms: u64,
    /// The figures, one per process launch.
    pub launches: Vec<OverloadFigures>,
    /// The command that measures it again.
    pub command: String,
}

/// The figures of one launch.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct OverloadFigures {
    /// Commands per second that the backend can do.
    pub capacity: f64,
    /// How many tells were offered that do not wait for room.
    pub offered: u64,
    /// How many of them were refused because the mailbox was full.
    pub refused: u64,
    /// How long an ask waited for its reply during the overload, median, in nanoseconds.
    pub wait_p50: u64,
    /// How long an ask waited at most during the overload, in nanoseconds.
    pub wait_max: u64,
    /// The time from the last offer until the mailbox was empty again, in nanoseconds.
    pub recovery: u64,
    /// The largest growth of the heap, in bytes.
    pub grown: u64,
    /// With tells that wait for room: how far behind its schedule the generator was in the end, in nanoseconds.
    pub behind: u64,
}
