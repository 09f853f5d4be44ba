//! Hints for clients that spread commands over several servers, as `COMMAND INFO` lists them.

pub(super) const BY_KEYS: &[&str] = &["request_policy:multi_shard"];
pub(super) const ALL_SUCCEEDED: &[&str] = &["request_policy:multi_shard", "response_policy:all_succeeded"];
pub(super) const LEAST_OF_SHARDS: &[&str] = &["request_policy:multi_shard", "response_policy:agg_min"];
pub(super) const SUM_BY_KEYS: &[&str] = &["request_policy:multi_shard", "response_policy:agg_sum"];
pub(super) const SUM_OF_ALL: &[&str] = &["request_policy:all_shards", "response_policy:agg_sum"];
pub(super) const EVERY_SHARD_DONE: &[&str] = &["request_policy:all_shards", "response_policy:all_succeeded"];
pub(super) const EVERY_NODE_DONE: &[&str] = &["request_policy:all_nodes", "response_policy:all_succeeded"];
pub(super) const ONE_SUCCEEDED: &[&str] = &["request_policy:all_shards", "response_policy:one_succeeded"];
pub(super) const CHANGING: &[&str] = &["nondeterministic_output"];
pub(super) const CHANGING_ORDER: &[&str] = &["nondeterministic_output_order"];
pub(super) const CHANGING_FROM_ALL: &[&str] = &["request_policy:all_shards", "nondeterministic_output"];
pub(super) const ANY_ORDER: &[&str] = &["request_policy:all_shards", "nondeterministic_output_order"];
pub(super) const CHANGING_WALK: &[&str] = &["nondeterministic_output", "request_policy:special"];
pub(super) const CHANGING_OF_EACH: &[&str] =
    &["nondeterministic_output", "request_policy:all_shards", "response_policy:special"];
