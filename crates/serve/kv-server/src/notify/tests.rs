use std::net::SocketAddr;
use std::sync::Arc;

use kv_conformance::within;
use kv_core::{Command, Config, Set, Store, Timestamp};

use super::*;
use crate::client::{Client, Inbox, Push, outbox};
use crate::pubsub::Topic;
use crate::settings::Settings;

fn flags(text: &str) -> EventFlags {
    EventFlags::parse(text).unwrap_or_else(|| panic!("{text} is valid"))
}

/// Each text is as Redis 7.0.15 shows it, but for new keys beside `A`, which Redis forgets.
#[test]
fn flags_are_shown_in_redis_order() {
    let cases = [
        ("", ""),
        ("KEA", "AKE"),
        ("KEAnm", "AnKEm"),
        ("Kgnm$", "g$nKm"),
        ("g$lshzxetdmn", "Anm"),
        ("An", "An"),
        ("nKE", "nKE"),
        ("gKE", "gKE"),
        ("$lshzxeKE", "$lshzxeKE"),
        ("EA", "AE"),
    ];
    for (given, shown) in cases {
        assert_eq!(flags(given).to_string(), shown, "{given}");
        assert_eq!(flags(shown).to_string(), shown);
    }
    assert_eq!(EventFlags::parse("K?"), None);
    for given in ["KEAn", "An", "KEn$"] {
        assert_eq!(flags(&flags(given).to_string()), flags(given), "what is shown and set again stays");
    }
}

#[test]
fn it_takes_a_class_and_a_channel() {
    assert!(["Kg", "En", "AKE", "Km"].iter().all(|text| flags(text).publishes()));
    assert!(["", "KE", "A", "gn", "m"].iter().all(|text| !flags(text).publishes()));
    assert!(!flags("A").has('n') && !flags("A").has('m') && flags("A").has('x'));
}

struct Setting {
    settings: Arc<Settings>,
    key_events: KeyEvents,
    store: Store,
    notifier: Notifier,
    inbox: Inbox,
}

/// A store whose key events are published, and a subscriber to all channels.
async fn setting() -> Setting {
    let key_events = KeyEvents::default();
    let store = Store::new(&Config { key_events: key_events.clone(), ..Config::default() });
    let pubsub = PubSub::start();
    let address = SocketAddr::from(([127, 0, 0, 1], 1));
    let client = Arc::new(Client::new(1, address, address));
    let settings = Arc::new(Settings::new([]).expect("valid"));
    let (outbox, inbox) = outbox(client, Arc::clone(&settings));
    pubsub.subscribe(&outbox, Topic::Pattern, vec!["*".into()]).await.expect("it runs");
    let notifier = Notifier::start(Arc::clone(&settings), key_events.clone(), pubsub);
    Setting { settings, key_events, store, notifier, inbox }
}

impl Setting {
    /// Changes the flags as `CONFIG SET notify-keyspace-events` does.
    async fn publish(&self, flags: &str) {
        self.settings.set(&[(b"notify-keyspace-events", flags.as_bytes())]).expect("valid");
        self.notifier.refresh().await;
    }

    fn apply(&mut self, command: Command) {
        self.store.apply(command, Timestamp::from_millis(1)).expect("applied");
    }

    async fn next(&mut self) -> String {
        match within("an event is published", self.inbox.recv()).await {
            Some(Push::PatternMessage { channel, payload, .. }) => {
                format!("{} {}", channel.escape_ascii(), payload.escape_ascii())
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn events_are_published_by_key_and_by_event() {
    let mut setting = setting().await;
    setting.publish("KEAn").await;
    setting.apply(Command::Set(Set::new("foo", "bar")));
    setting.apply(Command::Delete { keys: vec!["foo".into()] });
    for event in ["new", "set", "del"] {
        assert_eq!(setting.next().await, format!("__keyspace@0__:foo {event}"));
        assert_eq!(setting.next().await, format!("__keyevent@0__:{event} foo"));
    }
}

#[tokio::test]
async fn only_the_chosen_classes_are_published() {
    let mut setting = setting().await;
    setting.publish("En").await;
    setting.apply(Command::Set(Set::new("foo", "1")));
    setting.apply(Command::Set(Set::new("foo", "2")));
    setting.apply(Command::Set(Set::new("b\0r", "1")));
    assert_eq!(setting.next().await, "__keyevent@0__:new foo");
    assert_eq!(setting.next().await, "__keyevent@0__:new b\\x00r");
}

#[tokio::test]
async fn what_happened_before_is_published_as_it_was_then() {
    let mut setting = setting().await;
    setting.publish("K$").await;
    setting.apply(Command::Set(Set::new("before", "1")));
    setting.publish("E$").await;
    setting.apply(Command::Set(Set::new("after", "1")));
    setting.publish("").await;
    setting.apply(Command::Set(Set::new("silent", "1")));
    within("the shutdown is confirmed", setting.notifier.shutdown()).await;
    assert_eq!(setting.next().await, "__keyspace@0__:before set");
    assert_eq!(setting.next().await, "__keyevent@0__:set after");
    assert_eq!(setting.inbox.try_recv(), None);
    // The stream is gone with the flags, so the store does not even make events.
    assert!(setting.key_events.changes() > 0);
    setting.notifier.shutdown().await;
    setting.publish("KA").await;
}

#[tokio::test]
async fn unwanted_events_crowd_out_none_that_is_wanted() {
    let mut setting = setting().await;
    setting.publish("Ex").await;
    // The notifier gets no turn in between.
    for n in 0..2 * CAPACITY {
        setting.apply(Command::Set(Set::new((n % 100).to_string(), "1")));
    }
    let over = Set { expiry: kv_core::Expiry::at(Timestamp::from_millis(1)), ..Set::new("over", "1") };
    setting.apply(Command::Set(over));
    assert_eq!(setting.next().await, "__keyevent@0__:expired over");
    assert_eq!(setting.key_events.missed(), 0);
}

#[tokio::test]
async fn what_is_lost_is_counted_and_what_is_kept_is_published_before_it_settles() {
    const LOST: usize = 10;
    let mut setting = setting().await;
    setting.publish("K$").await;
    for _ in 0..CAPACITY + LOST {
        setting.apply(Command::Set(Set::new("k", "1")));
    }
    within("it settles", setting.notifier.settle()).await;
    assert_eq!(setting.key_events.missed(), LOST as u64);
    assert_eq!(std::iter::from_fn(|| setting.inbox.try_recv()).count(), CAPACITY);
}
