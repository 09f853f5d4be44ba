use std::time::Duration;

use bytes::BytesMut;
use kv_core::{Inspection, Origin, Page, SetOutcome, Timestamp, Value};
use kv_resp::Protocol;

use super::*;
use crate::lcs::Report;
use crate::render::tally::Tally;

fn written(render: &Render, replies: Vec<std::result::Result<Reply, KvError>>, protocol: Protocol) -> String {
    let mut out = BytesMut::new();
    render.write(&mut replies.into_iter(), &mut Encoder::new(&mut out, protocol));
    String::from_utf8(out.to_vec()).expect("the tests' values are text").replace("\r\n", " ")
}

/// What is written for the reply, which must be the same in both versions of the protocol.
fn both(render: &Render, reply: Reply) -> String {
    let resp2 = written(render, vec![Ok(reply.clone())], Protocol::Resp2);
    assert_eq!(resp2, written(render, vec![Ok(reply)], Protocol::Resp3));
    resp2
}

/// What is written for the reply in each version of the protocol.
fn each(render: &Render, reply: Reply) -> [String; 2] {
    [Protocol::Resp2, Protocol::Resp3].map(|protocol| written(render, vec![Ok(reply.clone())], protocol))
}

fn value(text: &'static str) -> Reply {
    Reply::Value(Some(text.into()))
}

#[test]
fn values_and_their_absence() {
    assert_eq!(both(&Render::Value, value("foo")), "$3 foo ");
    assert_eq!(each(&Render::Value, Reply::Value(None)), ["$-1 ", "_ "]);
    assert_eq!(both(&Render::ValueOrEmpty, Reply::Value(None)), "$0  ");
    let set =
        |written, old: Option<&'static str>| Reply::Set(SetOutcome { written, old: old.map(Value::from) });
    assert_eq!(both(&Render::Set, set(true, None)), "+OK ");
    assert_eq!(each(&Render::Set, set(false, None)), ["$-1 ", "_ "]);
    assert_eq!(both(&Render::SetOld, set(false, Some("old"))), "$3 old ");
    assert_eq!(each(&Render::SetOld, set(true, None)), ["$-1 ", "_ "]);
    assert_eq!(both(&Render::SetFlag, set(true, None)), ":1 ");
    assert_eq!(both(&Render::SetFlag, set(false, None)), ":0 ");
}

#[test]
fn numbers() {
    assert_eq!(both(&Render::Integer, Reply::Integer(i64::MIN)), ":-9223372036854775808 ");
    assert_eq!(both(&Render::Found { asked: 2 }, Reply::Count(1)), ":1 ");
    assert_eq!(both(&Render::NewLength, Reply::Length(7)), ":7 ");
    assert_eq!(both(&Render::Flag, Reply::Flag(true)), ":1 ");
    assert_eq!(both(&Render::Ok, Reply::Flag(true)), "+OK ");
    assert_eq!(both(&Render::Ok, Reply::Done), "+OK ");
}

#[test]
fn times_are_rounded_to_the_nearest_second() {
    let left = |millis| Reply::TimeToLive(TimeToLive::Left(Duration::from_millis(millis)));
    for (millis, seconds) in [(0, ":0 "), (499, ":0 "), (500, ":1 "), (9_500, ":10 ")] {
        assert_eq!(both(&Render::Seconds, left(millis)), seconds);
    }
    assert_eq!(both(&Render::Milliseconds, left(499)), ":499 ");
    let at = |millis| Reply::ExpireTime(ExpireTime::At(Timestamp::from_millis(millis)));
    assert_eq!(both(&Render::Seconds, at(1_500)), ":2 ");
    assert_eq!(both(&Render::Milliseconds, at(1_500)), ":1500 ");
    assert_eq!(both(&Render::Milliseconds, at(u64::MAX)), ":9223372036854775807 ");
    for render in [Render::Seconds, Render::Milliseconds] {
        assert_eq!(both(&render, Reply::TimeToLive(TimeToLive::Missing)), ":-2 ");
        assert_eq!(both(&render, Reply::ExpireTime(ExpireTime::Missing)), ":-2 ");
        assert_eq!(both(&render, Reply::TimeToLive(TimeToLive::Unlimited)), ":-1 ");
        assert_eq!(both(&render, Reply::ExpireTime(ExpireTime::Unlimited)), ":-1 ");
    }
}

