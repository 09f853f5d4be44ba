//! The server with encryption.

mod common;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use common::{Client, PATIENCE, anywhere, start};
use kv_core::Config;
use kv_server::{Options, Outcome, ServeError, Server, TlsFiles};
use kv_tokio::Tokio;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls_pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// A certificate for one test, in files for that test alone, and the certificate that a client has to trust.
fn certificate(test: &str) -> (TlsFiles, CertificateDer<'static>) {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned()]).expect("a key and a name are all it takes");
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let files =
        TlsFiles { certificate: folder.join(format!("{test}.crt")), key: folder.join(format!("{test}.key")) };
    std::fs::write(&files.certificate, cert.pem()).expect("cargo's own folder can be written");
    std::fs::write(&files.key, signing_key.serialize_pem()).expect("cargo's own folder can be written");
    (files, cert.der().clone())
}

/// A server for clients that trust this certificate.
async fn encrypted(test: &str, options: Options) -> (Server, CertificateDer<'static>) {
    let (files, trusted) = certificate(test);
    (start(Config::default(), Options { tls: Some(files), ..options }).await, trusted)
}

async fn shake_hands(
    address: SocketAddr,
    trusted: &CertificateDer<'static>,
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).expect("a certificate");
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the provider knows them")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(address).await.expect("the server listens");
    let name = ServerName::try_from("localhost").expect("a name");
    let shaken = timeout(PATIENCE, TlsConnector::from(Arc::new(config)).connect(name, stream)).await;
    shaken.expect("in time")
}

async fn ask(client: &mut TlsStream<TcpStream>, request: &str, expected: &str) {
    client.write_all(request.as_bytes()).await.expect("the connection is open");
    let mut got = vec![0; expected.len()];
    timeout(PATIENCE, client.read_exact(&mut got)).await.expect("in time").expect("an answer");
    assert_eq!(String::from_utf8_lossy(&got), expected);
}

#[tokio::test]
async fn who_trusts_the_certificate_is_served() {
    let (server, trusted) = encrypted("served", anywhere()).await;
    let mut client = shake_hands(server.address(), &trusted).await.expect("they shake hands");
    ask(&mut client, "SET a 1\r\nGET a\r\n", "+OK\r\n$1\r\n1\r\n").await;
    // The value is longer than one record holds, in both directions.
    let long = "x".repeat(1 << 20);
    let length = long.len();
    let set = format!("*3\r\n$3\r\nSET\r\n$1\r\nb\r\n${length}\r\n{long}\r\n");
    ask(&mut client, &set, "+OK\r\n").await;
    ask(&mut client, "GET b\r\n", &format!("${length}\r\n{long}\r\n")).await;
    assert_eq!(timeout(PATIENCE, server.shutdown()).await.expect("in time"), Outcome::Drained);
    // The stream ends by TLS's farewell: a connection that was cut would be an error.
    assert_eq!(client.read(&mut [0]).await.expect("the server has said goodbye"), 0);
}

#[tokio::test]
async fn who_writes_everything_before_reading_is_answered() {
    const TIMES: usize = 110_000;
    let (server, trusted) = encrypted("everything", anywhere()).await;
    let mut client = shake_hands(server.address(), &trusted).await.expect("they shake hands");
    let (key, value) = ("k".repeat(100), "x".repeat(1000));
    ask(&mut client, &format!("SET {key} {value}\r\n"), "+OK\r\n").await;
    // The requests are more bytes than the sockets take, and the replies more than may wait.
    let written =
        timeout(PATIENCE, client.write_all(format!("GET {key}\r\n").repeat(TIMES).as_bytes())).await;
    written.expect("the server reads on").expect("the connection is open");
    let block = format!("$1000\r\n{value}\r\n").repeat(1000);
    for _ in 0..TIMES / 1000 {
        ask(&mut client, "", &block).await;
    }
    ask(&mut client, "PING\r\n", "+PONG\r\n").await;
    assert_eq!(timeout(PATIENCE, server.shutdown()).await.expect("in time"), Outcome::Drained);
}

#[tokio::test]
async fn who_does_not_trust_it_hangs_up() {
    let (server, trusted) = encrypted("distrusted", anywhere()).await;
    let (_, other) = certificate("other");
    shake_hands(server.address(), &other).await.expect_err("it is not the one that is trusted");
    let mut client = shake_hands(server.address(), &trusted).await.expect("they shake hands");
    ask(&mut client, "PING\r\n", "+PONG\r\n").await;
    server.shutdown().await;
}

#[tokio::test]
async fn plain_text_is_not_answered_and_harms_nobody() {
    let (server, trusted) = encrypted("plain", anywhere()).await;
    let mut client = shake_hands(server.address(), &trusted).await.expect("they shake hands");
    let mut plain = Client::connect(server.address()).await;
    plain.send("SET a 1\r\n").await;
    assert!(!plain.rest().await.contains("OK"));
    ask(&mut client, "GET a\r\n", "$-1\r\n").await;
    server.shutdown().await;
}

#[tokio::test]
async fn who_does_not_finish_the_handshake_holds_up_nobody() {
    let patient = Options { shutdown_deadline: Duration::from_secs(3600), ..anywhere() };
    let (server, trusted) = encrypted("slow", patient).await;
    let mut silent = Client::connect(server.address()).await;
    let mut slow = Client::connect(server.address()).await;
    // These bytes are the head of a handshake's record.
    slow.send([22, 3, 1]).await;
    let mut client = shake_hands(server.address(), &trusted).await.expect("they shake hands");
    ask(&mut client, "PING\r\n", "+PONG\r\n").await;
    // The unfinished handshake does not delay the server's end.
    assert_eq!(timeout(PATIENCE, server.shutdown()).await.expect("in time"), Outcome::Drained);
    assert_eq!(silent.rest().await + &slow.rest().await, "");
}

// The clock jumps to the next deadline whenever all tasks wait.
#[tokio::test(start_paused = true)]
async fn a_handshake_has_a_deadline() {
    let (server, _) = encrypted("late", anywhere()).await;
    let mut silent = Client::connect(server.address()).await;
    assert_eq!(silent.rest().await, "");
    server.shutdown().await;
}

#[tokio::test]
async fn files_that_do_not_fit_are_named() {
    let (files, _) = certificate("first");
    let (second, _) = certificate("second");
    let missing = PathBuf::from("there-is-no-such-file.pem");
    for (tls, named) in [
        (TlsFiles { certificate: missing.clone(), ..files.clone() }, "there-is-no-such-file.pem"),
        (TlsFiles { key: missing, ..files.clone() }, "there-is-no-such-file.pem"),
        (TlsFiles { key: second.key, ..files.clone() }, "first.crt"),
        // The files are swapped: a certificate is no key, and a key is no certificate.
        (TlsFiles { key: files.certificate.clone(), ..files.clone() }, "first.crt"),
        (TlsFiles { certificate: files.key.clone(), ..files }, "first.key"),
    ] {
        let config = Config::default();
        let backend = <Tokio as kv_core::Backend>::start(config.clone()).await.expect("it starts");
        let options = Options { tls: Some(tls.clone()), ..anywhere() };
        let error = Server::start(backend, &config, options).await.expect_err("files that do not fit");
        assert!(matches!(&error, ServeError::Tls(reason) if reason.contains(named)), "{tls:?}: {error}");
    }
}
