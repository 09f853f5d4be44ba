use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use kv_conformance::within;
use kv_resp::{Encoder, Protocol};
use tokio::time::{Instant, advance};

use super::*;
use crate::settings::Settings;

fn client() -> Arc<Client> {
    let address = |port| SocketAddr::from(([127, 0, 0, 1], port));
    Arc::new(Client::new(7, address(50_000), address(6379)))
}

fn settings(limit: &str) -> Arc<Settings> {
    Arc::new(Settings::new([("client-output-buffer-limit", limit)]).expect("a valid limit"))
}

fn message(payload: usize) -> Push {
    Push::Message { channel: Bytes::from_static(b"c"), payload: Bytes::from(vec![b'x'; payload]) }
}

/// The fields of a line, by Redis's order.
fn fields(line: &str) -> Vec<(&str, &str)> {
    line.split(' ').map(|field| field.split_once('=').expect("name=value")).collect()
}

#[tokio::test(start_paused = true)]
async fn the_line_is_redis_7_0s() {
    let client = client();
    advance(Duration::from_millis(5900)).await;
    client.update(|state| {
        state.name = "ada".to_owned();
        state.active = Instant::now();
        state.command = "client|list";
        state.input_bytes = 26;
        state.input_room = 20_448;
    });
    advance(Duration::from_millis(2500)).await;
    let line = client.line(Instant::now());
    let expected = "id=7 addr=127.0.0.1:50000 laddr=127.0.0.1:6379 fd=-1 name=ada age=8 idle=2 flags=N db=0 sub=0 psub=0 \
                    ssub=0 multi=-1 qbuf=26 qbuf-free=20448 argv-mem=0 multi-mem=0 rbs=0 rbp=0 obl=0 oll=0 omem=0 \
                    tot-mem=20474 events=r cmd=client|list user=default redir=-1 resp=2";
    assert_eq!(line, expected);
}

#[tokio::test]
async fn the_line_shows_what_the_client_is_in() {
    let client = client();
    let (outbox, mut inbox) = outbox(Arc::clone(&client), settings("pubsub 0 0 0"));
    assert!(outbox.push(message(10)) && outbox.push(message(10)));
    client.update(|state| {
        (state.channels, state.patterns) = (2, 1);
        state.queued = Some(3);
        state.protocol = Protocol::Resp3;
        state.no_evict = true;
    });
    let line = client.line(Instant::now());
    let field =
        |name| fields(&line).into_iter().find(|field| field.0 == name).map_or("", |field| field.1).to_owned();
    let shown = ["flags", "sub", "psub", "multi", "oll", "cmd", "resp", "events"].map(field);
    assert_eq!(shown, ["Pxe", "2", "1", "3", "2", "NULL", "3", "rw"]);
    assert!(inbox.try_recv().is_some() && inbox.recv().await.is_some());
    assert!(client.line(Instant::now()).contains(" oll=0 omem=0 "));
}

#[tokio::test]
async fn the_first_reason_counts_and_a_close_is_also_a_finish() {
    let client = client();
    client.close(CloseReason::KilledBy(3));
    client.close(CloseReason::ShuttingDown);
    within("it is closed", client.closed()).await;
    within("that is also a finish", client.finishing()).await;
    assert_eq!(client.close_reason().map(ToString::to_string).as_deref(), Some("killed by client 3"));
}

#[tokio::test]
async fn to_finish_is_not_to_close() {
    let client = client();
    client.finish();
    within("it is asked to finish", client.finishing()).await;
    assert!(client.close_reason().is_none());
    tokio::select! {
        biased;
        () = client.closed() => panic!("it was only asked to finish"),
        () = std::future::ready(()) => {}
    }
}

#[tokio::test]
async fn beyond_the_hard_limit_the_client_is_closed() {
    let client = client();
    let (outbox, mut inbox) = outbox(Arc::clone(&client), settings("pubsub 1kb 0 0"));
    assert!(outbox.push(message(700)));
    assert!(!outbox.push(message(700)));
    within("it is closed", client.closed()).await;
    assert_eq!(client.close_reason(), Some(&CloseReason::OutputBufferLimit));
    // The one that did not fit was dropped, the other was not.
    assert_eq!(inbox.try_recv(), Some(message(700)));
    assert_eq!(inbox.try_recv(), None);
}

