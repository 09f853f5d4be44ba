//! What is known of a command beside what it does: Redis's `COMMAND INFO` and `COMMAND DOCS`.

use super::{Categories, Flags, KeySpec, Keys, Parse};

/// A command or a subcommand.
#[derive(Debug)]
pub(crate) struct Spec {
    /// Its name in lower case, of a subcommand with its container's: `config|get`.
    pub(crate) name: &'static str,
    /// How many arguments it takes, its name included; a negative number is the least.
    pub(crate) arity: i32,
    /// What it does to data, and where it is allowed.
    pub(crate) flags: Flags,
    /// The categories of access control that do not follow from its flags.
    pub(crate) categories: Categories,
    /// Where its keys stand, in the older description.
    pub(crate) keys: Keys,
    /// Where its keys stand, and what it does to each.
    pub(crate) key_specs: &'static [KeySpec],
    /// Hints for clients that talk to several servers at once.
    pub(crate) tips: &'static [&'static str],
    /// What kind of command it is.
    pub(crate) group: Group,
    /// The version of Redis that first had it.
    pub(crate) since: &'static str,
    /// Its arguments, in the notation of Redis's manual.
    pub(crate) syntax: &'static str,
    /// One line on what it does.
    pub(crate) summary: &'static str,
    /// What it costs: `O(1)`, or `O(N)` and what N is.
    pub(crate) complexity: &'static str,
    /// Its subcommands, if it is a container.
    pub(crate) subcommands: &'static [Spec],
    /// How it is carried out.
    pub(crate) run: Run,
}

/// The kinds of commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    /// Values.
    String,
    /// Keys, whatever lies under them.
    Generic,
    /// The connection.
    Connection,
    /// The server.
    Server,
    /// Publish and subscribe.
    PubSub,
    /// Transactions.
    Transactions,
    /// Scripts, of which there are none: clients clear them all the same.
    Scripting,
    /// All the kinds of values that are not served.
    Other(&'static str),
}

impl Group {
    /// The groups of which commands are served, in the order of the book.
    pub(crate) const SERVED: [Self; 7] = [
        Self::String,
        Self::Generic,
        Self::Transactions,
        Self::PubSub,
        Self::Connection,
        Self::Server,
        Self::Scripting,
    ];

    /// The category of access control that follows from the kind.
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

    /// Its name in `COMMAND DOCS`.
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

/// How a command is carried out.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Run {
    /// By the backend.
    Store(Parse),
    /// By the connection.
    Local(Local),
    /// By one of its subcommands.
    Container,
    /// Not at all: a client may ask where its keys stand, and that is all.
    NotServed,
}

/// A command that the connection carries out, with the help of the server's other actors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "named as Redis names them")]
pub(crate) enum Local {
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

/// What a table says of a command, step by step. All that is not said is empty.
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

    /// A command that is nothing but its subcommands.
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
    /// Its name without its container's.
    pub(crate) fn short_name(&self) -> &'static str {
        self.name.split_once('|').map_or(self.name, |(_, short)| short)
    }

    /// Whether it takes so many arguments, its name (of a subcommand: both names) included.
    pub(crate) fn takes(&self, arguments: usize) -> bool {
        let arity = self.arity.unsigned_abs() as usize;
        if self.arity < 0 { arguments >= arity } else { arguments == arity }
    }

    /// All its flags, with what follows from its keys.
    pub(crate) fn all_flags(&self) -> Flags {
        let movable = self.key_specs.iter().any(|keys| !keys.is_fixed());
        if movable { self.flags.with(Flags::MOVABLE_KEYS) } else { self.flags }
    }

    /// All its categories, with those that follow from its flags.
    pub(crate) fn all_categories(&self) -> Categories {
        self.categories.implied_by(self.flags)
    }
}
