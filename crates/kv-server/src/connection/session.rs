//! What one client has said about itself and the conversation.

use std::collections::HashMap;

use kv_core::{Key, Version};
use kv_resp::Protocol;

use super::transaction::Queue;

/// The state of a conversation.
#[derive(Debug)]
pub(super) struct Session {
    /// Which protocol replies are written in. A connection begins with the old one, and `HELLO` changes it.
    pub(super) protocol: Protocol,
    /// Whether the password was given, or none is wanted.
    pub(super) authenticated: bool,
    /// The commands since `MULTI`.
    pub(super) queue: Option<Queue>,
    /// What `WATCH` has seen.
    pub(super) watched: HashMap<Key, Version>,
    /// Whether replies are written.
    pub(super) replies: Replies,
    /// How many channels and patterns it is subscribed to.
    pub(super) subscriptions: usize,
    /// The connection ends when what has been written is sent.
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

    /// Whether only the commands of a subscriber are allowed: in the old protocol, replies and messages cannot be told
    /// apart.
    pub(super) fn is_subscriber_only(&self) -> bool {
        self.protocol == Protocol::Resp2 && self.subscriptions > 0
    }
}

/// Whether replies are written; `CLIENT REPLY` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Replies {
    /// All of them.
    On,
    /// None.
    Off,
    /// Not the reply to the next command.
    SkipNext,
    /// Not the reply to this command; then all of them.
    SkipThis,
}

impl Replies {
    /// What holds for the next command.
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
