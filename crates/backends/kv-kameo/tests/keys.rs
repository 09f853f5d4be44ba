//! The actors of keys: how keys are told apart, and how long an actor lives.

use std::time::Duration;

use kameo::registry::ACTOR_REGISTRY;
use kv_core::{
    Backend, Change, Command, Config, Events, Handle, Key, Kv, Lifecycle, Notice, Reply, StopReason, Topology,
};
use kv_kameo::Kameo;
use tokio::time::timeout;

fn config() -> (Config, Events) {
    let lifecycle = Lifecycle::default();
    let events = lifecycle.subscribe();
    (Config { topology: Topology::PerKey, lifecycle, ..Config::default() }, events)
}

#[tokio::test]
async fn keys_are_told_apart_whatever_bytes_they_have() {
    let backend = Kameo::start(config().0).await.expect("a good configuration");
    let kv = Kv::new(backend.handle());
    let keys: [&'static [u8]; 6] = [b"", b" ", b"\0", b"\\x00", b"\xff", b"\\xff"];
    for (n, key) in (1..).zip(keys) {
        assert_eq!(kv.increment_by(Key::from_static(key), n).await, Ok(n));
    }
    for (n, key) in (1..).zip(keys) {
        assert_eq!(kv.increment_by(Key::from_static(key), 0).await, Ok(n), "{}", key.escape_ascii());
    }
    backend.shutdown().await;
}

/// The actors of keys have no names, because each end of a kameo actor looks through all registered names.
#[tokio::test]
async fn no_key_has_a_name_in_the_registry() {
    let backend = Kameo::start(config().0).await.expect("a good configuration");
    Kv::new(backend.handle()).set("unnamed", "v").await.expect("the backend runs");
    let names = || ACTOR_REGISTRY.lock().expect("no code panics under it").names().count();
    assert_eq!(names(), 0);
    backend.shutdown().await;
}

#[tokio::test]
async fn actors_live_as_long_as_a_handle_and_no_longer() {
    let (config, mut events) = config();
    let backend = Kameo::start(config).await.expect("a good configuration");
    let handle = backend.handle();
    drop(backend);
    let increment = Command::IncrementBy { key: "held".into(), delta: 1 };
    assert_eq!(handle.ask(increment).await, Ok(Reply::Integer(1)));
    drop(handle);
    let mut changes = Vec::new();
    while changes.last() != Some(&Change::Stopped(StopReason::Asked)) {
        match timeout(Duration::from_secs(20), events.next()).await.expect("must not hang") {
            Some(Notice::Event(event)) => changes.push(event.change),
            other => panic!("the stream of events broke off: {other:?}"),
        }
    }
    assert_eq!(changes, [Change::Started, Change::Stopped(StopReason::Asked)]);
}
