//! The commands on strings, the values themselves.

use super::tips::{ALL_SUCCEEDED, BY_KEYS, LEAST_OF_SHARDS};
use super::{DEADLINE, MAYBE_DEADLINE, READ, READ_FAST, WRITE_FAST, WRITE_MORE, WRITE_MORE_FAST};
use crate::parse::{lcs, numbers, set, strings};
use crate::{Access, Group, KeySpec, Parse, Spec};

const fn spec(name: &'static str, arity: i32, parse: Parse) -> Spec {
    Spec::store(name, arity, Group::String, parse)
}

pub(super) const COMMANDS: &[Spec] = &[
    spec("append", 3, strings::append)
        .flags(WRITE_MORE_FAST)
        .keys(&[KeySpec::at(1, Access::EXTEND)])
        .syntax("key value")
        .cost("O(1), amortized: a value grows in place where nobody else holds it")
        .doc("2.0.0", "Adds bytes to the end of a value; a missing key counts as empty."),
    spec("decr", 2, numbers::decr)
        .flags(WRITE_MORE_FAST)
        .keys(&[KeySpec::at(1, Access::MODIFY)])
        .syntax("key")
        .doc("1.0.0", "Takes one from an integer; a missing key counts as 0."),
    spec("decrby", 3, numbers::decrby)
        .flags(WRITE_MORE_FAST)
        .keys(&[KeySpec::at(1, Access::MODIFY)])
        .syntax("key decrement")
        .doc("1.0.0", "Takes a number from an integer; a missing key counts as 0."),
    spec("get", 2, strings::get)
        .flags(READ_FAST)
        .keys(&[KeySpec::at(1, Access::READ)])
        .syntax("key")
        .doc("1.0.0", "Replies with the value of a key."),
    spec("getdel", 2, strings::getdel)
        .flags(WRITE_FAST)
        .keys(&[KeySpec::at(1, Access::TAKE)])
        .syntax("key")
        .doc("6.2.0", "Replies with the value of a key, and deletes the key."),
    spec("getex", -2, set::getex)
        .flags(WRITE_FAST)
        .keys(&[KeySpec::at(1, Access::MODIFY)])
        .syntax(
            "key [EX seconds | PX milliseconds | EXAT unix-time-seconds | PXAT unix-time-milliseconds | PERSIST]",
        )
        .cost(MAYBE_DEADLINE)
        .doc("6.2.0", "Replies with the value of a key, and gives it a deadline or takes its deadline away."),
    spec("getrange", 4, strings::getrange)
        .flags(READ)
        .keys(&[KeySpec::at(1, Access::READ)])
        .syntax("key start end")
        .cost("O(1): the reply is a slice of the value until it is written to the socket")
        .doc("2.4.0", "Replies with a part of a value; negative places count from its end."),
    spec("getset", 3, set::getset)
        .flags(WRITE_MORE_FAST)
        .keys(&[KeySpec::at(1, Access::MODIFY)])
        .syntax("key value")
        .doc("1.0.0", "Sets a key and replies with the value before."),
    spec("incr", 2, numbers::incr)
        .flags(WRITE_MORE_FAST)
        .keys(&[KeySpec::at(1, Access::MODIFY)])
        .syntax("key")
        .doc("1.0.0", "Adds one to an integer; a missing key counts as 0."),
    spec("incrby", 3, numbers::incrby)
        .flags(WRITE_MORE_FAST)
        .keys(&[KeySpec::at(1, Access::MODIFY)])
        .syntax("key increment")
        .doc("1.0.0", "Adds a number to an integer; a missing key counts as 0."),
    spec("incrbyfloat", 3, numbers::incrbyfloat)
        .flags(WRITE_MORE_FAST)
        .keys(&[KeySpec::at(1, Access::MODIFY)])
        .syntax("key increment")
        .doc("2.6.0", "Adds a decimal number to another, exactly; a missing key counts as 0."),
    spec("lcs", -3, lcs::lcs)
        .flags(READ)
        .keys(&[KeySpec::range(1, 1, 1, Access::READ)])
        .syntax("key1 key2 [LEN] [IDX] [MINMATCHLEN min-match-len] [WITHMATCHLEN]")
        .cost("O(N*M) with the lengths N and M of the two values")
        .doc("7.0.0", "Finds the longest common subsequence of two values."),
    spec("mget", -2, strings::mget)
        .flags(READ_FAST)
        .keys(&[KeySpec::rest(1, 1, Access::READ)])
        .tips(BY_KEYS)
        .syntax("key [key ...]")
        .cost("O(N) with N keys")
        .doc("1.0.0", "Replies with the values of several keys."),
    spec("mset", -3, set::mset)
        .flags(WRITE_MORE)
        .keys(&[KeySpec::rest(1, 2, Access::OVERWRITE)])
        .tips(ALL_SUCCEEDED)
        .syntax("key value [key value ...]")
        .cost("O(N) with N keys")
        .doc("1.0.1", "Sets several keys."),
    spec("msetnx", -3, set::msetnx)
        .flags(WRITE_MORE)
        .keys(&[KeySpec::rest(1, 2, Access::CREATE)])
        .tips(LEAST_OF_SHARDS)
        .syntax("key value [key value ...]")
        .cost("O(N) with N keys")
        .doc("1.0.1", "Sets several keys if none of them exists."),
    spec("psetex", 4, set::psetex)
        .flags(WRITE_MORE)
        .keys(&[KeySpec::at(1, Access::OVERWRITE)])
        .syntax("key milliseconds value")
        .cost(DEADLINE)
        .doc("2.6.0", "Sets a key that lives for so many milliseconds."),
    spec("set", -3, set::set)
        .flags(WRITE_MORE)
        .keys(&[KeySpec::at(1, Access::MODIFY.with(Access::VARIABLE))])
        .syntax(
            "key value [NX | XX] [GET] [EX seconds | PX milliseconds | EXAT unix-time-seconds | \
             PXAT unix-time-milliseconds | KEEPTTL]",
        )
        .cost(MAYBE_DEADLINE)
        .doc("1.0.0", "Sets a key, on condition and with a deadline if asked to."),
    spec("setex", 4, set::setex)
        .flags(WRITE_MORE)
        .keys(&[KeySpec::at(1, Access::OVERWRITE)])
        .syntax("key seconds value")
        .cost(DEADLINE)
        .doc("2.0.0", "Sets a key that lives for so many seconds."),
    spec("setnx", 3, set::setnx)
        .flags(WRITE_MORE_FAST)
        .keys(&[KeySpec::at(1, Access::CREATE)])
        .syntax("key value")
        .doc("1.0.0", "Sets a key if it does not exist."),
    spec("setrange", 4, strings::setrange)
        .flags(WRITE_MORE)
        .keys(&[KeySpec::at(1, Access::CHANGE)])
        .syntax("key offset value")
        .cost("O(N) with the length N of the value afterwards")
        .doc("2.2.0", "Overwrites a part of a value, filled up with zero bytes where it is too short."),
    spec("strlen", 2, strings::strlen)
        .flags(READ_FAST)
        .keys(&[KeySpec::at(1, Access::LOOK)])
        .syntax("key")
        .doc("2.2.0", "Replies with the length of a value in bytes."),
    spec("substr", 4, strings::getrange)
        .flags(READ)
        .keys(&[KeySpec::at(1, Access::READ)])
        .syntax("key start end")
        .cost("O(1): the reply is a slice of the value until it is written to the socket")
        .doc("1.0.0", "The older name of GETRANGE."),
];
