//! The commands of transactions.

use super::LOCAL;
use crate::{Access, Flags, Group, KeySpec, Local, Spec};

const FAST: Flags = LOCAL.with(Flags::FAST).with(Flags::ALLOW_BUSY);

const fn spec(name: &'static str, arity: i32, local: Local) -> Spec {
    Spec::local(name, arity, Group::Transactions, local).flags(FAST)
}

pub(super) const COMMANDS: &[Spec] = &[
    spec("discard", 1, Local::Discard)
        .cost("O(N) with N queued commands")
        .doc("2.0.0", "Drops the commands that were queued since MULTI."),
    spec("exec", 1, Local::Exec)
        .flags(LOCAL.with(Flags::SKIP_SLOWLOG))
        .cost("that of the queued commands")
        .doc("1.2.0", "Carries out the commands that were queued since MULTI, all at once."),
    spec("multi", 1, Local::Multi).doc("1.2.0", "Queues the commands that follow."),
    spec("unwatch", 1, Local::Unwatch).doc("2.2.0", "Forgets the keys that are watched."),
    spec("watch", -2, Local::Watch)
        .keys(&[KeySpec::rest(1, 1, Access::LOOK)])
        .syntax("key [key ...]")
        .cost("O(N) with N keys")
        .doc("2.2.0", "Lets EXEC do nothing if one of the keys changes until then."),
];
