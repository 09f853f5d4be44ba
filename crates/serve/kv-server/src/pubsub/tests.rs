mod model;

use std::net::SocketAddr;
use std::sync::Arc;

use kv_conformance::within;

use super::Topic::{Channel, Pattern};
use super::*;
use crate::client::{Client, Inbox, Push, outbox};
use crate::settings::Settings;

struct Subscriber {
    client: Arc<Client>,
    outbox: Outbox,
    inbox: Inbox,
}

fn subscriber(id: u64) -> Subscriber {
    let address = SocketAddr::from(([127, 0, 0, 1], 1));
    let client = Arc::new(Client::new(id, address, address));
    let settings = Arc::new(Settings::new([]).expect("the defaults are valid"));
    let (outbox, inbox) = outbox(Arc::clone(&client), settings);
    Subscriber { client, outbox, inbox }
}

fn names(names: &[&'static str]) -> Vec<Bytes> {
    names.iter().map(|&name| Bytes::from(name)).collect()
}

async fn publish(pubsub: &PubSub, channel: &'static str) -> usize {
    pubsub.publish(channel.into(), "hello".into()).await.expect("it runs")
}

#[tokio::test]
async fn subscriptions_are_counted_after_each_name() {
    let (pubsub, one) = (PubSub::start(), subscriber(1));
    assert_eq!(pubsub.subscribe(&one.outbox, Channel, names(&["a", "b", "a"])).await, Ok(vec![1, 2, 2]));
    assert_eq!(pubsub.subscribe(&one.outbox, Pattern, names(&["a*"])).await, Ok(vec![3]));
    let state = one.client.state();
    assert_eq!((state.channels, state.patterns), (2, 1));
    let left = pubsub.unsubscribe(1, Channel, Some(names(&["b", "x"]))).await.expect("it runs");
    assert_eq!(left, [(Some("b".into()), 2), (Some("x".into()), 2)]);
    assert_eq!(pubsub.unsubscribe(1, Channel, None).await, Ok(vec![(Some("a".into()), 1)]));
    assert_eq!(pubsub.unsubscribe(1, Channel, None).await, Ok(vec![(None, 1)]));
    assert_eq!(pubsub.unsubscribe(1, Pattern, None).await, Ok(vec![(Some("a*".into()), 0)]));
    let state = one.client.state();
    assert_eq!((state.channels, state.patterns), (0, 0));
}

#[tokio::test]
async fn who_has_nothing_to_give_up_is_answered_too() {
    let pubsub = PubSub::start();
    assert_eq!(pubsub.unsubscribe(1, Pattern, None).await, Ok(vec![(None, 0)]));
    let left = pubsub.unsubscribe(1, Channel, Some(names(&["a", "b"]))).await.expect("it runs");
    assert_eq!(left, [(Some("a".into()), 0), (Some("b".into()), 0)]);
}

#[tokio::test]
async fn a_message_comes_once_for_each_subscription_that_fits() {
    let (pubsub, mut one, mut two) = (PubSub::start(), subscriber(1), subscriber(2));
    pubsub.subscribe(&one.outbox, Channel, names(&["news"])).await.expect("it runs");
    pubsub.subscribe(&one.outbox, Pattern, names(&["n*", "*s", "x*"])).await.expect("it runs");
    pubsub.subscribe(&two.outbox, Channel, names(&["news"])).await.expect("it runs");
    assert_eq!(publish(&pubsub, "news").await, 4);
    assert_eq!(publish(&pubsub, "other").await, 0);
    let message = Push::Message { channel: "news".into(), payload: "hello".into() };
    assert_eq!(one.inbox.recv().await, Some(message.clone()));
    for _ in 0..2 {
        assert!(matches!(one.inbox.recv().await, Some(Push::PatternMessage { .. })));
    }
    assert_eq!(one.inbox.try_recv(), None);
    assert_eq!(two.inbox.recv().await, Some(message));
}

#[tokio::test]
async fn what_is_announced_comes_in_order() {
    let (pubsub, mut one) = (PubSub::start(), subscriber(1));
    pubsub.subscribe(&one.outbox, Channel, names(&["c"])).await.expect("it runs");
    for payload in ["1", "2", "3"] {
        pubsub.announce("c".into(), payload.into()).await;
    }
    for payload in ["1", "2", "3"] {
        let expected = Push::Message { channel: "c".into(), payload: payload.into() };
        assert_eq!(one.inbox.recv().await, Some(expected));
    }
}

#[tokio::test]
async fn topics_without_subscribers_are_none() {
    let (pubsub, one, two) = (PubSub::start(), subscriber(1), subscriber(2));
    for subscriber in [&one, &two] {
        pubsub.subscribe(&subscriber.outbox, Channel, names(&["a", "b"])).await.expect("it runs");
        pubsub.subscribe(&subscriber.outbox, Pattern, names(&["*"])).await.expect("it runs");
    }
    pubsub.unsubscribe(1, Channel, Some(names(&["a"]))).await.expect("it runs");
    assert_eq!(pubsub.subscribers(names(&["a", "b", "x", "b"])).await, Ok(vec![1, 2, 0, 2]));
    pubsub.leave(2).await;
    assert_eq!(pubsub.channels(None).await, Ok(names(&["b"])));
    assert_eq!(pubsub.channels(Some("a*".into())).await, Ok(vec![]));
    assert_eq!(pubsub.topics().await, Ok(Topics { channels: 1, patterns: 1 }));
    pubsub.leave(1).await;
    assert_eq!(pubsub.topics().await, Ok(Topics::default()));
}

#[tokio::test]
async fn who_is_gone_is_no_receiver() {
    let (pubsub, one) = (PubSub::start(), subscriber(1));
    pubsub.subscribe(&one.outbox, Channel, names(&["a"])).await.expect("it runs");
    drop(one.inbox);
    assert_eq!(publish(&pubsub, "a").await, 0);
}

#[tokio::test]
async fn a_slow_subscriber_is_closed_and_the_others_are_served() {
    let (pubsub, mut fast) = (PubSub::start(), subscriber(2));
    let address = SocketAddr::from(([127, 0, 0, 1], 1));
    let slow = Arc::new(Client::new(1, address, address));
    let settings = Settings::new([("client-output-buffer-limit", "pubsub 300 0 0")]).expect("valid");
    let (slow_outbox, _slow_inbox) = outbox(Arc::clone(&slow), Arc::new(settings));
    for outbox in [&slow_outbox, &fast.outbox] {
        pubsub.subscribe(outbox, Channel, names(&["a"])).await.expect("it runs");
    }
    let mut receivers = Vec::new();
    for _ in 0..5 {
        receivers.push(publish(&pubsub, "a").await);
        assert!(fast.inbox.recv().await.is_some());
    }
    assert_eq!((receivers.first(), receivers.last()), (Some(&2), Some(&1)));
    within("it is closed", slow.closed()).await;
}

#[tokio::test]
async fn the_shutdown_is_confirmed_and_does_what_came_before() {
    let (pubsub, mut one) = (PubSub::start(), subscriber(1));
    pubsub.subscribe(&one.outbox, Channel, names(&["a"])).await.expect("it runs");
    pubsub.announce("a".into(), "last".into()).await;
    let both = async { tokio::join!(pubsub.shutdown(), pubsub.shutdown()) };
    within("the shutdown is confirmed", both).await;
    assert!(one.inbox.try_recv().is_some());
    pubsub.shutdown().await;
    assert_eq!(pubsub.publish("a".into(), "x".into()).await, Err(Stopped));
    // The actor held one of the outboxes, and this test holds the other.
    drop(one.outbox);
    assert_eq!(one.inbox.recv().await, None);
}
