//! Tests against the answers of a running Redis 7.0.15 to the same bytes; comments mark the answers that differ from
//! Redis's.

use bytes::BytesMut;

use super::{Decoder, MAX_READ_AHEAD};
use crate::reply::encode_request;
use crate::{Limits, ProtocolError, Request};

fn decode_with(limits: Limits, bytes: impl AsRef<[u8]>) -> Result<Option<Request>, ProtocolError> {
    Decoder::new(limits).decode(&mut BytesMut::from(bytes.as_ref()))
}

fn decode(bytes: impl AsRef<[u8]>) -> Result<Option<Request>, ProtocolError> {
    decode_with(Limits::default(), bytes)
}

fn refusal(bytes: impl AsRef<[u8]>) -> String {
    decode(bytes).expect_err("no request").to_string()
}

#[track_caller]
fn check(bytes: impl AsRef<[u8]>, expected: &[&str]) {
    let request = decode(bytes).expect("a request").expect("a whole one");
    assert_eq!(request, Request::from_iter(expected));
}

#[test]
fn a_request_is_an_array_of_strings() {
    let mut buffer = BytesMut::from("*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$0\r\n\r\n*1\r\n$4\r\nPING\r\nrest");
    let mut decoder = Decoder::new(Limits::default());
    let request = decoder.decode(&mut buffer).expect("a request").expect("a whole one");
    assert_eq!((request.len(), request.name()), (3, &b"SET"[..]));
    assert_eq!((request.arg(1), request.bytes(2), request.get(3)), (&b"key"[..], "".into(), None));
    let request = decoder.decode(&mut buffer).expect("a request").expect("a whole one");
    assert_eq!(request.args().collect::<Vec<_>>(), [b"PING"]);
    assert_eq!(buffer, "rest");
}

#[test]
fn requests_without_a_name_are_skipped() {
    for empty in ["\r\n", "\n", " \t\x0b\r\n", "*0\r\n", "*-1\r\n", "*-10\r\n", "\r\n*0\r\n\n"] {
        check(format!("{empty}*1\r\n$4\r\nPING\r\n"), &["PING"]);
        check(format!("{empty}PING\r\n"), &["PING"]);
        assert_eq!(decode(empty), Ok(None));
    }
}

#[test]
fn a_count_must_be_a_number_within_the_limit() {
    let text = "Protocol error: invalid multibulk length";
    for count in
        ["", "01", "+1", "-0", "1x", "x", "3000000000", "9223372036854775808", "-9223372036854775809"]
    {
        assert_eq!(refusal(format!("*{count}\r\n")), text, "{count}");
    }
    assert_eq!(decode("*2147483647\r\n"), Ok(None));
    assert_eq!(refusal("*2147483648\r\n"), text);
    // Redis takes any byte for the line feed.
    assert_eq!(refusal("*1\rX"), text);
}

#[test]
fn millions_of_arguments_are_a_request_and_what_their_places_take_is_told() {
    const ARGUMENTS: usize = 3_000_000;
    let mut decoder = Decoder::new(Limits::default());
    let mut buffer = BytesMut::from(format!("*{ARGUMENTS}\r\n").as_str());
    assert_eq!(decoder.decode(&mut buffer), Ok(None));
    assert_eq!(decoder.argument_bytes(), 0, "nothing has arrived yet");
    for arrived in 1..ARGUMENTS {
        buffer.extend_from_slice(b"$1\r\nk\r\n");
        if arrived.is_multiple_of(100_000) {
            assert_eq!(decoder.decode(&mut buffer), Ok(None));
            let held = decoder.argument_bytes();
            assert!((8 * arrived..=16 * arrived).contains(&held), "{arrived} arguments hold {held} bytes");
        }
    }
    buffer.extend_from_slice(b"$1\r\nk\r\n");
    let request = decoder.decode(&mut buffer).expect("sound").expect("whole");
    assert_eq!((request.len(), request.arg(ARGUMENTS - 1)), (ARGUMENTS, b"k".as_slice()));
    assert_eq!(decoder.argument_bytes(), 0, "the request has taken them");
    assert!(request.memory_bytes() > (7 + 8) * ARGUMENTS);
}

#[test]
fn an_argument_must_begin_with_its_length() {
    assert_eq!(refusal("*1\r\nfooz\r\n"), "Protocol error: expected '$', got 'f'");
    assert_eq!(refusal("*3\r\n$3\r\nSET\r\n$1\r\nx\r\nfooz\r\n"), "Protocol error: expected '$', got 'f'");
    assert_eq!(refusal("*1\r\n\r\n"), "Protocol error: expected '$', got '\r'");
    // Redis sees no end of a line after a zero byte, and waits.
    assert_eq!(refusal("*1\r\n\0\r\n"), "Protocol error: expected '$', got '\0'");
}

