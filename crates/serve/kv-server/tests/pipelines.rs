//! Pipelines of requests: which reply belongs to which request, and which requests are no longer carried out.

mod common;

use common::{Client, anywhere, start, started};
use kv_core::{Backend, Command, Config, Debug, Handle, Key, OnPanic, TestGate, Topology, place};
use kv_server::{OnStoreEnd, Options, Server};
use kv_tokio::Tokio;

#[tokio::test]
async fn a_failure_in_the_middle_of_a_request_shifts_nobody_elses_reply() {
    const SHARDS: usize = 2;
    let on = |shard| {
        let names = (0..).map(|n| format!("key{n}"));
        names.filter(move |name| place(name.as_bytes(), SHARDS) == shard)
    };
    let (mut dead, mut alive) = (on(0), on(1));
    let a = dead.next().expect("endless");
    let (b, c) = (alive.next().expect("endless"), alive.next().expect("endless"));
    let config = Config { topology: Topology::Sharded(SHARDS), on_panic: OnPanic::Stop, ..Config::default() };
    let options = Options { debug_commands: true, on_store_end: OnStoreEnd::Refuse, ..anywhere() };
    let server = start(config, options).await;
    let mut client = Client::connect(server.address()).await;
    client.request(&["DEBUG", "PANIC", &a]).await;
    assert!(client.line().await.starts_with('-'));
    // The actor stops some time after the panic, and the client is not told when: it asks until it is refused.
    loop {
        client.request(&["GET", &a]).await;
        if client.line().await.starts_with("-STOPPED") {
            break;
        }
    }
    client.send(format!("MSET {a} 1 {b} 2\r\nGET {b}\r\nGET {c}\r\n")).await;
    assert!(client.line().await.starts_with("-STOPPED"));
    client.expect("$1\r\n2\r\n$-1\r\n").await;
}

#[tokio::test]
async fn what_a_killed_client_has_sent_is_no_longer_done() {
    let config = Config::default();
    let backend = Tokio::start(config.clone()).await.expect("it starts");
    let handle = backend.handle();
    let server = Server::start(backend, &config, anywhere()).await.expect("it starts");
    let (mut killed, mut killer) =
        (Client::connect(server.address()).await, Client::connect(server.address()).await);
    killed.request(&["CLIENT", "ID"]).await;
    let id = killed.line().await.trim_start_matches(':').to_owned();
    let gate = TestGate::new();
    let stall = Command::Debug(Debug::Stall { key: Key::new(), gate: gate.clone() });
    handle.tell(stall).await.expect("it is accepted");
    gate.entered(1).await;
    // `PING` is not the backend's, so the connection waits for the replies before it.
    killed.send("GET a\r\nPING\r\nSET a 1\r\n").await;
    while handle.queued() != Some(1) {
        tokio::task::yield_now().await;
    }
    killer.ask(&["CLIENT", "KILL", "ID", &id], ":1\r\n").await;
    gate.open();
    killed.rest().await;
    killer.ask(&["GET", "a"], "$-1\r\n").await;
}

#[tokio::test]
async fn nothing_is_done_behind_a_kill_of_oneself() {
    let server = started().await;
    let mut client = Client::connect(server.address()).await;
    client.request(&["CLIENT", "ID"]).await;
    let id = client.line().await.trim_start_matches(':').to_owned();
    client.send(format!("CLIENT KILL ID {id} SKIPME no\r\nSET a 1\r\n")).await;
    assert_eq!(client.rest().await, ":1\r\n");
    Client::connect(server.address()).await.ask(&["GET", "a"], "$-1\r\n").await;
}
