use bytes::BytesMut;

use super::{MAX_DEPTH, ReplyDecoder, ReplyError, ReplyFrame};

fn decode(bytes: impl AsRef<[u8]>) -> Result<Option<ReplyFrame>, ReplyError> {
    ReplyDecoder::new().decode(&mut BytesMut::from(bytes.as_ref()))
}

fn bulk(text: &'static str) -> ReplyFrame {
    ReplyFrame::Bulk(text.into())
}

#[track_caller]
fn check(bytes: &str, expected: ReplyFrame) {
    assert_eq!(decode(bytes), Ok(Some(expected.clone())));
    // The reply arrives byte by byte, with another reply behind it.
    let (mut decoder, mut buffer) = (ReplyDecoder::new(), BytesMut::new());
    for byte in bytes.bytes() {
        assert_eq!(decoder.decode(&mut buffer), Ok(None));
        buffer.extend_from_slice(&[byte]);
    }
    buffer.extend_from_slice(b"+next\r\n");
    assert_eq!(decoder.decode(&mut buffer), Ok(Some(expected)));
    assert_eq!(decoder.decode(&mut buffer), Ok(Some(ReplyFrame::Simple("next".into()))));
    assert_eq!((decoder.decode(&mut buffer), buffer.len()), (Ok(None), 0));
}

#[test]
fn replies_without_elements() {
    check("+OK\r\n", ReplyFrame::Simple("OK".into()));
    check("+\r\n", ReplyFrame::Simple("".into()));
    check("-ERR no\r\n", ReplyFrame::Error("ERR no".into()));
    check("!6\r\nERR no\r\n", ReplyFrame::Error("ERR no".into()));
    check(":-17\r\n", ReplyFrame::Integer(-17));
    check("$4\r\na\r\nb\r\n", bulk("a\r\nb"));
    check("$0\r\n\r\n", bulk(""));
    check("$-1\r\n", ReplyFrame::Null);
    check("_\r\n", ReplyFrame::Null);
    check("*-1\r\n", ReplyFrame::NullArray);
    check(",1.5e+17\r\n", ReplyFrame::Double(1.5e17));
    check(",-inf\r\n", ReplyFrame::Double(f64::NEG_INFINITY));
    check("#t\r\n", ReplyFrame::Boolean(true));
    check("#f\r\n", ReplyFrame::Boolean(false));
    check("(123\r\n", ReplyFrame::BigNumber("123".into()));
    check("=8\r\ntxt:text\r\n", ReplyFrame::Verbatim { format: "txt".into(), text: "text".into() });
}

#[test]
fn replies_with_elements() {
    check("*0\r\n", ReplyFrame::Array(vec![]));
    check(
        "*2\r\n$1\r\na\r\n*1\r\n:1\r\n",
        ReplyFrame::Array(vec![bulk("a"), ReplyFrame::Array(vec![ReplyFrame::Integer(1)])]),
    );
    check(
        "%2\r\n+a\r\n:1\r\n+b\r\n~0\r\n",
        ReplyFrame::Map(vec![
            (ReplyFrame::Simple("a".into()), ReplyFrame::Integer(1)),
            (ReplyFrame::Simple("b".into()), ReplyFrame::Set(vec![])),
        ]),
    );
    check(">1\r\n#t\r\n", ReplyFrame::Push(vec![ReplyFrame::Boolean(true)]));
    check(
        "|1\r\n+a\r\n:1\r\n*1\r\n_\r\n",
        ReplyFrame::Attributed {
            attributes: vec![(ReplyFrame::Simple("a".into()), ReplyFrame::Integer(1))],
            reply: Box::new(ReplyFrame::Array(vec![ReplyFrame::Null])),
        },
    );
}

#[test]
fn replies_nest_to_a_fixed_depth() {
    let nested = |depth: usize| decode("*1\r\n".repeat(depth) + ":1\r\n");
    assert!(matches!(nested(MAX_DEPTH), Ok(Some(ReplyFrame::Array(_)))));
    assert_eq!(nested(MAX_DEPTH + 1), Err(ReplyError::TooDeep));
    assert_eq!(nested(200_000), Err(ReplyError::TooDeep));
}

#[test]
fn what_is_no_reply_is_refused() {
    assert_eq!(decode("GET\r\n"), Err(ReplyError::UnknownType(b'G')));
    assert_eq!(decode("\r\n"), Err(ReplyError::UnknownType(b'\r')));
    for number in [
        ":x\r\n",
        ":\r\n",
        "$-2\r\n",
        "$01\r\n",
        "!-1\r\n",
        "*-2\r\n",
        "%-1\r\n",
        "#x\r\n",
        ",x\r\n",
        "*99999999999\r\n",
        "$99999999999\r\n",
        "|9223372036854775807\r\n",
    ] {
        assert_eq!(decode(number), Err(ReplyError::InvalidNumber), "{number:?}");
    }
    assert_eq!(decode("=3\r\ntxt\r\n"), Err(ReplyError::NoFormat));
    assert_eq!(decode("+OK\rX"), Err(ReplyError::ExpectedLineEnd));
    assert_eq!(decode("$2\r\nabcd"), Err(ReplyError::ExpectedLineEnd));
    assert_eq!(decode("+".repeat(70_000)), Err(ReplyError::ExpectedLineEnd));
}
