//! Requests that never reach the store, and the errors that the client is answered.

use super::*;

fn check(message: &str, lines: &[&str]) {
    for line in lines {
        assert_eq!(failure(line), message, "{line}");
    }
}

#[test]
fn a_syntax_error_is_one() {
    check(
        "ERR syntax error",
        &[
            "set a b EX",
            "set a b EX 10 PX 10",
            "set a b NX XX",
            "set a b XX GET NX",
            "set a b KEEPTTL EX 1",
            "set a b EX 1 KEEPTTL",
            "set a b PERSIST",
            "set a b non-existing-option",
            "set a b \"\"",
            "getex a EX",
            "getex a EX 10 PERSIST",
            "getex a PERSIST EX 10",
            "getex a KEEPTTL",
            "getex a GET",
            "getex a non-existent-option",
            "copy a b c",
            "copy a b DB",
            "flushall foo",
            "flushall sync async",
            "flushdb async x",
            "scan 0 COUNT",
            "scan 0 COUNT 0",
            "scan 0 COUNT -1",
            "scan 0 MATCH",
            "scan 0 FOO bar",
            "lcs a b FOO",
            "lcs a b MINMATCHLEN",
        ],
    );
}

#[test]
fn a_number_is_an_integer_of_64_bits() {
    check(
        "ERR value is not an integer or out of range",
        &[
            "set a b EX x",
            "set a b PX 1.5",
            "set a b EX 9223372036854775808",
            "setex a abc b",
            "incrby a 1x",
            "decrby a 9223372036854775808",
            "getrange a x 1",
            "getrange a 0 x",
            "substr a 0 \"\"",
            "setrange a 0x x",
            "expire a x",
            "expire a \"\"",
            "copy a b DB x",
            "scan 0 COUNT x",
            "lcs a b MINMATCHLEN x",
        ],
    );
}

#[test]
fn a_deadline_lies_within_time() {
    for (command, lines) in [
        (
            "set",
            &[
                "set a b EX 0",
                "set a b EX -1",
                "set a b PX 0",
                "set a b EXAT 0",
                "set a b PXAT -9223372036854775808",
                "set a b EX 9223372036854775",
                "set a b EX 9223372036854776",
                "set a b PX 9223372036854775807",
                "set a b EXAT 9223372036854776",
                "set a b EX 10000000000000000",
                "set a b EX -9999999999999999",
            ][..],
        ),
        ("setex", &["setex a 0 b", "setex a -10 b", "setex a 9223372036854775807 b"]),
        ("psetex", &["psetex a 0 b", "psetex a -1 b", "psetex a 9223372036854775807 b"]),
        (
            "expire",
            &[
                "expire a 9223372036854775807",
                "expire a -9223372036854775808",
                "expire a 9223372036854775",
                "expire a -9223372036854776",
                "expire a 18446744073709561",
            ],
        ),
        ("pexpire", &["pexpire a 9223372036854775807", "pexpire a 9223372036854774900"]),
        ("expireat", &["expireat a 9223372036854776"]),
    ] {
        check(&format!("ERR invalid expire time in '{command}' command"), lines);
    }
}

#[test]
fn conditions_of_expire_may_contradict_each_other() {
    check(
        "ERR NX and XX, GT or LT options at the same time are not compatible",
        &[
            "expire a 1 NX XX",
            "expire a 1 NX GT",
            "pexpire a 1 LT NX",
            "expire a 1 NX GT LT",
            "expireat a x NX XX",
        ],
    );
    check(
        "ERR GT and LT options at the same time are not compatible",
        &["expire a 1 GT LT", "expire a 1 XX LT GT"],
    );
    check("ERR Unsupported option AB", &["expire a 1 AB", "expire a 1 XX AB", "pexpireat a x AB"]);
}

