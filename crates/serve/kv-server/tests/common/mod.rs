//! A server on a free port, and a client that sends bytes and checks the bytes of the answer.

#![allow(dead_code, reason = "each test program uses its own part of it")]

use std::net::SocketAddr;
use std::time::Duration;

use kv_core::{Backend, Config, KeyEvents};
use kv_server::{Options, Server};
use kv_tokio::Tokio;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// The longest wait for a condition that should hold at once.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) fn anywhere() -> Options {
    Options { bind: ([127, 0, 0, 1], 0).into(), ..Options::default() }
}

pub(crate) async fn start(config: Config, options: Options) -> Server {
    let config = Config { key_events: KeyEvents::counting(), ..config };
    let backend = Tokio::start(config.clone()).await.expect("the backend starts");
    Server::start(backend, &config, options).await.expect("the server starts")
}

pub(crate) async fn started() -> Server {
    start(Config::default(), anywhere()).await
}

pub(crate) struct Client(TcpStream);

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        Self(TcpStream::connect(address).await.expect("the server listens"))
    }

    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.write_all(bytes.as_ref()).await.expect("the connection is open");
    }

    /// Sends bytes, where the server may have hung up.
    pub(crate) async fn try_send(&mut self, bytes: impl AsRef<[u8]>) -> std::io::Result<()> {
        self.0.write_all(bytes.as_ref()).await
    }

    /// Tells the server that no more bytes will be sent; replies still come.
    pub(crate) async fn send_no_more(&mut self) {
        self.0.shutdown().await.expect("the connection is open");
    }

    /// Sends a request as an array, as programs do.
    pub(crate) async fn request(&mut self, words: &[&str]) {
        let mut bytes = format!("*{}\r\n", words.len());
        for word in words {
            bytes.push_str(&format!("${}\r\n{word}\r\n", word.len()));
        }
        self.send(bytes).await;
    }

    pub(crate) async fn ask(&mut self, words: &[&str], expected: &str) {
        self.request(words).await;
        self.expect(expected).await;
    }

    /// Reads as many bytes as are expected, and checks that they are these.
    pub(crate) async fn expect(&mut self, expected: &str) {
        let mut got = vec![0; expected.len()];
        let read = timeout(PATIENCE, async {
            let mut length = 0;
            while length < got.len() {
                match self.0.read(&mut got[length..]).await {
                    Ok(0) | Err(_) => break,
                    Ok(bytes) => length += bytes,
                }
                if !expected.as_bytes().starts_with(&got[..length]) {
                    break;
                }
            }
            length
        });
        let length = read.await.unwrap_or_else(|_| panic!("no {expected:?} within {PATIENCE:?}"));
        assert_eq!(String::from_utf8_lossy(&got[..length]), expected);
    }

    /// Reads until the server hangs up.
    pub(crate) async fn rest(&mut self) -> String {
        let mut got = Vec::new();
        let read = timeout(PATIENCE, self.0.read_to_end(&mut got)).await;
        // A reset of the connection is an end as well.
        let _ = read.unwrap_or_else(|_| panic!("the server has not hung up within {PATIENCE:?}"));
        String::from_utf8_lossy(&got).into_owned()
    }

    /// Reads a line of a reply.
    pub(crate) async fn line(&mut self) -> String {
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") {
            let byte = timeout(PATIENCE, self.0.read_u8()).await.expect("in time").expect("open");
            line.push(byte);
        }
        String::from_utf8_lossy(&line[..line.len() - 2]).into_owned()
    }

    /// Asks for a bulk reply, and returns its text.
    pub(crate) async fn text(&mut self, words: &[&str]) -> String {
        self.request(words).await;
        let head = self.line().await;
        let length: usize = head.trim_start_matches('$').parse().unwrap_or_else(|_| panic!("{head:?}"));
        let mut text = vec![0; length + 2];
        timeout(PATIENCE, self.0.read_exact(&mut text)).await.expect("in time").expect("open");
        String::from_utf8_lossy(&text[..length]).into_owned()
    }
}
