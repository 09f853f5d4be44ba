use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use kv_conformance::{eventually, within};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::*;
use crate::client::ClientKind;
use crate::pubsub::Topics;

struct Setting {
    manager: ConnectionManager,
    settings: Arc<Settings>,
    statistics: Arc<Statistics>,
    pubsub: PubSub,
}

fn start(given: &[(&str, &str)]) -> Setting {
    let settings = Arc::new(Settings::new(given.iter().copied()).expect("valid"));
    let statistics = Arc::new(Statistics::new(vec!["get".to_owned()]));
    let pubsub = PubSub::start();
    let manager = ConnectionManager::start(Arc::clone(&settings), Arc::clone(&statistics), pubsub.clone());
    Setting { manager, settings, statistics, pubsub }
}

fn address(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

/// A connection that ends when it is told to, as every connection has to.
async fn polite(client: Arc<Client>) {
    client.finishing().await;
}

/// Admits a connection from a port; returns its client.
async fn admit<F>(
    manager: &ConnectionManager,
    port: u16,
    serve: impl FnOnce(Arc<Client>) -> F + Send + 'static,
) -> Arc<Client>
where
    F: Future<Output = ()> + Send + 'static,
{
    let (sender, receiver) = oneshot::channel();
    let admitted = manager.admit(address(port), address(6379), |admitted| {
        let client = admitted.expect("there is room");
        let _ = sender.send(Arc::clone(&client));
        serve(client)
    });
    admitted.await.expect("there is room");
    receiver.await.expect("it is served")
}

/// Waits until so many clients are connected: the manager does not report when it has forgotten one.
async fn until_connected(manager: &ConnectionManager, count: usize) {
    eventually("connections are forgotten", || async { manager.count() == count }).await;
}

fn ids(clients: &[Arc<Client>]) -> Vec<u64> {
    clients.iter().map(|client| client.id()).collect()
}

#[tokio::test]
async fn connections_are_numbered_listed_and_forgotten() {
    let Setting { manager, statistics, .. } = start(&[]);
    let (end, ended) = oneshot::channel::<()>();
    admit(&manager, 1, |_| async { drop(ended.await) }).await;
    admit(&manager, 2, polite).await;
    assert_eq!(ids(&manager.list(ClientFilter::default()).await), [1, 2]);
    drop(end);
    until_connected(&manager, 1).await;
    let third = admit(&manager, 3, polite).await;
    assert_eq!(third.id(), 3, "no number is given twice");
    assert_eq!(statistics.snapshot().connections, 3);
}

#[tokio::test]
async fn one_too_many_is_told_so() {
    let Setting { manager, settings, statistics, .. } = start(&[("maxclients", "1")]);
    admit(&manager, 1, polite).await;
    let (sender, told) = oneshot::channel();
    let refused = manager.admit(address(2), address(6379), |admitted| async move {
        let _ = sender.send(admitted.expect_err("there is no room").to_string());
    });
    assert_eq!(refused.await, Err(Refused::TooMany));
    assert_eq!(told.await.as_deref(), Ok("ERR max number of clients reached"));
    assert_eq!(statistics.snapshot().rejected_connections, 1);
    settings.set(&[(b"maxclients", b"2")]).expect("valid");
    admit(&manager, 3, polite).await;
    assert_eq!(manager.count(), 2);
}

#[tokio::test]
async fn a_panic_ends_one_connection_only() {
    let Setting { manager, .. } = start(&[]);
    let other = admit(&manager, 1, polite).await;
    admit(&manager, 2, |_| async { panic!("on purpose") }).await;
    // A panic while the future is made ends no other connection either.
    let admitted =
        manager.admit(address(3), address(6379), |_| -> std::future::Ready<()> { panic!("on purpose") });
    admitted.await.expect("admitted");
    until_connected(&manager, 1).await;
    assert_eq!(ids(&manager.list(ClientFilter::default()).await), [other.id()]);
}

#[tokio::test]
async fn filters_combine() {
    let Setting { manager, .. } = start(&[]);
    for port in 1..=3 {
        admit(&manager, port, polite).await;
    }
    let second = &manager.list(ClientFilter::default()).await[1];
    second.update(|state| state.patterns = 1);
    let found = async |filter| ids(&manager.list(filter).await);
    let any = ClientFilter::default;
    assert_eq!(found(ClientFilter { ids: Some([3, 9, 1].into()), ..any() }).await, [1, 3]);
    assert_eq!(found(ClientFilter { kind: Some(ClientKind::PubSub), ..any() }).await, [2]);
    assert_eq!(found(ClientFilter { peer: Some("127.0.0.1:3".to_owned()), ..any() }).await, [3]);
    assert_eq!(found(ClientFilter { peer: Some("nowhere".to_owned()), ..any() }).await, [0; 0]);
    let normal = Some(ClientKind::Normal);
    assert_eq!(found(ClientFilter { kind: normal, except: Some(1), ..any() }).await, [3]);
    assert_eq!(found(ClientFilter { local: Some("127.0.0.1:6379".to_owned()), ..any() }).await, [1, 2, 3]);
}

/// The case that Redis's test "CLIENT KILL SKIPME YES/NO will kill all clients" relies on.
#[tokio::test]
async fn who_is_killed_is_not_counted_any_more() {
    let Setting { manager, .. } = start(&[]);
    let me = admit(&manager, 1, polite).await;
    // This connection never looks at its client, so only the kill can have taken it out of the list.
    let other = admit(&manager, 2, |_| pending()).await;
    let all_but_me = ClientFilter { except: Some(me.id()), ..ClientFilter::default() };
    assert_eq!(manager.kill(all_but_me, me.id()).await, 1);
    assert_eq!(manager.count(), 1);
    assert_eq!(other.close_reason().map(ToString::to_string).as_deref(), Some("killed by client 1"));
    assert_eq!(manager.kill(ClientFilter::default(), me.id()).await, 1);
    // The client that asks has to be answered, so it is not cut off.
    within("it is asked to finish", me.finishing()).await;
    assert_eq!(me.close_reason(), None);
    until_connected(&manager, 0).await;
}

#[tokio::test(start_paused = true)]
async fn the_idle_are_closed_unless_they_listen() {
    let Setting { manager, .. } = start(&[("timeout", "300")]);
    let idle = admit(&manager, 1, |client| async move { client.closed().await }).await;
    let listens = admit(&manager, 2, polite).await;
    listens.update(|state| state.channels = 1);
    let began = Instant::now();
    idle.closed().await;
    assert!((300..=302).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
    assert_eq!(idle.close_reason().map(ToString::to_string).as_deref(), Some("idle for 300 s"));
    assert_eq!(listens.close_reason(), None);
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_waits_for_the_last_command() {
    let Setting { manager, .. } = start(&[]);
    let (work, mut worked) = mpsc::channel(1);
    admit(&manager, 1, |client| async move {
        client.finishing().await;
        tokio::time::sleep(Duration::from_secs(3)).await;
        let _ = work.send("done").await;
    })
    .await;
    let began = Instant::now();
    let patience = Duration::from_secs(10);
    let both = async { tokio::join!(manager.shutdown(patience), manager.shutdown(patience)) };
    within("the shutdown is confirmed", both).await;
    assert_eq!(worked.try_recv(), Ok("done"));
    assert_eq!(began.elapsed(), Duration::from_secs(3));
    // A second shutdown, after the first has ended.
    manager.shutdown(patience).await;
    let refused = manager.admit(address(2), address(6379), |_| pending());
    assert_eq!(refused.await, Err(Refused::ShuttingDown));
    assert!(manager.list(ClientFilter::default()).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn patience_ends_and_the_least_counts() {
    let Setting { manager, .. } = start(&[]);
    let deaf = admit(&manager, 1, |_| pending()).await;
    let began = Instant::now();
    let late = async {
        manager.list(ClientFilter::default()).await;
        let refused = manager.admit(address(2), address(6379), |_| pending());
        assert_eq!(refused.await, Err(Refused::ShuttingDown));
    };
    let all = async {
        tokio::join!(
            manager.shutdown(Duration::from_secs(15)),
            manager.shutdown(Duration::from_secs(5)),
            late
        )
    };
    within("the deaf one is cut off", all).await;
    assert_eq!(began.elapsed(), Duration::from_secs(5));
    assert_eq!(deaf.close_reason().map(ToString::to_string).as_deref(), Some("server is shutting down"));
    assert_eq!(Arc::strong_count(&deaf), 1, "its task is gone");
}

#[tokio::test]
async fn who_is_gone_is_subscribed_to_nothing() {
    let Setting { manager, settings, pubsub, .. } = start(&[]);
    let (end, ended) = oneshot::channel::<()>();
    let client = admit(&manager, 1, |_| async { drop(ended.await) }).await;
    let (outbox, inbox) = crate::client::outbox(client, settings);
    let names = vec!["a".into()];
    pubsub.subscribe(&outbox, crate::pubsub::Topic::Channel, names).await.expect("it runs");
    drop((end, inbox));
    until_connected(&manager, 0).await;
    // The manager tells the pub/sub actor right after; the question arrives behind that message or a little before it.
    eventually("its subscriptions end", async || pubsub.topics().await == Ok(Topics::default())).await;
}

#[tokio::test]
async fn without_a_handle_there_is_no_connection() {
    let Setting { manager, .. } = start(&[]);
    let client = admit(&manager, 1, |_| pending()).await;
    drop(manager);
    eventually("its task ends", || async { Arc::strong_count(&client) == 1 }).await;
}
