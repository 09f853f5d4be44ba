//! The pushes: what a client is sent without having asked.

use bytes::Bytes;
use kv_resp::Encoder;

/// A published message on its way to one subscriber. All subscribers share its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Push {
    /// A message for a subscriber of the channel.
    Message {
        /// The channel on which it was published.
        channel: Bytes,
        /// The published bytes.
        payload: Bytes,
    },
    /// A message for a subscriber of a pattern.
    PatternMessage {
        /// The pattern that the channel matches.
        pattern: Bytes,
        /// The channel on which it was published.
        channel: Bytes,
        /// The published bytes.
        payload: Bytes,
    },
}

impl Push {
    /// How many bytes of the output-buffer limit the push takes: its texts, and its place in the queue.
    pub(crate) fn bytes(&self) -> usize {
        let text = match self {
            Self::Message { channel, payload } => channel.len() + payload.len(),
            Self::PatternMessage { pattern, channel, payload } => {
                pattern.len() + channel.len() + payload.len()
            }
        };
        text + size_of::<Self>()
    }

    /// Writes the push: as a push in RESP3, as an array in RESP2.
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
