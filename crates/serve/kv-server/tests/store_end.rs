//! A store that has ended, as clients and operators see it.

mod common;

use std::net::SocketAddr;

use common::{Client, PATIENCE, anywhere, start};
use kv_core::{
    ActorId, Backend, Change, Command, Config, Debug, Handle, Key, Lifecycle, OnPanic, RestartLimit,
    StartError, Topology, place,
};
use kv_server::{OnStoreEnd, Options, Outcome, Server};
use kv_tokio::Tokio;
use tokio::time::timeout;

const STOPPED: &str = "-STOPPED the backend has stopped; the command was not applied\r\n";

fn options(on_store_end: OnStoreEnd) -> Options {
    let metrics = Some(([127, 0, 0, 1], 0).into());
    Options { debug_commands: true, on_store_end, metrics, ..anywhere() }
}

fn config(topology: Topology, restarts: usize) -> Config {
    let restart_limit = RestartLimit { restarts, within: PATIENCE * 100 };
    Config { topology, on_panic: OnPanic::Restart, restart_limit, ..Config::default() }
}

async fn panic(client: &mut Client, key: &str) {
    client.request(&["DEBUG", "PANIC", key]).await;
    assert!(client.line().await.starts_with('-'));
}

/// The answer to `PING`, once the store is no longer well.
async fn ping(client: &mut Client) -> String {
    let answer = timeout(PATIENCE, async {
        loop {
            client.request(&["PING"]).await;
            match client.line().await.as_str() {
                "+PONG" => {}
                other => return other.to_owned(),
            }
        }
    });
    answer.await.expect("the end is seen")
}

async fn scrape(metrics: Option<SocketAddr>) -> String {
    let mut client = Client::connect(metrics.expect("it was asked for")).await;
    client.send("GET /metrics HTTP/1.1\r\nhost: here\r\n\r\n").await;
    client.rest().await
}

#[tokio::test]
async fn the_server_ends_with_its_store_when_all_is_answered() {
    for topology in [Topology::Single, Topology::Sharded(2)] {
        let server = start(config(topology, 2), options(OnStoreEnd::Exit)).await;
        let mut client = Client::connect(server.address()).await;
        client.ask(&["SET", "k", "1"], "+OK\r\n").await;
        // The requests arrive in one piece: the one behind the last panic has been read, and is answered before the
        // end.
        client.send("DEBUG PANIC k\r\n".repeat(3) + "ECHO behind\r\n").await;
        let answers = client.rest().await;
        assert!(answers.matches("-UNKNOWN").count() == 3 && answers.ends_with("behind\r\n"), "{answers}");
        let outcome = timeout(PATIENCE, server.ended()).await.expect("it ends");
        assert_eq!(outcome, Outcome::StoreEnded);
        assert_eq!(server.shutdown().await, Outcome::StoreEnded);
    }
}

#[tokio::test]
async fn one_that_goes_on_says_that_its_store_has_ended() {
    let server = start(config(Topology::Single, 1), options(OnStoreEnd::Refuse)).await;
    let mut client = Client::connect(server.address()).await;
    panic(&mut client, "k").await;
    client.ask(&["PING"], "+PONG\r\n").await;
    assert!(client.text(&["INFO", "audition"]).await.contains("store:up\r\n"));
    assert!(scrape(server.metrics_address()).await.contains("\naudition_store_up 1\n"));
    panic(&mut client, "k").await;
    assert_eq!(ping(&mut client).await + "\r\n", STOPPED);
    client.ask(&["SET", "k", "1"], STOPPED).await;
    client.ask(&["PING", "words"], STOPPED).await;
    assert!(client.text(&["INFO", "audition"]).await.contains("store:ended\r\n"));
    assert!(scrape(server.metrics_address()).await.contains("\naudition_store_up 0\n"));
    // A client that connects later is told as well.
    Client::connect(server.address()).await.ask(&["PING"], STOPPED).await;
    assert_eq!(server.shutdown().await, Outcome::Drained);
}

