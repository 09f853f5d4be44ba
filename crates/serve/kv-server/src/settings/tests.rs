mod random;

use std::time::Duration;

use super::definition::Definition;
use super::*;

fn settings() -> Settings {
    Settings::new([]).expect("the defaults are valid")
}

fn set(settings: &Settings, pairs: &[(&str, &str)]) -> Result<(), String> {
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes())).collect();
    settings.set(&pairs).map_err(|error| error.to_string())
}

fn refusal(name: &str, value: &str) -> String {
    let line = set(&settings(), &[(name, value)]).expect_err("refused");
    let start = format!("ERR CONFIG SET failed (possibly related to argument '{name}') - ");
    line.strip_prefix(&start).map(ToOwned::to_owned).unwrap_or(line)
}

#[test]
fn every_default_is_in_the_form_in_which_it_is_shown() {
    for definition in TABLE {
        let default = definition.default;
        let shown = definition.read(definition.name, default, default.as_bytes());
        assert_eq!(shown.as_deref(), Ok(default), "{}", definition.name);
    }
}

#[test]
fn names_are_in_lower_case_and_there_once() {
    let mut names: Vec<_> = TABLE.iter().flat_map(Definition::names).collect();
    assert!(names.iter().all(|name| *name == name.to_ascii_lowercase()));
    names.sort_unstable();
    let len = names.len();
    names.dedup();
    assert_eq!(names.len(), len);
}

/// The steps of Redis's test "CONFIG sanity".
#[test]
fn what_is_shown_can_be_set_and_stays() {
    let settings = settings();
    let before = settings.get(&[b"*"]);
    for (name, value) in &before {
        let (index, _) = find(name.as_bytes()).expect("shown, so known");
        let outcome = set(&settings, &[(name, value)]);
        assert_eq!(outcome.is_ok(), TABLE[index].role != Role::Immutable, "{name}: {outcome:?}");
    }
    assert_eq!(settings.get(&[b"*"]), before);
}

#[test]
fn several_are_set_at_once_or_not_at_all() {
    let settings = settings();
    set(&settings, &[("maxmemory", "10000002")]).expect("valid");
    let before = settings.get(&[b"*"]);
    for bad in [("maxmemory-clients", "200%"), ("port", "1"), ("daemonize", "yes"), ("maxclients", "0")] {
        let pairs =
            [("maxmemory", "10000001"), ("timeout", "5"), bad, ("client-query-buffer-limit", "invalid")];
        set(&settings, &pairs).expect_err("one of them is refused");
        assert_eq!(settings.get(&[b"*"]), before);
        assert_eq!(settings.idle_timeout(), None);
    }
    set(&settings, &[("maxmemory", "10000001"), ("repl-backlog-size", "10000002"), ("save", "3000 5")])
        .expect("valid");
    assert_eq!(settings.text("save"), "3000 5");
}

/// As redis-server 7.0.15 answers.
#[test]
fn a_word_ends_at_a_zero_byte_and_a_number_does_not() {
    let settings = settings();
    let taken = [
        ("notify-keyspace-events", "KE$\0?"),
        ("appendonly", "no\0x"),
        ("maxmemory", "5\0"),
        ("appendfsync", "no\0x"),
    ];
    for (name, value) in taken {
        set(&settings, &[(name, value)]).unwrap_or_else(|why| panic!("{name}: {why:?}"));
    }
    assert_eq!(settings.event_flags().to_string(), "$KE");
    set(&settings, &[("timeout", "5\0")]).expect_err("no number");
}

#[test]
fn refusals_are_redis_words() {
    let between = "argument must be between 1 and 4294967295 inclusive";
    let cases = [
        ("maxclients", "0", between),
        ("maxclients", "99999999999", between),
        ("maxclients", "abc", "argument couldn't be parsed into an integer"),
        ("maxclients", "010", "argument couldn't be parsed into an integer"),
        ("maxclients", "+5", "argument couldn't be parsed into an integer"),
        ("appendonly", "maybe", "argument must be 'yes' or 'no'"),
        ("maxmemory", "bla", "argument must be a memory value"),
        ("maxmemory", "1 k", "argument must be a memory value"),
        ("maxmemory", "-1", "argument must be a memory value"),
        ("maxmemory-clients", "200%", "percentage argument must be less or equal to 100"),
        ("loglevel", "foo", "argument(s) must be one of the following: debug, verbose, notice, warning"),
        (
            "shutdown-on-sigint",
            "now foo",
            "argument(s) must be one of the following: default, save, nosave, now, force",
        ),
        (
            "shutdown-on-sigint",
            "",
            "argument(s) must be one of the following: default, save, nosave, now, force",
        ),
        ("latency-tracking-info-percentiles", "x", "Invalid latency-tracking-info-percentiles parameters"),
        ("hz", "-1", "argument must be between 0 and 2147483647 inclusive"),
        ("save", "30 x", "Invalid save parameters"),
        ("save", "30", "Invalid save parameters"),
        ("notify-keyspace-events", "K?", "Invalid event class character. Use 'Ag$lshzxeKEtmdn'."),
        (
            "client-output-buffer-limit",
            "pubsub 1",
            "Wrong number of arguments in buffer limit configuration.",
        ),
        (
            "client-output-buffer-limit",
            "a 1 2 3",
            "Invalid client class specified in buffer limit configuration.",
        ),
        (
            "client-output-buffer-limit",
            "pubsub 1 2 -3",
            "Error in hard, soft or soft_seconds setting in buffer limit configuration.",
        ),
        ("daemonize", "no", "can't set immutable config"),
        ("databases", "16", "can't set immutable config"),
        (
            "latency-tracking-info-percentiles",
            "50 101",
            "latency-tracking-info-percentiles parameters should sit between [0.0,100.0]",
        ),
    ];
    for (name, value, why) in cases {
        assert_eq!(refusal(name, value), why, "{name} {value}");
    }
    assert!(refusal("port", "6380").starts_with("Unable to listen on this port"));
    assert_eq!(refusal("nosuch", "1"), "ERR Unknown option or number of arguments for CONFIG SET - 'nosuch'");
    let twice = set(&settings(), &[("maxmemory", "1"), ("MaxMemory", "2")]);
    assert!(twice.is_err_and(|line| line.ends_with("- duplicate parameter")));
}

