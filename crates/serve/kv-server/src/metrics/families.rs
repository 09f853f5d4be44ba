//! The families of numbers, and their names.

use super::StoreState;
use super::text::Kind::{Counter, Gauge, Histogram};
use super::text::Text;
use crate::info::{Info, Observed, Process};
use crate::statistics::{BUCKETS, CommandSnapshot, Snapshot, upper_bound_micros};

/// The text of all numbers. Units are in the names: seconds and bytes.
pub(super) fn text(info: &Info, observed: &Observed) -> String {
    let counted = info.statistics.snapshot();
    let mut text = Text::default();
    server(info, observed, &mut text);
    clients(&counted, observed, &mut text);
    keys(info, &counted, observed, &mut text);
    commands(&counted, &mut text);
    text.into_string()
}

fn server(info: &Info, observed: &Observed, text: &mut Text) {
    let facts = &info.facts;
    let labels = [
        ("backend", facts.backend.as_str()),
        ("framework", &facts.framework),
        ("topology", &facts.topology),
        ("mailbox", &facts.mailbox),
        ("version", env!("CARGO_PKG_VERSION")),
    ];
    text.family("audition_info", Gauge, "What runs; always 1.");
    text.sample("audition_info", &labels, 1);
    let uptime = facts.started.elapsed().as_secs_f64();
    text.single("audition_uptime_seconds", Gauge, "Time since the start.", uptime);
    text.single("audition_actor_panics_total", Counter, "Panics of the backend's actors.", observed.panics);
    text.single(
        "audition_actor_restarts_total",
        Counter,
        "Restarts of the backend's actors.",
        observed.restarts,
    );
    text.single(
        "audition_store_up",
        Gauge,
        "1 while the whole store takes commands; 0 when a part of it or all of it has ended for good.",
        u8::from(observed.store == StoreState::Up),
    );
    if let Some(queued) = observed.queued {
        text.single(
            "audition_mailbox_depth",
            Gauge,
            "Commands that wait in the backend's mailboxes.",
            queued,
        );
    }
    let process = Process::read();
    let cpu = (process.user + process.system).as_secs_f64();
    text.single("process_cpu_seconds_total", Counter, "Processor time of the process.", cpu);
    text.single("process_resident_memory_bytes", Gauge, "Memory of the process.", process.resident);
}

fn clients(counted: &Snapshot<'_>, observed: &Observed, text: &mut Text) {
    text.single("audition_connected_clients", Gauge, "Clients that are connected.", observed.clients);
    let total = counted.connections;
    text.single("audition_connections_total", Counter, "Connections that were accepted.", total);
    let rejected = counted.rejected_connections;
    text.single("audition_connections_rejected_total", Counter, "Connections beyond maxclients.", rejected);
    let (read, written) = (counted.read_bytes, counted.written_bytes);
    text.single("audition_read_bytes_total", Counter, "Bytes received from clients.", read);
    text.single("audition_written_bytes_total", Counter, "Bytes sent to clients.", written);
    let topics = observed.topics;
    text.single("audition_pubsub_channels", Gauge, "Channels with subscribers.", topics.channels);
    text.single("audition_pubsub_patterns", Gauge, "Patterns with subscribers.", topics.patterns);
}

fn keys(info: &Info, counted: &Snapshot<'_>, observed: &Observed, text: &mut Text) {
    if let Some(keys) = observed.keys {
        text.single("audition_keys", Gauge, "Keys in the store.", keys);
    }
    let (changes, expired) = (info.key_events.changes(), info.key_events.expired());
    text.single("audition_changes_total", Counter, "Writes that changed a key.", changes);
    text.single("audition_expired_keys_total", Counter, "Keys removed because their time was over.", expired);
    let lost = info.key_events.missed();
    text.single(
        "audition_key_events_lost_total",
        Counter,
        "Key events that came faster than they were published.",
        lost,
    );
    text.single("audition_lookup_hits_total", Counter, "Lookups that found a key.", counted.hits);
    text.single("audition_lookup_misses_total", Counter, "Lookups that found none.", counted.misses);
}

fn commands(counted: &Snapshot<'_>, text: &mut Text) {
    let name = "audition_commands_rejected_total";
    text.family(name, Counter, "Commands refused before they were carried out.");
    for command in &counted.commands {
        text.sample(name, &[("command", command.name)], command.rejected);
    }
    let name = "audition_commands_failed_total";
    text.family(name, Counter, "Commands that were carried out and failed.");
    for command in &counted.commands {
        text.sample(name, &[("command", command.name)], command.failed);
    }
    let name = "audition_errors_total";
    text.family(name, Counter, "Errors that were answered, by their code.");
    for (code, count) in &counted.errors {
        text.sample(name, &[("code", code)], count);
    }
    let name = "audition_command_duration_seconds";
    text.family(name, Histogram, "Time from a command's parsing to its reply.");
    for command in &counted.commands {
        histogram(name, command, text);
    }
}

fn histogram(name: &str, command: &CommandSnapshot<'_>, text: &mut Text) {
    let label = ("command", command.name);
    let mut up_to = 0;
    for bucket in 0..BUCKETS {
        up_to += command.latencies.0[bucket];
        let bound =
            upper_bound_micros(bucket).map_or("+Inf".to_owned(), |micros| (micros as f64 / 1e6).to_string());
        text.sample(&format!("{name}_bucket"), &[label, ("le", &bound)], up_to);
    }
    text.sample(&format!("{name}_sum"), &[label], command.nanos as f64 / 1e9);
    text.sample(&format!("{name}_count"), &[label], up_to);
}
