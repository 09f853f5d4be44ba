//! The ways in which a server ends.

mod common;

use std::time::Duration;

use common::{Client, PATIENCE, anywhere, start, started};
use kv_core::{Backend, Command, Config, Debug, Handle, Key, KvError, StartError, TestGate};
use kv_server::{Options, Outcome, Server};
use kv_tokio::Tokio;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

#[tokio::test]
async fn commands_in_flight_are_answered_before_the_end() {
    let server = start(Config::default(), Options { debug_commands: true, ..anywhere() }).await;
    let mut client = Client::connect(server.address()).await;
    let mut idle = Client::connect(server.address()).await;
    idle.ask(&["PING"], "+PONG\r\n").await;
    // The actor sleeps, and the write behind it waits in its mailbox.
    client.send("DEBUG SLEEP 0.3\r\nSET a 1\r\nGET a\r\n").await;
    idle.ask(&["PING"], "+PONG\r\n").await;
    let ending = tokio::spawn({
        let server = server.clone();
        async move { server.shutdown().await }
    });
    client.expect("+OK\r\n+OK\r\n$1\r\n1\r\n").await;
    assert_eq!(client.rest().await, "");
    assert_eq!(idle.rest().await, "");
    timeout(PATIENCE, ending).await.expect("in time").expect("no panic");
    assert!(TcpStream::connect(server.address()).await.is_err(), "the socket still listens");
    assert_eq!(server.shutdown().await, Outcome::Drained);
}

#[tokio::test]
async fn a_stalled_actor_does_not_hold_up_the_end() {
    let config = Config::default();
    let backend = Tokio::start(config.clone()).await.expect("it starts");
    let handle = backend.handle();
    let options = Options { shutdown_deadline: Duration::from_millis(100), ..anywhere() };
    let server = Server::start(backend, &config, options).await.expect("it starts");
    let gate = TestGate::new();
    let stall = Command::Debug(Debug::Stall { key: Key::new(), gate: gate.clone() });
    handle.tell(stall).await.expect("it is accepted");
    gate.entered(1).await;
    let mut client = Client::connect(server.address()).await;
    client.request(&["GET", "a"]).await;
    let outcome = timeout(PATIENCE, server.shutdown()).await.expect("the deadline cuts it off");
    assert_eq!(outcome, Outcome::CutOff);
    assert_eq!(client.rest().await, "");
    // The backend has been killed, although the gate is still closed.
    assert_eq!(handle.ask(Command::Count).await, Err(KvError::Stopped));
}

/// A backend that never drains and cannot be killed, as if a handler blocked its thread.
struct Stubborn(Tokio);

impl Backend for Stubborn {
    const NAME: &'static str = "stubborn";
    const FRAMEWORK: Option<&'static str> = None;

    type Handle = <Tokio as Backend>::Handle;

    async fn start(config: Config) -> Result<Self, StartError> {
        Ok(Self(Tokio::start(config).await?))
    }

    fn handle(&self) -> Self::Handle {
        self.0.handle()
    }

    async fn shutdown(&self) {
        std::future::pending::<()>().await;
    }

    async fn kill(&self) {
        std::future::pending::<()>().await;
    }
}

// The clock jumps to the next deadline whenever all tasks wait.
#[tokio::test(start_paused = true)]
async fn the_deadline_is_for_all_of_it() {
    for deadline in [0, 10, 1000, 10_000, 3_600_000].map(Duration::from_millis) {
        let config = Config::default();
        let backend = Stubborn::start(config.clone()).await.expect("it starts");
        let options = Options { shutdown_deadline: deadline, ..anywhere() };
        let server = Server::start(backend, &config, options).await.expect("it starts");
        let began = Instant::now();
        assert_eq!(server.shutdown().await, Outcome::CutOff);
        // Timers are rounded up to milliseconds.
        let latest = deadline + Duration::from_millis(5);
        assert!(began.elapsed() <= latest, "{:?} instead of {deadline:?}", began.elapsed());
    }
}

#[tokio::test]
async fn a_client_that_does_not_read_does_not_hold_up_the_end() {
    let options = Options { shutdown_deadline: Duration::from_millis(100), ..anywhere() };
    let server = start(Config::default(), options).await;
    let mut client = Client::connect(server.address()).await;
    let big = "x".repeat(8 << 20);
    client.ask(&["SET", "big", &big], "+OK\r\n").await;
    for _ in 0..16 {
        client.request(&["GET", "big"]).await;
    }
    timeout(PATIENCE, server.shutdown()).await.expect("the deadline cuts it off");
}

#[tokio::test]
async fn a_client_can_end_it() {
    let server = started().await;
    let mut client = Client::connect(server.address()).await;
    client.ask(&["SHUTDOWN", "SOON"], "-ERR syntax error\r\n").await;
    client.request(&["SHUTDOWN", "NOSAVE"]).await;
    assert_eq!(client.rest().await, "");
    timeout(PATIENCE, server.ended()).await.expect("in time");
}

#[tokio::test]
async fn a_thousand_clients_that_come_and_go_leave_nothing() {
    let server = started().await;
    let mut watcher = Client::connect(server.address()).await;
    for n in 0..1000 {
        let mut client = Client::connect(server.address()).await;
        match n % 3 {
            0 => client.ask(&["PING"], "+PONG\r\n").await,
            1 => client.send("*2\r\n$3\r\nGET\r\n$100\r\nhalf").await,
            _ => client.send("SUBSCRIBE a b c\r\n").await,
        }
    }
    while !watcher.text(&["INFO", "clients"]).await.contains("connected_clients:1\r\n") {
        tokio::task::yield_now().await;
    }
    watcher.request(&["PUBSUB", "CHANNELS"]).await;
    watcher.expect("*0\r\n").await;
    server.shutdown().await;
}
