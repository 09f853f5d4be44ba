//! The commands about the connection itself.

use super::tips::{CHANGING, EVERY_SHARD_DONE};
use super::{HELP, LOCAL, LOCAL_ADMIN, LOCAL_FAST, UNAUTHENTICATED};
use crate::{Flags, Group, Local, Spec};

const fn spec(name: &'static str, arity: i32, local: Local) -> Spec {
    Spec::local(name, arity, Group::Connection, local)
}

/// A subcommand of `CLIENT`.
const fn client(name: &'static str, arity: i32, local: Local) -> Spec {
    spec(name, arity, local).flags(LOCAL)
}

pub(super) const COMMANDS: &[Spec] = &[
    spec("auth", -2, Local::Auth)
        .flags(UNAUTHENTICATED)
        .syntax("[username] password")
        .doc("1.0.0", "Gives the password."),
    Spec::container("client", Group::Connection, CLIENT).doc("2.4.0", "Looks after connections."),
    spec("echo", 2, Local::Echo)
        .flags(LOCAL_FAST)
        .syntax("message")
        .doc("1.0.0", "Replies with the message."),
    spec("hello", -1, Local::Hello)
        .flags(UNAUTHENTICATED)
        .syntax("[protover [AUTH username password] [SETNAME clientname]]")
        .doc("6.0.0", "Chooses the version of the protocol, and tells of the server."),
    spec("ping", -1, Local::Ping)
        .flags(Flags::FAST)
        .tips(EVERY_SHARD_DONE)
        .syntax("[message]")
        .doc("1.0.0", "Shows that the server answers."),
    spec("quit", -1, Local::Quit)
        .flags(UNAUTHENTICATED)
        .doc("1.0.0", "Ends the connection after this reply."),
    spec("reset", 1, Local::Reset)
        .flags(UNAUTHENTICATED)
        .doc("6.2.0", "Makes the connection as it was when it began."),
    spec("select", 2, Local::Select)
        .flags(LOCAL_FAST)
        .syntax("index")
        .doc("1.0.0", "Chooses the database. There is one, 0: one of Redis's others ends the connection."),
];

const CLIENT: &[Spec] = &[
    client("client|caching", 3, Local::ClientCaching)
        .syntax("<YES | NO>")
        .doc("6.0.0", "Says what the client caches; nothing is tracked here."),
    client("client|getname", 2, Local::ClientGetName).doc("2.6.9", "The connection's name."),
    spec("client|help", 2, Local::Help).flags(HELP).doc("5.0.0", "Lists the subcommands."),
    client("client|id", 2, Local::ClientId).doc("5.0.0", "The connection's number."),
    client("client|info", 2, Local::ClientInfo).tips(CHANGING).doc("6.2.0", "What is known of this connection."),
    client("client|kill", -3, Local::ClientKill)
        .flags(LOCAL_ADMIN)
        .syntax("<ip:port | <[ID client-id] | [TYPE type] | [USER username] | [ADDR ip:port] | [LADDR ip:port] | [SKIPME yes/no]> ...>")
        .cost("O(N) with N connections")
        .doc("2.4.0", "Ends connections."),
    client("client|list", -2, Local::ClientList)
        .flags(LOCAL_ADMIN)
        .tips(CHANGING)
        .syntax("[TYPE type] [ID client-id [client-id ...]]")
        .cost("O(N) with N connections")
        .doc("2.4.0", "What is known of each connection."),
    client("client|no-evict", 3, Local::ClientNoEvict)
        .flags(LOCAL_ADMIN)
        .syntax("<ON | OFF>")
        .doc("7.0.0", "Spares the connection when memory is short."),
    client("client|pause", -3, Local::ClientPause)
        .flags(LOCAL_ADMIN)
        .syntax("timeout [WRITE | ALL]")
        .doc("3.0.0", "Lets commands wait for a time."),
    client("client|reply", 3, Local::ClientReply)
        .syntax("<ON | OFF | SKIP>")
        .doc("3.2.0", "Leaves replies away."),
    client("client|setinfo", 4, Local::ClientSetInfo)
        .syntax("<LIB-NAME libname | LIB-VER libver>")
        .doc("7.2.0", "Says which library the client uses."),
    client("client|setname", 3, Local::ClientSetName)
        .syntax("connection-name")
        .doc("2.6.9", "Gives the connection a name."),
    client("client|unpause", 2, Local::ClientUnpause)
        .flags(LOCAL_ADMIN)
        .cost("O(N) with N connections")
        .doc("6.2.0", "Ends a pause."),
];
