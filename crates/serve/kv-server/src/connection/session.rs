//! The state of one client's conversation.

use std::collections::HashMap;

use kv_core::{Key, Version};
use kv_resp::Protocol;

use super::transaction::Queue;

/// The state of a conversation.
#[derive(Debug)]
pub(super) struct Session {
    /// The protocol in which replies are written. A connection begins with the old one, and `HELLO` changes it.
    pub(super) protocol: Protocol,
    /// Whether the client has given the password, or none is wanted.
    pub(super) authenticated: bool,
    /// The commands since `MULTI`.
    pub(super) queue: Option<Queue>,
    /// The versions of the keys that `WATCH` has seen.
    pub(super) watched: HashMap<Key, Version>,
    /// Whether replies are written.
    pub(super) replies: Replies,
    /// How many channels and patterns the client is subscribed to.
    pub(super) subscriptions: usize,
    /// Whether the connection ends when the written replies are sent.
    pub(super) closing: bool,
}

impl Session {
    pub(super) fn new(authenticated: bool) -> Self {
        Self {
            protocol: Protocol::Resp2,
            authenticated,
            queue: None,
            watched: HashMap::new(),
            replies: Replies::On,
            subscriptions: 0,
            closing: false,
        }
    }

    /// Whether only the commands of a subscriber are allowed: in the old protocol, a client cannot tell replies from
    /// messages.
    pub(super) fn is_subscriber_only(&self) -> bool {
        self.protocol == Protocol::Resp2 && self.subscriptions > 0
    }
}

/// Which replies are written, as `CLIENT REPLY` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Replies {
    /// All replies.
    On,
    /// No replies.
    Off,
    /// All replies but that to the next command.
    SkipNext,
    /// All replies but that to this command.
    SkipThis,
}

impl Replies {
    /// The state for the next command.
    pub(super) fn next(self) -> Self {
        match self {
            Self::SkipNext => Self::SkipThis,
            Self::SkipThis => Self::On,
            other => other,
        }
    }

    pub(super) const fn is_muted(self) -> bool {
        matches!(self, Self::Off | Self::SkipThis)
    }
}
