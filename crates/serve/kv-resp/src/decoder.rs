//! The decoder of requests, out of a read buffer.

mod inline;
#[cfg(test)]
mod tests;

use std::mem;

use bytes::{Buf, BytesMut};

use crate::line::{LineSearch, TooLong};
use crate::request::{MAX_FRAME_BYTES, Span, Spans, places_bytes};
use crate::{Limits, ProtocolError, Request, parse_integer};

/// The fewest bytes of an argument on the wire: `$0`, its line end, and the line end after the empty argument.
const MIN_ARGUMENT_BYTES: usize = 6;

/// The most bytes for which [`Decoder::wanted`] asks, so that a length that is announced and never sent costs little.
const MAX_READ_AHEAD: usize = 64 * 1024;

/// A decoder that takes requests off the front of a read buffer: arrays of bulk strings, as clients send them, and
/// lines, as people type them.
///
/// The decoder goes on where the last read ended, so that a request costs time in proportion to its length, in however
/// many pieces it arrives. It reserves memory by what has arrived, never by what a client announces.
#[derive(Debug)]
pub struct Decoder {
    limits: Limits,
    /// How many bytes of the buffer's front belong to the current request and are understood.
    position: usize,
    /// The search for the end of the line at `position`.
    line: LineSearch,
    /// How many arguments of the current request are still to come; 0 between requests.
    arguments_left: usize,
    /// The length of the argument at `position`, once its header is understood.
    bulk: Option<usize>,
    spans: Spans,
    missing: usize,
}

