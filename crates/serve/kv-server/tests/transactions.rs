//! `MULTI`, `EXEC` and `WATCH` in every topology.

mod common;

use common::{Client, anywhere, start};
use kv_core::{Config, Topology};
use kv_server::Server;

async fn serve(topology: Topology) -> Server {
    start(Config { topology, ..Config::default() }, anywhere()).await
}

const TOPOLOGIES: [Topology; 3] = [Topology::Single, Topology::Sharded(3), Topology::PerKey];

#[tokio::test]
async fn a_transaction_within_one_actor_is_done_in_every_topology() {
    for topology in TOPOLOGIES {
        let server = serve(topology).await;
        let mut client = Client::connect(server.address()).await;
        client.send("MULTI\r\nSET k 1\r\nINCR k\r\nGET k\r\nPING\r\nEXEC\r\n").await;
        client.expect("+OK\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n").await;
        client.expect("*4\r\n+OK\r\n:2\r\n$1\r\n2\r\n+PONG\r\n").await;
        server.shutdown().await;
    }
}

#[tokio::test]
async fn a_hash_tag_keeps_the_keys_of_a_transaction_together() {
    let server = serve(Topology::Sharded(7)).await;
    let mut client = Client::connect(server.address()).await;
    client.send("WATCH {u}z\r\nMULTI\r\nMSET {u}a 1 {u}b 2\r\nRENAME {u}a {u}c\r\nEXISTS {u}a {u}b {u}c\r\nEXEC\r\n").await;
    client.expect("+OK\r\n+OK\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n*3\r\n+OK\r\n+OK\r\n:2\r\n").await;
    client.ask(&["MSETNX", "{u}d", "1", "{u}e", "2"], ":1\r\n").await;
    server.shutdown().await;
}

/// Clients that write a whole transaction before they read: the commands of a refused one must not be carried out one
/// by one.
#[tokio::test]
async fn a_transaction_over_several_actors_is_aborted_as_a_whole() {
    for topology in [Topology::Sharded(64), Topology::PerKey] {
        let server = serve(topology).await;
        let mut client = Client::connect(server.address()).await;
        for inside in ["SET a 1\r\nSET b 2\r\nSET c 3\r\n", "SET a 1\r\nPUBLISH x y\r\nDBSIZE\r\n"] {
            client.send(format!("MULTI\r\n{inside}EXEC\r\nGET a\r\nEXISTS a b c\r\n")).await;
            client.expect("+OK\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n").await;
            let aborted = client.line().await;
            assert!(
                aborted.starts_with("-EXECABORT Transaction discarded because of: CROSSSLOT "),
                "{aborted}"
            );
            client.expect("$-1\r\n:0\r\n").await;
        }
        // The words are the same in every topology where the keys live apart.
        for apart in ["RENAME a b", "COPY a b", "MSETNX a 1 b 2 c 3"] {
            client.send(format!("SET a 1\r\n{apart}\r\nDEL a\r\n")).await;
            client.expect("+OK\r\n").await;
            let refused = client.line().await;
            assert!(refused.starts_with("-CROSSSLOT keys in request live in different actors"), "{refused}");
            client.expect(":1\r\n").await;
        }
        client.send("EXEC\r\n").await;
        client.expect("-ERR EXEC without MULTI\r\n").await;
        server.shutdown().await;
    }
}

#[tokio::test]
async fn a_watched_key_that_was_written_spoils_the_transaction() {
    for topology in TOPOLOGIES {
        let server = serve(topology).await;
        let (mut client, mut other) =
            (Client::connect(server.address()).await, Client::connect(server.address()).await);
        // The key is absent when it is watched, and still absent at `EXEC`.
        client.send("WATCH k\r\nGET k\r\nMULTI\r\nSET k 1\r\nEXEC\r\n").await;
        client.expect("+OK\r\n$-1\r\n+OK\r\n+QUEUED\r\n*1\r\n+OK\r\n").await;
        // The key is there, and was written in between.
        client.ask(&["WATCH", "k"], "+OK\r\n").await;
        other.ask(&["SET", "k", "1"], "+OK\r\n").await;
        client.send("MULTI\r\nSET k 2\r\nEXEC\r\n").await;
        client.expect("+OK\r\n+QUEUED\r\n*-1\r\n").await;
        // The key is absent, and was there for a moment in between.
        client.send("DEL k\r\nWATCH k\r\n").await;
        client.expect(":1\r\n+OK\r\n").await;
        other.send("SET k 1\r\nDEL k\r\n").await;
        other.expect("+OK\r\n:1\r\n").await;
        client.send("MULTI\r\nSET k 3\r\nEXEC\r\nGET k\r\n").await;
        client.expect("+OK\r\n+QUEUED\r\n*-1\r\n$-1\r\n").await;
        // The key was changed in between by the client itself.
        client.send("WATCH k\r\nSET k 1\r\nDEL k\r\nMULTI\r\nSET k 4\r\nEXEC\r\n").await;
        client.expect("+OK\r\n+OK\r\n:1\r\n+OK\r\n+QUEUED\r\n*-1\r\n").await;
        server.shutdown().await;
    }
}

#[tokio::test]
async fn an_exec_that_is_refused_ends_the_transaction() {
    let server = serve(Topology::Single).await;
    let mut client = Client::connect(server.address()).await;
    client.send("WATCH k\r\nMULTI\r\nSET k 1\r\nEXEC now\r\nEXEC\r\nEXEC now\r\nGET k\r\n").await;
    let aborted =
        "-EXECABORT Transaction discarded because of: wrong number of arguments for 'exec' command\r\n";
    client.expect("+OK\r\n+OK\r\n+QUEUED\r\n").await;
    client.expect(aborted).await;
    client.expect("-ERR EXEC without MULTI\r\n").await;
    // Redis answers the same outside of a transaction.
    client.expect(aborted).await;
    client.expect("$-1\r\n").await;
    // The client watches no key any more.
    client.send("SET k 1\r\nMULTI\r\nGET k\r\nEXEC\r\n").await;
    client.expect("+OK\r\n+OK\r\n+QUEUED\r\n*1\r\n$1\r\n1\r\n").await;
    server.shutdown().await;
}
