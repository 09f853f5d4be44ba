//! Faults and inspections.

use std::time::Duration;

use crate::{Key, TestGate};

/// Faults and inspections, reached through the same contract as everything else.
#[derive(Clone, Debug)]
pub enum Debug {
    /// The handler panics in the actor that owns `key`.
    Panic {
        /// The key whose owner panics.
        key: Key,
    },
    /// The actor that owns `key` awaits the gate, as a handler awaits a slow peer.
    Stall {
        /// The key whose owner waits.
        key: Key,
        /// The gate that it waits for.
        gate: TestGate,
    },
    /// The actor that owns `key` blocks its thread, as a handler that computes does (`DEBUG SLEEP`).
    Sleep {
        /// The key whose owner blocks.
        key: Key,
        /// How long the owner blocks.
        duration: Duration,
    },
    /// The actor that owns `key` computes for so many rounds of [`work`](crate::work) and then answers as it answers
    /// [`Command::Get`](crate::Command::Get): a handler that has something to do.
    Work {
        /// The key whose owner computes, and which is read.
        key: Key,
        /// The number of rounds.
        rounds: u32,
    },
    /// A digest of all keys, values and deadlines, whatever the number of shards (`DEBUG DIGEST`). Replies
    /// [`Reply::Digest`](crate::Reply::Digest).
    Digest,
    /// How many keys lie in memory, including expired ones that no sweep has freed yet. Replies
    /// [`Reply::Count`](crate::Reply::Count).
    Resident,
}

impl Debug {
    /// How the message of a wanted panic begins, for hooks that keep wanted panics out of the output.
    pub const PANIC_MESSAGE: &str = "asked to panic by a debug command";
}