#[test]
fn keys_and_pages() {
    let keys = vec![Bytes::from("a"), Bytes::from("b")];
    assert_eq!(both(&Render::Keys, Reply::Keys(keys.clone())), "*2 $1 a $1 b ");
    let page = Reply::Page(Page { cursor: u64::MAX, keys });
    assert_eq!(both(&Render::Page, page.clone()), "*2 $20 18446744073709551615 *2 $1 a $1 b ");
    assert_eq!(both(&Render::EmptyPage, page), "*2 $20 18446744073709551615 *0 ");
    assert_eq!(both(&Render::Kind, Reply::Count(1)), "+string ");
    assert_eq!(both(&Render::Kind, Reply::Count(0)), "+none ");
    assert_eq!(each(&Render::RandomKey, Reply::Random(None)), ["$-1 ", "_ "]);
}

#[test]
fn how_a_value_is_kept() {
    let of_origin = |value: &str, origin| {
        let value = Value::copy_from_slice(value.as_bytes());
        Reply::Inspected(Some(Box::new(Inspection { value, origin, idle: Duration::from_millis(2_999) })))
    };
    let inspected = |value: &str| of_origin(value, Origin::Written);
    for (value, origin, expected) in [
        ("1", Origin::Edited, "$3 raw "),
        ("", Origin::Edited, "$3 raw "),
        ("1", Origin::Sum, "$6 embstr "),
        (&"1".repeat(45), Origin::Sum, "$3 raw "),
    ] {
        assert_eq!(both(&Render::Encoding, of_origin(value, origin)), expected, "{value} {origin:?}");
    }
    for (value, origin, expected) in [
        ("0", Origin::Written, ":2147483647 "),
        ("9999", Origin::Written, ":2147483647 "),
        ("10000", Origin::Written, ":1 "),
        ("-1", Origin::Written, ":1 "),
        ("1", Origin::Edited, ":1 "),
        ("1", Origin::Sum, ":1 "),
    ] {
        assert_eq!(both(&Render::References, of_origin(value, origin)), expected, "{value} {origin:?}");
    }
    for (value, expected) in [
        ("-9223372036854775808", "int"),
        ("0", "int"),
        ("00012", "embstr"),
        ("-0", "embstr"),
        ("", "embstr"),
        ("12345678901234567890", "embstr"),
        (&"x".repeat(44), "embstr"),
        (&"x".repeat(45), "raw"),
    ] {
        assert_eq!(
            both(&Render::Encoding, inspected(value)),
            format!("${} {expected} ", expected.len()),
            "{value}"
        );
    }
    assert_eq!(both(&Render::IdleTime, inspected("x")), ":2 ");
    assert_eq!(both(&Render::References, inspected("x")), ":1 ");
    let refusing = Render::missing_or(Failure::SYNTAX);
    assert_eq!(both(&refusing, inspected("x")), "-ERR syntax error ");
    for render in [Render::Encoding, Render::IdleTime, Render::References, refusing] {
        assert_eq!(each(&render, Reply::Inspected(None)), ["$-1 ", "_ "]);
    }
}

#[test]
fn many_replies_become_one() {
    let replies = || vec![Ok(value("a")), Err(KvError::TimedOut), Ok(Reply::Value(None)), Ok(Reply::Done)];
    let start = "*4 $1 a -UNKNOWN no answer in time; whether the command was or will be applied is unknown ";
    let end = "-ERR the backend's reply does not fit the command ";
    assert_eq!(written(&Render::Values, replies(), Protocol::Resp2), format!("{start}$-1 {end}"));
    assert_eq!(written(&Render::Values, replies(), Protocol::Resp3), format!("{start}_ {end}"));

    let set = || Ok(Reply::Set(SetOutcome { written: true, old: None }));
    assert_eq!(written(&Render::EachDone, vec![set(), set()], Protocol::Resp2), "+OK ");
    let failed = written(&Render::EachDone, vec![set(), Err(KvError::Overloaded)], Protocol::Resp2);
    assert_eq!(failed, "-BUSY the mailbox is full; the command was not applied ");
}

