//! Any bytes, through decoder, parser, store and reply.
//!
//! The first byte of an input says which protocol replies are in. Checked are:
//!
//! * every request has one reply, which is whole and can be read;
//! * the same bytes to an equal store get the same replies;
//! * nothing panics, and no store grows beyond what it may hold.

#![no_main]

use bytes::BytesMut;
use kv_core::{Config, Timestamp};
use kv_resp::reply::ReplyDecoder;
use kv_resp::{Limits, Protocol};
use kv_commands::conversation::Conversation;
use libfuzzer_sys::fuzz_target;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

fuzz_target!(|input: &[u8]| {
    let [choice, wire @ ..] = input else { return };
    let protocol = if choice % 2 == 0 { Protocol::Resp2 } else { Protocol::Resp3 };
    let replies = hold(wire, protocol);
    assert_eq!(hold(wire, protocol), replies);
    if let Some(mut replies) = replies {
        let mut decoder = ReplyDecoder::new();
        while !replies.is_empty() {
            assert!(matches!(decoder.decode(&mut replies), Ok(Some(_))), "{replies:?}");
        }
    }
});

fn hold(wire: &[u8], protocol: Protocol) -> Option<BytesMut> {
    // Small values, so that SETRANGE cannot fill the memory within its rights.
    let config = Config { max_value_bytes: 64 * 1024, ..Config::default() };
    let limits = Limits { max_bulk_bytes: config.max_value_bytes, ..Limits::default() };
    Conversation::new(&config, NOW, protocol).hold(BytesMut::from(wire), limits).ok()
}
