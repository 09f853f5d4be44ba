//! A conversation with a real Redis, repeated with the parsers, a store and the replies.
//!
//! `transcript.txt` has a request and the reply to it on each line, as Redis 7.0.15 gave it to a client that began with
//! an empty database: the bytes of the wire, each line end written as one space. To repeat it with a Redis:
//! `AUDITION_REDIS=127.0.0.1:6379 cargo test -p kv-commands transcript`, which empties that Redis.

use std::env;
use std::io::{Read, Write};
use std::net::TcpStream;

use bytes::BytesMut;
use kv_core::Config;
use kv_resp::Protocol;
use kv_resp::reply::{ReplyDecoder, encode_request};

use super::*;
use crate::conversation::Conversation;

const TRANSCRIPT: &str = include_str!("transcript.txt");

/// The requests, and Redis's reply to each.
fn lines() -> impl Iterator<Item = (&'static str, &'static str)> {
    TRANSCRIPT.lines().map(|line| line.split_once(" => ").expect("a request and a reply"))
}

fn shown(reply: &[u8]) -> String {
    String::from_utf8_lossy(reply).replace("\r\n", " ").trim_end().to_owned()
}

#[test]
fn every_reply_is_that_of_redis() {
    let config = Config::default();
    let now = Timestamp::from_millis(1_800_000_000_000);
    let mut conversation = Conversation::new(&config, now, Protocol::Resp2);
    let mut others = String::new();
    for (number, (line, expected)) in lines().enumerate() {
        let mut reply = BytesMut::new();
        conversation.reply(&request(line), &mut reply);
        let reply = shown(&reply);
        if reply != expected.trim_end() {
            others += &format!("line {}: {line}\n  Redis: {expected}\n  here:  {reply}\n", number + 1);
        }
    }
    assert!(others.is_empty(), "{others}");
}

#[test]
fn the_transcript_is_what_redis_says() {
    let Ok(address) = env::var("AUDITION_REDIS") else {
        eprintln!("not compared with a real Redis: AUDITION_REDIS is no address of one that may be emptied");
        return;
    };
    let mut redis = TcpStream::connect(address).expect("Redis listens there");
    let mut ask = |line: &str| {
        let mut sent = BytesMut::new();
        encode_request(&mut sent, request(line).args());
        redis.write_all(&sent).expect("Redis reads");
        let (mut received, mut decoder) = (BytesMut::new(), ReplyDecoder::default());
        let mut whole = Vec::new();
        while decoder.decode(&mut received).expect("Redis speaks RESP").is_none() {
            let mut chunk = [0; 4096];
            let read = redis.read(&mut chunk).expect("Redis answers");
            assert!(read > 0, "Redis closed the connection");
            received.extend_from_slice(&chunk[..read]);
            whole.extend_from_slice(&chunk[..read]);
        }
        shown(&whole)
    };
    ask("flushall");
    for (line, expected) in lines() {
        assert_eq!(ask(line), expected.trim_end(), "{line}");
    }
}
