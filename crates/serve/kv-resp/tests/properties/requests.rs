//! Properties of requests: whole, in pieces, and malformed.

use bytes::BytesMut;
use kv_resp::reply::encode_request;
use kv_resp::{Decoder, Limits, ProtocolError, Request};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::runner::check;

pub(crate) type Args = Vec<Vec<u8>>;

pub(crate) fn args() -> impl Strategy<Value = Args> {
    vec(vec(any::<u8>(), 0..80), 1..12)
}

/// The lengths of the pieces in which bytes arrive, used over and over.
fn pieces() -> impl Strategy<Value = Vec<usize>> {
    prop_oneof![Just(vec![1]), vec(1..8_usize, 1..4), vec(1..200_usize, 1..4)]
}

/// All requests in `wire`, cut into such pieces, and the error at their end, if there is one.
fn decode_in_pieces(
    limits: Limits,
    wire: &[u8],
    pieces: &[usize],
) -> (Vec<Request>, usize, Option<ProtocolError>) {
    let (mut decoder, mut buffer, mut requests) = (Decoder::new(limits), BytesMut::new(), Vec::new());
    let (mut rest, mut pieces) = (wire, pieces.iter().cycle());
    while !rest.is_empty() {
        let piece = *pieces.next().expect("endless");
        let (now, later) = rest.split_at(piece.min(rest.len()));
        buffer.extend_from_slice(now);
        rest = later;
        loop {
            match decoder.decode(&mut buffer) {
                Ok(Some(request)) => requests.push(request),
                Ok(None) => break,
                Err(error) => return (requests, 0, Some(error)),
            }
        }
    }
    (requests, buffer.len(), None)
}

#[test]
fn a_request_is_the_same_in_whatever_pieces_it_arrives() {
    check(500, &(vec(args(), 1..6), pieces()), |(sent, pieces)| {
        let mut wire = BytesMut::new();
        for args in &sent {
            encode_request(&mut wire, args);
        }
        let (received, left, error) = decode_in_pieces(Limits::default(), &wire, &pieces);
        prop_assert_eq!((left, error), (0, None));
        prop_assert_eq!(received, sent.iter().map(Request::from_iter).collect::<Vec<_>>());
        Ok(())
    });
}

/// Bytes that come close to being requests.
pub(crate) fn noise() -> impl Strategy<Value = Vec<u8>> {
    let fragment = prop_oneof![
        8 => prop::sample::select(vec![
            "\r\n", "\r", "\n", "*", "$", "*1\r\n", "*2\r\n", "*-1\r\n", "$0\r\n", "$1\r\n", "$4\r\nPING\r\n",
            "-", "0", "1", "9", "PING", " ", "\"", "'", "\\", "\\x4", "ECHO a\r\n", "\0",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 0..40),
        2 => args().prop_map(|args| {
            let mut wire = BytesMut::new();
            encode_request(&mut wire, args);
            wire.to_vec()
        }),
    ];
    vec(fragment, 0..24).prop_map(|fragments| fragments.concat())
}

#[test]
fn any_bytes_mean_the_same_in_whatever_pieces_they_arrive() {
    // The limits are so narrow that the bytes often reach them.
    let narrow = Limits { max_inline_bytes: 24, max_arguments: 3, max_bulk_bytes: 9, ..Limits::default() };
    let limits = prop::sample::select(vec![narrow, Limits::default(), Limits::unauthenticated()]);
    check(2_000, &(limits, noise(), pieces()), |(limits, wire, pieces)| {
        let whole = decode_in_pieces(limits, &wire, &[usize::MAX]);
        prop_assert_eq!(decode_in_pieces(limits, &wire, &pieces), whole);
        Ok(())
    });
}

/// The quotes of an argument in a line.
#[derive(Clone, Copy, Debug)]
enum Quotes {
    Double,
    DoubleAndHexadecimal,
    /// Single quotes, and double quotes if single ones cannot hold the argument.
    Single,
}

fn quote(quotes: Quotes, arg: &[u8]) -> Vec<u8> {
    // Single quotes have no escape for a line's end, or for a backslash before the closing quote.
    if matches!(quotes, Quotes::Single) && !arg.iter().any(|byte| matches!(byte, b'\n' | b'\\')) {
        let mut quoted = vec![b'\''];
        for byte in arg {
            if *byte == b'\'' {
                quoted.push(b'\\');
            }
            quoted.push(*byte);
        }
        quoted.push(b'\'');
        return quoted;
    }
    let mut quoted = vec![b'"'];
    for byte in arg {
        match (quotes, byte) {
            (Quotes::DoubleAndHexadecimal, byte) => quoted.extend(format!("\\x{byte:02X}").bytes()),
            (_, b'\n') => quoted.extend(b"\\n"),
            (_, b'\r') => quoted.extend(b"\\r"),
            (_, b'\t') => quoted.extend(b"\\t"),
            (_, 0x07) => quoted.extend(b"\\a"),
            (_, 0x08) => quoted.extend(b"\\b"),
            (_, b'"' | b'\\') => quoted.extend([b'\\', *byte]),
            (_, byte) => quoted.push(*byte),
        }
    }
    quoted.push(b'"');
    quoted
}

#[test]
fn a_quoted_line_says_what_was_quoted() {
    let quotes = prop::sample::select(vec![Quotes::Double, Quotes::DoubleAndHexadecimal, Quotes::Single]);
    check(500, &(args(), quotes, pieces()), |(args, quotes, pieces)| {
        let mut line = args.iter().map(|arg| quote(quotes, arg)).collect::<Vec<_>>().join(&b' ');
        line.extend(b"\r\n");
        let (received, left, error) = decode_in_pieces(Limits::default(), &line, &pieces);
        prop_assert_eq!((left, error), (0, None));
        prop_assert_eq!(received, vec![Request::from_iter(&args)]);
        Ok(())
    });
}
