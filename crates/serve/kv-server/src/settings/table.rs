//! The table of settings: the names of Redis 7.0 that mean something here, or that clients and test suites set.

use super::definition::Definition;
use super::kind::Kind::{
    AnyOf, Clamped, Events, Integer, Memory, MemoryOrShare, OneOf, OutputLimits, Percentiles, Save, Text,
    YesNo,
};

const INT: i64 = i32::MAX as i64;
const LONG: u64 = i64::MAX as u64;
const SIGNALS: &[&str] = &["default", "save", "nosave", "now", "force"];
const POLICIES: &[&str] = &[
    "volatile-lru",
    "volatile-lfu",
    "volatile-random",
    "volatile-ttl",
    "allkeys-lru",
    "allkeys-lfu",
    "allkeys-random",
    "noeviction",
];
const AT_THE_START: &str = "it is decided when the server starts";
const NO_FILES: &str = "this server keeps no files";
const NO_REPLICAS: &str = "this server has no replicas";

/// All settings, grouped by their effect.
pub(super) static TABLE: &[Definition] = &[
    // Settings that the server follows.
    Definition::effective(
        "client-output-buffer-limit",
        OutputLimits,
        "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60",
    ),
    Definition::effective("client-query-buffer-limit", Memory(1 << 20, LONG), "1073741824"),
    Definition::effective("latency-tracking-info-percentiles", Percentiles, "50 99 99.9"),
    Definition::effective("maxclients", Integer(1, u32::MAX as i64), "10000"),
    Definition::effective("notify-keyspace-events", Events, ""),
    Definition::effective("requirepass", Text, ""),
    Definition::effective("timeout", Integer(0, INT), "0"),
    // Settings that are decided when the server starts.
    Definition::fixed("appendonly", YesNo, "no", NO_FILES),
    Definition::fixed(
        "bind",
        Text,
        "127.0.0.1 -::1",
        "Failed to bind to specified addresses: it is decided when the server starts",
    ),
    Definition::fixed(
        "port",
        Integer(0, 65_535),
        "6379",
        "Unable to listen on this port: it is decided when the server starts",
    ),
    Definition::fixed("bind-source-addr", Text, "", AT_THE_START),
    Definition::fixed("proto-max-bulk-len", Memory(1, LONG), "536870912", AT_THE_START),
    Definition::fixed("protected-mode", YesNo, "yes", AT_THE_START),
    Definition::fixed("replicaof", Text, "", NO_REPLICAS).alias("slaveof"),
    Definition::immutable("cluster-enabled", YesNo, "no"),
    Definition::immutable("daemonize", YesNo, "no"),
    Definition::immutable("databases", Integer(1, INT), "1"),
    Definition::immutable("enable-debug-command", OneOf(&["no", "yes", "local"]), "no"),
    Definition::immutable("io-threads", Integer(1, 128), "1"),
    Definition::immutable("logfile", Text, ""),
    Definition::immutable("supervised", OneOf(&["no", "auto", "systemd", "upstart"]), "no"),
    Definition::immutable("tcp-backlog", Integer(0, INT), "511"),
    // Settings that are remembered, and have no effect.
    Definition::accepted("active-expire-effort", Integer(1, 10), "1"),
    Definition::accepted("activedefrag", YesNo, "no"),
    Definition::accepted("activerehashing", YesNo, "yes"),
    Definition::accepted("aof-use-rdb-preamble", YesNo, "yes"),
    Definition::accepted("appendfsync", OneOf(&["everysec", "always", "no"]), "everysec"),
    Definition::accepted("auto-aof-rewrite-percentage", Integer(0, INT), "100"),
    Definition::accepted("busy-reply-threshold", Integer(0, i64::MAX), "5000").alias("lua-time-limit"),
    Definition::accepted("dynamic-hz", YesNo, "yes"),
    Definition::accepted("hash-max-listpack-entries", Integer(0, i64::MAX), "512")
        .alias("hash-max-ziplist-entries"),
    Definition::accepted("hash-max-listpack-value", Memory(0, LONG), "64").alias("hash-max-ziplist-value"),
    Definition::accepted("hll-sparse-max-bytes", Memory(0, LONG), "3000"),
    Definition::accepted("hz", Clamped(1, 500), "10"),
    Definition::accepted("key-load-delay", Integer(i32::MIN as i64, INT), "0").hidden(),
    Definition::accepted("latency-monitor-threshold", Integer(0, i64::MAX), "0"),
    Definition::accepted("latency-tracking", YesNo, "yes"),
    Definition::accepted("lazyfree-lazy-eviction", YesNo, "no"),
    Definition::accepted("lazyfree-lazy-expire", YesNo, "no"),
    Definition::accepted("lazyfree-lazy-server-del", YesNo, "no"),
    Definition::accepted("lazyfree-lazy-user-del", YesNo, "no"),
    Definition::accepted("lazyfree-lazy-user-flush", YesNo, "no"),
    Definition::accepted("lfu-decay-time", Integer(0, INT), "1"),
    Definition::accepted("lfu-log-factor", Integer(0, INT), "10"),
    Definition::accepted("list-compress-depth", Integer(0, INT), "0"),
    Definition::accepted("list-max-listpack-size", Integer(i32::MIN as i64, INT), "-2")
        .alias("list-max-ziplist-size"),
    Definition::accepted("loglevel", OneOf(&["debug", "verbose", "notice", "warning"]), "notice"),
    Definition::accepted("maxmemory", Memory(0, u64::MAX), "0"),
    Definition::accepted("maxmemory-clients", MemoryOrShare, "0"),
    Definition::accepted("maxmemory-eviction-tenacity", Integer(0, 100), "10"),
    Definition::accepted("maxmemory-policy", OneOf(POLICIES), "noeviction"),
    Definition::accepted("maxmemory-samples", Integer(1, INT), "5"),
    Definition::accepted("min-replicas-max-lag", Integer(0, INT), "10").alias("min-slaves-max-lag"),
    Definition::accepted("min-replicas-to-write", Integer(0, INT), "0").alias("min-slaves-to-write"),
    Definition::accepted("rdb-key-save-delay", Integer(i32::MIN as i64, INT), "0").hidden(),
    Definition::accepted("rdbcompression", YesNo, "yes"),
    Definition::accepted("repl-backlog-size", Memory(1, LONG), "1048576"),
    Definition::accepted("repl-diskless-load", OneOf(&["disabled", "on-empty-db", "swapdb"]), "disabled"),
    Definition::accepted("repl-diskless-sync", YesNo, "yes"),
    Definition::accepted("repl-diskless-sync-delay", Integer(0, INT), "5"),
    Definition::accepted("repl-ping-replica-period", Integer(1, INT), "10").alias("repl-ping-slave-period"),
    Definition::accepted("repl-timeout", Integer(1, INT), "60"),
    Definition::accepted("replica-read-only", YesNo, "yes").alias("slave-read-only"),
    Definition::accepted("replica-serve-stale-data", YesNo, "yes").alias("slave-serve-stale-data"),
    Definition::accepted("save", Save, ""),
    Definition::accepted("set-max-intset-entries", Integer(0, i64::MAX), "512"),
    Definition::accepted("shutdown-on-sigint", AnyOf(SIGNALS), "default"),
    Definition::accepted("shutdown-on-sigterm", AnyOf(SIGNALS), "default"),
    Definition::accepted("slowlog-log-slower-than", Integer(-1, i64::MAX), "10000"),
    Definition::accepted("slowlog-max-len", Integer(0, i64::MAX), "128"),
    Definition::accepted("stop-writes-on-bgsave-error", YesNo, "yes"),
    Definition::accepted("stream-node-max-bytes", Memory(0, LONG), "4096"),
    Definition::accepted("stream-node-max-entries", Integer(0, i64::MAX), "100"),
    Definition::accepted("tcp-keepalive", Integer(0, INT), "300"),
    Definition::accepted("tracking-table-max-keys", Integer(0, i64::MAX), "1000000"),
    Definition::accepted("zset-max-listpack-entries", Integer(0, i64::MAX), "128")
        .alias("zset-max-ziplist-entries"),
    Definition::accepted("zset-max-listpack-value", Memory(0, LONG), "64").alias("zset-max-ziplist-value"),
];
