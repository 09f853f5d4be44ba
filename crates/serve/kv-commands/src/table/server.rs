//! The commands about the server: its settings, its state, and its own commands.

use super::tips::{CHANGING, CHANGING_OF_EACH, CHANGING_ORDER, EVERY_NODE_DONE, EVERY_SHARD_DONE};
use super::{HELP, LOCAL_ADMIN, LOCAL_FAST};
use crate::{Categories, Flags, Group, Local, Spec};

const fn spec(name: &'static str, arity: i32, local: Local) -> Spec {
    Spec::local(name, arity, Group::Server, local)
}

/// `COMMAND` or one of its subcommands.
const fn command(name: &'static str, arity: i32, local: Local) -> Spec {
    spec(name, arity, local).flags(HELP).categories(Categories::CONNECTION)
}

pub(super) const COMMANDS: &[Spec] = &[
    command("command", -1, Local::Command)
        .tips(CHANGING_ORDER)
        .subcommands(COMMAND)
        .cost("O(N) with N commands")
        .doc("2.8.13", "What is known of each command."),
    Spec::container("config", Group::Server, CONFIG).doc("2.0.0", "Reads and changes settings."),
    spec("debug", -2, Local::Debug)
        .flags(LOCAL_ADMIN)
        .syntax("subcommand [argument ...]")
        .cost("that of the subcommand")
        .doc("1.0.0", "Causes faults and looks inside, for tests."),
    spec("info", -1, Local::Info)
        .flags(HELP)
        .categories(Categories::DANGEROUS)
        .tips(CHANGING_OF_EACH)
        .syntax("[section [section ...]]")
        .doc("1.0.0", "The server's state and figures."),
    spec("shutdown", -1, Local::Shutdown)
        .flags(LOCAL_ADMIN.with(Flags::NO_MULTI).with(Flags::ALLOW_BUSY))
        .syntax("[NOSAVE | SAVE] [NOW] [FORCE] [ABORT]")
        .doc("1.0.0", "Ends the server once the commands in flight are answered."),
    spec("time", 1, Local::Time)
        .flags(LOCAL_FAST)
        .tips(CHANGING)
        .doc("2.6.0", "The server's clock: seconds of Unix time, and microseconds."),
];

const COMMAND: &[Spec] = &[
    command("command|count", 2, Local::CommandCount).doc("2.8.13", "How many commands there are."),
    command("command|docs", -2, Local::CommandDocs)
        .tips(CHANGING_ORDER)
        .syntax("[command-name [command-name ...]]")
        .cost("O(N) with N commands")
        .doc("7.0.0", "What commands do, in words."),
    command("command|getkeys", -4, Local::CommandGetKeys)
        .syntax("command [argument ...]")
        .cost("O(N) with N arguments")
        .doc("2.8.13", "Which arguments of a command are keys."),
    command("command|getkeysandflags", -4, Local::CommandGetKeysAndFlags)
        .syntax("command [argument ...]")
        .cost("O(N) with N arguments")
        .doc("7.0.0", "Which arguments of a command are keys, and what it does to each."),
    command("command|help", 2, Local::Help).doc("5.0.0", "Lists the subcommands."),
    command("command|info", -2, Local::CommandInfo)
        .tips(CHANGING_ORDER)
        .syntax("[command-name [command-name ...]]")
        .cost("O(N) with N commands")
        .doc("2.8.13", "What is known of some commands."),
    command("command|list", -2, Local::CommandList)
        .tips(CHANGING_ORDER)
        .syntax("[FILTERBY <MODULE module-name | ACLCAT category | PATTERN pattern>]")
        .cost("O(N) with N commands")
        .doc("7.0.0", "The names of commands."),
];

const CONFIG: &[Spec] = &[
    spec("config|get", -3, Local::ConfigGet)
        .flags(LOCAL_ADMIN)
        .syntax("parameter [parameter ...]")
        .cost("O(N) with N settings")
        .doc("2.0.0", "Settings whose names match a pattern."),
    spec("config|help", 2, Local::Help).flags(HELP).doc("5.0.0", "Lists the subcommands."),
    spec("config|resetstat", 2, Local::ConfigResetStat)
        .flags(LOCAL_ADMIN)
        .doc("2.0.0", "Begins to count anew."),
    spec("config|rewrite", 2, Local::ConfigRewrite)
        .flags(LOCAL_ADMIN)
        .doc("2.8.0", "Writes settings to the file they came from. There is none: an error."),
    spec("config|set", -4, Local::ConfigSet)
        .flags(LOCAL_ADMIN)
        .tips(EVERY_NODE_DONE)
        .syntax("parameter value [parameter value ...]")
        .cost("O(N) with N settings")
        .doc("2.0.0", "Changes settings, all of them or none."),
];

/// Scripts are not served, but a client's test suite may insist on clearing them.
pub(super) const SCRIPTING: &[Spec] = &[Spec::container("function", Group::Scripting, FUNCTION)
    .doc("7.0.0", "Looks after a library of scripts, which is always empty.")];

const FUNCTION: &[Spec] = &[
    Spec::local("function|flush", -2, Group::Scripting, Local::FunctionFlush)
        .flags(Flags::WRITE.with(Flags::NOSCRIPT))
        .tips(EVERY_SHARD_DONE)
        .syntax("[ASYNC | SYNC]")
        .doc("7.0.0", "Deletes all scripts, of which there are none."),
    Spec::local("function|help", 2, Group::Scripting, Local::Help)
        .flags(HELP)
        .doc("7.0.0", "Lists the subcommands."),
];
