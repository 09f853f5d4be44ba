//! The description of a command: what Redis tells by `COMMAND INFO` and `COMMAND DOCS`.

use super::{Categories, Flags, KeySpec, Keys, Parse};

/// A command or a subcommand.
#[derive(Debug)]
pub struct Spec {
    /// The command's name in lower case; a subcommand's with its container's: `config|get`.
    pub name: &'static str,
    /// How many arguments the command takes, its name included; a negative number is the least.
    pub(crate) arity: i32,
    /// The command's flags: what it does to data, and where it is allowed.
    pub flags: Flags,
    /// The categories of access control that do not follow from the flags.
    pub(crate) categories: Categories,
    /// The places of the command's keys, in the older description.
    pub(crate) keys: Keys,
    /// The places of the command's keys, and its access to each.
    pub(crate) key_specs: &'static [KeySpec],
    /// Hints for clients that talk to several servers at once.
    pub(crate) tips: &'static [&'static str],
    /// The group to which the command belongs.
    pub(crate) group: Group,
    /// The first version of Redis that had the command.
    pub(crate) since: &'static str,
    /// The command's arguments, in the notation of Redis's manual.
    pub(crate) syntax: &'static str,
    /// A summary of the command, in one line.
    pub(crate) summary: &'static str,
    /// The command's cost: `O(1)`, or `O(N)` and what N is.
    pub(crate) complexity: &'static str,
    /// The command's subcommands, if it is a container.
    pub(crate) subcommands: &'static [Spec],
    /// The part of the server that carries the command out.
    pub run: Run,
}

/// The groups of commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    /// Commands on values.
    String,
    /// Commands on keys, independent of the kind of value.
    Generic,
    /// Commands about the connection.
    Connection,
    /// Commands about the server.
    Server,
    /// Publish and subscribe.
    PubSub,
    /// Transactions.
    Transactions,
    /// Commands about scripts. The server has no scripts, and clients clear them nevertheless.
    Scripting,
    /// Commands on a kind of values that is not served.
    Other(&'static str),
}

impl Group {
    /// The groups that have served commands, in the order of the book.
    pub(crate) const SERVED: [Self; 7] = [
        Self::String,
        Self::Generic,
        Self::Transactions,
        Self::PubSub,
        Self::Connection,
        Self::Server,
        Self::Scripting,
    ];

    /// The category of access control that follows from the group.
    const fn categories(self) -> Categories {
        match self {
            Self::String => Categories::STRING,
            Self::Generic => Categories::KEYSPACE,
            Self::Connection => Categories::CONNECTION,
            Self::Transactions => Categories::TRANSACTION,
            Self::Scripting => Categories::SCRIPTING,
            Self::Server | Self::PubSub | Self::Other(_) => Categories::NONE,
        }
    }

    /// The group's name in `COMMAND DOCS`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Generic => "generic",
            Self::Connection => "connection",
            Self::Server => "server",
            Self::PubSub => "pubsub",
            Self::Transactions => "transactions",
            Self::Scripting => "scripting",
            Self::Other(name) => name,
        }
    }
}

/// The part of the server that carries a command out.
#[derive(Clone, Copy, Debug)]
pub enum Run {
    /// The backend, with the plan that this parser makes.
    Store(Parse),
    /// The connection.
    Local(Local),
    /// One of the container's subcommands.
    Container,
    /// No part: a client may ask where the command's keys stand, and cannot call it.
    NotServed,
}

/// A command that the connection carries out, with the help of the server's other actors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "named as Redis names them")]
pub enum Local {
    Auth,
    ClientCaching,
    ClientGetName,
    ClientId,
    ClientInfo,
    ClientKill,
    ClientList,
    ClientNoEvict,
    ClientPause,
    ClientReply,
    ClientSetInfo,
    ClientSetName,
    ClientUnpause,
    Command,
    CommandCount,
    CommandDocs,
    CommandGetKeys,
    CommandGetKeysAndFlags,
    CommandInfo,
    CommandList,
    ConfigGet,
    ConfigResetStat,
    ConfigRewrite,
    ConfigSet,
    Debug,
    Discard,
    Echo,
    Exec,
    FunctionFlush,
    Hello,
    Help,
    Info,
    Multi,
    Ping,
    PSubscribe,
    PUnsubscribe,
    Publish,
    PubSubChannels,
    PubSubNumPat,
    PubSubNumSub,
    Quit,
    Reset,
    Select,
    Shutdown,
    Subscribe,
    Time,
    Unsubscribe,
    Unwatch,
    Watch,
}

/// The builder of a table's line, step by step. A field that no step sets is empty.
impl Spec {
    pub(super) const fn new(name: &'static str, arity: i32, group: Group, run: Run) -> Self {
        Self {
            name,
            arity,
            flags: Flags::NONE,
            categories: group.categories(),
            keys: Keys::NONE,
            key_specs: &[],
            tips: &[],
            group,
            since: "",
            syntax: "",
            summary: "",
            complexity: "O(1)",
            subcommands: &[],
            run,
        }
    }

    /// A command of the store.
    pub(super) const fn store(name: &'static str, arity: i32, group: Group, parse: Parse) -> Self {
        Self::new(name, arity, group, Run::Store(parse))
    }

    /// A command that the connection carries out.
    pub(super) const fn local(name: &'static str, arity: i32, group: Group, local: Local) -> Self {
        Self::new(name, arity, group, Run::Local(local))
    }

    /// A command that consists only of its subcommands.
    pub(super) const fn container(name: &'static str, group: Group, subcommands: &'static [Self]) -> Self {
        let complexity = "that of the subcommand";
        let categories = Categories::NONE;
        Self { subcommands, complexity, categories, ..Self::new(name, -2, group, Run::Container) }
    }

    pub(super) const fn flags(self, flags: Flags) -> Self {
        Self { flags, ..self }
    }

    pub(super) const fn categories(self, categories: Categories) -> Self {
        Self { categories, ..self }
    }

    pub(super) const fn keys(self, key_specs: &'static [KeySpec]) -> Self {
        Self { key_specs, keys: Keys::of(key_specs), ..self }
    }

    pub(super) const fn tips(self, tips: &'static [&'static str]) -> Self {
        Self { tips, ..self }
    }

    pub(super) const fn syntax(self, syntax: &'static str) -> Self {
        Self { syntax, ..self }
    }

    pub(super) const fn cost(self, complexity: &'static str) -> Self {
        Self { complexity, ..self }
    }

    pub(super) const fn doc(self, since: &'static str, summary: &'static str) -> Self {
        Self { since, summary, ..self }
    }

    pub(super) const fn subcommands(self, subcommands: &'static [Self]) -> Self {
        Self { subcommands, ..self }
    }
}

impl Spec {
    /// The command's name without its container's.
    pub(crate) fn short_name(&self) -> &'static str {
        self.name.split_once('|').map_or(self.name, |(_, short)| short)
    }

    /// Whether the command takes so many arguments, its name (for a subcommand: both names) included.
    pub(crate) fn takes(&self, arguments: usize) -> bool {
        let arity = self.arity.unsigned_abs() as usize;
        if self.arity < 0 { arguments >= arity } else { arguments == arity }
    }

    /// All flags of the command, including those that follow from its keys.
    pub(crate) fn all_flags(&self) -> Flags {
        let movable = self.key_specs.iter().any(|keys| !keys.is_fixed());
        if movable { self.flags.with(Flags::MOVABLE_KEYS) } else { self.flags }
    }

    /// All categories of the command, including those that follow from its flags.
    pub(crate) fn all_categories(&self) -> Categories {
        self.categories.implied_by(self.flags)
    }
}
