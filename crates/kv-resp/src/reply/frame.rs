//! What a server can answer.

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
    /// Nothing: RESP3's null, or RESP2's where a string would be.
    Null,
    /// Nothing, where an array would be: only in RESP2.
    NullArray,
    /// An array.
    Array(Vec<Self>),
    /// A map: its pairs, in the order in which they came.
    Map(Vec<(Self, Self)>),
    /// A set: its elements, in the order in which they came.
    Set(Vec<Self>),
    /// What no request asked for, such as a published message.
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
    /// A reply with something said about it.
    Attributed {
        /// What is said.
        attributes: Vec<(Self, Self)>,
        /// The reply.
        reply: Box<Self>,
    },
}
