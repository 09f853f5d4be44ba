//! What a command does to data, where it is allowed, and to which categories of access it belongs.

use super::bits::bit_set;

bit_set! {
    /// A command's flags, under Redis's names.
    Flags of FlagBit {
        /// It may change data.
        WRITE = "write",
        /// It only looks at data.
        READONLY = "readonly",
        /// It may take more memory.
        DENYOOM = "denyoom",
        /// It is for administrators.
        ADMIN = "admin",
        /// It belongs to publish and subscribe.
        PUBSUB = "pubsub",
        /// Scripts may not call it.
        NOSCRIPT = "noscript",
        /// It may keep its client waiting.
        BLOCKING = "blocking",
        /// It is allowed while data is loaded.
        LOADING = "loading",
        /// It is allowed on a replica that has lost its master.
        STALE = "stale",
        /// Monitors do not see it.
        SKIP_MONITOR = "skip_monitor",
        /// The log of slow commands does not see it.
        SKIP_SLOWLOG = "skip_slowlog",
        /// Its time does not depend on the amount of data.
        FAST = "fast",
        /// It is allowed before the client has given the password.
        NO_AUTH = "no_auth",
        /// It may be called without any key although it takes keys.
        NO_MANDATORY_KEYS = "no_mandatory_keys",
        /// It is not allowed in a transaction.
        NO_MULTI = "no_multi",
        /// Its keys cannot be found by position alone.
        MOVABLE_KEYS = "movablekeys",
        /// It is allowed while a script runs for too long.
        ALLOW_BUSY = "allow_busy",
    }
}

bit_set! {
    /// Categories of access control, under Redis's names without the `@`.
    Categories of CategoryBit {
        /// Keys, whatever lies under them.
        KEYSPACE = "keyspace",
        /// Looks at data.
        READ = "read",
        /// Changes data.
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
        /// For administrators.
        ADMIN = "admin",
        /// Takes the same time whatever the amount of data.
        FAST = "fast",
        /// All that is not fast.
        SLOW = "slow",
        /// May keep its client waiting.
        BLOCKING = "blocking",
        /// Can do harm.
        DANGEROUS = "dangerous",
        /// The connection itself.
        CONNECTION = "connection",
        /// Transactions.
        TRANSACTION = "transaction",
        /// Scripts.
        SCRIPTING = "scripting",
    }
}

impl Categories {
    /// The categories that follow from a command's flags, as in Redis: what is read or written by a script is not known,
    /// so scripts are neither.
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
