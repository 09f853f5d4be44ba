//! Bursts of many clients at once.

mod common;

use std::net::TcpStream;

use common::{Client, PATIENCE, anywhere, start};
use kv_core::Config;
use kv_server::Options;

/// The number of clients: more than the 128 of the standard library, and fewer than any system allows.
const BURST: usize = 300;

#[tokio::test]
async fn a_burst_of_clients_shakes_hands_before_it_is_accepted() {
    let options = Options { metrics: Some(([127, 0, 0, 1], 0).into()), ..anywhere() };
    let server = start(Config::default(), options).await;
    let metrics = server.metrics_address().expect("it was asked for");
    for address in [server.address(), metrics] {
        // The test has one thread, so the server accepts no client as long as the test awaits nothing.
        let connect = || TcpStream::connect_timeout(&address, PATIENCE / 10);
        let burst: Vec<_> = (0..BURST).map_while(|_| connect().ok()).collect();
        assert_eq!(burst.len(), BURST, "so many have shaken hands at {address}");
    }
    Client::connect(server.address()).await.ask(&["PING"], "+PONG\r\n").await;
    server.shutdown().await;
}
