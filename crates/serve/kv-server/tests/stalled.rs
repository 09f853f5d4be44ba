//! A backend whose actor does not move, as an operator sees it.

mod common;

use std::net::SocketAddr;

use common::{Client, anywhere};
use kv_core::{Backend, Command, Config, Debug, Handle, Key, Mailbox, Set, TestGate};
use kv_server::{Options, Server};
use kv_tokio::Tokio;

async fn scrape(metrics: SocketAddr) -> String {
    let mut client = Client::connect(metrics).await;
    client.send("GET /metrics HTTP/1.1\r\nhost: here\r\n\r\n").await;
    client.rest().await
}

// The clock jumps to the next deadline whenever all tasks wait.
#[tokio::test(start_paused = true)]
async fn what_waits_is_seen_while_it_waits() {
    let config = Config { mailbox: Mailbox::Bounded(16), ..Config::default() };
    let backend = Tokio::start(config.clone()).await.expect("it starts");
    let handle = backend.handle();
    let options = Options { metrics: Some(([127, 0, 0, 1], 0).into()), ..anywhere() };
    let server = Server::start(backend, &config, options).await.expect("it starts");
    let metrics = server.metrics_address().expect("it was asked for");
    let gate = TestGate::new();
    let stall = Command::Debug(Debug::Stall { key: Key::new(), gate: gate.clone() });
    handle.tell(stall).await.expect("it is accepted");
    gate.entered(1).await;
    for key in ["a", "b", "c"] {
        handle.tell(Command::Set(Set::new(key, "1"))).await.expect("there is room");
    }
    let seen = scrape(metrics).await;
    assert!(seen.contains("\naudition_mailbox_depth 3\n"), "{seen}");
    assert!(!seen.contains("\naudition_keys "), "the backend cannot have said how many there are: {seen}");
    gate.open();
    let mut client = Client::connect(server.address()).await;
    client.ask(&["GET", "c"], "$1\r\n1\r\n").await;
    let seen = scrape(metrics).await;
    assert!(seen.contains("\naudition_mailbox_depth 0\n"), "{seen}");
    assert!(seen.contains("\naudition_keys 3\n"), "{seen}");
    assert!(client.text(&["INFO", "audition"]).await.contains("mailbox_depth:0\r\n"));
    server.shutdown().await;
}
