//! Where a command's keys stand among its arguments, and what it does to them.

use super::bits::bit_set;

bit_set! {
    /// What a command does to a key, under Redis's names.
    Access of AccessBit {
        /// It leaves the value as it is.
        RO = "RO",
        /// It changes the value and depends on the old one.
        RW = "RW",
        /// It overwrites the value.
        OW = "OW",
        /// It removes the key.
        RM = "RM",
        /// The reply tells of the value, or it is copied.
        READS = "access",
        /// The value may change.
        UPDATES = "update",
        /// Something is added, and nothing else changes.
        INSERTS = "insert",
        /// Something is removed.
        DELETES = "delete",
        /// Not all the keys may be found in this way.
        INCOMPLETE = "incomplete",
        /// What it does depends on options.
        VARIABLE = "variable_flags",
    }
}

impl Access {
    /// Reads the value.
    pub(crate) const READ: Self = Self::RO.with(Self::READS);
    /// Looks at the key without reading the value.
    pub(crate) const LOOK: Self = Self::RO;
    /// Reads and changes the value.
    pub(crate) const MODIFY: Self = Self::RW.with(Self::READS).with(Self::UPDATES);
    /// Changes the value, or the deadline, and does not tell of it.
    pub(crate) const CHANGE: Self = Self::RW.with(Self::UPDATES);
    /// Adds to the value.
    pub(crate) const EXTEND: Self = Self::RW.with(Self::INSERTS);
    /// Takes the value out.
    pub(crate) const TAKE: Self = Self::RW.with(Self::READS).with(Self::DELETES);
    /// Overwrites the value.
    pub(crate) const OVERWRITE: Self = Self::OW.with(Self::UPDATES);
    /// Creates the value.
    pub(crate) const CREATE: Self = Self::OW.with(Self::INSERTS);
    /// Removes the key.
    pub(crate) const REMOVE: Self = Self::RM.with(Self::DELETES);
}

/// Some of a command's keys: where they begin, and how to go on from there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeySpec {
    /// What the command does to them.
    pub(crate) access: Access,
    /// Where the first of them stands, or what says how many there are.
    pub(crate) begin: Begin,
    /// Which arguments from there on are keys.
    pub(crate) find: Find,
}

/// Where keys begin.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Begin {
    /// At this argument, the command's name being 0.
    Index(i32),
    /// Behind this word.
    Keyword {
        /// The word.
        word: &'static str,
        /// Where to begin to look for it; a negative place counts from the end, and the search goes backwards.
        from: i32,
    },
    /// Nobody knows but the command.
    Unknown,
}

/// Which arguments are keys.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Find {
    /// A run of arguments.
    Range {
        /// The last key, relative to the first; a negative number counts from the end.
        last: i32,
        /// From one key to the next.
        step: i32,
        /// From 2 on: only this part of the arguments, a half or a third and so on.
        limit: i32,
    },
    /// As many as an argument says.
    Counted {
        /// The place of the number, relative to the beginning.
        number: i32,
        /// The first key, relative to the beginning.
        first: i32,
        /// From one key to the next.
        step: i32,
    },
    /// Nobody knows but the command.
    Unknown,
}

impl KeySpec {
    /// One key at `index`.
    pub(crate) const fn at(index: i32, access: Access) -> Self {
        Self::range(index, 0, 1, access)
    }

    /// A key at `first` and at every `step`-th argument from there to the end.
    pub(crate) const fn rest(first: i32, step: i32, access: Access) -> Self {
        Self::range(first, -1, step, access)
    }

    /// A run of keys from `first` on; `last` is relative to it.
    pub(crate) const fn range(first: i32, last: i32, step: i32, access: Access) -> Self {
        Self { access, begin: Begin::Index(first), find: Find::Range { last, step, limit: 0 } }
    }

    /// As many keys as the argument at `number` says, right behind it.
    pub(crate) const fn counted(number: i32, access: Access) -> Self {
        let find = Find::Counted { number: 0, first: 1, step: 1 };
        Self { access, begin: Begin::Index(number), find }
    }

    /// One key behind `word`.
    pub(crate) const fn after(word: &'static str, from: i32, access: Access) -> Self {
        Self {
            access,
            begin: Begin::Keyword { word, from },
            find: Find::Range { last: 0, step: 1, limit: 0 },
        }
    }

    /// Keys that cannot be told from other arguments without knowing the command.
    pub(crate) const fn unknown(access: Access) -> Self {
        Self { access, begin: Begin::Unknown, find: Find::Unknown }
    }

    /// Whether the keys' places are known without looking at the arguments.
    pub(crate) const fn is_fixed(&self) -> bool {
        matches!((self.begin, self.find), (Begin::Index(_), Find::Range { .. }))
    }
}

/// Where a command's keys stand in the older and simpler description, which clients still read; all 0 for none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Keys {
    /// The first key's place.
    pub(crate) first: i32,
    /// The last key's place; negative counts from the end.
    pub(crate) last: i32,
    /// From one key to the next.
    pub(crate) step: i32,
}

impl Keys {
    /// No keys.
    pub(crate) const NONE: Self = Self { first: 0, last: 0, step: 0 };

    /// What can be said in this way: the run from the first to the last key that stand at fixed places.
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
