//! The commands on keys, independent of the kind of value.

use super::tips::{
    ANY_ORDER, CHANGING, CHANGING_FROM_ALL, CHANGING_WALK, EVERY_SHARD_DONE, SUM_BY_KEYS, SUM_OF_ALL,
};
use super::{DEADLINE, HELP, MAYBE_DEADLINE, READ, READ_FAST, WRITE, WRITE_FAST, WRITE_MORE};
use crate::parse::{expiry, keyspace, object};
use crate::{Access, Categories, Group, KeySpec, Local, Parse, Spec};

const fn spec(name: &'static str, arity: i32, parse: Parse) -> Spec {
    Spec::store(name, arity, Group::Generic, parse)
}

/// `EXPIRE`, or another command that takes a time and the same conditions.
const fn expire(name: &'static str, parse: Parse) -> Spec {
    spec(name, -3, parse).flags(WRITE_FAST).keys(CHANGE_ONE).cost(DEADLINE)
}

/// A command that asks one question about one key.
const fn ask(name: &'static str, parse: Parse, access: &'static [KeySpec]) -> Spec {
    spec(name, 2, parse).flags(READ_FAST).keys(access).syntax("key")
}

const READ_ONE: &[KeySpec] = &[KeySpec::at(1, Access::READ)];
const CHANGE_ONE: &[KeySpec] = &[KeySpec::at(1, Access::CHANGE)];
const LOOK_AT_SECOND: &[KeySpec] = &[KeySpec::at(2, Access::LOOK)];

/// A subcommand of `OBJECT` that looks at a key.
const fn inspect(name: &'static str, parse: Parse) -> Spec {
    spec(name, 3, parse).flags(READ).keys(LOOK_AT_SECOND).tips(CHANGING).syntax("key")
}

