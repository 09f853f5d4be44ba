//! The decoder of replies, out of a read buffer.

use bytes::{Bytes, BytesMut};
use thiserror::Error;

use super::ReplyFrame;
use crate::line::{LineSearch, TooLong};
use crate::parse_integer;

/// The deepest nesting of replies. The decoder does not recurse, but the drop of a frame does, so the bound is needed.
pub const MAX_DEPTH: usize = 32;

const MAX_LINE_BYTES: usize = 64 * 1024;
const MAX_BULK_BYTES: usize = 512 * 1024 * 1024;
const MAX_ENTRIES: usize = i32::MAX as usize / 4;

/// The error for bytes of a server that are no reply.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum ReplyError {
    /// The first byte stands for no known type.
    #[error("a reply of the unknown type {0:#04x}")]
    UnknownType(u8),
    /// A length, integer, double or truth value that does not read as one, or a length beyond all limits.
    #[error("a reply whose number does not read as one")]
    InvalidNumber,
    /// A verbatim string without its format.
    #[error("a verbatim string without its format")]
    NoFormat,
    /// A line that does not end, or not with both bytes of a line end.
    #[error("a reply that does not end where it should")]
    ExpectedLineEnd,
    /// Replies within replies beyond [`MAX_DEPTH`].
    #[error("replies are nested more than {MAX_DEPTH} deep")]
    TooDeep,
}

/// A decoder that takes replies of both versions off the front of a read buffer. It goes on where the last read ended,
/// and does not recurse.
#[derive(Debug, Default)]
pub struct ReplyDecoder {
    /// The replies that have begun and are not complete, the outermost first.
    open: Vec<Open>,
    line: LineSearch,
}

/// A reply of which elements are missing.
#[derive(Debug)]
struct Open {
    kind: Kind,
    elements: Vec<ReplyFrame>,
    missing: usize,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Array,
    Map,
    Set,
    Push,
    /// The pairs of an attribute, and the reply that they are about.
    Attributes,
}

impl ReplyDecoder {
    /// A decoder between two replies.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next whole reply off the front of `buffer`, or returns `None` if none has arrived whole. Parts that
    /// have arrived are taken off as well and kept in the decoder.
    ///
    /// # Errors
    /// [`ReplyError`] when the server sent bytes that are no reply. Neither the decoder nor the buffer may be used
    /// then.
    pub fn decode(&mut self, buffer: &mut BytesMut) -> Result<Option<ReplyFrame>, ReplyError> {
        while let Some(item) = self.item(buffer)? {
            let mut complete = match item {
                Item::Whole(frame) => frame,
                Item::Begin(open) if open.missing > 0 => {
                    if self.open.len() == MAX_DEPTH {
                        return Err(ReplyError::TooDeep);
                    }
                    self.open.push(open);
                    continue;
                }
                Item::Begin(open) => open.complete(),
            };
            loop {
                let Some(mut open) = self.open.pop() else { return Ok(Some(complete)) };
                open.elements.push(complete);
                open.missing -= 1;
                if open.missing > 0 {
                    self.open.push(open);
                    break;
                }
                complete = open.complete();
            }
        }
        Ok(None)
    }

    /// Takes off a reply without elements, or the header of one with elements.
    fn item(&mut self, buffer: &mut BytesMut) -> Result<Option<Item>, ReplyError> {
        let end =
            self.line.find(buffer, b'\r', MAX_LINE_BYTES).map_err(|TooLong| ReplyError::ExpectedLineEnd)?;
        let Some((end, line_feed)) = end.and_then(|end| Some((end, *buffer.get(end + 1)?))) else {
            return Ok(None);
        };
        let [sigil, text @ ..] = &buffer[..end] else { return Err(ReplyError::UnknownType(b'\r')) };
        let (sigil, header) = (*sigil, end + 2);
        if line_feed != b'\n' {
            return Err(ReplyError::ExpectedLineEnd);
        }
        let bulk = match sigil {
            b'$' if text == b"-1" => None,
            b'$' | b'!' | b'=' => Some(length(text, MAX_BULK_BYTES)?),
            _ => None,
        };
        if bulk.is_some_and(|length| buffer.len() < header + length + 2) {
            return Ok(None);
        }
        self.line.restart();
        let line = buffer.split_to(header).freeze().slice(1..end);
        if let Some(length) = bulk {
            let value = buffer.split_to(length).freeze();
            if buffer.split_to(2) != b"\r\n"[..] {
                return Err(ReplyError::ExpectedLineEnd);
            }
            return bulk_frame(sigil, value).map(|frame| Some(Item::Whole(frame)));
        }
        item_of_line(sigil, line).map(Some)
    }
}

