//! The output that the socket has not taken.

use std::collections::VecDeque;
use std::mem;

use bytes::{Buf, BytesMut};

/// The length below which output is copied behind output that waits already: a client that is sent five bytes at a time
/// does not hold a buffer for each of them. Redis's blocks of replies are as long.
const PIECE_BYTES: usize = 16 * 1024;

/// Bytes that wait for the socket, in pieces, so that their memory is given back as they leave.
#[derive(Debug, Default)]
pub(crate) struct Unsent {
    pieces: VecDeque<BytesMut>,
    bytes: usize,
}

impl Unsent {
    /// The number of bytes that wait.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The number of pieces in which they wait.
    pub(crate) fn pieces(&self) -> usize {
        self.pieces.len()
    }

    /// The piece that is to leave first.
    pub(super) fn first(&self) -> Option<&[u8]> {
        self.pieces.front().map(AsRef::as_ref)
    }

    /// Appends all of the output and leaves it empty.
    pub(super) fn take(&mut self, output: &mut BytesMut) {
        self.bytes += output.len();
        if output.len() >= PIECE_BYTES {
            self.pieces.push_back(mem::take(output));
            return;
        }
        match self.pieces.back_mut() {
            Some(last) if last.capacity() - last.len() >= output.len() => last.extend_from_slice(output),
            _ => {
                let mut piece = BytesMut::with_capacity(PIECE_BYTES);
                piece.extend_from_slice(output);
                self.pieces.push_back(piece);
            }
        }
        output.clear();
    }

    /// Removes the bytes that have left from the first piece.
    pub(super) fn advance(&mut self, bytes: usize) {
        self.bytes -= bytes;
        if let Some(first) = self.pieces.front_mut() {
            first.advance(bytes);
            if first.is_empty() {
                self.pieces.pop_front();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_in_comes_out_in_order_and_little_things_share_a_piece() {
        let mut unsent = Unsent::default();
        let mut expected = Vec::new();
        for n in 0..5000_u32 {
            let mut output = BytesMut::from(format!("{n},").as_str());
            if n == 2500 {
                output.resize(3 * PIECE_BYTES, b'x');
            }
            expected.extend_from_slice(&output);
            unsent.take(&mut output);
            assert!(output.is_empty());
        }
        assert_eq!(unsent.bytes(), expected.len());
        assert!(unsent.pieces() < 8, "{} pieces for 23 kB and one long one", unsent.pieces());
        let mut got = Vec::new();
        while let Some(first) = unsent.first() {
            let taken = first.len().min(1000);
            got.extend_from_slice(&first[..taken]);
            unsent.advance(taken);
        }
        assert!(got == expected);
        assert_eq!((unsent.bytes(), unsent.pieces()), (0, 0));
    }
}