pub(super) const COMMANDS: &[Spec] = &[
    spec("copy", -3, keyspace::copy)
        .flags(WRITE_MORE)
        .keys(&[KeySpec::at(1, Access::READ), KeySpec::at(2, Access::OVERWRITE)])
        .syntax("source destination [DB destination-db] [REPLACE]")
        .cost(MAYBE_DEADLINE)
        .doc("6.2.0", "Copies a value and its deadline to another key."),
    spec("del", -2, keyspace::delete)
        .flags(WRITE)
        .keys(&[KeySpec::rest(1, 1, Access::REMOVE)])
        .tips(SUM_BY_KEYS)
        .syntax("key [key ...]")
        .cost("O(N) with N keys")
        .doc("1.0.0", "Deletes keys; replies with how many there were."),
    spec("exists", -2, keyspace::exists)
        .flags(READ_FAST)
        .keys(&[KeySpec::rest(1, 1, Access::LOOK)])
        .tips(SUM_BY_KEYS)
        .syntax("key [key ...]")
        .cost("O(N) with N keys")
        .doc("1.0.0", "Counts how many of the keys exist."),
    expire("expire", expiry::expire)
        .syntax("key seconds [NX | XX | GT | LT]")
        .doc("1.0.0", "Lets a key end so many seconds from now."),
    expire("expireat", expiry::expireat)
        .syntax("key unix-time-seconds [NX | XX | GT | LT]")
        .doc("1.2.0", "Lets a key end at a second of Unix time."),
    ask("expiretime", expiry::expiretime, READ_ONE)
        .doc("7.0.0", "The second of Unix time at which a key ends."),
    spec("keys", 2, keyspace::keys)
        .flags(READ)
        .categories(Categories::KEYSPACE.with(Categories::DANGEROUS))
        .tips(ANY_ORDER)
        .syntax("pattern")
        .cost("O(N) with all N keys")
        .doc("1.0.0", "All keys that match a pattern."),
    Spec::container(
        "object",
        Group::Generic,
        &[
            inspect("object|encoding", object::encoding).doc(
                "2.2.3",
                "How Redis would keep the value: as an integer, in one piece with the key's entry, or apart.",
            ),
            inspect("object|freq", object::freq)
                .doc("4.0.0", "How often the key is used. It is not counted: an error."),
            Spec::local("object|help", 2, Group::Generic, Local::Help)
                .flags(HELP)
                .doc("6.2.0", "Lists the subcommands."),
            inspect("object|idletime", object::idletime)
                .doc("2.2.3", "For how many seconds the value has not been used."),
            inspect("object|refcount", object::refcount)
                .doc("2.2.3", "How many owners the value has: always one."),
        ],
    )
    .doc("2.2.3", "Tells how a value is kept."),
    spec("persist", 2, expiry::persist)
        .flags(WRITE_FAST)
        .keys(&[KeySpec::at(1, Access::CHANGE)])
        .syntax("key")
        .cost(MAYBE_DEADLINE)
        .doc("2.2.0", "Takes a key's deadline away."),
    expire("pexpire", expiry::pexpire)
        .syntax("key milliseconds [NX | XX | GT | LT]")
        .doc("2.6.0", "Lets a key end so many milliseconds from now."),
    expire("pexpireat", expiry::pexpireat)
        .syntax("key unix-time-milliseconds [NX | XX | GT | LT]")
        .doc("2.6.0", "Lets a key end at a millisecond of Unix time."),
    ask("pexpiretime", expiry::pexpiretime, READ_ONE)
        .doc("7.0.0", "The millisecond of Unix time at which a key ends."),
    ask("pttl", expiry::pttl, READ_ONE).tips(CHANGING).doc("2.6.0", "How many milliseconds a key has left."),
    spec("randomkey", 1, keyspace::randomkey)
        .flags(READ)
        .tips(CHANGING_FROM_ALL)
        .cost("O(S) with S actors, and the keys whose time is over")
        .doc("1.0.0", "One of the keys, by chance."),
    spec("rename", 3, keyspace::rename)
        .flags(WRITE)
        .keys(&[KeySpec::at(1, Access::TAKE), KeySpec::at(2, Access::OVERWRITE)])
        .syntax("key newkey")
        .cost(MAYBE_DEADLINE)
        .doc("1.0.0", "Moves a value and its deadline to another key."),
    spec("renamenx", 3, keyspace::renamenx)
        .flags(WRITE_FAST)
        .keys(&[KeySpec::at(1, Access::TAKE), KeySpec::at(2, Access::CREATE)])
        .syntax("key newkey")
        .cost(MAYBE_DEADLINE)
        .doc("1.0.0", "Moves a value and its deadline to a key that does not exist yet."),
    spec("scan", -2, keyspace::scan)
        .flags(READ)
        .tips(CHANGING_WALK)
        .syntax("cursor [MATCH pattern] [COUNT count] [TYPE type]")
        .cost("O(count) for a call; O(N) for all N keys")
        .doc("2.8.0", "Walks over the keys, a page at a time."),
    spec("touch", -2, keyspace::touch)
        .flags(READ_FAST)
        .keys(&[KeySpec::rest(1, 1, Access::LOOK)])
        .tips(SUM_BY_KEYS)
        .syntax("key [key ...]")
        .cost("O(N) with N keys")
        .doc("3.2.1", "Counts the keys that exist, and marks them as used now."),
    ask("ttl", expiry::ttl, READ_ONE).tips(CHANGING).doc("1.0.0", "How many seconds a key has left."),
    ask("type", keyspace::kind, &[KeySpec::at(1, Access::LOOK)])
        .doc("1.0.0", "The kind of a value: a string, if there is one."),
    spec("unlink", -2, keyspace::delete)
        .flags(WRITE_FAST)
        .keys(&[KeySpec::rest(1, 1, Access::REMOVE)])
        .tips(SUM_BY_KEYS)
        .syntax("key [key ...]")
        .cost("O(N) with N keys")
        .doc("4.0.0", "Deletes keys, just as DEL does here."),
];

/// The commands over all keys, which Redis counts among those of the server.
pub(super) const WHOLE: &[Spec] = &[
    whole("dbsize", 1, keyspace::dbsize)
        .flags(READ_FAST)
        .tips(SUM_OF_ALL)
        .cost("O(S) with S actors, and the keys whose time is over")
        .doc("1.0.0", "How many keys there are."),
    whole("flushall", -1, keyspace::flush)
        .flags(WRITE)
        .categories(Categories::KEYSPACE.with(Categories::DANGEROUS))
        .tips(EVERY_SHARD_DONE)
        .syntax("[ASYNC | SYNC]")
        .cost("O(N) with all N keys")
        .doc("1.0.0", "Deletes every key."),
    whole("flushdb", -1, keyspace::flush)
        .flags(WRITE)
        .categories(Categories::KEYSPACE.with(Categories::DANGEROUS))
        .tips(EVERY_SHARD_DONE)
        .syntax("[ASYNC | SYNC]")
        .cost("O(N) with all N keys")
        .doc("1.0.0", "Deletes every key; there is one database."),
];

const fn whole(name: &'static str, arity: i32, parse: Parse) -> Spec {
    Spec::store(name, arity, Group::Server, parse).categories(Categories::KEYSPACE)
}
