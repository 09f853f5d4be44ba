//! The flags and the access categories of a command.

use super::bits::bit_set;

bit_set! {
    /// A command's flags, under Redis's names.
    pub Flags of FlagBit {
        /// The command may change data.
        WRITE = "write",
        /// The command only looks at data.
        READONLY = "readonly",
        /// The command may take more memory.
        DENYOOM = "denyoom",
        /// The command is for administrators.
        ADMIN = "admin",
        /// The command belongs to publish and subscribe.
        PUBSUB = "pubsub",
        /// Scripts may not call the command.
        NOSCRIPT = "noscript",
        /// The command may keep its client waiting.
        BLOCKING = "blocking",
        /// The command is allowed while data is loaded.
        LOADING = "loading",
        /// The command is allowed on a replica that has lost its master.
        STALE = "stale",
        /// Monitors do not see the command.
        SKIP_MONITOR = "skip_monitor",
        /// The log of slow commands does not show the command.
        SKIP_SLOWLOG = "skip_slowlog",
        /// The command's time does not depend on the amount of data.
        FAST = "fast",
        /// The command is allowed before the client has given the password.
        NO_AUTH = "no_auth",
        /// The command may be called without any key although it takes keys.
        NO_MANDATORY_KEYS = "no_mandatory_keys",
        /// The command is not allowed in a transaction.
        NO_MULTI = "no_multi",
        /// The command's keys cannot be found by position alone.
        MOVABLE_KEYS = "movablekeys",
        /// The command is allowed while a script runs for too long.
        ALLOW_BUSY = "allow_busy",
    }
}

bit_set! {
    /// Categories of access control, under Redis's names without the `@`.
    pub(crate) Categories of CategoryBit {
        /// Commands on keys, independent of the kind of value.
        KEYSPACE = "keyspace",
        /// Commands that look at data.
        READ = "read",
        /// Commands that change data.
        WRITE = "write",
        /// Sets.
        SET = "set",
        /// Sorted sets.
        SORTED_SET = "sortedset",
        /// Lists.
        LIST = "list",
        /// Hashes.
        HASH = "hash",
        /// Strings.
        STRING = "string",
        /// Bitmaps.
        BITMAP = "bitmap",
        /// Counters of distinct elements.
        HYPERLOGLOG = "hyperloglog",
        /// Geographical indices.
        GEO = "geo",
        /// Streams.
        STREAM = "stream",
        /// Publish and subscribe.
        PUBSUB = "pubsub",
        /// Commands for administrators.
        ADMIN = "admin",
        /// Commands that take the same time whatever the amount of data.
        FAST = "fast",
        /// All commands that are not fast.
        SLOW = "slow",
        /// Commands that may keep their client waiting.
        BLOCKING = "blocking",
        /// Commands that can do harm.
        DANGEROUS = "dangerous",
        /// Commands about the connection itself.
        CONNECTION = "connection",
        /// Transactions.
        TRANSACTION = "transaction",
        /// Scripts.
        SCRIPTING = "scripting",
    }
}

impl Categories {
    /// The categories that follow from a command's flags, as in Redis. The server cannot know what a script reads or
    /// writes, so scripts belong neither to `READ` nor to `WRITE`.
    #[must_use]
    pub(crate) const fn implied_by(self, flags: Flags) -> Self {
        let scripting = self.contains(Self::SCRIPTING);
        let mut all = if flags.contains(Flags::FAST) { self.with(Self::FAST) } else { self.with(Self::SLOW) };
        if flags.contains(Flags::WRITE) {
            all = all.with(Self::WRITE);
        }
        if flags.contains(Flags::READONLY) && !scripting {
            all = all.with(Self::READ);
        }
        if flags.contains(Flags::ADMIN) {
            all = all.with(Self::ADMIN).with(Self::DANGEROUS);
        }
        if flags.contains(Flags::PUBSUB) {
            all = all.with(Self::PUBSUB);
        }
        if flags.contains(Flags::BLOCKING) {
            all = all.with(Self::BLOCKING);
        }
        all
    }
}
