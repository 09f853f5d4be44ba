//! The commands on kinds of data that are not served: a name, and where the keys stand.
//!
//! A client that routes or checks commands by their keys may ask for these, and gets the answer that Redis gives. A
//! call of one is answered as an unknown command, and neither `COMMAND` nor `COMMAND COUNT` counts them. The list is
//! there for Redis's own test suite: it has those of Redis's commands that the suite asks for, and no others.

use super::tips::{CHANGING, ONE_SUCCEEDED};
use super::{HELP, READ, WRITE, WRITE_FAST, WRITE_MORE};
use crate::{Access, Begin, Categories, Find, Flags, Group, KeySpec, Run, Spec};

const fn spec(name: &'static str, arity: i32, kind: &'static str, categories: Categories) -> Spec {
    Spec::new(name, arity, Group::Other(kind), Run::NotServed).categories(categories)
}

const fn container(name: &'static str, kind: &'static str, subcommands: &'static [Spec]) -> Spec {
    spec(name, -2, kind, Categories::NONE).subcommands(subcommands)
}

const READ_ONE: &[KeySpec] = &[KeySpec::at(1, Access::READ)];
const SCRIPT: Flags =
    Flags::NOSCRIPT.with(Flags::STALE).with(Flags::SKIP_MONITOR).with(Flags::NO_MANDATORY_KEYS);
const SORT: Categories =
    Categories::SET.with(Categories::SORTED_SET).with(Categories::LIST).with(Categories::DANGEROUS);

pub(super) const COMMANDS: &[Spec] = &[
    spec("bitfield", -2, "bitmap", Categories::BITMAP)
        .flags(WRITE_MORE)
        .keys(&[KeySpec::at(1, Access::MODIFY.with(Access::VARIABLE))]),
    spec("blpop", -3, "list", Categories::LIST)
        .flags(WRITE.with(Flags::NOSCRIPT).with(Flags::BLOCKING))
        .keys(&[KeySpec::range(1, -2, 1, Access::TAKE)]),
    container("cluster", "cluster", &[spec("cluster|help", 2, "cluster", Categories::NONE).flags(HELP)]),
    spec("eval", -3, "scripting", Categories::SCRIPTING)
        .flags(SCRIPT)
        .keys(&[KeySpec::counted(2, Access::MODIFY)]),
    spec("evalsha", -3, "scripting", Categories::SCRIPTING)
        .flags(SCRIPT)
        .keys(&[KeySpec::counted(2, Access::MODIFY)]),
    spec("georadius", -6, "geo", Categories::GEO).flags(WRITE_MORE).keys(&[
        KeySpec::at(1, Access::READ),
        KeySpec::after("STORE", 6, Access::OVERWRITE),
        KeySpec::after("STOREDIST", 6, Access::OVERWRITE),
    ]),
    spec("georadius_ro", -6, "geo", Categories::GEO).flags(READ).keys(READ_ONE),
    spec("lmove", 5, "list", Categories::LIST)
        .flags(WRITE_MORE)
        .keys(&[KeySpec::at(1, Access::TAKE), KeySpec::at(2, Access::EXTEND)]),
    spec("lpop", -2, "list", Categories::LIST).flags(WRITE_FAST).keys(&[KeySpec::at(1, Access::TAKE)]),
    container(
        "memory",
        "server",
        &[
            spec("memory|help", 2, "server", Categories::NONE).flags(HELP),
            spec("memory|usage", -3, "server", Categories::NONE)
                .flags(READ)
                .keys(&[KeySpec::at(2, Access::LOOK)]),
        ],
    ),
    spec("migrate", -6, "generic", Categories::KEYSPACE.with(Categories::DANGEROUS))
        .flags(WRITE)
        .tips(CHANGING)
        .keys(&[
            KeySpec::at(3, Access::TAKE),
            KeySpec {
                access: Access::TAKE.with(Access::INCOMPLETE),
                begin: Begin::Keyword { word: "KEYS", from: -2 },
                find: Find::Range { last: -1, step: 1, limit: 0 },
            },
        ]),
    container(
        "script",
        "scripting",
        &[spec("script|kill", 2, "scripting", Categories::SCRIPTING)
            .flags(Flags::NOSCRIPT.with(Flags::ALLOW_BUSY))
            .tips(ONE_SUCCEEDED)],
    ),
    spec("sort", -2, "generic", SORT).flags(WRITE_MORE).keys(&[
        KeySpec::at(1, Access::READ),
        KeySpec::unknown(Access::READ),
        KeySpec::unknown(Access::OVERWRITE),
    ]),
    spec("sort_ro", -2, "generic", SORT)
        .flags(READ)
        .keys(&[KeySpec::at(1, Access::READ), KeySpec::unknown(Access::READ)]),
    container(
        "xgroup",
        "stream",
        &[spec("xgroup|create", -5, "stream", Categories::STREAM)
            .flags(WRITE_MORE)
            .keys(&[KeySpec::at(2, Access::EXTEND)])],
    ),
    spec("xread", -4, "stream", Categories::STREAM).flags(READ.with(Flags::BLOCKING)).keys(&[KeySpec {
        access: Access::READ,
        begin: Begin::Keyword { word: "STREAMS", from: 1 },
        find: Find::Range { last: -1, step: 1, limit: 2 },
    }]),
    spec("zunionstore", -4, "sorted-set", Categories::SORTED_SET)
        .flags(WRITE_MORE)
        .keys(&[KeySpec::at(1, Access::OVERWRITE), KeySpec::counted(2, Access::READ)]),
];