#[test]
fn each_subject_has_refusals_of_its_own() {
    for (line, message) in [
        ("decrby a -9223372036854775808", "ERR decrement would overflow"),
        ("setrange a -1 x", "ERR offset is out of range"),
        ("copy a b DB 99", "ERR DB index is out of range"),
        (
            "copy a a DB 1",
            "ERR this server has one database, number 0: see SELECT on the page of its commands",
        ),
        ("copy a a DB 1 x", "ERR syntax error"),
        (
            "copy a b DB 2147483648",
            "ERR value is out of range, value must between -2147483648 and 2147483647",
        ),
        ("copy a b DB -1", "ERR DB index is out of range"),
        ("copy a a", "ERR source and destination objects are the same"),
        ("copy a a DB 0 REPLACE", "ERR source and destination objects are the same"),
        ("scan x", "ERR invalid cursor"),
        ("scan -", "ERR invalid cursor"),
        ("scan 18446744073709551616", "ERR invalid cursor"),
        ("lcs a b LEN IDX", "ERR If you want both the length and indexes, please just use IDX."),
        ("mset a", "ERR wrong number of arguments for 'mset' command"),
        ("mset a b c", "ERR wrong number of arguments for 'mset' command"),
        ("msetnx a b c d e", "ERR wrong number of arguments for 'msetnx' command"),
        ("mset a b c 0123456789abcdefg", "ERR string exceeds maximum allowed size (proto-max-bulk-len)"),
        ("GETEX", "ERR wrong number of arguments for 'getex' command"),
        ("object", "ERR wrong number of arguments for 'object' command"),
        ("OBJECT ENCODING", "ERR wrong number of arguments for 'object|encoding' command"),
        ("object foo a", "ERR unknown subcommand 'foo'. Try OBJECT HELP."),
        ("config GET_XX", "ERR unknown subcommand 'GET_XX'. Try CONFIG HELP."),
        ("FOO", "ERR unknown command 'FOO', with args beginning with: "),
        ("foo bar baz", "ERR unknown command 'foo', with args beginning with: 'bar' 'baz' "),
        ("config|get port", "ERR unknown command 'config|get', with args beginning with: 'port' "),
        ("get| a", "ERR unknown command 'get|', with args beginning with: 'a' "),
        // `LPOP` is known, so that its keys can be found, and not served.
        ("lpop a", "ERR unknown command 'lpop', with args beginning with: 'a' "),
    ] {
        assert_eq!(failure(line), message, "{line}");
    }
}

#[test]
fn an_unknown_command_is_quoted_in_part() {
    let request = [&"x".repeat(200), &"y".repeat(100), &"z".repeat(100), "w"].into_iter().collect();
    let message = Found::of(&request).expect_err("no such command").to_string();
    let (x, y, z) = ("x".repeat(128), "y".repeat(100), "z".repeat(25));
    assert_eq!(message, format!("ERR unknown command '{x}', with args beginning with: '{y}' '{z}' "));
    let request = [&b"fo\0o"[..], b"a\0b", b"\xff"].into_iter().collect();
    let message = Found::of(&request).expect_err("no such command").to_string();
    assert_eq!(message, "ERR unknown command 'fo', with args beginning with: 'a' '\u{fffd}' ");
}

#[test]
fn an_error_repeats_bytes_as_they_came() {
    const SENT: &[u8] = b" a\xff\r\nb\0c ";
    for (words, expected) in [
        (
            &[SENT, SENT][..],
            &b"ERR unknown command ' a\xff\r\nb', with args beginning with: ' a\xff\r\nb' "[..],
        ),
        (&[b"config", SENT], b"ERR unknown subcommand ' a\xff\r\nb'. Try CONFIG HELP."),
        (&[b"expire", b"k", b"1", SENT], b"ERR Unsupported option  a\xff\r\nb"),
    ] {
        let failure = plan(&words.iter().copied().collect()).expect_err("none of it is right");
        assert_eq!(failure.as_bytes(), expected);
    }
}