#[test]
fn a_length_must_be_a_number_within_the_limit() {
    let text = "Protocol error: invalid bulk length";
    for length in ["", "-1", "01", "x", "2000000000", "99999999999999", "9223372036854775808"] {
        assert_eq!(refusal(format!("*1\r\n${length}\r\n")), text, "{length}");
    }
    assert_eq!(decode("*1\r\n$536870912\r\n"), Ok(None));
    assert_eq!(refusal("*1\r\n$536870913\r\n"), text);
    // Redis takes any byte for the line feed here as well.
    assert_eq!(refusal("*1\r\n$4\rX"), text);
}

#[test]
fn an_argument_must_end_where_its_header_says() {
    // Redis skips these two bytes unread.
    let text = "Protocol error: expected CRLF after an argument";
    assert_eq!(refusal("*1\r\n$4\r\nPINGxx"), text);
    assert_eq!(refusal("*1\r\n$3\r\nPING\r\n"), text);
    assert_eq!(decode("*1\r\n$4\r\nPINGx"), Ok(None));
}

#[test]
fn a_client_without_a_password_may_send_little() {
    let refusal =
        |bytes: &str| decode_with(Limits::unauthenticated(), bytes).map_err(|error| error.to_string());
    let count = "Protocol error: unauthenticated multibulk length".to_owned();
    let length = "Protocol error: unauthenticated bulk length".to_owned();
    assert_eq!(refusal("*10\r\n"), Ok(None));
    assert_eq!(refusal("*11\r\n"), Err(count));
    assert_eq!(refusal("*3000000000\r\n"), Err(ProtocolError::InvalidCount.to_string()));
    assert_eq!(refusal("*1\r\n$16384\r\n"), Ok(None));
    assert_eq!(refusal("*1\r\n$16385\r\n"), Err(length));
    assert_eq!(refusal("*1\r\n$536870913\r\n"), Err(ProtocolError::InvalidBulkLength.to_string()));
}

#[test]
fn limits_change_between_requests() {
    let mut buffer = BytesMut::from("*2\r\n$4\r\nAUTH\r\n$1\r\nx\r\n*11\r\n");
    let mut decoder = Decoder::new(Limits::unauthenticated());
    assert_eq!(decoder.decode(&mut buffer), Ok(Some(Request::from_iter(["AUTH", "x"]))));
    decoder.set_limits(Limits::default());
    assert_eq!(decoder.decode(&mut buffer), Ok(None));
}

#[test]
fn no_line_is_longer_than_the_limit() {
    let max = Limits::default().max_inline_bytes;
    let long = "1".repeat(max);
    for (head, text) in [
        ("", "Protocol error: too big inline request"),
        ("*", "Protocol error: too big mbulk count string"),
        ("*1\r\n$", "Protocol error: too big bulk count string"),
        ("*1\r\nq", "Protocol error: too big bulk count string"),
    ] {
        let sigil = usize::from(!head.is_empty());
        assert_eq!(decode(format!("{head}{}", &long[sigil..])), Ok(None), "{text}");
        assert_eq!(refusal(format!("{head}{}1", &long[sigil..])), text);
        // The error is the same whether the end of a line that is too long has arrived or not; in Redis it makes a
        // difference.
        assert_eq!(refusal(format!("{head}{}1\r\n", &long[sigil..])), text);
    }
    check(format!("{long}\n"), &[&long]);
}

#[test]
fn the_tcl_suites_desync_tests_end_in_an_error() {
    for start in ["\0", "*\0", "$\0"] {
        assert!(
            refusal(start.to_owned() + &"payload".repeat(10_000)).starts_with("Protocol error"),
            "{start:?}"
        );
    }
}

#[test]
fn a_request_reaches_four_gibibytes_at_most() {
    let limits = Limits { max_bulk_bytes: usize::MAX, ..Limits::default() };
    let length = |length: u64| decode_with(limits, format!("*2\r\n$3\r\nGET\r\n${length}\r\n"));
    assert_eq!(length(4_000_000_000), Ok(None));
    assert_eq!(length(u64::from(u32::MAX)), Err(ProtocolError::TooBigRequest));
    assert_eq!(length(i64::MAX as u64), Err(ProtocolError::TooBigRequest));
}

