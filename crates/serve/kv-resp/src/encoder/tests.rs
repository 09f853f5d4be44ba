use bytes::BytesMut;

use super::{Encoder, Protocol};

/// The bytes that `write` appends in both versions.
#[track_caller]
fn check(write: impl Fn(&mut Encoder<'_>), resp2: &str, resp3: &str) {
    for (protocol, expected) in [(Protocol::Resp2, resp2), (Protocol::Resp3, resp3)] {
        let mut output = BytesMut::from("before");
        write(&mut Encoder::new(&mut output, protocol));
        assert_eq!(output, format!("before{expected}"), "{protocol:?}");
    }
}

#[test]
fn what_both_versions_have() {
    check(|encoder| encoder.simple("OK"), "+OK\r\n", "+OK\r\n");
    check(|encoder| encoder.error("ERR no such key"), "-ERR no such key\r\n", "-ERR no such key\r\n");
    check(|encoder| encoder.integer(i64::MIN), ":-9223372036854775808\r\n", ":-9223372036854775808\r\n");
    check(|encoder| encoder.bulk(b"a\r\nb"), "$4\r\na\r\nb\r\n", "$4\r\na\r\nb\r\n");
    check(|encoder| encoder.bulk(b""), "$0\r\n\r\n", "$0\r\n\r\n");
    check(|encoder| encoder.array(2), "*2\r\n", "*2\r\n");
}

#[test]
fn what_only_the_third_has() {
    check(
        |encoder| {
            encoder.null();
            encoder.null_array();
        },
        "$-1\r\n*-1\r\n",
        "_\r\n_\r\n",
    );
    check(|encoder| encoder.map(3), "*6\r\n", "%3\r\n");
    check(|encoder| encoder.set(3), "*3\r\n", "~3\r\n");
    check(|encoder| encoder.push(3), "*3\r\n", ">3\r\n");
    check(|encoder| encoder.double(3.25), "$4\r\n3.25\r\n", ",3.25\r\n");
    check(|encoder| encoder.double(f64::NEG_INFINITY), "$4\r\n-inf\r\n", ",-inf\r\n");
    check(|encoder| encoder.boolean(true), ":1\r\n", "#t\r\n");
    check(|encoder| encoder.boolean(false), ":0\r\n", "#f\r\n");
    check(
        |encoder| encoder.big_number("12345678901234567890"),
        "$20\r\n12345678901234567890\r\n",
        "(12345678901234567890\r\n",
    );
    check(|encoder| encoder.verbatim("txt", "a text"), "$6\r\na text\r\n", "=10\r\ntxt:a text\r\n");
}

#[test]
fn no_text_begins_another_reply() {
    check(
        |encoder| encoder.error("ERR unknown command 'a\r\n+OK'"),
        "-ERR unknown command 'a  +OK'\r\n",
        "-ERR unknown command 'a  +OK'\r\n",
    );
    check(|encoder| encoder.simple("a\nb"), "+a b\r\n", "+a b\r\n");
}

#[test]
fn attributes_precede_a_reply_in_the_third() {
    let mut output = BytesMut::new();
    Encoder::new(&mut output, Protocol::Resp3).attribute(1);
    assert_eq!(output, "|1\r\n");
}

#[test]
#[should_panic(expected = "RESP2 has no attributes")]
fn attributes_have_no_place_in_the_second() {
    Encoder::new(&mut BytesMut::new(), Protocol::Resp2).attribute(1);
}
