//! What a client is sent without having asked.

use bytes::Bytes;
use kv_resp::Encoder;

/// A published message on its way to one subscriber. The bytes are shared by all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Push {
    /// For a subscriber of the channel.
    Message {
        /// Where it was published.
        channel: Bytes,
        /// What was published.
        payload: Bytes,
    },
    /// For a subscriber of a pattern.
    PatternMessage {
        /// The pattern that the channel matches.
        pattern: Bytes,
        /// Where it was published.
        channel: Bytes,
        /// What was published.
        payload: Bytes,
    },
}

impl Push {
    /// How many bytes of the output-buffer limit it takes: what it says, and the place in the queue.
    pub(crate) fn bytes(&self) -> usize {
        let text = match self {
            Self::Message { channel, payload } => channel.len() + payload.len(),
            Self::PatternMessage { pattern, channel, payload } => {
                pattern.len() + channel.len() + payload.len()
            }
        };
        text + size_of::<Self>()
    }

    /// Writes it: a push in RESP3, an array in RESP2.
    pub(crate) fn write(&self, out: &mut Encoder<'_>) {
        match self {
            Self::Message { channel, payload } => {
                out.push(3);
                out.bulk(b"message");
                out.bulk(channel);
                out.bulk(payload);
            }
            Self::PatternMessage { pattern, channel, payload } => {
                out.push(4);
                out.bulk(b"pmessage");
                out.bulk(pattern);
                out.bulk(channel);
                out.bulk(payload);
            }
        }
    }
}
