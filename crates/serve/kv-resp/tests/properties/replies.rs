//! Replies: what the encoder writes is what the decoder reads.

use bytes::{Bytes, BytesMut};
use kv_resp::reply::{ReplyDecoder, ReplyFrame};
use kv_resp::{Encoder, Protocol};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::requests::noise;
use crate::runner::check;

/// A line's text.
fn text() -> impl Strategy<Value = Bytes> {
    "[ -~äß]{0,24}".prop_map(Bytes::from)
}

fn bulk() -> impl Strategy<Value = ReplyFrame> {
    vec(any::<u8>(), 0..80).prop_map(|value| ReplyFrame::Bulk(value.into()))
}

/// Replies that both versions have.
pub(crate) fn resp2() -> impl Strategy<Value = ReplyFrame> {
    let leaf = prop_oneof![
        text().prop_map(ReplyFrame::Simple),
        text().prop_map(ReplyFrame::Error),
        any::<i64>().prop_map(ReplyFrame::Integer),
        bulk(),
        Just(ReplyFrame::Null),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| vec(inner, 0..6).prop_map(ReplyFrame::Array))
}

/// Replies that the third version has. Keys of maps and elements of sets are never alike, because the other decoders
/// keep those in hash tables.
pub(crate) fn resp3() -> impl Strategy<Value = ReplyFrame> {
    let leaf = prop_oneof![
        resp2(),
        prop_oneof![any::<f64>(), Just(f64::INFINITY), -1e6..1e6_f64]
            .prop_filter("a number equals itself", |value| !value.is_nan())
            .prop_map(ReplyFrame::Double),
        any::<bool>().prop_map(ReplyFrame::Boolean),
        "-?[1-9][0-9]{0,40}".prop_map(|digits| ReplyFrame::BigNumber(digits.into())),
        (prop::sample::select(vec!["txt", "mkd"]), text())
            .prop_map(|(format, text)| ReplyFrame::Verbatim { format: format.into(), text }),
    ];
    let numbered = |index| ReplyFrame::Integer(i64::try_from(index).expect("few"));
    leaf.prop_recursive(4, 32, 6, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(ReplyFrame::Array),
            vec(inner, 0..6).prop_map(move |values| {
                let keys = (0..values.len()).map(numbered);
                ReplyFrame::Map(keys.zip(values).collect())
            }),
            (0..6_usize).prop_map(move |len| ReplyFrame::Set((0..len).map(numbered).collect())),
        ]
    })
}

pub(crate) fn encode(frame: &ReplyFrame, encoder: &mut Encoder<'_>) {
    let str_of = |text| str::from_utf8(text).expect("generated as text");
    match frame {
        ReplyFrame::Simple(text) => encoder.simple(str_of(text)),
        ReplyFrame::Error(text) => encoder.error(str_of(text)),
        ReplyFrame::Integer(value) => encoder.integer(*value),
        ReplyFrame::Bulk(value) => encoder.bulk(value),
        ReplyFrame::Null => encoder.null(),
        ReplyFrame::NullArray => encoder.null_array(),
        ReplyFrame::Double(value) => encoder.double(*value),
        ReplyFrame::Boolean(value) => encoder.boolean(*value),
        ReplyFrame::BigNumber(digits) => encoder.big_number(str_of(digits)),
        ReplyFrame::Verbatim { format, text } => encoder.verbatim(str_of(format), str_of(text)),
        ReplyFrame::Array(elements) => {
            encoder.array(elements.len());
            elements.iter().for_each(|element| encode(element, encoder));
        }
        ReplyFrame::Set(elements) => {
            encoder.set(elements.len());
            elements.iter().for_each(|element| encode(element, encoder));
        }
        ReplyFrame::Push(elements) => {
            encoder.push(elements.len());
            elements.iter().for_each(|element| encode(element, encoder));
        }
        ReplyFrame::Map(pairs) => {
            encoder.map(pairs.len());
            encode_pairs(pairs, encoder);
        }
        ReplyFrame::Attributed { attributes, reply } => {
            encoder.attribute(attributes.len());
            encode_pairs(attributes, encoder);
            encode(reply, encoder);
        }
    }
}

fn encode_pairs(pairs: &[(ReplyFrame, ReplyFrame)], encoder: &mut Encoder<'_>) {
    for (key, value) in pairs {
        encode(key, encoder);
        encode(value, encoder);
    }
}

pub(crate) fn wire(frame: &ReplyFrame, protocol: Protocol) -> Bytes {
    let mut wire = BytesMut::new();
    encode(frame, &mut Encoder::new(&mut wire, protocol));
    wire.freeze()
}

/// One whole reply, cut into pieces.
fn decode(wire: &[u8], piece: usize) -> ReplyFrame {
    let (mut decoder, mut buffer) = (ReplyDecoder::new(), BytesMut::new());
    for piece in wire.chunks(piece) {
        assert_eq!(decoder.decode(&mut buffer), Ok(None), "before its end");
        buffer.extend_from_slice(piece);
    }
    let frame = decoder.decode(&mut buffer).expect("a reply").expect("a whole one");
    assert!(buffer.is_empty());
    frame
}

#[test]
fn a_reply_is_read_as_it_was_written() {
    let attributed = (resp3(), resp3()).prop_map(|(value, reply)| ReplyFrame::Attributed {
        attributes: vec![(ReplyFrame::Integer(1), value)],
        reply: Box::new(reply),
    });
    let pushed = vec(resp3(), 1..4).prop_map(ReplyFrame::Push);
    let resp3 = prop_oneof![4 => resp3(), 1 => attributed, 1 => pushed];
    check(500, &(resp2(), resp3, 1..100_usize), |(second, third, piece)| {
        prop_assert_eq!(decode(&wire(&second, Protocol::Resp2), piece), second);
        prop_assert_eq!(decode(&wire(&third, Protocol::Resp3), piece), third);
        Ok(())
    });
}

#[test]
fn no_bytes_disturb_the_reply_decoder() {
    check(2_000, &noise(), |bytes| {
        let (mut decoder, mut buffer) = (ReplyDecoder::new(), BytesMut::from(&bytes[..]));
        while let Ok(Some(_)) = decoder.decode(&mut buffer) {}
        Ok(())
    });
}
