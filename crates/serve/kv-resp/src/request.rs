//! A request: a frame of bytes, and the places of its arguments in it.

use std::fmt;
use std::ops::Range;

use bytes::Bytes;
use smallvec::SmallVec;

/// The place of an argument in its frame. Both ends have four bytes and not eight: the memory of a request with many
/// short arguments goes by this size.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// The span of this range, which must lie within [`MAX_FRAME_BYTES`]. The decoder and the builder check that
    /// before.
    #[inline]
    pub(crate) fn new(range: Range<usize>) -> Self {
        debug_assert!(range.end <= MAX_FRAME_BYTES, "a span beyond the longest frame");
        Self { start: range.start as u32, end: range.end as u32 }
    }

    #[inline]
    fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// The places of a request's arguments. Six need no allocation: enough for `SET key value EX 10 NX`.
pub(crate) type Spans = SmallVec<[Span; 6]>;

/// How many bytes of memory these places take on the heap.
pub(crate) fn places_bytes(spans: &Spans) -> usize {
    if spans.spilled() { spans.capacity() * size_of::<Span>() } else { 0 }
}

/// The longest frame in bytes; spans reach no further.
pub(crate) const MAX_FRAME_BYTES: usize = u32::MAX as usize;

/// A command's name and its arguments, as a client sent them.
///
/// The name is argument 0. All arguments lie in one piece of memory, usually a part of the read buffer, which the
/// request and every [slice](Request::bytes) of it keep alive: copy the arguments that are to stay.
#[derive(Clone, Default)]
pub struct Request {
    frame: Bytes,
    spans: Spans,
}

impl Request {
    #[inline]
    pub(crate) fn from_parts(frame: Bytes, spans: Spans) -> Self {
        Self { frame, spans }
    }

    /// How many arguments there are, the name among them. A request from a [`Decoder`](crate::Decoder) has at least
    /// one.
    #[must_use]
    #[inline]
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether the request has not even a name.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The command's name in the case in which the client wrote it; empty if the request is.
    #[must_use]
    #[inline]
    pub fn name(&self) -> &[u8] {
        self.get(0).unwrap_or_default()
    }

    /// The argument at `index`, the name being 0.
    ///
    /// # Panics
    /// When there are not so many.
    #[must_use]
    #[inline]
    pub fn arg(&self, index: usize) -> &[u8] {
        &self.frame[self.spans[index].range()]
    }

    /// The argument at `index`, if there are so many.
    #[must_use]
    #[inline]
    pub fn get(&self, index: usize) -> Option<&[u8]> {
        self.spans.get(index).map(|span| &self.frame[span.range()])
    }

    /// The argument at `index` as a slice that shares the frame's memory: nothing is copied.
    ///
    /// # Panics
    /// When there are not so many.
    #[must_use]
    #[inline]
    pub fn bytes(&self, index: usize) -> Bytes {
        self.frame.slice(self.spans[index].range())
    }

    /// All arguments, the name first.
    pub fn args(&self) -> impl DoubleEndedIterator<Item = &[u8]> + ExactSizeIterator + Clone {
        self.spans.iter().map(|span| &self.frame[span.range()])
    }

    /// How many bytes of memory the request takes on the heap: the arguments, the bytes between them on the wire, and
    /// their places if there are more than six.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        self.frame.len() + places_bytes(&self.spans)
    }

    /// A copy of the request in memory of its own, for one that waits (in a `MULTI`, say) and would keep the whole read
    /// buffer alive meanwhile.
    #[must_use]
    pub fn detached(&self) -> Self {
        Self { frame: Bytes::copy_from_slice(&self.frame), spans: self.spans.clone() }
    }

    #[cfg(test)]
    pub(crate) fn frame_is_unique(&self) -> bool {
        self.frame.is_unique()
    }
}

/// # Panics
/// When the arguments are longer than 4 GiB together.
impl<A: AsRef<[u8]>> FromIterator<A> for Request {
    fn from_iter<I: IntoIterator<Item = A>>(args: I) -> Self {
        let mut builder = Builder::default();
        for arg in args {
            builder.frame.extend_from_slice(arg.as_ref());
            builder.end_argument();
        }
        builder.build()
    }
}

/// A builder of a request from arguments that do not lie in a frame yet.
#[derive(Default)]
pub(crate) struct Builder {
    /// The arguments so far, without anything between them. Bytes that are appended belong to the next one.
    pub(crate) frame: Vec<u8>,
    spans: Spans,
    start: usize,
}

impl Builder {
    pub(crate) fn end_argument(&mut self) {
        let end = self.frame.len();
        assert!(end <= MAX_FRAME_BYTES, "a request is shorter than 4 GiB");
        self.spans.push(Span::new(self.start..end));
        self.start = end;
    }

    pub(crate) fn build(self) -> Request {
        Request { frame: self.frame.into(), spans: self.spans }
    }
}

impl PartialEq for Request {
    fn eq(&self, other: &Self) -> bool {
        self.args().eq(other.args())
    }
}

impl Eq for Request {}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The arguments are shown as `Bytes` shows them: as text if they are text.
        f.debug_list().entries((0..self.len()).map(|index| self.bytes(index))).finish()
    }
}
