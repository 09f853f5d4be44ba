//! Clients that write everything before they read anything, and those that never read.

mod common;

use std::time::Duration;

use common::{Client, PATIENCE, anywhere, start, started};
use kv_core::{Config, Topology};
use kv_server::{Options, Outcome, Server};
use tokio::time::timeout;

const GET: &str = "*2\r\n$3\r\nGET\r\n$1\r\nk\r\n";

/// A key of a hundred bytes and a value of a thousand: few commands make many bytes of requests, and more of replies.
fn get_long() -> (String, String) {
    let (key, value) = ("k".repeat(100), "x".repeat(1000));
    (format!("*2\r\n$3\r\nGET\r\n$100\r\n{key}\r\n"), format!("$1000\r\n{value}\r\n"))
}

/// Writes all requests, which are more bytes than the sockets take, before it reads a reply.
async fn write_everything_then_read(config: Config, request: &str, reply: &str, times: usize) {
    let server = start(config, anywhere()).await;
    let mut client = Client::connect(server.address()).await;
    client.ask(&["SET", &"k".repeat(100), &"x".repeat(1000)], "+OK\r\n").await;
    assert!(times * request.len() > 12 << 20, "the sockets may take it all");
    let written = timeout(PATIENCE, client.send(request.repeat(times))).await;
    assert!(written.is_ok(), "the server reads no more, and waits for this client to read");
    let block = reply.repeat(1000);
    for _ in 0..times / 1000 {
        client.expect(&block).await;
    }
    client.ask(&["PING"], "+PONG\r\n").await;
    server.shutdown().await;
}

#[tokio::test]
async fn who_writes_everything_before_reading_is_answered() {
    let (get, value) = get_long();
    for topology in [Topology::Single, Topology::Sharded(2), Topology::PerKey] {
        // The replies are also more bytes than may wait.
        write_everything_then_read(Config { topology, ..Config::default() }, &get, &value, 110_000).await;
    }
}

#[tokio::test]
async fn so_is_who_writes_what_the_connection_does_itself() {
    let text = format!("$1000\r\n{}\r\n", "x".repeat(1000));
    let echo = format!("*2\r\n$4\r\nECHO\r\n{text}");
    write_everything_then_read(Config::default(), &echo, &text, 80_000).await;
    let (get, value) = get_long();
    let transaction = format!("*1\r\n$5\r\nMULTI\r\n{get}*1\r\n$4\r\nEXEC\r\n");
    let answer = format!("+OK\r\n+QUEUED\r\n*1\r\n{value}");
    write_everything_then_read(Config::default(), &transaction, &answer, 90_000).await;
}

/// The field of the client's line in `CLIENT LIST`, once the condition holds.
async fn once(observer: &mut Client, field: &str, holds: impl Fn(usize) -> bool) -> usize {
    let seen = timeout(PATIENCE, async {
        loop {
            let clients = observer.text(&["CLIENT", "LIST"]).await;
            let line = clients.lines().find(|line| line.contains("name=greedy")).expect("it is connected");
            let value = line.split(' ').find_map(|part| part.strip_prefix(field)?.strip_prefix('='));
            let value = value.expect("it is listed").parse().expect("a number");
            if holds(value) {
                return value;
            }
        }
    });
    seen.await.unwrap_or_else(|_| panic!("{field} is never so"))
}

#[tokio::test]
async fn what_waits_is_seen_and_is_sent_before_the_end() {
    const TIMES: usize = 200_000;
    let server = started().await;
    let mut observer = Client::connect(server.address()).await;
    let mut greedy = Client::connect(server.address()).await;
    greedy.ask(&["CLIENT", "SETNAME", "greedy"], "+OK\r\n").await;
    greedy.ask(&["SET", "k", &"x".repeat(100)], "+OK\r\n").await;
    greedy.send(GET.repeat(TIMES)).await;
    let waiting = once(&mut observer, "omem", |bytes| bytes > 8 << 20).await;
    assert!(once(&mut observer, "oll", |pieces| pieces > 0).await < waiting / 8000, "in few pieces");
    once(&mut observer, "obl", |bytes| bytes > 8 << 20).await;
    once(&mut observer, "qbuf", |bytes| bytes == 0).await;
    let ending = tokio::spawn(async move { server.shutdown().await });
    let block = format!("$100\r\n{}\r\n", "x".repeat(100)).repeat(1000);
    for _ in 0..TIMES / 1000 {
        greedy.expect(&block).await;
    }
    assert_eq!(greedy.rest().await, "");
    assert_eq!(ending.await.expect("no panic"), Outcome::Drained);
}

