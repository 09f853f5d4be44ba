//! Requests in another protocol, which a web page may have made a browser send.

mod common;

use common::{Client, anywhere, start, started};
use kv_core::Config;
use kv_server::Options;

const BODY: &str = "SET k 1\r\nSHUTDOWN NOSAVE\r\n";

/// Checks what the server has answered before it hung up, and that it has carried out nothing that was in the body.
async fn nothing_is_done_of(request: impl AsRef<[u8]>, answered: &str) {
    let request = request.as_ref();
    let shown = request.escape_ascii().to_string();
    for password in [None, Some("secret")] {
        let server =
            start(Config::default(), Options { password: password.map(ToOwned::to_owned), ..anywhere() })
                .await;
        let mut client = Client::connect(server.address()).await;
        client.send(request).await;
        let rest = client.rest().await;
        // The answer may not arrive at all: the server hangs up while bytes are unread. A server with a password
        // refuses first.
        assert!(answered.starts_with(&rest) || rest.starts_with("-NOAUTH"), "{shown}: {rest}");
        let mut client = Client::connect(server.address()).await;
        if let Some(password) = password {
            client.ask(&["AUTH", password], "+OK\r\n").await;
        }
        client.ask(&["GET", "k"], "$-1\r\n").await;
        server.shutdown().await;
    }
}

#[tokio::test]
async fn a_request_of_http_ends_the_connection() {
    let length = BODY.len();
    let head = format!("content-type: text/plain\r\ncontent-length: {length}\r\n\r\n{BODY}");
    nothing_is_done_of(format!("POST / HTTP/1.1\r\nHost: localhost:6379\r\n{head}"), "").await;
    nothing_is_done_of(format!("post / HTTP/1.0\r\n{head}"), "").await;
    // The same name in an array is an unknown command.
    nothing_is_done_of(format!("*2\r\n$4\r\nPost\r\n$1\r\n/\r\n{BODY}"), "").await;
    // Some verbs of HTTP are other commands here, or none: the next line of the request ends the connection.
    let arity = "-ERR wrong number of arguments for 'get' command\r\n";
    nothing_is_done_of(format!("GET / HTTP/1.1\r\nhost: x\r\n{head}"), arity).await;
    for verb in ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"] {
        let unknown = format!("-ERR unknown command '{verb}', with args beginning with: '/' 'HTTP/1.1' \r\n");
        nothing_is_done_of(format!("{verb} / HTTP/1.1\r\nHOST: x\r\n{head}"), &unknown).await;
    }
}

#[tokio::test]
async fn a_handshake_of_tls_ends_the_connection() {
    // The server's name and the session ticket in a handshake are chosen by others than the client.
    let hello =
        [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".as_slice(), b"\r\n", BODY.as_bytes()].concat();
    nothing_is_done_of(hello, "").await;
}

#[tokio::test]
async fn what_came_before_is_done_and_a_transaction_is_not() {
    let server = started().await;
    let mut client = Client::connect(server.address()).await;
    client.send("SET before 1\r\nMULTI\r\nSET k 1\r\nPOST / HTTP/1.1\r\nEXEC\r\nSET behind 1\r\n").await;
    client.rest().await;
    let mut client = Client::connect(server.address()).await;
    client.request(&["MGET", "before", "k", "behind"]).await;
    client.expect("*3\r\n$1\r\n1\r\n$-1\r\n$-1\r\n").await;
    server.shutdown().await;
}
