//! The limits on what one client may cost, and on what it may do.

mod common;

use std::time::Duration;

use common::{Client, anywhere, start, started};
use kv_core::{Backend, Config, OnPanic, Topology};
use kv_server::{Options, ServeError, Server};
use kv_tokio::Tokio;

#[tokio::test]
async fn one_client_too_many_is_turned_away() {
    let server = start(Config::default(), Options { max_clients: 2, ..anywhere() }).await;
    let mut clients = [Client::connect(server.address()).await, Client::connect(server.address()).await];
    for client in &mut clients {
        client.ask(&["PING"], "+PONG\r\n").await;
    }
    assert_eq!(
        Client::connect(server.address()).await.rest().await,
        "-ERR max number of clients reached\r\n"
    );
    // A place is free as soon as the server knows that a client has gone.
    let [first, mut second] = clients;
    drop(first);
    while second.text(&["INFO", "clients"]).await.contains("connected_clients:2") {
        tokio::task::yield_now().await;
    }
    Client::connect(server.address()).await.ask(&["PING"], "+PONG\r\n").await;
    server.shutdown().await;
}

#[tokio::test]
async fn a_password_is_wanted_before_anything_else() {
    let options = Options { password: Some("secret".into()), ..anywhere() };
    let server = start(Config::default(), options).await;
    let mut client = Client::connect(server.address()).await;
    client.ask(&["GET", "a"], "-NOAUTH Authentication required.\r\n").await;
    let wrong = "-WRONGPASS invalid username-password pair or user is disabled.\r\n";
    client.ask(&["AUTH", "wrong"], wrong).await;
    client.ask(&["AUTH", "stranger", "secret"], wrong).await;
    client.send("*11\r\n").await;
    assert_eq!(client.rest().await, "-ERR Protocol error: unauthenticated multibulk length\r\n");
    let mut client = Client::connect(server.address()).await;
    client.ask(&["AUTH", "secret"], "+OK\r\n").await;
    client.ask(&["GET", "a"], "$-1\r\n").await;
    server.shutdown().await;
}

#[tokio::test]
async fn a_public_address_without_a_password_is_refused() {
    let config = Config::default();
    let public = Options { bind: ([0, 0, 0, 0], 0).into(), ..Options::default() };
    for (options, refused) in [
        (public.clone(), true),
        (Options { metrics: Some(([0, 0, 0, 0], 0).into()), ..anywhere() }, true),
        (Options { password: Some("secret".into()), ..public.clone() }, false),
        (
            Options {
                metrics: Some(([0, 0, 0, 0], 0).into()),
                password: Some("secret".into()),
                ..anywhere()
            },
            true,
        ),
        (Options { protected: false, ..public }, false),
    ] {
        let backend = Tokio::start(config.clone()).await.expect("the backend starts");
        match Server::start(backend, &config, options).await {
            Ok(server) => {
                assert!(!refused);
                server.shutdown().await;
            }
            Err(error) => assert!(
                refused && matches!(error, ServeError::Unprotected { .. } | ServeError::OpenMetrics { .. }),
                "{error}"
            ),
        }
    }
}

#[tokio::test]
async fn a_request_is_limited_by_its_memory_and_not_by_its_number_of_arguments() {
    const KEYS: usize = 1_100_000;
    let argument = "$1\r\nk\r\n";
    let server = started().await;
    let mut client = Client::connect(server.address()).await;
    client.ask(&["SET", "k", "1"], "+OK\r\n").await;
    client.send(format!("*{}\r\n$6\r\nEXISTS\r\n{}", KEYS + 1, argument.repeat(KEYS))).await;
    client.expect(&format!(":{KEYS}\r\n")).await;
    client.send("*2147483648\r\n").await;
    assert_eq!(client.rest().await, "-ERR Protocol error: invalid multibulk length\r\n");
    let mut client = Client::connect(server.address()).await;
    client.ask(&["CONFIG", "SET", "client-query-buffer-limit", "1mb"], "+OK\r\n").await;
    // The request is shorter than the limit on the wire. The memory for the places of its arguments is what exceeds it.
    client.send(format!("*2147483647\r\n$6\r\nEXISTS\r\n{}", argument.repeat(100_000))).await;
    assert_eq!(client.rest().await, "");
    server.shutdown().await;
}

#[tokio::test]
async fn a_client_that_says_nothing_is_closed() {
    let options = Options { idle_timeout: Some(Duration::from_millis(50)), ..anywhere() };
    let server = start(Config::default(), options).await;
    assert_eq!(Client::connect(server.address()).await.rest().await, "");
    server.shutdown().await;
}

#[tokio::test]
async fn a_subscriber_that_does_not_read_is_closed() {
    let server = start(Config::default(), Options { output_limit: 1 << 20, ..anywhere() }).await;
    let mut slow = Client::connect(server.address()).await;
    let mut publisher = Client::connect(server.address()).await;
    slow.ask(&["SUBSCRIBE", "news"], "*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n").await;
    let message = "x".repeat(64 * 1024);
    // This is more than the sockets' buffers and the limit hold together; without the limit the loop would never end.
    let mut published = 0;
    loop {
        publisher.request(&["PUBLISH", "news", &message]).await;
        match publisher.line().await.as_str() {
            ":1" => published += 1,
            _ => break,
        }
        assert!(published < 4096, "a quarter of a gigabyte waits for a client that does not read");
    }
    publisher.ask(&["PING"], "+PONG\r\n").await;
    server.shutdown().await;
}

#[tokio::test]
async fn a_panic_is_a_reply_and_the_next_command_works() {
    for topology in [Topology::Single, Topology::Sharded(2)] {
        let config = Config { topology, on_panic: OnPanic::Restart, ..Config::default() };
        let server = start(config, Options { debug_commands: true, ..anywhere() }).await;
        let mut client = Client::connect(server.address()).await;
        let mut other = Client::connect(server.address()).await;
        other.ask(&["PING"], "+PONG\r\n").await;
        client.request(&["DEBUG", "PANIC", "key"]).await;
        let said = client.line().await;
        assert!(said.starts_with("-UNKNOWN the actor died before it answered"), "{said}");
        client.ask(&["SET", "key", "value"], "+OK\r\n").await;
        other.ask(&["GET", "key"], "$5\r\nvalue\r\n").await;
        server.shutdown().await;
    }
}

#[tokio::test]
async fn debug_commands_are_off_unless_wanted() {
    let server = started().await;
    let mut client = Client::connect(server.address()).await;
    client.request(&["DEBUG", "PANIC"]).await;
    assert!(client.line().await.starts_with("-ERR DEBUG command not allowed"));
    server.shutdown().await;
}