impl Decoder {
    /// A decoder between two requests.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            position: 0,
            line: LineSearch::default(),
            arguments_left: 0,
            bulk: None,
            spans: Spans::new(),
            missing: 0,
        }
    }

    /// Changes the limits, from the next announced length on. The requests of a pipeline that follow an `AUTH` fall
    /// under the new limits only if they are decoded after it was executed.
    pub fn set_limits(&mut self, limits: Limits) {
        self.limits = limits;
    }

    // ANCHOR: decode
    /// Takes the next whole request off the front of `buffer`, or returns `None` if none has arrived whole. Requests
    /// without a name, such as empty lines, are taken off and skipped.
    ///
    /// Between two calls `buffer` may only be appended to: the decoder remembers what it has understood of it. The
    /// arrived part of a request stays in it, so its length is the memory that a client occupies.
    ///
    /// # Errors
    /// [`ProtocolError`] when the client sent bytes that are no request. The bytes behind them cannot be understood, so
    /// neither the decoder nor the buffer may be used any more. The error does not depend on the pieces in which the
    /// bytes arrived.
    #[inline]
    pub fn decode(&mut self, buffer: &mut BytesMut) -> Result<Option<Request>, ProtocolError> {
        self.missing = 0;
        while self.arguments_left == 0 {
            match buffer.first() {
                None => return Ok(None),
                Some(b'*') => {
                    let Some(count) = self.count(buffer)? else { return Ok(None) };
                    if count == 0 {
                        buffer.advance(mem::take(&mut self.position));
                    }
                    self.arguments_left = count;
                }
                Some(_) => match self.inline(buffer)? {
                    Some(request) if request.is_empty() => {}
                    request => return Ok(request),
                },
            }
        }
        if !self.arguments(buffer)? {
            return Ok(None);
        }
        let frame = buffer.split_to(mem::take(&mut self.position)).freeze();
        Ok(Some(Request::from_parts(frame, mem::take(&mut self.spans))))
    }
    // ANCHOR_END: decode

    /// How many bytes the next read should have room for: the missing part of the current argument as far as it is
    /// known, but at most 64 KiB; 0 if it is unknown. As of the last [`Decoder::decode`].
    #[must_use]
    pub fn wanted(&self) -> usize {
        self.missing.min(MAX_READ_AHEAD)
    }

    /// How many bytes of memory the decoder itself holds for the arguments of the current request that have arrived: 8 for
    /// each and up to twice that while there is room for more, but none for the first six. A request of millions of
    /// short arguments costs more by this than by its length.
    #[must_use]
    pub fn argument_bytes(&self) -> usize {
        places_bytes(&self.spans)
    }

    /// Reads the header of a request: how many arguments follow. Redis takes a negative number for none.
    #[inline]
    fn count(&mut self, buffer: &[u8]) -> Result<Option<usize>, ProtocolError> {
        let Some(header) = self.header(buffer, ProtocolError::TooBigCount)? else { return Ok(None) };
        let count = header.number.ok_or(ProtocolError::InvalidCount)?;
        let Ok(count) = usize::try_from(count) else { return Ok(Some(0)) };
        if count > self.limits.max_arguments {
            return Err(ProtocolError::InvalidCount);
        }
        if count > Limits::UNAUTHENTICATED_ARGUMENTS && !self.limits.authenticated {
            return Err(ProtocolError::UnauthenticatedCount);
        }
        self.spans.reserve(count.min((buffer.len() - self.position) / MIN_ARGUMENT_BYTES));
        Ok(Some(count))
    }

    /// Reads arguments until the request is whole; `false` if more bytes are needed.
    #[inline]
    fn arguments(&mut self, buffer: &[u8]) -> Result<bool, ProtocolError> {
        while self.arguments_left > 0 {
            let length = match self.bulk {
                Some(length) => length,
                None => match self.bulk_length(buffer)? {
                    Some(length) => *self.bulk.insert(length),
                    None => return Ok(false),
                },
            };
            let end = self.position + length;
            let Some(line_end) = buffer.get(end..end + 2) else {
                self.missing = end + 2 - buffer.len();
                return Ok(false);
            };
            if line_end != b"\r\n" {
                return Err(ProtocolError::ExpectedLineEnd);
            }
            self.spans.push(Span::new(self.position..end));
            self.position = end + 2;
            self.bulk = None;
            self.arguments_left -= 1;
        }
        Ok(true)
    }

    /// Reads the header of an argument: its length.
    #[inline]
    fn bulk_length(&mut self, buffer: &[u8]) -> Result<Option<usize>, ProtocolError> {
        let Some(header) = self.header(buffer, ProtocolError::TooBigBulkCount)? else { return Ok(None) };
        if header.sigil != b'$' {
            return Err(ProtocolError::ExpectedBulk(header.sigil));
        }
        let length = header.number.and_then(|length| usize::try_from(length).ok());
        let length = length.ok_or(ProtocolError::InvalidBulkLength)?;
        if length > self.limits.max_bulk_bytes {
            return Err(ProtocolError::InvalidBulkLength);
        }
        if length > Limits::UNAUTHENTICATED_BULK_BYTES && !self.limits.authenticated {
            return Err(ProtocolError::UnauthenticatedBulkLength);
        }
        // The length includes the line end behind the argument.
        if self.position.saturating_add(length).saturating_add(2) >= MAX_FRAME_BYTES {
            return Err(ProtocolError::TooBigRequest);
        }
        Ok(Some(length))
    }

    /// Reads the line at `position`, if it has arrived whole, and steps over it.
    #[inline]
    fn header(&mut self, buffer: &[u8], too_long: ProtocolError) -> Result<Option<Header>, ProtocolError> {
        let rest = buffer.get(self.position..).unwrap_or_default();
        let end = self.line.find(rest, b'\r', self.limits.max_inline_bytes).map_err(|TooLong| too_long)?;
        // The carriage return alone does not end the line; it is found again when the line feed has arrived.
        let Some((end, line_feed)) = end.and_then(|end| Some((end, *rest.get(end + 1)?))) else {
            return Ok(None);
        };
        let (sigil, number) = match &rest[..end] {
            [sigil, number @ ..] => (*sigil, parse_integer(number).filter(|_| line_feed == b'\n')),
            [] => (b'\r', None),
        };
        self.line.restart();
        self.position += end + 2;
        Ok(Some(Header { sigil, number }))
    }

    /// Reads a request that is a line; an empty request if the line is empty.
    #[cold]
    fn inline(&mut self, buffer: &mut BytesMut) -> Result<Option<Request>, ProtocolError> {
        let max = self.limits.max_inline_bytes.min(MAX_FRAME_BYTES);
        let end = self.line.find(buffer, b'\n', max).map_err(|TooLong| ProtocolError::TooBigInline)?;
        let Some(end) = end else { return Ok(None) };
        let line = &buffer[..end];
        let request = inline::split(line.strip_suffix(b"\r").unwrap_or(line))?;
        self.line.restart();
        buffer.advance(end + 1);
        Ok(Some(request))
    }
}

/// A header: a line that announces a number.
struct Header {
    /// The header's first byte, which says what is counted.
    sigil: u8,
    /// The number; `None` if the rest of the line is no number.
    number: Option<i64>,
}