enum Item {
    Whole(ReplyFrame),
    Begin(Open),
}

fn item_of_line(sigil: u8, line: Bytes) -> Result<Item, ReplyError> {
    Ok(Item::Whole(match sigil {
        b'+' => ReplyFrame::Simple(line),
        b'-' => ReplyFrame::Error(line),
        b'(' => ReplyFrame::BigNumber(line),
        b':' => ReplyFrame::Integer(parse_integer(&line).ok_or(ReplyError::InvalidNumber)?),
        b',' => ReplyFrame::Double(double(&line).ok_or(ReplyError::InvalidNumber)?),
        b'#' => match &line[..] {
            b"t" => ReplyFrame::Boolean(true),
            b"f" => ReplyFrame::Boolean(false),
            _ => return Err(ReplyError::InvalidNumber),
        },
        b'$' | b'_' => ReplyFrame::Null,
        b'*' if line == b"-1"[..] => ReplyFrame::NullArray,
        _ => return begin(sigil, &line),
    }))
}

fn bulk_frame(sigil: u8, value: Bytes) -> Result<ReplyFrame, ReplyError> {
    Ok(match sigil {
        b'$' => ReplyFrame::Bulk(value),
        b'!' => ReplyFrame::Error(value),
        _ => match value.get(3) {
            Some(b':') => ReplyFrame::Verbatim { format: value.slice(..3), text: value.slice(4..) },
            _ => return Err(ReplyError::NoFormat),
        },
    })
}

/// Begins a reply with elements. It reserves no memory for them: the number is only an announcement.
fn begin(sigil: u8, line: &[u8]) -> Result<Item, ReplyError> {
    let (kind, per_entry, besides) = match sigil {
        b'*' => (Kind::Array, 1, 0),
        b'~' => (Kind::Set, 1, 0),
        b'>' => (Kind::Push, 1, 0),
        b'%' => (Kind::Map, 2, 0),
        b'|' => (Kind::Attributes, 2, 1),
        other => return Err(ReplyError::UnknownType(other)),
    };
    let missing = length(line, MAX_ENTRIES)? * per_entry + besides;
    Ok(Item::Begin(Open { kind, elements: Vec::new(), missing }))
}

impl Open {
    fn complete(self) -> ReplyFrame {
        let Self { kind, mut elements, .. } = self;
        match kind {
            Kind::Array => ReplyFrame::Array(elements),
            Kind::Set => ReplyFrame::Set(elements),
            Kind::Push => ReplyFrame::Push(elements),
            Kind::Map => ReplyFrame::Map(pairs(elements)),
            Kind::Attributes => {
                let reply = Box::new(elements.pop().unwrap_or(ReplyFrame::Null));
                ReplyFrame::Attributed { attributes: pairs(elements), reply }
            }
        }
    }
}

fn pairs(elements: Vec<ReplyFrame>) -> Vec<(ReplyFrame, ReplyFrame)> {
    let mut elements = elements.into_iter();
    std::iter::from_fn(|| Some((elements.next()?, elements.next()?))).collect()
}

fn length(text: &[u8], max: usize) -> Result<usize, ReplyError> {
    let length = parse_integer(text).and_then(|length| usize::try_from(length).ok());
    length.filter(|length| *length <= max).ok_or(ReplyError::InvalidNumber)
}

fn double(text: &[u8]) -> Option<f64> {
    str::from_utf8(text).ok()?.parse().ok()
}