#[test]
fn a_transaction_is_done_or_not() {
    assert_eq!(both(&Render::AllOrNothing, Reply::Transaction(None)), ":0 ");
    assert_eq!(both(&Render::AllOrNothing, Reply::Transaction(Some(vec![Ok(Reply::Done)]))), ":1 ");
    let failed = Reply::Transaction(Some(vec![Ok(Reply::Done), Err(CommandError::TooLarge)]));
    let message = "-ERR string exceeds maximum allowed size (proto-max-bulk-len) ";
    assert_eq!(both(&Render::AllOrNothing, failed), message);
}

#[test]
fn what_two_values_have_in_common() {
    let lcs = |report, max_table_bytes, protocol| {
        let render = Render::Lcs(Box::new(LcsOptions { report, max_table_bytes }));
        written(&render, vec![Ok(value("ohmytext")), Ok(value("mynewtext"))], protocol)
    };
    assert_eq!(lcs(Report::Text, 1000, Protocol::Resp2), "$6 mytext ");
    assert_eq!(lcs(Report::Length, 1000, Protocol::Resp2), ":6 ");
    let all = Report::Matches { min_match: 0, with_lengths: false };
    let pieces = "*2 *2 *2 :4 :7 *2 :5 :8 *2 *2 :2 :3 *2 :0 :1 $3 len :6 ";
    assert_eq!(lcs(all, 1000, Protocol::Resp2), format!("*4 $7 matches {pieces}"));
    assert_eq!(lcs(all, 1000, Protocol::Resp3), format!("%2 $7 matches {pieces}"));
    let long = Report::Matches { min_match: 3, with_lengths: true };
    assert_eq!(lcs(long, 1000, Protocol::Resp3), "%2 $7 matches *1 *3 *2 :4 :7 *2 :5 :8 :4 $3 len :6 ");
    // (8 + 1) * (9 + 1) cells of four bytes.
    let message = "-ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len ";
    assert_eq!(lcs(Report::Length, 359, Protocol::Resp2), message);
    assert_eq!(lcs(Report::Length, 360, Protocol::Resp2), ":6 ");
}

#[test]
fn failures_are_errors_with_a_code() {
    for (error, expected) in [
        (KvError::Command(CommandError::NotAnInteger), "-ERR value is not an integer or out of range "),
        (KvError::Command(CommandError::NoSuchKey), "-ERR no such key "),
        (KvError::Stopped, "-STOPPED the backend has stopped; the command was not applied "),
    ] {
        assert_eq!(written(&Render::Value, vec![Err(error)], Protocol::Resp2), expected);
    }
}

#[test]
fn a_reply_of_the_wrong_kind_costs_one_reply() {
    let message = "-ERR the backend's reply does not fit the command ";
    assert_eq!(both(&Render::Value, Reply::Done), message);
    assert_eq!(written(&Render::Value, vec![], Protocol::Resp2), message);
    assert_eq!(written(&Render::EachDone, vec![Ok(Reply::Done)], Protocol::Resp2), message);
}

#[test]
fn hits_and_misses_are_those_of_redis() {
    let tally = |render: Render, reply| {
        let Tally { hits, misses } = render.tally(&reply);
        (hits, misses)
    };
    assert_eq!(tally(Render::Value, value("a")), (1, 0));
    assert_eq!(tally(Render::Values, Reply::Value(None)), (0, 1));
    assert_eq!(tally(Render::Found { asked: 3 }, Reply::Count(1)), (1, 2));
    assert_eq!(tally(Render::SetOld, Reply::Set(SetOutcome { written: true, old: None })), (0, 1));
    assert_eq!(tally(Render::Set, Reply::Set(SetOutcome { written: true, old: None })), (0, 0));
    assert_eq!(tally(Render::NewLength, Reply::Length(1)), (0, 0));
    assert_eq!(tally(Render::NewValue, value("a")), (0, 0));
    assert_eq!(tally(Render::Seconds, Reply::TimeToLive(TimeToLive::Missing)), (0, 1));
}