#[tokio::test]
async fn a_shard_that_has_ended_is_a_part_of_the_store() {
    let server = start(config(Topology::Sharded(2), 0), options(OnStoreEnd::Refuse)).await;
    let mut client = Client::connect(server.address()).await;
    let on = |shard| {
        let mut keys = (0..).map(|n| format!("key{n}"));
        keys.find(|key| place(key.as_bytes(), 2) == shard).expect("endless")
    };
    panic(&mut client, &on(0)).await;
    assert!(ping(&mut client).await.starts_with("-STOPPED a part of the backend"));
    client.ask(&["SET", &on(0), "1"], STOPPED).await;
    client.ask(&["SET", &on(1), "1"], "+OK\r\n").await;
    assert!(client.text(&["INFO", "audition"]).await.contains("store:partly_ended\r\n"));
    assert!(scrape(server.metrics_address()).await.contains("\naudition_store_up 0\n"));
    panic(&mut client, &on(1)).await;
    while !ping(&mut client).await.starts_with("-STOPPED the backend") {}
    server.shutdown().await;
}

#[tokio::test]
async fn a_key_that_has_ended_is_not_the_store() {
    for on_panic in [OnPanic::Stop, OnPanic::Restart] {
        let config = Config { on_panic, ..config(Topology::PerKey, 1) };
        let server = start(config, options(OnStoreEnd::Exit)).await;
        let mut client = Client::connect(server.address()).await;
        for _ in 0..5 {
            client.ask(&["SET", "k", "1"], "+OK\r\n").await;
            panic(&mut client, "k").await;
        }
        client.ask(&["SET", "k", "1"], "+OK\r\n").await;
        client.ask(&["PING"], "+PONG\r\n").await;
        assert!(client.text(&["INFO", "audition"]).await.contains("store:up\r\n"));
        assert_eq!(server.shutdown().await, Outcome::Drained);
    }
}

/// A backend that tells the server nothing of its actors.
struct Silent(Tokio);

impl Backend for Silent {
    const NAME: &'static str = "silent";
    const FRAMEWORK: Option<&'static str> = None;

    type Handle = <Tokio as Backend>::Handle;

    async fn start(config: Config) -> Result<Self, StartError> {
        Ok(Self(Tokio::start(Config { lifecycle: Lifecycle::default(), ..config }).await?))
    }

    fn handle(&self) -> Self::Handle {
        self.0.handle()
    }

    async fn shutdown(&self) {
        self.0.shutdown().await;
    }

    async fn kill(&self) {
        self.0.kill().await;
    }
}

#[tokio::test]
async fn an_end_whose_event_was_missed_is_found_out() {
    for (panics, expected) in [(0, Outcome::Drained), (1, Outcome::StoreEnded)] {
        let config = config(Topology::Sharded(2), 0);
        let backend = Silent::start(config.clone()).await.expect("it starts");
        let handle = backend.handle();
        let server = Server::start(backend, &config, options(OnStoreEnd::Exit)).await.expect("it starts");
        for _ in 0..panics {
            let panic = Command::Debug(Debug::Panic { key: Key::new() });
            handle.ask(panic).await.expect_err("the actor dies of it");
        }
        // These are more events than wait for the server, which reads none meanwhile.
        for _ in 0..1000 {
            config.lifecycle.announce(&ActorId::Shard(0), Change::Restarted);
        }
        if expected == Outcome::Drained {
            let mut client = Client::connect(server.address()).await;
            while !client.text(&["INFO", "audition"]).await.contains("actor_restarts:256\r\n") {}
            client.ask(&["PING"], "+PONG\r\n").await;
        }
        if expected == Outcome::StoreEnded {
            assert_eq!(timeout(PATIENCE, server.ended()).await.expect("it ends"), expected);
        } else {
            assert_eq!(server.shutdown().await, expected);
        }
    }
}
