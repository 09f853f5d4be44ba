//! The replies of a server.

use bytes::Bytes;

/// One reply. Texts are bytes, as the server sent them; nothing is checked to be UTF-8.
#[derive(Clone, Debug, PartialEq)]
pub enum ReplyFrame {
    /// A status, such as `OK`.
    Simple(Bytes),
    /// An error, its code in front.
    Error(Bytes),
    /// An integer.
    Integer(i64),
    /// A string.
    Bulk(Bytes),
    /// A null: RESP3's, or RESP2's in the place of a string.
    Null,
    /// A null in the place of an array: only in RESP2.
    NullArray,
    /// An array.
    Array(Vec<Self>),
    /// A map: its pairs, in the order in which they came.
    Map(Vec<(Self, Self)>),
    /// A set: its elements, in the order in which they came.
    Set(Vec<Self>),
    /// A push, which no request asked for, such as a published message.
    Push(Vec<Self>),
    /// A floating-point number.
    Double(f64),
    /// A truth value.
    Boolean(bool),
    /// An integer of any length, in decimal digits.
    BigNumber(Bytes),
    /// A text for people.
    Verbatim {
        /// The three letters of its format, such as `txt`.
        format: Bytes,
        /// The text.
        text: Bytes,
    },
    /// A reply with attributes.
    Attributed {
        /// The attributes: pairs that say something about the reply.
        attributes: Vec<(Self, Self)>,
        /// The reply.
        reply: Box<Self>,
    },
}
