//! The fields of each section.
//!
//! The text has a field of Redis if it means something here, or if programs that read `INFO` expect it. For features
//! that this server does not have (replicas, files, scripts, a cluster) it shows what a Redis without them reports.

use std::fmt::{Display, Write};
use std::time::Duration;

use super::{Info, Observed, Process, REDIS_VERSION, Section};

impl Info {
    /// Appends a section.
    pub(super) fn write(&self, section: Section, observed: &Observed, text: &mut String) {
        let mut out = Fields(text);
        out.title(section.title());
        match section {
            Section::Server => self.server(observed, &mut out),
            Section::Clients => self.clients(observed, &mut out),
            Section::Memory => self.memory(&mut out),
            Section::Persistence => self.persistence(&mut out),
            Section::Stats => self.stats(observed, &mut out),
            Section::Replication => self.replication(&mut out),
            Section::Cpu => cpu(&mut out),
            Section::Modules => {}
            Section::CommandStats => self.command_stats(&mut out),
            Section::ErrorStats => {
                for (code, count) in &self.statistics.snapshot().errors {
                    out.field(format_args!("errorstat_{code}"), format_args!("count={count}"));
                }
            }
            Section::LatencyStats => self.latency_stats(&mut out),
            Section::Cluster => out.field("cluster_enabled", 0),
            Section::Keyspace => {
                if let Some(keys) = observed.keys.filter(|&keys| keys > 0) {
                    // The average time to live would have to be computed by every actor, and none keeps it; so it is 0.
                    out.field("db0", format_args!("keys={keys},expires={},avg_ttl=0", observed.volatile));
                }
            }
            Section::Audition => self.audition(observed, &mut out),
        }
    }

    fn server(&self, observed: &Observed, out: &mut Fields<'_>) {
        let uptime = self.facts.started.elapsed().as_secs();
        out.field("redis_version", REDIS_VERSION);
        out.field("redis_mode", "standalone");
        out.field("server_name", "audition");
        out.field("server_version", env!("CARGO_PKG_VERSION"));
        out.field("os", std::env::consts::OS);
        out.field("arch_bits", usize::BITS);
        out.field("process_id", std::process::id());
        out.field("run_id", &self.facts.run_id);
        out.field("tcp_port", self.settings.text("port"));
        out.field("server_time_usec", observed.now_millis.saturating_mul(1000));
        out.field("uptime_in_seconds", uptime);
        out.field("uptime_in_days", uptime / 86_400);
        out.field("hz", self.settings.text("hz"));
        out.field("configured_hz", self.settings.text("hz"));
        out.field("lru_clock", (observed.now_millis / 1000) & 0x00ff_ffff);
        out.field("executable", std::env::current_exe().unwrap_or_default().display());
        out.field("config_file", "");
    }

    fn clients(&self, observed: &Observed, out: &mut Fields<'_>) {
        out.field("connected_clients", observed.clients);
        out.field("cluster_connections", 0);
        out.field("maxclients", self.settings.max_clients());
        out.field("blocked_clients", 0);
        out.field("tracking_clients", 0);
        out.field("clients_in_timeout_table", 0);
    }

    fn memory(&self, out: &mut Fields<'_>) {
        let process = Process::read();
        let limit: u64 = self.settings.text("maxmemory").parse().unwrap_or(0);
        // The amount that the allocator has given out is not known, so both fields show what the system has given to
        // the process.
        for name in ["used_memory", "used_memory_rss"] {
            out.field(name, process.resident);
            out.field(format_args!("{name}_human"), human(process.resident));
        }
        out.field("used_memory_peak", process.peak);
        out.field("used_memory_peak_human", human(process.peak));
        out.field("maxmemory", limit);
        out.field("maxmemory_human", human(limit));
        out.field("maxmemory_policy", self.settings.text("maxmemory-policy"));
        out.field("mem_fragmentation_ratio", "1.00");
        out.field("mem_allocator", "system");
        out.field("lazyfree_pending_objects", 0);
    }

    fn persistence(&self, out: &mut Fields<'_>) {
        out.field("loading", 0);
        out.field("async_loading", 0);
        out.field("rdb_changes_since_last_save", self.key_events.changes());
        out.field("rdb_bgsave_in_progress", 0);
        out.field("rdb_last_save_time", 0);
        out.field("rdb_last_bgsave_status", "ok");
        out.field("rdb_last_bgsave_time_sec", -1);
        out.field("aof_enabled", 0);
        out.field("aof_rewrite_in_progress", 0);
        out.field("aof_rewrite_scheduled", 0);
        out.field("aof_last_bgrewrite_status", "ok");
        out.field("aof_last_write_status", "ok");
    }