#[tokio::test]
async fn what_is_read_makes_room() {
    let client = client();
    let (outbox, mut inbox) = outbox(Arc::clone(&client), settings("pubsub 1kb 0 0"));
    for _ in 0..10 {
        assert!(outbox.push(message(700)));
        assert!(inbox.recv().await.is_some());
    }
    assert_eq!(client.close_reason(), None);
}

#[tokio::test(start_paused = true)]
async fn beyond_the_soft_limit_it_has_a_while() {
    let client = client();
    let (outbox, mut inbox) = outbox(Arc::clone(&client), settings("pubsub 0 1kb 10"));
    assert!(outbox.push(message(2000)));
    advance(Duration::from_secs(9)).await;
    assert!(outbox.push(message(1)));
    // The client catches up, and the time over the soft limit begins anew.
    while inbox.try_recv().is_some() {}
    advance(Duration::from_secs(9)).await;
    assert!(outbox.push(message(2000)));
    advance(Duration::from_secs(11)).await;
    assert!(!outbox.push(message(1)));
    assert_eq!(client.close_reason(), Some(&CloseReason::OutputBufferLimit));
}

#[tokio::test]
async fn output_and_messages_count_together() {
    let client = client();
    let settings = settings("pubsub 1kb 0 0");
    let (outbox, mut inbox) = outbox(Arc::clone(&client), Arc::clone(&settings));
    client.set_waiting(500, 2, settings.pubsub_limit());
    assert!(outbox.push(message(100)));
    let line = client.line(Instant::now());
    let field = |name| fields(&line).into_iter().find(|field| field.0 == name).map_or("", |field| field.1);
    let omem = 500 + message(100).bytes();
    assert_eq!([field("obl"), field("oll"), field("omem")], ["500", "3", omem.to_string().as_str()]);
    assert!(!outbox.push(message(500)), "neither of the two alone is more than the limit");
    assert_eq!(client.close_reason(), Some(&CloseReason::OutputBufferLimit));
    assert!(inbox.try_recv().is_some());
}

#[tokio::test(start_paused = true)]
async fn the_while_goes_on_when_nothing_new_is_written() {
    let client = client();
    let limit = settings("normal 0 1kb 10").normal_limit();
    client.set_waiting(2000, 1, limit);
    advance(Duration::from_secs(9)).await;
    client.check_waiting(limit);
    assert_eq!(client.close_reason(), None);
    client.set_waiting(1000, 1, limit);
    client.set_waiting(2000, 1, limit);
    advance(Duration::from_secs(9)).await;
    client.check_waiting(limit);
    assert_eq!(client.close_reason(), None, "it had caught up");
    advance(Duration::from_secs(2)).await;
    client.check_waiting(limit);
    assert_eq!(client.close_reason(), Some(&CloseReason::OutputBufferLimit));
}

#[tokio::test]
async fn nobody_takes_a_push_when_the_connection_is_gone() {
    let (outbox, inbox) = outbox(client(), settings("pubsub 0 0 0"));
    drop(inbox);
    assert!(!outbox.push(message(1)));
}

#[test]
fn a_push_is_an_array_or_a_push() {
    let push = Push::PatternMessage { pattern: "a*".into(), channel: "ab".into(), payload: "x".into() };
    let written = |push: &Push, protocol| {
        let mut out = BytesMut::new();
        push.write(&mut Encoder::new(&mut out, protocol));
        String::from_utf8(out.to_vec()).expect("text")
    };
    let text = "4\r\n$8\r\npmessage\r\n$2\r\na*\r\n$2\r\nab\r\n$1\r\nx\r\n";
    assert_eq!(written(&push, Protocol::Resp2), format!("*{text}"));
    assert_eq!(written(&push, Protocol::Resp3), format!(">{text}"));
    let message = Push::Message { channel: "ab".into(), payload: "x".into() };
    assert_eq!(written(&message, Protocol::Resp2), "*3\r\n$7\r\nmessage\r\n$2\r\nab\r\n$1\r\nx\r\n");
}

#[test]
fn kinds_have_redis_names() {
    assert_eq!(ClientKind::parse(b"PubSub"), Some(ClientKind::PubSub));
    assert_eq!(ClientKind::parse(b"slave"), ClientKind::parse(b"replica"));
    assert_eq!(ClientKind::parse(b"unknown"), None);
}
