//! Key events and messages: the order in which they come, and that none is lost.

mod common;

use common::{Client, anywhere, start};
use kv_core::{Config, Topology};

fn message(channel: &str, payload: &str) -> String {
    format!("*3\r\n$7\r\nmessage\r\n${}\r\n{channel}\r\n${}\r\n{payload}\r\n", channel.len(), payload.len())
}

async fn listener(server: &kv_server::Server, channels: &[&str]) -> Client {
    let mut listener = Client::connect(server.address()).await;
    for (place, channel) in channels.iter().enumerate() {
        let confirmed =
            format!("*3\r\n$9\r\nsubscribe\r\n${}\r\n{channel}\r\n:{}\r\n", channel.len(), place + 1);
        listener.ask(&["SUBSCRIBE", channel], &confirmed).await;
    }
    listener
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_comes_before_what_is_published_behind_its_command() {
    const ROUNDS: usize = 100;
    const SET: &str = "__keyevent@0__:set";
    for topology in [Topology::Single, Topology::Sharded(2), Topology::PerKey] {
        let server = start(Config { topology, ..Config::default() }, anywhere()).await;
        let mut client = Client::connect(server.address()).await;
        client.ask(&["CONFIG", "SET", "notify-keyspace-events", "E$"], "+OK\r\n").await;
        let mut listener = listener(&server, &[SET, "c"]).await;
        client.send("SET k 1\r\nPUBLISH c one\r\nSET l 2\r\nPUBLISH c two\r\n".repeat(ROUNDS)).await;
        client.send("MULTI\r\nSET k 1\r\nPUBLISH c within\r\nSET k 2\r\nEXEC\r\n").await;
        for _ in 0..ROUNDS {
            listener.expect(&(message(SET, "k") + &message("c", "one"))).await;
            listener.expect(&(message(SET, "l") + &message("c", "two"))).await;
        }
        // A transaction is one message to the actor: its events come first.
        listener.expect(&(message(SET, "k").repeat(2) + &message("c", "within"))).await;
        server.shutdown().await;
    }
}

#[tokio::test]
async fn what_is_answered_was_announced() {
    let server = start(Config::default(), anywhere()).await;
    let (mut writer, mut publisher) =
        (Client::connect(server.address()).await, Client::connect(server.address()).await);
    writer.ask(&["CONFIG", "SET", "notify-keyspace-events", "Kg$"], "+OK\r\n").await;
    let mut listener = listener(&server, &["__keyspace@0__:k", "c"]).await;
    for _ in 0..100 {
        writer.ask(&["SET", "k", "1"], "+OK\r\n").await;
        publisher.ask(&["PUBLISH", "c", "m"], ":1\r\n").await;
        writer.ask(&["DEL", "k"], ":1\r\n").await;
        let expected =
            [message("__keyspace@0__:k", "set"), message("c", "m"), message("__keyspace@0__:k", "del")];
        listener.expect(&expected.concat()).await;
    }
    server.shutdown().await;
}

#[tokio::test]
async fn what_a_client_publishes_to_itself_comes_right_behind_the_reply() {
    let server = start(Config::default(), anywhere()).await;
    let mut client = Client::connect(server.address()).await;
    client.request(&["HELLO", "3"]).await;
    client.send("SUBSCRIBE c\r\nECHO welcome\r\n").await;
    while client.line().await != "welcome" {}
    client.send("PUBLISH c m\r\nPING\r\nMULTI\r\nPUBLISH c n\r\nPING\r\nEXEC\r\nPING\r\n").await;
    let push = |payload| message("c", payload).replacen('*', ">", 1);
    client.expect(&format!(":1\r\n{}+PONG\r\n", push("m"))).await;
    // The client's own message must not stand within the reply to the transaction.
    let transaction = "+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n:1\r\n+PONG\r\n";
    client.expect(&format!("{transaction}{}+PONG\r\n", push("n"))).await;
    server.shutdown().await;
}
