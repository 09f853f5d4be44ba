//! Two published crates as judges: they read what this crate writes, and it reads what they write.

use bytes::{Bytes, BytesMut};
use kv_resp::reply::{ReplyFrame, encode_request};
use kv_resp::{Decoder, Limits, Protocol, ProtocolError, Request};
use proptest::prelude::*;
use redis_protocol::resp2::types::BytesFrame as Second;
use redis_protocol::resp3::types::{BytesFrame as Third, VerbatimStringFormat};
use resp_rs::{ParseError, resp2, resp3};

use crate::replies::{self, wire};
use crate::requests::args;
use crate::runner::check;

#[test]
fn requests_are_written_alike() {
    check(300, &args(), |args| {
        let mut ours = BytesMut::new();
        encode_request(&mut ours, &args);

        let strings = args.iter().map(|arg| resp2::Frame::BulkString(Some(arg.clone().into())));
        let theirs = resp2::frame_to_bytes(&resp2::Frame::Array(Some(strings.collect())));
        prop_assert_eq!(&ours, &theirs);

        let strings = args.iter().map(|arg| Second::BulkString(arg.clone().into()));
        let mut theirs = BytesMut::new();
        let written = redis_protocol::resp2::encode::extend_encode(
            &mut theirs,
            &Second::Array(strings.collect()),
            false,
        );
        prop_assert_eq!(written.ok(), Some(ours.len()));
        prop_assert_eq!(&ours, &theirs);

        let request = Decoder::new(Limits::default()).decode(&mut theirs);
        prop_assert_eq!(request, Ok(Some(Request::from_iter(&args))));
        Ok(())
    });
}

#[test]
fn others_read_our_replies_of_the_second_version() {
    check(300, &replies::resp2(), |frame| {
        let wire = wire(&frame, Protocol::Resp2);
        prop_assert_eq!(resp2::parse_frame(wire.clone()), Ok((resp_rs_second(&frame), Bytes::new())));
        let theirs = redis_protocol::resp2::decode::decode_bytes(&wire).expect("a reply");
        prop_assert_eq!(theirs, Some((redis_protocol_second(&frame), wire.len())));
        Ok(())
    });
}

#[test]
fn others_read_our_replies_of_the_third_version() {
    check(300, &replies::resp3(), |frame| {
        let wire = wire(&frame, Protocol::Resp3);
        prop_assert_eq!(resp3::parse_frame(wire.clone()), Ok((resp_rs_third(&frame), Bytes::new())));
        let theirs = redis_protocol::resp3::decode::complete::decode_bytes(&wire).expect("a reply");
        prop_assert_eq!(theirs, Some((redis_protocol_third(&frame), wire.len())));
        Ok(())
    });
}

/// The bytes for which this crate differs from one or both of them. The last column says why: Redis does as this crate
/// in all of these cases, but it takes any two bytes for the line end behind an argument.
#[test]
fn requests_are_read_differently_on_purpose() {
    use ProtocolError::{ExpectedBulk, ExpectedLineEnd, InvalidBulkLength, InvalidCount};
    let ping = || Ok(Some(Request::from_iter(["PING"])));
    let mut differing = 0;
    for (wire, ours, why) in [
        ("PING\r\n", ping(), "a line is a request"),
        ("*0\r\n*1\r\n$4\r\nPING\r\n", ping(), "a request without a name is skipped"),
        ("*-1\r\n*1\r\n$4\r\nPING\r\n", ping(), "so is one of fewer than no arguments"),
        ("*01\r\n$4\r\nPING\r\n", Err(InvalidCount), "Redis reads no number with a zero in front"),
        ("*1\r\n$04\r\nPING\r\n", Err(InvalidBulkLength), "neither here"),
        ("*1000000000\r\n", Ok(None), "Redis waits for a thousand million arguments"),
        ("*1\r\n$99999999999999\r\n", Err(InvalidBulkLength), "nor for a hundred terabytes"),
        ("*1\r\n$4\r\nPINGxx", Err(ExpectedLineEnd), "what follows may be part of a value, not a request"),
        ("*1\r\n:1\r\n", Err(ExpectedBulk(b':')), "arguments are strings"),
        ("*1\r\n$-1\r\n", Err(InvalidBulkLength), "there is no missing argument"),
    ] {
        assert_eq!(Decoder::new(Limits::default()).decode(&mut BytesMut::from(wire)), ours, "{why}");
        let request = |args: Option<Vec<Option<Bytes>>>| {
            args.and_then(|args| args.into_iter().collect::<Option<Vec<_>>>()).map(Request::from_iter)
        };
        let resp_rs = match resp2::parse_frame(wire.into()) {
            Ok((frame, _)) => Ok(request(
                frame
                    .into_array()
                    .ok()
                    .map(|args| args.into_iter().map(|arg| arg.into_bulk_string().ok()).collect()),
            )),
            Err(ParseError::Incomplete) => Ok(None),
            Err(_) => Err(()),
        };
        let redis_protocol = match redis_protocol::resp2::decode::decode_bytes(&wire.into()) {
            Ok(Some((Second::Array(args), _))) => Ok(request(Some(
                args.into_iter()
                    .map(|arg| if let Second::BulkString(arg) = arg { Some(arg) } else { None })
                    .collect(),
            ))),
            Ok(_) => Ok(None),
            Err(_) => Err(()),
        };
        let ours = ours.map_err(|_| ());
        println!("{wire:?}: resp-rs {resp_rs:?}, redis-protocol {redis_protocol:?}");
        assert!(resp_rs != ours || redis_protocol != ours, "{wire:?}: all three agree by now");
        differing += 1;
    }
    assert_eq!(differing, 10);
}

