//! The slice: one measurement.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A slice that was played, timed and found right in every reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slice {
    /// How many commands all clients sent between start and end. The fences of tells are not counted.
    pub ops: u64,
    /// How many commands they sent before the start, untimed but checked.
    pub warm_ops: u64,
    /// The time from the earliest client's start to the latest client's end, in nanoseconds.
    pub elapsed_ns: u64,
}

impl Slice {
    /// The time between start and end.
    #[must_use]
    pub const fn elapsed(&self) -> Duration {
        Duration::from_nanos(self.elapsed_ns)
    }

    /// The time per command in nanoseconds: the reciprocal of the throughput, not a latency.
    #[must_use]
    pub fn ns_per_op(&self) -> f64 {
        self.elapsed_ns as f64 / self.ops as f64
    }
}
