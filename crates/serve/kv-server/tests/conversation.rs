//! Conversations with a client, compared byte by byte.

mod common;

use common::{Client, started};

#[tokio::test]
async fn requests_in_pieces_and_in_heaps_are_answered_in_order() {
    let server = started().await;
    let client = Client::connect(server.address()).await;
    let mut bytes = String::new();
    let mut expected = String::new();
    for n in 0..2000 {
        let value = n.to_string();
        bytes += &format!("*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n${}\r\n{value}\r\n", value.len());
        bytes += "*2\r\n$3\r\nGET\r\n$3\r\nkey\r\nPING\r\n";
        expected += &format!("+OK\r\n${}\r\n{value}\r\n+PONG\r\n", value.len());
    }
    // Each piece ends in the middle of a request or of its parts.
    let pieces: Vec<_> = bytes.as_bytes().chunks(7919).map(<[u8]>::to_vec).collect();
    let sending = async {
        let mut sender = client;
        for piece in pieces {
            sender.send(piece).await;
        }
        sender.expect(&expected).await;
        for byte in b"*1\r\n$4\r\nPING\r\n" {
            sender.send([*byte]).await;
        }
        sender.expect("+PONG\r\n").await;
    };
    sending.await;
    server.shutdown().await;
}

#[tokio::test]
async fn a_refusal_takes_its_place_among_the_replies() {
    let server = started().await;
    let mut client = Client::connect(server.address()).await;
    client.send("SET n x\r\nINCR n\r\nGET\r\nNOSUCH a b\r\nSET n 1\r\nINCR n\r\n").await;
    client.expect("+OK\r\n-ERR value is not an integer or out of range\r\n").await;
    client.expect("-ERR wrong number of arguments for 'get' command\r\n").await;
    client.expect("-ERR unknown command 'NOSUCH', with args beginning with: 'a' 'b' \r\n+OK\r\n:2\r\n").await;
    server.shutdown().await;
}

#[tokio::test]
async fn what_cannot_be_understood_ends_the_connection_and_no_other() {
    let server = started().await;
    let mut other = Client::connect(server.address()).await;
    other.ask(&["PING"], "+PONG\r\n").await;
    for (bytes, error) in [
        ("*1\r\n+PING\r\n", "-ERR Protocol error: expected '$', got '+'\r\n"),
        ("*99999999999\r\n", "-ERR Protocol error: invalid multibulk length\r\n"),
        ("*1\r\n$-5\r\n", "-ERR Protocol error: invalid bulk length\r\n"),
        ("SET \"a\r\n", "-ERR Protocol error: unbalanced quotes in request\r\n"),
    ] {
        let mut client = Client::connect(server.address()).await;
        client.send(format!("PING\r\n{bytes}")).await;
        client.expect("+PONG\r\n").await;
        assert_eq!(client.rest().await, error);
    }
    other.ask(&["PING"], "+PONG\r\n").await;
    server.shutdown().await;
}

#[tokio::test]
async fn hello_changes_the_protocol() {
    let server = started().await;
    let mut client = Client::connect(server.address()).await;
    client.ask(&["GET", "missing"], "$-1\r\n").await;
    client.request(&["HELLO", "3"]).await;
    client.expect("%7\r\n$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$6\r\n7.0.15\r\n$5\r\nproto\r\n:3\r\n$2\r\nid\r\n").await;
    assert!(client.line().await.starts_with(':'));
    client
        .expect("$4\r\nmode\r\n$10\r\nstandalone\r\n$4\r\nrole\r\n$6\r\nmaster\r\n$7\r\nmodules\r\n*0\r\n")
        .await;
    client.ask(&["GET", "missing"], "_\r\n").await;
    client.ask(&["HELLO", "4"], "-NOPROTO unsupported protocol version\r\n").await;
    client.ask(&["RESET"], "+RESET\r\n").await;
    client.ask(&["GET", "missing"], "$-1\r\n").await;
    server.shutdown().await;
}

#[tokio::test]
async fn transactions_are_whole_or_not_at_all() {
    let server = started().await;
    let mut client = Client::connect(server.address()).await;
    let mut other = Client::connect(server.address()).await;
    client.send("MULTI\r\nSET a 1\r\nMSET b 2 c 3\r\nPING\r\nMGET a b c\r\nINCR b\r\nEXEC\r\n").await;
    client.expect("+OK\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n").await;
    client.expect("*5\r\n+OK\r\n+OK\r\n+PONG\r\n*3\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n:3\r\n").await;

    client.ask(&["WATCH", "a"], "+OK\r\n").await;
    other.ask(&["SET", "a", "changed"], "+OK\r\n").await;
    client.send("MULTI\r\nSET a lost\r\nEXEC\r\nGET a\r\n").await;
    client.expect("+OK\r\n+QUEUED\r\n*-1\r\n$7\r\nchanged\r\n").await;

    client.send("MULTI\r\nNOSUCH\r\nSET a 1\r\nEXEC\r\nGET a\r\n").await;
    client.expect("+OK\r\n-ERR unknown command 'NOSUCH', with args beginning with: \r\n+QUEUED\r\n").await;
    client.expect("-EXECABORT Transaction discarded because of previous errors.\r\n$7\r\nchanged\r\n").await;

    client.send("MULTI\r\nMSETNX a 1 d 2\r\nMSETNX d 1 e 2\r\nEXEC\r\n").await;
    client.expect("+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n:0\r\n:1\r\n").await;
    server.shutdown().await;
}

#[tokio::test]
async fn replies_can_be_switched_off() {
    let server = started().await;
    let mut client = Client::connect(server.address()).await;
    client.send("CLIENT REPLY OFF\r\nSET a 1\r\nGET a\r\nNOSUCH\r\nCLIENT REPLY ON\r\nGET a\r\n").await;
    client.expect("+OK\r\n$1\r\n1\r\n").await;
    client.send("CLIENT REPLY SKIP\r\nGET a\r\nGET a\r\n").await;
    client.expect("$1\r\n1\r\n").await;
    server.shutdown().await;
}

#[tokio::test]
async fn messages_reach_their_subscribers_in_order() {
    let server = started().await;
    let mut subscriber = Client::connect(server.address()).await;
    let mut publisher = Client::connect(server.address()).await;
    subscriber.send("SUBSCRIBE news\r\nPSUBSCRIBE n*\r\n").await;
    subscriber.expect("*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n").await;
    subscriber.expect("*3\r\n$10\r\npsubscribe\r\n$2\r\nn*\r\n:2\r\n").await;
    subscriber.ask(&["GET", "a"], "-ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context\r\n").await;
    for n in 0..100 {
        publisher.ask(&["PUBLISH", "news", &n.to_string()], ":2\r\n").await;
    }
    for n in 0..100 {
        let n = n.to_string();
        let message = format!("*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n${}\r\n{n}\r\n", n.len());
        let pattern = format!("*4\r\n$8\r\npmessage\r\n$2\r\nn*\r\n$4\r\nnews\r\n${}\r\n{n}\r\n", n.len());
        subscriber.expect(&(message + &pattern)).await;
    }
    subscriber.send("UNSUBSCRIBE\r\nPUNSUBSCRIBE\r\nPING\r\n").await;
    subscriber.expect("*3\r\n$11\r\nunsubscribe\r\n$4\r\nnews\r\n:1\r\n").await;
    subscriber.expect("*3\r\n$12\r\npunsubscribe\r\n$2\r\nn*\r\n:0\r\n+PONG\r\n").await;
    publisher.ask(&["PUBLISH", "news", "unheard"], ":0\r\n").await;
    server.shutdown().await;
}