fn resp_rs_second(frame: &ReplyFrame) -> resp2::Frame {
    match frame.clone() {
        ReplyFrame::Simple(text) => resp2::Frame::SimpleString(text),
        ReplyFrame::Error(text) => resp2::Frame::Error(text),
        ReplyFrame::Integer(value) => resp2::Frame::Integer(value),
        ReplyFrame::Bulk(value) => resp2::Frame::BulkString(Some(value)),
        ReplyFrame::Null => resp2::Frame::BulkString(None),
        ReplyFrame::Array(elements) => {
            resp2::Frame::Array(Some(elements.iter().map(resp_rs_second).collect()))
        }
        other => unreachable!("not of the second version: {other:?}"),
    }
}

fn redis_protocol_second(frame: &ReplyFrame) -> Second {
    match frame.clone() {
        ReplyFrame::Simple(text) => Second::SimpleString(text),
        ReplyFrame::Error(text) => Second::Error(text.try_into().expect("generated as text")),
        ReplyFrame::Integer(value) => Second::Integer(value),
        ReplyFrame::Bulk(value) => Second::BulkString(value),
        ReplyFrame::Null => Second::Null,
        ReplyFrame::Array(elements) => Second::Array(elements.iter().map(redis_protocol_second).collect()),
        other => unreachable!("not of the second version: {other:?}"),
    }
}

fn resp_rs_third(frame: &ReplyFrame) -> resp3::Frame {
    let all = |elements: Vec<ReplyFrame>| elements.iter().map(resp_rs_third).collect();
    match frame.clone() {
        ReplyFrame::Simple(text) => resp3::Frame::SimpleString(text),
        ReplyFrame::Error(text) => resp3::Frame::Error(text),
        ReplyFrame::Integer(value) => resp3::Frame::Integer(value),
        ReplyFrame::Bulk(value) => resp3::Frame::BulkString(Some(value)),
        ReplyFrame::Null => resp3::Frame::Null,
        ReplyFrame::Double(value) if value.is_infinite() => {
            resp3::Frame::SpecialFloat(if value > 0.0 { "inf" } else { "-inf" }.into())
        }
        ReplyFrame::Double(value) => resp3::Frame::Double(value),
        ReplyFrame::Boolean(value) => resp3::Frame::Boolean(value),
        ReplyFrame::BigNumber(digits) => resp3::Frame::BigNumber(digits),
        ReplyFrame::Verbatim { format, text } => {
            resp3::Frame::VerbatimString { payload: [&format[..], b":", &text[..]].concat().into() }
        }
        ReplyFrame::Array(elements) => resp3::Frame::Array(Some(all(elements))),
        ReplyFrame::Set(elements) => resp3::Frame::Set(all(elements)),
        ReplyFrame::Map(pairs) => resp3::Frame::Map(
            pairs.iter().map(|(key, value)| (resp_rs_third(key), resp_rs_third(value))).collect(),
        ),
        other => unreachable!("not generated: {other:?}"),
    }
}

fn redis_protocol_third(frame: &ReplyFrame) -> Third {
    let attributes = None;
    match frame.clone() {
        ReplyFrame::Simple(data) => Third::SimpleString { data, attributes },
        ReplyFrame::Error(text) => {
            Third::SimpleError { data: text.try_into().expect("generated as text"), attributes }
        }
        ReplyFrame::Integer(data) => Third::Number { data, attributes },
        ReplyFrame::Bulk(data) => Third::BlobString { data, attributes },
        ReplyFrame::Null => Third::Null,
        ReplyFrame::Double(data) => Third::Double { data, attributes },
        ReplyFrame::Boolean(data) => Third::Boolean { data, attributes },
        ReplyFrame::BigNumber(data) => Third::BigNumber { data, attributes },
        ReplyFrame::Verbatim { format, text } => Third::VerbatimString {
            data: text,
            format: match &format[..] {
                b"mkd" => VerbatimStringFormat::Markdown,
                _ => VerbatimStringFormat::Text,
            },
            attributes,
        },
        ReplyFrame::Array(elements) => {
            Third::Array { data: elements.iter().map(redis_protocol_third).collect(), attributes }
        }
        ReplyFrame::Set(elements) => {
            Third::Set { data: elements.iter().map(redis_protocol_third).collect(), attributes }
        }
        ReplyFrame::Map(pairs) => {
            let pair = |(key, value): &_| (redis_protocol_third(key), redis_protocol_third(value));
            Third::Map { data: pairs.iter().map(pair).collect(), attributes }
        }
        other => unreachable!("not generated: {other:?}"),
    }
}
