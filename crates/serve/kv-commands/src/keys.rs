//! The places of a command's keys among its arguments, and the command's access to them.

use super::bits::bit_set;

bit_set! {
    /// What a command does to a key, under Redis's names.
    pub(crate) Access of AccessBit {
        /// The command leaves the value as it is.
        RO = "RO",
        /// The command changes the value, and the result depends on the old one.
        RW = "RW",
        /// The command overwrites the value.
        OW = "OW",
        /// The command removes the key.
        RM = "RM",
        /// The reply tells of the value, or the value is copied.
        READS = "access",
        /// The command may change the value.
        UPDATES = "update",
        /// The command adds something, and changes nothing else.
        INSERTS = "insert",
        /// The command removes something.
        DELETES = "delete",
        /// The description may not find all keys.
        INCOMPLETE = "incomplete",
        /// The access depends on the command's options.
        VARIABLE = "variable_flags",
    }
}

impl Access {
    /// The access of a command that reads the value.
    pub(crate) const READ: Self = Self::RO.with(Self::READS);
    /// The access of a command that looks at the key without reading the value.
    pub(crate) const LOOK: Self = Self::RO;
    /// The access of a command that reads and changes the value.
    pub(crate) const MODIFY: Self = Self::RW.with(Self::READS).with(Self::UPDATES);
    /// The access of a command that changes the value, or the deadline, and whose reply does not tell the value.
    pub(crate) const CHANGE: Self = Self::RW.with(Self::UPDATES);
    /// The access of a command that adds to the value.
    pub(crate) const EXTEND: Self = Self::RW.with(Self::INSERTS);
    /// The access of a command that takes the value out.
    pub(crate) const TAKE: Self = Self::RW.with(Self::READS).with(Self::DELETES);
    /// The access of a command that overwrites the value.
    pub(crate) const OVERWRITE: Self = Self::OW.with(Self::UPDATES);
    /// The access of a command that creates the value.
    pub(crate) const CREATE: Self = Self::OW.with(Self::INSERTS);
    /// The access of a command that removes the key.
    pub(crate) const REMOVE: Self = Self::RM.with(Self::DELETES);
}

/// A description of some of a command's keys: where they begin, and which arguments follow.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeySpec {
    /// The command's access to these keys.
    pub(crate) access: Access,
    /// The place of the first key, or of the argument that says how many keys there are.
    pub(crate) begin: Begin,
    /// Which arguments from there on are keys.
    pub(crate) find: Find,
}

/// The place at which keys begin.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Begin {
    /// The argument at this index, the command's name being 0.
    Index(i32),
    /// The argument behind this word.
    Keyword {
        /// The word.
        word: &'static str,
        /// Where the search for the word begins; a negative place counts from the end, and the search goes backwards.
        from: i32,
    },
    /// A place that only the command itself can find.
    Unknown,
}

/// Which arguments are keys.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Find {
    /// A run of arguments.
    Range {
        /// The last key, relative to the first; a negative number counts from the end.
        last: i32,
        /// The distance from one key to the next.
        step: i32,
        /// For numbers from 2 on: only this part of the arguments holds keys, a half or a third and so on.
        limit: i32,
    },
    /// As many keys as an argument says.
    Counted {
        /// The place of the number, relative to the beginning.
        number: i32,
        /// The first key, relative to the beginning.
        first: i32,
        /// The distance from one key to the next.
        step: i32,
    },
    /// Keys that only the command itself can find.
    Unknown,
}

impl KeySpec {
    /// The description of one key at `index`.
    pub(crate) const fn at(index: i32, access: Access) -> Self {
        Self::range(index, 0, 1, access)
    }

    /// The description of a key at `first` and at every `step`-th argument from there to the end.
    pub(crate) const fn rest(first: i32, step: i32, access: Access) -> Self {
        Self::range(first, -1, step, access)
    }

    /// The description of a run of keys from `first` on; `last` is relative to it.
    pub(crate) const fn range(first: i32, last: i32, step: i32, access: Access) -> Self {
        Self { access, begin: Begin::Index(first), find: Find::Range { last, step, limit: 0 } }
    }

    /// The description of as many keys as the argument at `number` says, right behind it.
    pub(crate) const fn counted(number: i32, access: Access) -> Self {
        let find = Find::Counted { number: 0, first: 1, step: 1 };
        Self { access, begin: Begin::Index(number), find }
    }

    /// The description of one key behind `word`.
    pub(crate) const fn after(word: &'static str, from: i32, access: Access) -> Self {
        Self {
            access,
            begin: Begin::Keyword { word, from },
            find: Find::Range { last: 0, step: 1, limit: 0 },
        }
    }

    /// The description of keys that cannot be told from other arguments without knowing the command.
    pub(crate) const fn unknown(access: Access) -> Self {
        Self { access, begin: Begin::Unknown, find: Find::Unknown }
    }

    /// Whether the keys' places are known without looking at the arguments.
    pub(crate) const fn is_fixed(&self) -> bool {
        matches!((self.begin, self.find), (Begin::Index(_), Find::Range { .. }))
    }
}

/// The places of a command's keys in the older and simpler description, which clients still read; all 0 for none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Keys {
    /// The first key's place.
    pub(crate) first: i32,
    /// The last key's place; negative counts from the end.
    pub(crate) last: i32,
    /// The distance from one key to the next.
    pub(crate) step: i32,
}

impl Keys {
    /// The description of a command without keys.
    pub(crate) const NONE: Self = Self { first: 0, last: 0, step: 0 };

    /// The older description of these keys: the run from the first to the last key that stand at fixed places.
    pub(crate) const fn of(specs: &[KeySpec]) -> Self {
        let mut keys = Self::NONE;
        let mut at = 0;
        while at < specs.len() {
            if let (Begin::Index(first), Find::Range { last, step, .. }) = (specs[at].begin, specs[at].find) {
                let last = if last < 0 { last } else { first + last };
                if keys.step == 0 {
                    keys = Self { first, last, step };
                } else if last > keys.last {
                    keys.last = last;
                }
            }
            at += 1;
        }
        keys
    }
}