#[test]
fn values_are_shown_in_one_form() {
    let settings = settings();
    let cases = [
        ("maxmemory", "1KB", "1024"),
        ("maxmemory", "2g", "2000000000"),
        ("maxmemory", "", "0"),
        ("maxmemory", "gb", "0"),
        ("hz", "0", "1"),
        ("hz", "501", "500"),
        ("maxmemory-clients", "5%", "5%"),
        ("aof-use-rdb-preamble", "YES", "yes"),
        ("LogLevel", "DEBUG", "debug"),
        ("notify-keyspace-events", "KEA", "AKE"),
        ("shutdown-on-sigterm", "nosave  NOW", "nosave now"),
        ("latency-tracking-info-percentiles", "50 99.90 100", "50 99.9 100"),
        (
            "client-output-buffer-limit",
            "pubsub 1mb 2kb 3 replica 4 5 6",
            "normal 0 0 0 slave 4 5 6 pubsub 1048576 2048 3",
        ),
    ];
    for (name, value, shown) in cases {
        set(&settings, &[(name, value)]).expect("valid");
        assert_eq!(settings.text(&name.to_ascii_lowercase()), shown);
    }
}

#[test]
fn patterns_find_names_and_aliases_once_and_no_hidden_ones() {
    let settings = settings();
    let names =
        |patterns: &[&[u8]]| settings.get(patterns).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    let found = names(&[b"maxmemory", b"MAXMEMORY*", b"bind", b"*of"]);
    for name in ["maxmemory", "maxmemory-samples", "maxmemory-clients", "bind", "slaveof", "replicaof"] {
        assert_eq!(found.iter().filter(|found| **found == name).count(), 1, "{name}");
    }
    assert!(!names(&[b"*"]).contains(&"key-load-delay"));
    assert_eq!(names(&[b"key-load-delay"]), ["key-load-delay"]);
    assert_eq!(names(&[b"*key-load*", b"nosuch"]), [""; 0]);
}

#[test]
fn an_alias_is_the_same_setting() {
    let settings = settings();
    set(&settings, &[("hash-max-ziplist-entries", "20"), ("hash-max-listpack-entries", "21")]).expect("both");
    let both = settings.get(&[b"hash-max-*-entries"]);
    assert!(both.len() == 2 && both.iter().all(|(_, value)| value == "21"));
}

#[test]
fn what_has_an_effect_is_read_anew() {
    let settings = settings();
    let limit = "pubsub 10 5 60";
    let pairs = [("maxclients", "7"), ("timeout", "300"), ("client-output-buffer-limit", limit)];
    set(&settings, &pairs).expect("valid");
    assert_eq!(settings.max_clients(), 7);
    assert_eq!(settings.idle_timeout(), Some(Duration::from_secs(300)));
    let expected = OutputLimit { hard: 10, soft: 5, soft_for: Duration::from_secs(60) };
    assert_eq!(settings.pubsub_limit(), expected);
    set(&settings, &[("notify-keyspace-events", "Kg")]).expect("valid");
    assert!(settings.event_flags().keyspace() && settings.event_flags().has('g'));
}

#[test]
fn passwords_are_compared() {
    let settings = Settings::new([("requirepass", "secret")]).expect("valid");
    assert!(settings.asks_password() && settings.is_password(b"secret"));
    assert!(
        !settings.is_password(b"secreT") && !settings.is_password(b"") && !settings.is_password(b"secret0")
    );
    set(&settings, &[("requirepass", "")]).expect("valid");
    assert!(!settings.asks_password());
    assert!(!format!("{settings:?} {:?}", Settings::new([("requirepass", "secret")])).contains("secret"));
}

#[test]
fn at_the_start_everything_may_be_given() {
    let settings = Settings::new([("port", "7000"), ("databases", "1")]).expect("valid");
    assert_eq!(settings.text("port"), "7000");
    set(&settings, &[("port", "7000")]).expect("it is that already");
    assert!(Settings::new([("port", "70000")]).is_err() && Settings::new([("nosuch", "")]).is_err());
}

#[test]
fn a_value_that_is_no_text_is_refused() {
    settings().set(&[(b"requirepass", b"\xff")]).expect_err("not UTF-8");
    settings().set(&[(b"\xff", b"x")]).expect_err("unknown");
    let refused = settings().set(&[(b"hz", b"1\xff")]).expect_err("no number");
    assert!(refused.to_string().ends_with("- argument couldn't be parsed into an integer"), "{refused}");
}

#[test]
fn a_refusal_repeats_what_the_client_wrote() {
    let unknown = settings().set(&[(b"a\xff\r\nb\0c", b"x")]).expect_err("unknown");
    let failure = kv_commands::Failure::from(unknown);
    assert_eq!(
        failure.as_bytes(),
        b"ERR Unknown option or number of arguments for CONFIG SET - 'a\xff\r\nb'"
    );
    let refused = set(&settings(), &[("HASH-max-ziplist-entries", "x")]).expect_err("no number");
    assert!(refused.contains("'hash-max-ziplist-entries'"), "{refused}");
}
