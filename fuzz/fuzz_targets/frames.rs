//! Any bytes, cut anywhere, into the request decoder.
//!
//! The first byte of an input says how the rest is cut, the second which limits hold. Checked are:
//!
//! * the same requests and the same error come out however the bytes are cut;
//! * what came out, encoded again, means the same;
//! * bytes are only ever taken off the front of the buffer, and none are made up;
//! * memory is taken for what has arrived, not for what is announced;
//! * nothing panics.

#![no_main]

use audition_fuzz::pieces;
use bytes::BytesMut;
use counting_alloc::CountingAllocator;
use kv_resp::reply::{ReplyDecoder, encode_request};
use kv_resp::{Decoder, Limits, ProtocolError, Request};
use libfuzzer_sys::fuzz_target;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::new();

fuzz_target!(|input: &[u8]| {
    let [seed, limits, wire @ ..] = input else { return };
    let limits = match limits % 3 {
        0 => Limits::default(),
        1 => Limits::unauthenticated(),
        _ => Limits { max_inline_bytes: 24, max_arguments: 4, max_bulk_bytes: 16, ..Limits::default() },
    };
    let whole = decode(limits, [wire]);
    assert_eq!(decode(limits, pieces(wire, *seed)), whole);
    occupies_what_arrived(limits, pieces(wire, *seed), wire.len());
    again(&whole.requests);
    no_panic(wire);
});

#[derive(Debug, PartialEq)]
struct Decoded {
    requests: Vec<Request>,
    left: usize,
    error: Option<ProtocolError>,
}

fn decode<'a>(limits: Limits, pieces: impl IntoIterator<Item = &'a [u8]>) -> Decoded {
    let (mut decoder, mut buffer, mut requests) = (Decoder::new(limits), BytesMut::new(), Vec::new());
    for piece in pieces {
        buffer.extend_from_slice(piece);
        loop {
            let before = buffer.clone();
            let result = decoder.decode(&mut buffer);
            assert!(before.ends_with(&buffer), "bytes are only taken off the front");
            assert!(decoder.wanted() <= 64 * 1024);
            match result {
                Ok(Some(request)) => {
                    assert!(!request.is_empty());
                    assert!(request.args().map(<[u8]>::len).sum::<usize>() <= before.len() - buffer.len());
                    requests.push(request);
                }
                Ok(None) => break,
                Err(error) => return Decoded { requests, left: 0, error: Some(error) },
            }
        }
    }
    Decoded { requests, left: buffer.len(), error: None }
}

fn occupies_what_arrived<'a>(limits: Limits, pieces: impl Iterator<Item = &'a [u8]>, len: usize) {
    let before = ALLOCATOR.live_bytes();
    let (mut decoder, mut buffer) = (Decoder::new(limits), BytesMut::new());
    for piece in pieces {
        buffer.extend_from_slice(piece);
        while let Ok(Some(_)) = decoder.decode(&mut buffer) {}
        // Places of arguments take more than the arguments if these are empty; see kv-resp/tests/memory.rs.
        assert!(ALLOCATOR.live_bytes() - before <= 8 * len as u64 + 1024);
    }
}

fn again(requests: &[Request]) {
    let mut buffer = BytesMut::new();
    for request in requests {
        encode_request(&mut buffer, request.args());
    }
    let mut decoder = Decoder::new(Limits::default());
    for request in requests {
        assert_eq!(decoder.decode(&mut buffer), Ok(Some(request.clone())));
    }
    assert!(buffer.is_empty());
}

/// The other direction has no judge here but its own tests; it must hold at least.
fn no_panic(wire: &[u8]) {
    let (mut decoder, mut buffer) = (ReplyDecoder::new(), BytesMut::from(wire));
    while let Ok(Some(_)) = decoder.decode(&mut buffer) {}
}
