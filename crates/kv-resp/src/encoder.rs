//! Replies, into a write buffer.

mod double;
#[cfg(test)]
mod tests;

use bytes::BytesMut;

/// The version of the protocol in which a client wants its replies. Requests look the same in both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Protocol {
    /// What every connection begins with.
    #[default]
    Resp2,
    /// With maps, sets, doubles, booleans and pushes; asked for by `HELLO 3`.
    Resp3,
}

/// Appends replies to a buffer. What RESP2 has no type for is written as Redis writes it there.
///
/// Whoever announces an [array](Encoder::array), [map](Encoder::map), [set](Encoder::set) or [push](Encoder::push)
/// writes that many elements after it. Nothing is allocated but the buffer's growth.
///
/// ```
/// use bytes::BytesMut;
/// use kv_resp::{Encoder, Protocol};
///
/// let mut output = BytesMut::new();
/// let mut encoder = Encoder::new(&mut output, Protocol::Resp3);
/// encoder.map(1);
/// encoder.bulk(b"proto");
/// encoder.integer(3);
/// assert_eq!(output, "%1\r\n$5\r\nproto\r\n:3\r\n");
/// ```
#[derive(Debug)]
pub struct Encoder<'a> {
    buffer: &'a mut BytesMut,
    protocol: Protocol,
}

impl<'a> Encoder<'a> {
    /// An encoder that appends to `buffer`.
    #[inline]
    pub fn new(buffer: &'a mut BytesMut, protocol: Protocol) -> Self {
        Self { buffer, protocol }
    }

    /// The version in which it writes.
    #[must_use]
    #[inline]
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// A status, such as `OK`; see [`Encoder::error`] for line ends in it.
    #[inline]
    pub fn simple(&mut self, text: &str) {
        self.line(b'+', text.as_bytes());
    }

    /// An error: the whole line, its code in front (`ERR no such key`), without the minus sign. Bytes and not only text,
    /// because an error may quote what a client sent, which need not be UTF-8. A line end in it would begin another reply,
    /// so each byte of one becomes a space.
    pub fn error(&mut self, text: impl AsRef<[u8]>) {
        self.line(b'-', text.as_ref());
    }

    /// An integer.
    #[inline]
    pub fn integer(&mut self, value: i64) {
        self.number(b':', value);
    }

    /// A string of any bytes.
    #[inline]
    pub fn bulk(&mut self, value: &[u8]) {
        self.number(b'$', value.len());
        self.buffer.extend_from_slice(value);
        self.buffer.extend_from_slice(b"\r\n");
    }

    /// Nothing, where a string would be.
    #[inline]
    pub fn null(&mut self) {
        self.in_either(b"$-1\r\n", b"_\r\n");
    }

    /// Nothing, where an array would be.
    pub fn null_array(&mut self) {
        self.in_either(b"*-1\r\n", b"_\r\n");
    }

    /// The beginning of an array.
    #[inline]
    pub fn array(&mut self, len: usize) {
        self.number(b'*', len);
    }

    /// The beginning of a map of so many pairs; in RESP2, of an array of twice as many elements.
    pub fn map(&mut self, pairs: usize) {
        match self.protocol {
            Protocol::Resp2 => self.number(b'*', 2 * pairs),
            Protocol::Resp3 => self.number(b'%', pairs),
        }
    }

    /// The beginning of a set; in RESP2, of an array.
    pub fn set(&mut self, len: usize) {
        self.number(self.either(b'*', b'~'), len);
    }

    /// The beginning of what no request asked for, such as a published message; in RESP2, of an array.
    pub fn push(&mut self, len: usize) {
        self.number(self.either(b'*', b'>'), len);
    }

    /// A floating-point number, as C's `%.17g` prints it; in RESP2, that text as a string.
    pub fn double(&mut self, value: f64) {
        double::with_text(value, |text| match self.protocol {
            Protocol::Resp2 => self.bulk(text.as_bytes()),
            Protocol::Resp3 => self.line(b',', text.as_bytes()),
        });
    }

    /// A truth value; in RESP2, 1 or 0.
    pub fn boolean(&mut self, value: bool) {
        if value {
            self.in_either(b":1\r\n", b"#t\r\n");
        } else {
            self.in_either(b":0\r\n", b"#f\r\n");
        }
    }

    /// An integer of any length, in decimal digits; in RESP2, a string.
    pub fn big_number(&mut self, digits: &str) {
        match self.protocol {
            Protocol::Resp2 => self.bulk(digits.as_bytes()),
            Protocol::Resp3 => self.line(b'(', digits.as_bytes()),
        }
    }

    /// A text for people, in a format of three letters (`txt`, `mkd`); in RESP2, a string without the format.
    ///
    /// # Panics
    /// When `format` is not three bytes long.
    pub fn verbatim(&mut self, format: &str, text: &str) {
        assert_eq!(format.len(), 3, "the format of a verbatim string has three letters");
        match self.protocol {
            Protocol::Resp2 => self.bulk(text.as_bytes()),
            Protocol::Resp3 => {
                self.number(b'=', format.len() + 1 + text.len());
                for part in [format, ":", text, "\r\n"] {
                    self.buffer.extend_from_slice(part.as_bytes());
                }
            }
        }
    }

    /// The beginning of so many pairs that say something about the reply after them.
    ///
    /// # Panics
    /// In RESP2, which has nothing to put in their place.
    pub fn attribute(&mut self, pairs: usize) {
        assert_eq!(self.protocol, Protocol::Resp3, "RESP2 has no attributes");
        self.number(b'|', pairs);
    }

    #[inline]
    fn line(&mut self, sigil: u8, text: &[u8]) {
        self.buffer.reserve(text.len() + 3);
        self.buffer.extend_from_slice(&[sigil]);
        let start = self.buffer.len();
        self.buffer.extend_from_slice(text);
        for byte in &mut self.buffer[start..] {
            if matches!(byte, b'\r' | b'\n') {
                *byte = b' ';
            }
        }
        self.buffer.extend_from_slice(b"\r\n");
    }

    #[inline]
    fn number(&mut self, sigil: u8, value: impl itoa::Integer) {
        write_number(self.buffer, sigil, value);
    }

    #[inline]
    fn in_either(&mut self, resp2: &[u8], resp3: &[u8]) {
        self.buffer.extend_from_slice(self.either(resp2, resp3));
    }

    #[inline]
    fn either<T>(&self, resp2: T, resp3: T) -> T {
        match self.protocol {
            Protocol::Resp2 => resp2,
            Protocol::Resp3 => resp3,
        }
    }
}

/// Appends a line that is a number.
#[inline]
pub(crate) fn write_number(buffer: &mut BytesMut, sigil: u8, value: impl itoa::Integer) {
    let mut digits = itoa::Buffer::new();
    let digits = digits.format(value).as_bytes();
    buffer.reserve(digits.len() + 3);
    buffer.extend_from_slice(&[sigil]);
    buffer.extend_from_slice(digits);
    buffer.extend_from_slice(b"\r\n");
}
