//! The encoder of replies, into a write buffer.

mod double;
#[cfg(test)]
mod tests;

use bytes::BytesMut;

/// The version of the protocol in which a client wants its replies. Requests look the same in both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Protocol {
    /// The version with which every connection begins.
    #[default]
    Resp2,
    /// The version with maps, sets, doubles, booleans and pushes; a client asks for it by `HELLO 3`.
    Resp3,
}

/// An encoder that appends replies to a buffer. Types that RESP2 lacks are written in the form that Redis gives them
/// there.
///
/// The caller announces the length of an [array](Encoder::array), [map](Encoder::map), [set](Encoder::set) or
/// [push](Encoder::push), and then writes that many elements. Only the growth of the buffer allocates.
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

    /// The protocol version of the replies.
    #[must_use]
    #[inline]
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// Writes a status, such as `OK`; see [`Encoder::error`] for line ends in it.
    #[inline]
    pub fn simple(&mut self, text: &str) {
        self.line(b'+', text.as_bytes());
    }

    /// Writes an error: the whole line, its code in front (`ERR no such key`), without the minus sign. It is bytes and
    /// not only text, because an error may quote what a client sent, which need not be UTF-8. A line end in it would
    /// begin another reply, so each byte of one becomes a space.
    pub fn error(&mut self, text: impl AsRef<[u8]>) {
        self.line(b'-', text.as_ref());
    }

    /// Writes an integer.
    #[inline]
    pub fn integer(&mut self, value: i64) {
        self.number(b':', value);
    }

    /// Writes a string of any bytes.
    #[inline]
    pub fn bulk(&mut self, value: &[u8]) {
        self.number(b'$', value.len());
        self.buffer.extend_from_slice(value);
        self.buffer.extend_from_slice(b"\r\n");
    }

    /// Writes a null in the place of a string.
    #[inline]
    pub fn null(&mut self) {
        self.in_either(b"$-1\r\n", b"_\r\n");
    }

    /// Writes a null in the place of an array.
    pub fn null_array(&mut self) {
        self.in_either(b"*-1\r\n", b"_\r\n");
    }

    /// Writes the beginning of an array.
    #[inline]
    pub fn array(&mut self, len: usize) {
        self.number(b'*', len);
    }

    /// Writes the beginning of a map with so many pairs; in RESP2, of an array with twice as many elements.
    pub fn map(&mut self, pairs: usize) {
        match self.protocol {
            Protocol::Resp2 => self.number(b'*', 2 * pairs),
            Protocol::Resp3 => self.number(b'%', pairs),
        }
    }

    /// Writes the beginning of a set; in RESP2, of an array.
    pub fn set(&mut self, len: usize) {
        self.number(self.either(b'*', b'~'), len);
    }

    /// Writes the beginning of a push, which no request asked for, such as a published message; in RESP2, of an array.
    pub fn push(&mut self, len: usize) {
        self.number(self.either(b'*', b'>'), len);
    }

    /// Writes a floating-point number, as C's `%.17g` prints it; in RESP2, that text as a string.
    pub fn double(&mut self, value: f64) {
        double::with_text(value, |text| match self.protocol {
            Protocol::Resp2 => self.bulk(text.as_bytes()),
            Protocol::Resp3 => self.line(b',', text.as_bytes()),
        });
    }

    /// Writes a truth value; in RESP2, 1 or 0.
    pub fn boolean(&mut self, value: bool) {
        if value {
            self.in_either(b":1\r\n", b"#t\r\n");
        } else {
            self.in_either(b":0\r\n", b"#f\r\n");
        }
    }

    /// Writes an integer of any length, in decimal digits; in RESP2, a string.
    pub fn big_number(&mut self, digits: &str) {
        match self.protocol {
            Protocol::Resp2 => self.bulk(digits.as_bytes()),
            Protocol::Resp3 => self.line(b'(', digits.as_bytes()),
        }
    }

    /// Writes a text for people, in a format of three letters (`txt`, `mkd`); in RESP2, a string without the format.
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

    /// Writes the beginning of an attribute: so many pairs that say something about the reply behind them.
    ///
    /// # Panics
    /// In RESP2, which has no form for attributes.
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