#[test]
fn what_is_missing_of_an_argument_is_known_and_bounded() {
    let mut buffer = BytesMut::from("*1\r\n$10");
    let mut decoder = Decoder::new(Limits::default());
    assert_eq!((decoder.decode(&mut buffer), decoder.wanted()), (Ok(None), 0));
    buffer.extend_from_slice(b"00\r\nabc");
    assert_eq!((decoder.decode(&mut buffer), decoder.wanted()), (Ok(None), 999));
    buffer.extend_from_slice(&[b'x'; 997]);
    buffer.extend_from_slice(b"\r\n*1\r\n$536870912\r\n");
    assert_eq!(decoder.decode(&mut buffer).map(|request| request.map(|request| request.len())), Ok(Some(1)));
    assert_eq!((decoder.decode(&mut buffer), decoder.wanted()), (Ok(None), MAX_READ_AHEAD));
}

#[test]
fn a_trickled_request_is_looked_at_once() {
    let mut wire = BytesMut::new();
    let args = (0..200_001).map(|index: u32| index.to_string());
    encode_request(&mut wire, args.clone());
    let payload: usize = args.clone().map(|arg| arg.len() + 2).sum();
    for piece_bytes in [16 * 1024, 1_000, 1] {
        let mut decoder = Decoder::new(Limits::default());
        let mut buffer = BytesMut::new();
        let mut request = None;
        for piece in wire.chunks(piece_bytes) {
            assert_eq!(request, None);
            buffer.extend_from_slice(piece);
            request = decoder.decode(&mut buffer).expect("a request");
        }
        assert_eq!(request, Some(Request::from_iter(args.clone())));
        // Each header is looked at up to its carriage return, and the carriage return twice when the line feed comes
        // later; arguments are stepped over.
        let headers = wire.len() - payload;
        assert!(decoder.line.looked_at <= headers, "{} of {headers} bytes", decoder.line.looked_at);
    }
}

#[test]
fn a_trickled_line_is_looked_at_once() {
    let line = format!("ECHO \"{}\"\r\n", "a".repeat(60_000));
    let mut decoder = Decoder::new(Limits::default());
    let mut buffer = BytesMut::new();
    for (index, byte) in line.bytes().enumerate() {
        buffer.extend_from_slice(&[byte]);
        let request = decoder.decode(&mut buffer).expect("a request");
        assert_eq!(request.is_some(), index + 1 == line.len());
    }
    assert_eq!(decoder.line.looked_at, line.len());
}

#[test]
fn a_line_is_split_at_spaces() {
    check("PING\r\n", &["PING"]);
    check("  set\tkey \r value\n", &["set", "key", "value"]);
    check("\x0bECHO a\x0bb\r\n", &["ECHO", "a\x0bb"]);
    // Redis waits for the end of this line as well.
    check("PING\0x\r\n", &["PING\0x"]);
    check("$4 *1\r\n", &["$4", "*1"]);
}

#[test]
fn double_quotes_take_escapes() {
    check(r#"ECHO "a b""#.to_owned() + "\r\n", &["ECHO", "a b"]);
    check(r#"ECHO "\x41\n\r\t\b\a\q\"\\""#.to_owned() + "\r\n", &["ECHO", "A\n\r\t\x08\x07q\"\\"]);
    check(r#"ECHO "\xZZ\x4""#.to_owned() + "\r\n", &["ECHO", "xZZx4"]);
    check(r#"ECHO a"b c" """#.to_owned() + "\r\n", &["ECHO", "ab c", ""]);
    check("ECHO \"a\"\x0b\r\n", &["ECHO", "a"]);
}

#[test]
fn single_quotes_take_all_but_themselves() {
    check(r"ECHO 'a\'b\n' ''".to_owned() + "\r\n", &["ECHO", r"a'b\n", ""]);
    check(r"ECHO a\x41".to_owned() + "\r\n", &["ECHO", r"a\x41"]);
}

#[test]
fn quotes_must_balance() {
    let lines = [
        r#"ECHO "a"#,
        "ECHO 'a",
        r#"ECHO "a"b"#,
        "ECHO 'a'b",
        r#"ECHO a"b"c"#,
        r#"ECHO "a\"#,
        r"ECHO 'a\'",
        "\"",
        "'",
    ];
    for line in lines {
        assert_eq!(
            refusal(line.to_owned() + "\r\n"),
            "Protocol error: unbalanced quotes in request",
            "{line}"
        );
    }
}

#[test]
fn a_detached_request_lets_the_buffer_go() {
    let mut buffer = BytesMut::from("*2\r\n$4\r\nECHO\r\n$2\r\nhi\r\n");
    let request =
        Decoder::new(Limits::default()).decode(&mut buffer).expect("a request").expect("a whole one");
    let detached = request.detached();
    assert_eq!((detached.len(), detached.arg(1)), (2, &b"hi"[..]));
    drop(request);
    assert!(detached.frame_is_unique());
}