#[tokio::test]
async fn what_has_been_asked_for_is_answered_though_the_client_sends_no_more() {
    const TIMES: usize = 100_000;
    let server = started().await;
    let mut client = Client::connect(server.address()).await;
    client.ask(&["SET", "k", &"x".repeat(100)], "+OK\r\n").await;
    client.send(GET.repeat(TIMES)).await;
    client.send_no_more().await;
    assert_eq!(client.rest().await.len(), TIMES * 108);
    server.shutdown().await;
}

/// Sends requests whose replies the client does not read, until the server has closed it.
async fn is_closed(server: &Server, limit: Option<&str>, requests: String) {
    let mut observer = Client::connect(server.address()).await;
    if let Some(limit) = limit {
        observer.ask(&["CONFIG", "SET", "client-output-buffer-limit", limit], "+OK\r\n").await;
    }
    let mut greedy = Client::connect(server.address()).await;
    greedy.send(requests).await;
    let closed = timeout(PATIENCE, async {
        // The client receives less than it has asked for, which tells it apart from a client that was served.
        while !observer.text(&["INFO", "clients"]).await.contains("connected_clients:1\r\n") {}
    });
    closed.await.expect("it is closed");
    assert!(greedy.rest().await.len() < 64 << 20);
}

#[tokio::test]
async fn beyond_the_limit_of_its_class_a_client_is_closed() {
    let server = started().await;
    let mut client = Client::connect(server.address()).await;
    client.ask(&["SET", "big", &"x".repeat(1 << 20)], "+OK\r\n").await;
    drop(client);
    let much = "GET big\r\n".repeat(50);
    is_closed(&server, Some("normal 1mb 0 0"), much.clone()).await;
    // The soft limit closes it, although no new reply is written.
    is_closed(&server, Some("normal 0 1mb 1"), much.clone()).await;
    // A subscriber's replies count as its messages do, in the protocol in which a subscriber may ask for other
    // commands.
    let subscribed = format!("HELLO 3\r\nSUBSCRIBE news\r\n{much}");
    is_closed(&server, Some("normal 0 0 0 pubsub 1mb 0 0"), subscribed).await;
    server.shutdown().await;
}

#[tokio::test]
async fn a_stranger_does_not_let_much_wait() {
    let server = start(Config::default(), Options { password: Some("secret".into()), ..anywhere() }).await;
    let mut stranger = Client::connect(server.address()).await;
    // The refusals are more bytes than the sockets take, and fewer than may wait for a client that has given the
    // password.
    let mut sent = 0;
    while stranger.try_send("PING\r\n".repeat(100_000)).await.is_ok() {
        sent += 1;
        assert!(sent < 100, "millions of refusals wait for a client that does not read");
    }
    server.shutdown().await;
}

#[tokio::test]
async fn who_never_reads_has_little_done_and_holds_up_no_one() {
    const VALUE_BYTES: usize = 1 << 20;
    let options = Options { shutdown_deadline: Duration::from_millis(100), ..anywhere() };
    let server = start(Config::default(), options).await;
    let mut observer = Client::connect(server.address()).await;
    let mut greedy = Client::connect(server.address()).await;
    greedy.ask(&["SET", "k", &"x".repeat(VALUE_BYTES)], "+OK\r\n").await;
    greedy.ask(&["CLIENT", "SETNAME", "greedy"], "+OK\r\n").await;
    // The replies would be half a gigabyte.
    greedy.send(GET.repeat(500)).await;
    let waiting = once(&mut observer, "omem", |bytes| bytes > 32 << 20).await;
    assert!(waiting < 70 << 20, "{waiting} bytes wait for a client that does not read");
    // The further requests are read, and not carried out.
    greedy.send(GET.repeat(500_000)).await;
    once(&mut observer, "qbuf", |bytes| bytes > GET.len() * 499_000).await;
    assert!(once(&mut observer, "omem", |bytes| bytes > 0).await < 70 << 20);
    observer.ask(&["GET", "other"], "$-1\r\n").await;
    timeout(PATIENCE, server.shutdown()).await.expect("the deadline cuts it off");
}
