use std::collections::BTreeMap;
use std::time::Duration;

use super::*;

/// The fields of the text, read as Redis's clients do: a section by its title, a field by its name.
fn parse(text: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut sections: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
    let mut title = None;
    assert!(text.is_empty() || text.ends_with("\r\n"));
    for line in text.split("\r\n") {
        assert!(!line.contains(['\r', '\n']), "{line:?}");
        if line.is_empty() {
            title = None;
        } else if let Some(name) = line.strip_prefix("# ") {
            assert!(
                title.is_none() && !sections.contains_key(name),
                "{name} comes behind a blank line, once"
            );
            sections.insert(name.to_owned(), BTreeMap::new());
            title = Some(name.to_owned());
        } else {
            let section = title.as_ref().and_then(|title| sections.get_mut(title)).expect("within a section");
            let (name, value) = line.split_once(':').expect("name:value");
            assert!(section.insert(name.to_owned(), value.to_owned()).is_none(), "{name} twice");
        }
    }
    sections
}

fn info() -> Info {
    let facts = Facts {
        backend: "tokio".to_owned(),
        framework: "tokio 1.54.1".to_owned(),
        topology: "single".to_owned(),
        mailbox: "bounded(1024)".to_owned(),
        run_id: Facts::new_run_id(),
        started: Instant::now(),
    };
    let statistics = Arc::new(Statistics::new(vec!["get".to_owned(), "config|set".to_owned()]));
    let settings = Arc::new(Settings::new([("port", "7000")]).expect("valid"));
    Info { facts, settings, statistics, key_events: KeyEvents::default() }
}

fn sections(names: &[&str]) -> Vec<String> {
    let names: Vec<_> = names.iter().map(|name| name.as_bytes()).collect();
    parse(&info().text(&names, &Observed::default())).into_keys().collect()
}

#[test]
fn sections_are_chosen_by_name_in_any_case_and_once() {
    let default = sections(&[]);
    assert_eq!(default, sections(&["default", "CPU"]));
    assert!(default.contains(&"Memory".to_owned()) && !default.contains(&"Commandstats".to_owned()));
    assert_eq!(sections(&["all"]), sections(&["cpu", "EVERYTHING", "default"]));
    assert_eq!(sections(&["all"]).len(), Section::ALL.len());
    assert_eq!(sections(&["commandSTATS", "commandstats"]), ["Commandstats"]);
    assert_eq!(sections(&["sentinel"]), [""; 0]);
    assert_eq!(sections(&["cpu", "sentinel"]), ["CPU"]);
}

/// The fields that Redis's own suite and the usual clients and exporters read.
#[test]
fn the_fields_that_are_read_are_there() {
    let info = info();
    info.statistics.recorder(1).executed(0, Duration::from_micros(5), false);
    let observed = Observed {
        clients: 3,
        keys: Some(12),
        volatile: 3,
        panics: 2,
        restarts: 1,
        queued: Some(4),
        now_millis: 1_700_000_000_123,
        ..Observed::default()
    };
    let sections = parse(&info.text(&[b"everything"], &observed));
    let field = |section: &str, name: &str| sections[section].get(name).map_or("missing", String::as_str);
    let cases = [
        ("Server", "redis_version", "7.0.15"),
        ("Server", "redis_mode", "standalone"),
        ("Server", "tcp_port", "7000"),
        ("Server", "server_time_usec", "1700000000123000"),
        ("Clients", "connected_clients", "3"),
        ("Clients", "maxclients", "10000"),
        ("Clients", "blocked_clients", "0"),
        ("Memory", "maxmemory_policy", "noeviction"),
        ("Memory", "maxmemory_human", "0B"),
        ("Persistence", "loading", "0"),
        ("Persistence", "rdb_changes_since_last_save", "0"),
        ("Persistence", "rdb_bgsave_in_progress", "0"),
        ("Stats", "total_commands_processed", "1"),
        ("Stats", "instantaneous_ops_per_sec", "0"),
        ("Stats", "expired_keys", "0"),
        ("Replication", "role", "master"),
        ("Replication", "connected_slaves", "0"),
        ("Keyspace", "db0", "keys=12,expires=3,avg_ttl=0"),
        ("Cluster", "cluster_enabled", "0"),
        ("Audition", "backend", "tokio"),
        ("Audition", "actor_panics", "2"),
        ("Audition", "actor_restarts", "1"),
        ("Audition", "mailbox_depth", "4"),
    ];
    for (section, name, value) in cases {
        assert_eq!(field(section, name), value, "{name}");
    }
    assert_eq!(field("Server", "run_id").len(), 40);
    for name in ["used_cpu_user", "used_cpu_sys", "used_cpu_user_children"] {
        assert!(field("CPU", name).parse::<f64>().is_ok_and(|seconds| seconds >= 0.0), "{name}");
    }
    if cfg!(target_os = "linux") {
        let bytes = |name| field("Memory", name).parse::<u64>().expect("a number");
        assert!(bytes("used_memory") > 0 && bytes("used_memory_peak") >= bytes("used_memory"));
    }
}

#[test]
fn commands_and_errors_have_redis_form() {
    let info = info();
    let recorder = info.statistics.recorder(1);
    recorder.executed(0, Duration::from_nanos(2_500), false);
    recorder.executed(0, Duration::from_nanos(3_500), true);
    recorder.rejected(1);
    recorder.error("ERR");
    let sections =
        parse(&info.text(&[b"commandstats", b"errorstats", b"latencystats"], &Observed::default()));
    let get = "calls=2,usec=6,usec_per_call=3.00,rejected_calls=0,failed_calls=1";
    assert_eq!(sections["Commandstats"]["cmdstat_get"], get);
    let set = "calls=0,usec=0,usec_per_call=0.00,rejected_calls=1,failed_calls=0";
    assert_eq!(sections["Commandstats"]["cmdstat_config|set"], set);
    assert_eq!(sections["Errorstats"]["errorstat_ERR"], "count=1");
    assert_eq!(sections["Latencystats"]["latency_percentiles_usec_get"], "p50=4.000,p99=4.000,p99.9=4.000");
    assert_eq!(sections["Latencystats"].len(), 1, "there is no time of a command that never ran");
}

#[test]
fn an_empty_store_has_no_line() {
    for keys in [None, Some(0)] {
        let text = info().text(&[b"keyspace"], &Observed { keys, ..Observed::default() });
        assert_eq!(text, "# Keyspace\r\n");
    }
}

#[test]
fn no_two_runs_have_one_name() {
    assert_ne!(Facts::new_run_id(), Facts::new_run_id());
}
