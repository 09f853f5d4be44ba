use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::FutureExt;
use kv_conformance::{eventually, within};
use kv_core::{ActorId, Change, KeyEvents, Lifecycle, StopReason, Topology};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc::unbounded_channel;
use tokio::time::Instant;

use super::*;
use crate::info::Facts;
use crate::settings::Settings;
use crate::statistics::Statistics;

fn metrics() -> Metrics {
    let facts = Facts {
        backend: "tokio".to_owned(),
        framework: "a \"b\" \\ c\nd".to_owned(),
        topology: "single".to_owned(),
        mailbox: "unbounded".to_owned(),
        run_id: Facts::new_run_id(),
        started: Instant::now(),
    };
    let statistics = Arc::new(Statistics::new(vec!["get".to_owned(), "config|set".to_owned()]));
    let recorder = statistics.recorder(1);
    recorder.executed(0, Duration::from_micros(3), false);
    recorder.executed(0, Duration::from_secs(9), true);
    recorder.rejected(1);
    recorder.error("ERR");
    let settings = Arc::new(Settings::new([]).expect("valid"));
    let info = Info { facts, settings, statistics, key_events: KeyEvents::default() };
    let observed = Observed { clients: 3, keys: Some(12), queued: Some(4), ..Observed::default() };
    Metrics::new(info, Arc::new(move || async move { observed }.boxed()))
}

/// The samples of the text, read as its specification says. Checks on the way that each sample belongs to the family
/// announced before it.
fn parse(text: &str) -> BTreeMap<String, f64> {
    let mut samples = BTreeMap::new();
    let mut families = Vec::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').expect("a name and a type");
            assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
            assert!(!families.contains(&name), "{name} is announced once");
            families.push(name);
        } else if !line.starts_with("# HELP ") {
            let (sample, value) = line.rsplit_once(' ').expect("a sample and a value");
            let name = sample.split('{').next().unwrap_or_default();
            let family = families.last().expect("announced");
            let suffix = name.strip_prefix(family).expect("of that family");
            assert!(["", "_bucket", "_sum", "_count"].contains(&suffix), "{line}");
            assert!(samples.insert(sample.to_owned(), value.parse().expect("a number")).is_none(), "{line}");
        }
    }
    samples
}

#[tokio::test]
async fn the_numbers_are_prometheus_text() {
    let text = metrics().text().await;
    assert!(text.contains("framework=\"a \\\"b\\\" \\\\ c\\nd\""));
    let samples = parse(&text);
    let is = |sample: &str, value: f64| assert_eq!(samples.get(sample), Some(&value), "{sample}\n{text}");
    is("audition_connected_clients", 3.0);
    is("audition_keys", 12.0);
    is("audition_store_up", 1.0);
    is("audition_mailbox_depth", 4.0);
    is("audition_commands_rejected_total{command=\"config|set\"}", 1.0);
    is("audition_commands_failed_total{command=\"get\"}", 1.0);
    is("audition_errors_total{code=\"ERR\"}", 1.0);
    let name = "audition_command_duration_seconds";
    is(&format!("{name}_bucket{{command=\"get\",le=\"0.000002\"}}"), 0.0);
    is(&format!("{name}_bucket{{command=\"get\",le=\"0.000004\"}}"), 1.0);
    is(&format!("{name}_bucket{{command=\"get\",le=\"+Inf\"}}"), 2.0);
    is(&format!("{name}_count{{command=\"get\"}}"), 2.0);
    is(&format!("{name}_sum{{command=\"get\"}}"), 9.000_003);
}

async fn request(address: std::net::SocketAddr, head: &str) -> String {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    stream.write_all(format!("{head}\r\nhost: x\r\n\r\n").as_bytes()).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("answered and closed");
    answer
}

#[tokio::test]
async fn one_path_is_served() {
    let server = MetricsServer::start(([127, 0, 0, 1], 0).into(), metrics()).expect("a free port");
    let answer = request(server.address(), "GET /metrics HTTP/1.1").await;
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    assert!(head.to_ascii_lowercase().contains("content-type: text/plain; version=0.0.4"), "{head}");
    assert!(parse(body).contains_key("audition_uptime_seconds"));
    assert!(request(server.address(), "GET / HTTP/1.1").await.starts_with("HTTP/1.1 404 "));
    assert!(request(server.address(), "POST /metrics HTTP/1.1").await.starts_with("HTTP/1.1 405 "));
    assert!(request(server.address(), "nonsense").await.starts_with("HTTP/1.1 400 "));
    server.shutdown().await;
    server.shutdown().await;
    TcpStream::connect(server.address()).await.expect_err("the server is down");
}

#[tokio::test]
async fn the_shutdown_waits_for_nobody() {
    let server = MetricsServer::start(([127, 0, 0, 1], 0).into(), metrics()).expect("a free port");
    let mut silent = TcpStream::connect(server.address()).await.expect("it listens");
    // This request is answered behind the silent connection, so that has been accepted too.
    request(server.address(), "GET /metrics HTTP/1.1").await;
    within("the shutdown is confirmed", server.shutdown()).await;
    // The silent connection ends or is reset: either is right.
    assert!(!matches!(silent.read(&mut [0]).await, Ok(1..)));
}

#[tokio::test]
async fn panics_and_restarts_are_counted() {
    let (lifecycle, (server, _messages)) = (Lifecycle::default(), unbounded_channel());
    let watch = LifecycleWatch::start(&lifecycle, Topology::Single, server);
    for change in [Change::Started, Change::Panicked, Change::Restarted, Change::Panicked] {
        lifecycle.announce(&ActorId::Shard(0), change);
    }
    eventually("they are counted", || async { watch.panics() == 2 }).await;
    assert_eq!((watch.panics(), watch.restarts()), (2, 1));
    assert_eq!(watch.store(), StoreState::Up);
}

#[tokio::test]
async fn the_end_of_a_shard_is_the_end_of_a_part_and_that_of_a_key_is_not() {
    let end = |reason| Change::Stopped(reason);
    for (topology, actor, reason, expected) in [
        (Topology::Single, ActorId::Shard(0), StopReason::TooManyRestarts, StoreState::Ended),
        (Topology::Single, ActorId::Shard(0), StopReason::Asked, StoreState::Up),
        (Topology::Sharded(1), ActorId::Shard(0), StopReason::Panicked, StoreState::Ended),
        (Topology::Sharded(3), ActorId::Shard(2), StopReason::Panicked, StoreState::Partly),
        (Topology::PerKey, ActorId::Key("k".into()), StopReason::TooManyRestarts, StoreState::Up),
    ] {
        let (lifecycle, (server, mut messages)) = (Lifecycle::default(), unbounded_channel());
        let watch = LifecycleWatch::start(&lifecycle, topology, server);
        lifecycle.announce(&actor, end(reason));
        lifecycle.announce(&actor, Change::Panicked);
        eventually("both were seen", || async { watch.panics() == 1 }).await;
        assert_eq!(watch.store(), expected, "{actor} of {topology:?}: {reason}");
        assert_eq!(messages.try_recv().is_ok(), expected != StoreState::Up);
    }
    let (lifecycle, (server, _messages)) = (Lifecycle::default(), unbounded_channel());
    let watch = LifecycleWatch::start(&lifecycle, Topology::Sharded(2), server);
    for shard in 0..2 {
        lifecycle.announce(&ActorId::Shard(shard), end(StopReason::Panicked));
    }
    eventually("all have ended", || async { watch.store() == StoreState::Ended }).await;
}
