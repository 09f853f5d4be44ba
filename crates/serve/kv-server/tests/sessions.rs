//! Sessions: the state that a connection keeps for its client, and when it is dropped.

mod common;

use common::{Client, anywhere, start, started};
use kv_core::Config;
use kv_server::Options;

#[tokio::test]
async fn a_reset_client_is_no_subscriber() {
    let server = started().await;
    let mut client = Client::connect(server.address()).await;
    client.ask(&["SUBSCRIBE", "a"], "*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n").await;
    client.ask(&["RESET"], "+RESET\r\n").await;
    let listed = client.text(&["CLIENT", "INFO"]).await;
    assert!(listed.contains(" flags=N ") && listed.contains(" sub=0 "), "{listed}");
    client.ask(&["PUBLISH", "a", "m"], ":0\r\n").await;
}

#[tokio::test]
async fn what_waited_before_a_reset_counts_no_more() {
    const MESSAGE_BYTES: usize = 600;
    // The limit has room for one message, and not for two.
    let server = start(Config::default(), Options { output_limit: 1000, ..anywhere() }).await;
    let (mut listener, mut speaker) =
        (Client::connect(server.address()).await, Client::connect(server.address()).await);
    let message = "x".repeat(MESSAGE_BYTES);
    for _ in 0..3 {
        listener.ask(&["SUBSCRIBE", "a"], "*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n").await;
        speaker.ask(&["PUBLISH", "a", &message], ":1\r\n").await;
        listener.request(&["RESET"]).await;
        // The message may have arrived before the confirmation.
        while listener.line().await != "+RESET" {}
    }
}

#[tokio::test]
async fn whoever_came_while_there_was_a_password_is_let_in_without_one() {
    let options = Options { password: Some("secret".to_owned()), ..anywhere() };
    let server = start(Config::default(), options).await;
    let (mut early, mut admin) =
        (Client::connect(server.address()).await, Client::connect(server.address()).await);
    early.ask(&["GET", "k"], "-NOAUTH Authentication required.\r\n").await;
    admin.ask(&["AUTH", "secret"], "+OK\r\n").await;
    admin.ask(&["CONFIG", "SET", "requirepass", ""], "+OK\r\n").await;
    early.ask(&["GET", "k"], "$-1\r\n").await;
    // From the next request on, the limits of an authenticated client hold.
    let many: Vec<String> = (0..100).map(|n| format!("key{n}")).collect();
    let mut words = vec!["EXISTS"];
    words.extend(many.iter().map(String::as_str));
    early.ask(&words, ":0\r\n").await;
    // A library that was given a password sends it, even if the server asks for none.
    early.ask(&["AUTH", "default", "whatever"], "+OK\r\n").await;
    admin.ask(&["CONFIG", "SET", "requirepass", "other"], "+OK\r\n").await;
    early.ask(&["GET", "k"], "$-1\r\n").await;
    early.ask(&["RESET"], "+RESET\r\n").await;
    early.ask(&["GET", "k"], "-NOAUTH Authentication required.\r\n").await;
    early.request(&words).await;
    assert!(early.rest().await.starts_with("-ERR Protocol error: unauthenticated multibulk length"));
}
