//! The bytes that wait for a client, and the limit on them.

use std::time::Duration;

use tokio::time::Instant;

/// The limit on what waits for a client, beyond which it is closed: Redis's `client-output-buffer-limit` for one class
/// of clients.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct OutputLimit {
    /// More waiting bytes than this close the client at once; 0 for no limit.
    pub(crate) hard: usize,
    /// More waiting bytes than this close the client after [`soft_for`](Self::soft_for); 0 for no limit.
    pub(crate) soft: usize,
    /// How long more than [`soft`](Self::soft) bytes may wait.
    pub(crate) soft_for: Duration,
}

/// What waits for a client: messages in its queue, and output that its socket has not taken. One limit is for both
/// together.
#[derive(Debug, Default)]
pub(super) struct Backlog {
    messages: usize,
    message_bytes: usize,
    /// The number of the output's pieces.
    pieces: usize,
    /// The number of the output's bytes.
    output_bytes: usize,
    /// Since when there has been more than the soft limit.
    over_since: Option<Instant>,
}

impl Backlog {
    /// How many things wait: messages, and pieces of output.
    pub(super) fn len(&self) -> usize {
        self.messages + self.pieces
    }

    /// Bytes that wait, of messages and output together.
    pub(super) fn bytes(&self) -> usize {
        self.message_bytes + self.output_bytes
    }

    /// Bytes of output that wait.
    pub(super) fn output_bytes(&self) -> usize {
        self.output_bytes
    }

    /// Adds a push, unless that breaks the limit.
    pub(super) fn take_in(&mut self, bytes: usize, limit: OutputLimit) -> bool {
        if self.bytes() <= limit.soft {
            // The client has caught up since: the time over the soft limit before that does not count.
            self.over_since = None;
        }
        self.messages += 1;
        self.message_bytes += bytes;
        let keeps = self.keeps(limit);
        if !keeps {
            self.give_back(bytes);
        }
        keeps
    }

    pub(super) fn give_back(&mut self, bytes: usize) {
        self.messages -= 1;
        self.message_bytes -= bytes;
    }

    /// Records how much output waits.
    pub(super) fn set_output(&mut self, bytes: usize, pieces: usize) {
        (self.output_bytes, self.pieces) = (bytes, pieces);
    }

    /// Whether what waits keeps to the limit now.
    pub(super) fn keeps(&mut self, limit: OutputLimit) -> bool {
        let waits = self.bytes();
        if limit.hard > 0 && waits > limit.hard {
            return false;
        }
        if limit.soft == 0 || waits <= limit.soft {
            self.over_since = None;
            return true;
        }
        self.over_since.get_or_insert_with(Instant::now).elapsed() <= limit.soft_for
    }
}
