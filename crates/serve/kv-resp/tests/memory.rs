//! A client occupies memory by what it has sent, whatever it announces.

use bytes::BytesMut;
use counting_alloc::CountingAllocator;
use kv_resp::{Decoder, Limits};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::new();

/// The most memory that is occupied while `wire` arrives in pieces and no request is kept, beside a read buffer that
/// makes room for what the decoder wants.
fn occupied(wire: &[u8], piece_bytes: usize) -> u64 {
    let before = ALLOCATOR.live_bytes();
    let mut most = 0;
    let mut buffer = BytesMut::new();
    let mut decoder = Decoder::new(Limits::default());
    for piece in wire.chunks(piece_bytes) {
        buffer.extend_from_slice(piece);
        while let Ok(Some(_)) = decoder.decode(&mut buffer) {}
        buffer.reserve(decoder.wanted());
        most = most.max(ALLOCATOR.live_bytes() - before);
    }
    most
}

/// There is one test only, because the allocator counts for all threads.
#[test]
fn a_client_occupies_what_it_has_sent() {
    for announced in
        ["*2147483647\r\n", "*1\r\n$536870912\r\n", "*2147483647\r\n$536870912\r\nabc", "\"", "*", "*1\r\n$"]
    {
        let occupied = occupied(announced.as_bytes(), 16 * 1024);
        assert!(occupied < 150 * 1024, "{announced:?} alone occupies {occupied} bytes");
    }
    // These are the most arguments for the fewest bytes: their places take 8 bytes each beside the 6 on the wire, and
    // twice that while a vector grows.
    let many = "*2147483647\r\n".to_owned() + &"$0\r\n\r\n".repeat(1_000_000);
    for piece_bytes in [1_000, 16 * 1024, usize::MAX] {
        let (sent, occupied) = (many.len() as u64, occupied(many.as_bytes(), piece_bytes));
        assert!(occupied < 6 * sent, "{sent} bytes in pieces of {piece_bytes} occupy {occupied}");
    }
    let long = "*1\r\n$10000000\r\n".to_owned() + &"x".repeat(9_000_000);
    let (sent, occupied) = (long.len() as u64, occupied(long.as_bytes(), 16 * 1024));
    assert!(occupied < 3 * sent, "{sent} bytes of one argument occupy {occupied}");
}