    fn stats(&self, observed: &Observed, out: &mut Fields<'_>) {
        let counted = self.statistics.snapshot();
        let kib = |bytes: f64| format!("{:.2}", bytes / 1024.0);
        out.field("total_connections_received", counted.connections);
        out.field("total_commands_processed", counted.calls());
        out.field("instantaneous_ops_per_sec", counted.rate.calls.round());
        out.field("total_net_input_bytes", counted.read_bytes);
        out.field("total_net_output_bytes", counted.written_bytes);
        out.field("instantaneous_input_kbps", kib(counted.rate.read));
        out.field("instantaneous_output_kbps", kib(counted.rate.written));
        out.field("rejected_connections", counted.rejected_connections);
        out.field("sync_full", 0);
        out.field("sync_partial_ok", 0);
        out.field("sync_partial_err", 0);
        out.field("expired_keys", self.key_events.expired().saturating_sub(counted.expired_before));
        out.field("key_events_lost", self.key_events.missed());
        out.field("evicted_keys", 0);
        out.field("evicted_clients", 0);
        out.field("keyspace_hits", counted.hits);
        out.field("keyspace_misses", counted.misses);
        out.field("pubsub_channels", observed.topics.channels);
        out.field("pubsub_patterns", observed.topics.patterns);
        out.field("pubsubshard_channels", 0);
        out.field("latest_fork_usec", 0);
        out.field("total_forks", 0);
        out.field("total_error_replies", counted.errors.values().sum::<u64>());
    }

    fn replication(&self, out: &mut Fields<'_>) {
        out.field("role", "master");
        out.field("connected_slaves", 0);
        out.field("master_failover_state", "no-failover");
        out.field("master_replid", &self.facts.run_id);
        out.field("master_replid2", "0".repeat(40));
        out.field("master_repl_offset", 0);
        out.field("second_repl_offset", -1);
        out.field("repl_backlog_active", 0);
        out.field("repl_backlog_size", self.settings.text("repl-backlog-size"));
        out.field("repl_backlog_first_byte_offset", 0);
        out.field("repl_backlog_histlen", 0);
    }

    fn command_stats(&self, out: &mut Fields<'_>) {
        for command in &self.statistics.snapshot().commands {
            let (calls, micros) = (command.calls(), command.nanos / 1000);
            let per_call = command.nanos as f64 / 1000.0 / calls.max(1) as f64;
            let (rejected, failed) = (command.rejected, command.failed);
            out.field(
                format_args!("cmdstat_{}", command.name),
                format_args!(
                    "calls={calls},usec={micros},usec_per_call={per_call:.2},rejected_calls={rejected},failed_calls={failed}"
                ),
            );
        }
    }

    fn latency_stats(&self, out: &mut Fields<'_>) {
        let percentiles = self.settings.text("latency-tracking-info-percentiles");
        for command in &self.statistics.snapshot().commands {
            let shown: Vec<_> = percentiles
                .split_ascii_whitespace()
                .filter_map(|name| {
                    let micros = command.latencies.percentile(name.parse().ok()?)?;
                    Some(format!("p{name}={micros}.000"))
                })
                .collect();
            if !shown.is_empty() {
                out.field(format_args!("latency_percentiles_usec_{}", command.name), shown.join(","));
            }
        }
    }

    fn audition(&self, observed: &Observed, out: &mut Fields<'_>) {
        out.field("backend", &self.facts.backend);
        out.field("framework", &self.facts.framework);
        out.field("topology", &self.facts.topology);
        out.field("mailbox", &self.facts.mailbox);
        out.field("store", observed.store.name());
        out.field("actor_panics", observed.panics);
        out.field("actor_restarts", observed.restarts);
        if let Some(queued) = observed.queued {
            out.field("mailbox_depth", queued);
        }
    }
}

fn cpu(out: &mut Fields<'_>) {
    let process = Process::read();
    let seconds = |time: Duration| format!("{:.6}", time.as_secs_f64());
    out.field("used_cpu_sys", seconds(process.system));
    out.field("used_cpu_user", seconds(process.user));
    out.field("used_cpu_sys_children", seconds(process.system_children));
    out.field("used_cpu_user_children", seconds(process.user_children));
}

/// The number of bytes in the largest unit that leaves a whole part.
fn human(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "K", "M", "G", "T"];
    if bytes < 1024 {
        return format!("{bytes}B");
    }
    let (mut value, mut unit) = (bytes as f64, 0);
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    format!("{value:.2}{}", UNITS[unit])
}

/// A writer of lines into a string, where writing cannot fail.
struct Fields<'a>(&'a mut String);

impl Fields<'_> {
    fn title(&mut self, title: &str) {
        let _ = write!(self.0, "# {title}\r\n");
    }

    fn field(&mut self, name: impl Display, value: impl Display) {
        let _ = write!(self.0, "{name}:{value}\r\n");
    }
}
